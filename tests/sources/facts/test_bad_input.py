"""Bad input, reader by reader: said in words with its place, nothing else lost, nothing half there, no cost made zero."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from northing.facts.parts import joined
from northing.portfolio.errors import Invalid
from northing.sources.facts import READERS
from tests.sources.facts.bench import World
from tests.sources.facts.flow_inputs import FLOW_INPUTS, github_issue, jira_issue, revision
from tests.sources.facts.test_any_input import INPUTS, WHOLE_TABLES
from tests.sources.facts.test_focus import bill
from tests.sources.facts.test_gateway import LOG
from tests.sources.facts.test_providers import completions, cost, page
from tests.sources.facts.test_timesheet import rates

D = Decimal
LEDGER, LINE = INPUTS["ledger"].decode().split("\n")[:2]
SHEET, HOURS = INPUTS["timesheet"].decode().split("\n")[:2]
REQUESTS, REQUEST = INPUTS["request_log"].decode().split("\n")[:2]
PRICE = json.loads(INPUTS["prices"])


def documents(*said: Mapping[str, Any]) -> bytes:
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in said).encode()


def without(said: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in said.items() if key != name}


def ledger(row: str) -> bytes:
    return f"{LEDGER}\n{LINE}\n{row}\n".encode()


def sheet(row: str) -> bytes:
    return f"{SHEET}\n{HOURS}\n{row}\n".encode()


def requests(row: str) -> bytes:
    return f"{REQUESTS}\n{REQUEST}\n{row}\n".encode()


def openai(**more: Any) -> bytes:
    return documents(page(cost("1"), {**cost("2"), **more}))


def anthropic(**more: Any) -> bytes:
    results = ({"amount": "100"}, {"amount": "200", **more})
    return documents(page(*results, start="2026-03-02T00:00:00Z", field="starting_at"))


def euros(value: Any, currency: str = "usd") -> dict[str, str]:
    return {"amount": {"value": value, "currency": currency}}  # type: ignore[dict-item]


# reader, what is wrong, the input (its first row is sound), column and value that are named, what the rest adds up to
WRONG: list[tuple[str, str, bytes, str | None, str | None, str]] = [
    ("focus", "no day", bill({}, {"ChargePeriodStart": ""}), "ChargePeriodStart", None, "1.25"),
    ("focus", "no period", bill({}, {"BillingPeriodStart": ""}), "BillingPeriodStart", None, "1.25"),
    ("focus", "two currencies", bill({}, {"BillingCurrency": "EUR/USD"}), "BillingCurrency", "EUR/USD", "1.25"),
    ("focus", "two amounts", bill({}, {"BilledCost": "1 EUR 2 USD"}), "BilledCost", "1 EUR 2 USD", "1.25"),
    ("focus", "no currency", bill({}, {"BillingCurrency": ""}), "BillingCurrency", None, "1.25"),
    ("focus", "no amount", bill({}, {"BilledCost": ""}), "BilledCost", None, "1.25"),
    ("focus", "formula", bill({}, {"BilledCost": "=1+1"}), "BilledCost", "=1+1", "1.25"),
    ("focus", "NUL", bill({}, {"ServiceName": "a\0b"}), "ServiceName", "a\\x00b", "1.25"),
    ("ledger", "no day", ledger("1,,5,,USD,1,C,P,S,x,"), "Posting Date", None, "100.1"),
    ("ledger", "two currencies", ledger("1,2026-03-05,5,,EUR/USD,1,C,P,S,x,"), "Currency", "EUR/USD", "100.1"),
    ("ledger", "two amounts", ledger("1,2026-03-05,5 EUR 6 USD,,EUR,1,C,P,S,x,"), "Debit", "5 EUR 6 USD", "100.1"),
    ("ledger", "no currency", ledger("1,2026-03-05,5,,,1,C,P,S,x,"), "Currency", None, "100.1"),
    ("ledger", "no amount", ledger("1,2026-03-05,,,EUR,1,C,P,S,x,"), "Debit", None, "100.1"),
    ("ledger", "formula", ledger("1,2026-03-05,=1+1,,EUR,1,C,P,S,x,"), "Debit", "=1+1", "100.1"),
    ("ledger", "NUL", ledger("1,2026-03-05,5,,EUR,1,C,P,S\0A,x,"), "Supplier", "S\\x00A", "100.1"),
    ("timesheet", "no day", sheet("Ana,,7,Engineer,Search,P1,"), "Date", None, "750"),
    ("timesheet", "no rate", sheet("Ana,2026-03-02,1,Gardener,,P1,"), "Role", "Gardener", "750"),
    ("timesheet", "no hours", sheet("Ana,2026-03-02,,Engineer,Search,P1,"), "Hours", None, "750"),
    ("timesheet", "formula", sheet("Ana,2026-03-02,=1+1,Engineer,Search,P1,"), "Hours", "=1+1", "750"),
    ("timesheet", "NUL", sheet("Ana,2026-03-02,1,Engi\0neer,Search,P1,"), "Role", None, "750"),
    ("litellm", "no day", documents(LOG, without(LOG, "startTime")), "startTime", None, "0.5"),
    ("litellm", "formula", documents(LOG, {**LOG, "spend": "=1+1"}), "spend", "=1+1", "0.5"),
    ("litellm", "NUL", documents(LOG) + b'\n{"\0": 1}', None, None, "0.5"),
    ("litellm", "cut off", documents(LOG, LOG)[:-20], None, None, "0.5"),
    ("openai", "no day", documents(page(cost("1")), {"data": [{"results": [cost("2")]}]}), "start_time", None, "1"),
    ("openai", "two currencies", openai(**euros("2", "usd/eur")), "currency", "usd/eur", "1"),
    ("openai", "no amount", openai(**euros(None)), "value", None, "1"),
    ("openai", "formula", openai(**euros("=1+1")), "value", "=1+1", "1"),
    ("openai", "cut off", documents(page(cost("1")), page(cost("1")))[:-20], None, "*", "1"),
    ("anthropic", "two currencies", anthropic(currency="USD/EUR"), "currency", "USD/EUR", "1"),
    ("anthropic", "no amount", anthropic(amount=None), "amount", None, "1"),
    ("anthropic", "formula", anthropic(amount="=1"), "amount", "=1", "1"),
    ("anthropic", "cut off", anthropic() + anthropic()[:40], None, "*", "3"),
    ("request_log", "no day", requests(",1,1"), "TIMESTAMP", None, "4808"),
    ("request_log", "negative", requests("2026-08-20,-1,1"), "ContextTokens", "-1", "4808"),
    ("request_log", "formula", requests("2026-08-20,=1,1"), "ContextTokens", "=1", "4808"),
    ("request_log", "NUL", requests("2026-08-20,1\0,1"), "ContextTokens", "*", "4808"),
    ("prices", "no day", documents(PRICE, without(PRICE, "start")), None, "*", "2.5"),
    ("prices", "two currencies", documents(PRICE, {**PRICE, "currency": "EUR/USD"}), "currency", "EUR/USD", "2.5"),
    ("prices", "negative", documents(PRICE, {**PRICE, "price": "-1"}), "price", "-1", "2.5"),
    ("prices", "no price", documents(PRICE, without(PRICE, "price")), None, "*", "2.5"),
    ("prices", "formula", documents(PRICE, {**PRICE, "price": "=1"}), None, "*", "2.5"),
    ("prices", "cut off", documents(PRICE, PRICE)[:-60], None, "*", "2.5"),
]
SUMS = {"cost": "billed", "usage": "cost", "price": "price"}


def total(world: World, reader: str) -> Decimal:
    if reader == "request_log":
        return D(sum(row["input"] for row in world.rows("usage")))
    (table,) = {batch.table for delivery in world.plan.deliveries.values() for batch in delivery.batches}
    return world.total(table, SUMS[table])


@pytest.mark.parametrize(
    ("reader", "raw", "column", "value", "rest"),
    [pytest.param(reader, *more, id=f"{reader} {what}") for reader, what, *more in WRONG],
)
def test_a_wrong_row_is_refused_in_words_and_costs_no_other(
    reader: str, raw: bytes, column: str | None, value: str | None, rest: str, world: World
) -> None:
    staged = world.take(reader, raw, rate=rates)
    assert staged.refused == 1
    (finding,) = [one for one in staged.findings if one.code == "row-refused"]
    assert finding.line == (3 if (reader, rest) == ("anthropic", "3") else 2)
    assert finding.column == column
    assert finding.value == value if value != "*" else finding.value
    assert finding.message.endswith(".") and len(finding.message.split()) > 6, "what is wrong, and what to do"
    assert total(world, reader) == D(rest)
    kept = world.store.rejects(staged.delivery.rejects_sha256 or "").read_text()
    assert kept.startswith("line,column,value,reason\n")
    assert not [line for line in kept.splitlines() if ",=" in line], "no spreadsheet runs it"


@pytest.mark.parametrize(
    ("reader", "raw", "sum"),
    [
        ("focus", bill({"BilledCost": "10"}, {"BilledCost": "-4", "ChargeClass": "Correction"}), "6"),
        ("ledger", INPUTS["ledger"], "60.10"),
        ("timesheet", sheet("Ana,2026-03-31,-2,Engineer,Search,P1,"), "550"),
        ("litellm", documents(LOG, {**LOG, "spend": -0.25}), "0.25"),
        ("openai", openai(**euros("-0.5")), "0.5"),
        ("anthropic", anthropic(amount="-50"), "0.5"),
    ],
)
def test_negative_and_corrected_lines_count_as_they_are(reader: str, raw: bytes, sum: str, world: World) -> None:
    staged = world.take(reader, raw, rate=rates)
    assert (staged.refused, total(world, reader)) == (0, D(sum))


@pytest.mark.parametrize(
    ("reader", "raw", "words"),
    [
        ("openai", documents(page(completions())), "No price is known of “gpt-4o” of openai"),
        ("request_log", requests("2026-08-20,1,1"), "No model is named"),
        ("litellm", documents(without(LOG, "spend"), LOG), "1 rows of usage say tokens and no cost"),
    ],
)
def test_a_missing_price_is_a_finding_and_not_a_zero(reader: str, raw: bytes, words: str, world: World) -> None:
    staged = world.take(reader, raw)
    (finding,) = staged.findings
    assert (finding.code, finding.severity) == ("price-missing", "warning")
    assert words in finding.message and finding.remedy
    costs = [row["cost"] for row in world.rows("usage")]
    assert None in costs and D(0) not in costs


# What is no input at all

EMOJI = {
    "focus": bill({"ServiceName": "Grüße 📈 =1"}),
    "ledger": ledger("1,2026-03-05,5,,USD,1,C,P,📈 Müller,=cmd|' /C calc'!A0,"),
    "timesheet": sheet("Ana 📈,2026-03-31,1,Engineer,Search,📈,"),
    "litellm": documents({**LOG, "model": "📈"}),
    "openai": openai(line_item="📈 =1+1"),
    "anthropic": anthropic(description="📈 =1+1"),
    "request_log": f"{REQUESTS},Model\n{REQUEST},📈\n".encode(),
    "prices": documents({**PRICE, "model": "📈"}),
    "jira": documents({"issues": [jira_issue(summary="📈 =1+1")]}),
    "jira_csv": FLOW_INPUTS["jira_csv"].replace(b"Buy with", "=1 📈".encode()),
    "devlake": FLOW_INPUTS["devlake"].replace(b",Buy,", ",=1 📈,".encode()),
    "github": documents(github_issue(title="📈 =1+1")),
    "azure_devops": documents({"values": [revision(1, "2026-03-01T22:00:00Z", "=New 📈")]}),
    "state_dates": FLOW_INPUTS["state_dates"].replace(b"Doing", "=1 📈".encode()),
    "keps": FLOW_INPUTS["keps"].replace(b"v1.21", "=📈".encode()),
}


@pytest.mark.parametrize("reader", READERS)
def test_emoji_and_formulas_in_words_are_words(reader: str, world: World) -> None:
    assert world.take(reader, EMOJI[reader], rate=rates).refused == 0
    delivery = next(iter(world.plan.deliveries.values()))
    told = json.dumps(world.rows(delivery.batches[0].table), default=str, ensure_ascii=False)
    assert "📈" in told


def zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/worksheets/a.xml", "w") as out:
        for _ in range(100):
            out.write(b"<row/>" * 500_000)
    return held.getvalue()


BARE = {
    "focus": bill(), "ledger": f"{LEDGER}\n".encode(), "timesheet": f"{SHEET}\n".encode(), "litellm": b"[]",
    "openai": b'{"object": "page", "data": []}', "anthropic": b'{"object": "page", "data": []}',
    "request_log": f"{REQUESTS}\n".encode(), "prices": b"\n", "jira": b'{"issues": []}', "github": b"[]",
    "azure_devops": b'{"values": []}',
    **{name: FLOW_INPUTS[name].split(b"\n")[0] for name in ("jira_csv", "devlake", "state_dates", "keps")},
}  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "what", ["empty", "header only", "NUL bytes", "gzip bomb", "zip bomb", "half a gzip", "Parquet"]
)
def test_what_is_no_input_leaves_nothing(reader: str, what: str, world: World) -> None:
    raw = {
        "empty": lambda: b"",
        "header only": lambda: BARE[reader],
        "NUL bytes": lambda: bytes(5000),
        "gzip bomb": lambda: gzip.compress(bytes(150 << 20), 1),
        "zip bomb": zipped,
        "half a gzip": lambda: gzip.compress(INPUTS[reader] * 50)[:-30],
        "Parquet": lambda: b"PAR1" + bytes(range(256)) * 8 + b"PAR1",
    }[what]()
    with pytest.raises(Invalid) as refused:
        world.take(reader, raw, rate=rates)
    assert refused.value.message.endswith(".") and refused.value.remedy
    assert not world.plan.deliveries
    assert not list(world.store.files()) and not list((world.store.folder / "staging").iterdir())


@pytest.mark.parametrize(
    "reader", [name for name in READERS if READERS[name].form == "pages" and name not in WHOLE_TABLES]
)
def test_what_is_no_text_is_refused_line_by_line(reader: str, world: World) -> None:
    good = INPUTS[reader]
    bad = b'{"x": "Gr\x81\xdfe"}' if good[:1] == b"{" else b"Gr\x81\xdfe,2026-03-02,1"
    staged = world.take(reader, good.rstrip(b"\n") + b"\n" + bad + b"\n", rate=rates)
    told = [one.message for one in staged.findings if "utf-8" in one.message.lower()]
    assert len(told) == 1 and staged.refused < staged.rows_in


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("reader", ["focus", "ledger"])
def test_text_in_another_encoding_is_read(reader: str, encoding: str, world: World) -> None:
    text = (
        bill({"ServiceName": "Größe für Übung"})
        if reader == "focus"
        else ledger("1,2026-03-05,5,,USD,1,C,P,Größe für Übung,x,")
    ).decode()
    assert world.take(reader, text.encode(encoding)).refused == 0
    assert any("Größe für Übung" in str(row) for row in world.rows("cost"))


def test_a_part_that_stands_twice_is_refused() -> None:
    raw = bill({})
    with pytest.raises(Invalid, match=r"b\.csv is the same as a\.csv: it would count twice") as refused:
        list(joined([("a.csv", [raw]), ("b.csv", [raw])]))
    assert "Nothing was taken in" in str(refused.value.remedy)


def test_a_quotation_mark_that_is_not_closed_costs_its_own_row(world: World) -> None:
    rows = bill({}, {}, {}, {}).splitlines(keepends=True)
    rows[2] = rows[2].replace(b"Machines", b'"Machines')
    staged = world.take("focus", b"".join(rows))
    (finding,) = staged.findings
    assert (staged.refused, finding.line, finding.column) == (1, 2, "ServiceName")
    assert "Close its quotation marks" in finding.message
    assert total(world, "focus") == D("3.75")


def test_a_name_that_is_a_path_is_a_name(world: World, tmp_path: Path) -> None:
    before = sorted(path for path in tmp_path.rglob("*") if "facts" not in path.parts)
    world.take("focus", bill({}), name="../../../etc/passwd")
    outside = sorted(path for path in tmp_path.rglob("*") if not path.is_relative_to(world.store.folder))
    assert [path for path in outside if path.is_file()] == [path for path in before if path.is_file()]
