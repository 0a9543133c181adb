"""Whatever comes in: a reader gives rows, refuses rows in words, or says that this is no input of its kind."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from northing.portfolio.errors import NorthingError
from northing.sources.facts import READERS, guess_reader
from tests.sources.facts.bench import Taken, World, about, pieces
from tests.sources.facts.flow_inputs import FLOW_INPUTS
from tests.sources.facts.test_focus import bill
from tests.sources.facts.test_gateway import LOG
from tests.sources.facts.test_ledger import ENGLISH
from tests.sources.facts.test_providers import completions, cost, page
from tests.sources.facts.test_request_log import LOG as REQUESTS
from tests.sources.facts.test_timesheet import SHEET, rates

INPUTS = {
    "focus": bill({}, {"BilledCost": "-3"}),
    "ledger": ENGLISH,
    "timesheet": SHEET,
    "litellm": json.dumps(LOG).encode(),
    "openai": json.dumps(page(cost("0.25"), completions())).encode(),
    "anthropic": json.dumps(page({"amount": "12.5"}, start="2026-03-02T00:00:00Z", field="starting_at")).encode(),
    "request_log": REQUESTS,
    "prices": b'{"catalogue":"list","version":"1","provider":"p","model":"m","tokens":"input","start":"2026-01-01","price":"2.5","origin":"list 1"}\n',
    **FLOW_INPUTS,
}
JUNK = {
    "empty": b"",
    "blank": b"\n\n  \n",
    "nul": b"\x00" * 500,
    "text": b"Dear all,\nplease find attached the figures.\n",
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    "zip": b"PK\x03\x04" + bytes(200),
    "parquet": b"PAR1" + bytes(100) + b"PAR1",
    "json text": b'"just a text"',
    "json cut": b'{"data": [{"results": [{"amount": "1',
    "json deep": b'{"a":' * 5000,
    "html": b"<!doctype html><html><body>Sign in</body></html>",
    "quotes": b'"""""\n"\n""",",\n',
}


def test_every_reader_has_an_input_here() -> None:
    assert set(INPUTS) == set(READERS)


@pytest.mark.parametrize("reader", READERS)
def test_each_knows_its_own(reader: str) -> None:
    assert guess_reader("input", INPUTS[reader])[0][0].name == reader
    assert READERS[reader].fits("input", INPUTS[reader][:300]) > 0.5


@pytest.mark.parametrize("reader", READERS)
def test_what_is_of_another_kind_is_said_in_words(reader: str, world: World) -> None:
    """Nothing is taken in; nothing but an error of ours comes out."""
    for name, raw in {**JUNK, **{name: raw for name, raw in INPUTS.items() if name != reader}}.items():
        try:
            staged = world.take(reader, raw, name=name, rate=rates)
        except NorthingError:
            continue
        assert staged.rows_in == staged.refused or (reader, name) in ALIKE, name
        assert all(finding.message for finding in staged.findings)


ALIKE = {("request_log", "litellm"), ("litellm", "openai"), ("state_dates", "jira_csv"), ("state_dates", "devlake")}
"""Where one kind's input is a sound input of the other, too."""


@settings(deadline=None)
@given(raw=some.binary(max_size=400), size=some.integers(1, 50))
def test_no_bytes_raise_anything_else(raw: bytes, size: int) -> None:
    for name, reader in READERS.items():
        assert 0 <= reader.fits("input", raw) <= 1
        if reader.form == "pages":
            for before in (b"", INPUTS[name][: len(INPUTS[name]) // 2]):
                with suppress(NorthingError):
                    Taken(reader.read(pieces(before + raw, size), about(name, rate=rates)))
                with suppress(NorthingError):
                    list(reader.redact(pieces(before + raw, size), about(name)))


LONG = 200
WHOLE_TABLES = ("ledger", "state_dates")
"""Formats whose tables are read whole, in any encoding; of their long lines test_long_lines tells."""
HEADED = ("timesheet", "request_log", "jira_csv", "devlake", "keps")


@pytest.mark.parametrize(
    "reader", [name for name, reader in READERS.items() if reader.form == "pages" and name not in WHOLE_TABLES]
)
def test_a_line_of_200_megabytes_costs_neither_memory_nor_another_row(reader: str) -> None:
    good = INPUTS[reader]
    opening = b'{"x":"' if good[:1] == b"{" else b""

    def endless() -> Iterator[bytes]:
        yield good.rstrip(b"\n") + b"\n" + opening
        for _ in range(LONG):
            yield b"x" * (1 << 20)
        yield (b'"}' if opening else b"") + b"\n"
        yield good.split(b"\n", 1)[1] if reader in HEADED else good

    whole = Taken(READERS[reader].read([good], about(reader, rate=rates)))
    taken = Taken(READERS[reader].read(endless(), about(reader, rate=rates)))
    assert len(taken.refused) == 1 + 2 * len(whole.refused)
    assert any("MB" in refused.reason for refused in taken.refused)


@pytest.mark.parametrize("reader", ["focus", "litellm", "openai"])
def test_the_order_of_deliveries_of_different_scopes_changes_nothing(reader: str, world: World) -> None:
    """A file of several days or periods, whole, or each by itself in any order."""
    days = range(1, 6)
    parts = {
        "focus": [bill({"BillingPeriodStart": f"2025-0{day}-01", "BilledCost": f"0.{day}1"}) for day in days],
        "litellm": [
            json.dumps(LOG | {"startTime": f"2026-03-0{day}T10:00:00Z", "spend": day / 8}).encode() for day in days
        ],
        "openai": [json.dumps(page(cost(f"0.{day}1"), start=1772409600 + 86_400 * day)).encode() for day in days],
    }[reader]
    table, column = ("usage", "cost") if reader == "litellm" else ("cost", "billed")
    whole = (
        b"".join([parts[0], *(part.split(b"\n", 1)[1] for part in parts[1:])])
        if reader == "focus"
        else b"\n".join(parts)
    )
    world.take(reader, whole)
    expected = world.total(table, column)
    assert expected > 0
    for seed in range(2):
        there = World(world.store.folder / str(seed))
        shuffled = list(parts)
        random.Random(seed).shuffle(shuffled)
        for part in (*shuffled, shuffled[0]):  # and one of them twice
            there.take(reader, part)
        assert there.total(table, column) == expected


def test_an_amount_is_exact_to_twelve_decimals_all_the_way(world: World) -> None:
    world.take("openai", json.dumps(page(*(cost("0.000000000001") for _ in range(1000)))).encode())
    assert world.total("cost", "billed") == Decimal("0.000000001")
