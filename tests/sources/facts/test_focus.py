"""Bills in FOCUS: what is dirt and is read all the same, what is refused in words, and what nobody guesses."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from northing.portfolio.errors import Invalid
from northing.sources.facts import READERS, guess_reader
from tests.sources.facts.bench import World, about

ROW = {
    "BillingAccountId": "123",
    "BillingPeriodStart": "2025-03-01T00:00:00Z",
    "BillingPeriodEnd": "2025-04-01T00:00:00Z",
    "ChargePeriodStart": "2025-03-05T10:00:00Z",
    "ChargePeriodEnd": "2025-03-05T11:00:00Z",
    "BilledCost": "1.25",
    "EffectiveCost": "1.00",
    "BillingCurrency": "EUR",
    "InvoiceIssuerName": "Cloud SA",
    "ProviderName": "Cloud",
    "ServiceCategory": "Compute",
    "ServiceName": "Machines",
    "ChargeCategory": "Usage",
    "Tags": "",
}


def bill(*rows: Mapping[str, str], delimiter: str = ",") -> bytes:
    """A bill whose rows are like ``ROW`` but for what is said; a column told as None is left out of all."""
    names = dict.fromkeys([*ROW, *(name for row in rows for name in row)])
    text = io.StringIO()
    writer = csv.DictWriter(text, list(names), delimiter=delimiter)
    writer.writeheader()
    writer.writerows({**ROW, **row} for row in rows)
    return text.getvalue().encode()


def only(world: World, row: Mapping[str, str], **more: Any) -> Mapping[str, Any]:
    staged = world.take("focus", bill(row), **more)
    assert [finding.message for finding in staged.findings] == []
    return world.rows("cost")[0]


def by_line(world: World) -> list[Mapping[str, Any]]:
    """The rows in the order in which they came."""
    return sorted(world.rows("cost"), key=lambda row: row["line"])


def refusal(world: World, row: Mapping[str, str], **more: Any) -> tuple[str | None, str | None, str]:
    """What is said of *row* when it comes with a good one: column, value, reason. The good one is taken in."""
    staged = world.take("focus", bill({}, row), **more)
    assert (staged.rows_in, staged.refused, len(world.rows("cost"))) == (2, 1, 1)
    finding = staged.findings[-1]
    assert finding.line == 2
    return finding.column, finding.value, finding.message


AMOUNTS = {
    "$10,000.00 ": "10000",
    "(12.50)": "-12.5",
    "($1,234.56)": "-1234.56",
    "12.50-": "-12.5",
    "1.5E-07": "0.00000015",
    "2e3": "2000",
    " 7 ": "7",
    "-0.000000000001": "-0.000000000001",
    "USD 5": "5",
    ".5": "0.5",
    "1234567": "1234567",
}


def test_amounts_as_people_and_spreadsheets_write_them(world: World) -> None:
    world.take("focus", bill(*({"BilledCost": said, "BillingCurrency": "USD"} for said in AMOUNTS)))
    assert [row["billed"] for row in by_line(world)] == [Decimal(meant) for meant in AMOUNTS.values()]


NO_AMOUNTS = "NaN|Infinity|-inf|=1+1|1,23|12 and a half|1e400|9999999999999|1-2|€€|--5|".split("|")


def test_what_is_no_amount_is_refused_and_the_rest_taken_in(world: World) -> None:
    staged = world.take("focus", bill({}, *({"BilledCost": said} for said in NO_AMOUNTS), {}))
    assert [(each.line, each.column, each.value or "") for each in staged.findings] == [
        (line, "BilledCost", said) for line, said in enumerate(NO_AMOUNTS, 2)
    ]
    assert all("write digits" in each.message for each in staged.findings)
    assert len(world.rows("cost")) == 2


def test_an_effective_cost_that_is_missing_stays_empty_and_one_that_is_wrong_is_refused(world: World) -> None:
    assert only(world, {"EffectiveCost": "NULL"})["effective"] is None
    assert refusal(World(world.store.folder / "b"), {"EffectiveCost": "x"})[0] == "EffectiveCost"


def test_a_row_is_in_one_currency(world: World) -> None:
    wrong = [("", "1"), ("EUR/USD", "1"), ("Token", "1"), ("EUR", "$5.00"), ("USD", "£5")]
    staged = world.take("focus", bill({}, *({"BillingCurrency": one, "BilledCost": cost} for one, cost in wrong)))
    assert [each.column for each in staged.findings] == ["BillingCurrency"] * 3 + ["BilledCost"] * 2
    assert all("currency" in each.message.lower() for each in staged.findings)


def test_the_currency_of_the_source_stands_where_the_bill_names_none(world: World) -> None:
    assert only(world, {"BillingCurrency": ""}, currency="CHF")["currency"] == "CHF"


INSTANTS = {
    "2024-09-18 22:00:00": date(2024, 9, 18),
    "2024-09-18": date(2024, 9, 18),
    "2024-09-18T23:30:00-02:00": date(2024, 9, 19),
    "2024-09-18T23:30:00.123-0200": date(2024, 9, 19),
    "2024-09-18T00:30:00+02:00": date(2024, 9, 17),
    "2024-09-18 00:30:00+02": date(2024, 9, 17),
    "2024-09-18T22:00Z": date(2024, 9, 18),
    "2024-09-18 22:00:00 UTC": date(2024, 9, 18),
    "2024/09/18": date(2024, 9, 18),
    "2024-09-18 22:00:00.1234567": date(2024, 9, 18),
}


def test_instants_belong_to_their_day_in_utc(world: World) -> None:
    world.take("focus", bill(*({"ChargePeriodStart": said, "ChargePeriodEnd": ""} for said in INSTANTS)))
    assert [row["day"] for row in by_line(world)] == list(INSTANTS.values())


NO_DAYS = "|0000-01-01|soon|2025-02-30|9999-01-01|infinity|5/1/25x|45000|2025-03-01 Europe/Berlin".split("|")


def test_a_day_that_cannot_be_meant_is_refused(world: World) -> None:
    staged = world.take("focus", bill({}, *({"ChargePeriodStart": said, "ChargePeriodEnd": ""} for said in NO_DAYS)))
    assert [(each.column, each.value or "") for each in staged.findings] == [
        ("ChargePeriodStart", said) for said in NO_DAYS
    ]


def test_a_missing_period_is_said(world: World) -> None:
    assert refusal(world, {"BillingPeriodStart": ""})[:2] == ("BillingPeriodStart", None)


def test_a_charge_does_not_end_before_it_begins(world: World) -> None:
    assert "ends before" in refusal(world, {"ChargePeriodEnd": "2025-03-01T00:00:00Z"})[2]


def test_a_charge_of_months_says_until_when(world: World) -> None:
    row = only(world, {"ChargePeriodStart": "2025-03-01T00:00:00Z", "ChargePeriodEnd": "2026-03-01T00:00:00Z"})
    assert (row["day"], row["until"]) == (date(2025, 3, 1), date(2026, 3, 1))
    assert only(World(world.store.folder / "b"), {})["until"] is None


FIGURES = {
    "BillingPeriodStart": "5/1/25",
    "BillingPeriodEnd": "6/1/25",
    "ChargePeriodStart": "5/2/25",
    "ChargePeriodEnd": "5/3/25",
}


def test_the_order_of_day_and_month_is_told_by_periods_that_begin_on_the_first(world: World) -> None:
    row = only(world, FIGURES)
    assert (row["day"], row["billing_period"]) == (date(2025, 5, 2), date(2025, 5, 1))
    european = {name: f"{said.split('/')[1]}/{said.split('/')[0]}/2025" for name, said in FIGURES.items()}
    row = only(World(world.store.folder / "b"), european)
    assert (row["day"], row["billing_period"]) == (date(2025, 5, 2), date(2025, 5, 1))


def test_a_part_above_twelve_tells_the_order_for_the_whole_file(world: World) -> None:
    dates = dict.fromkeys(FIGURES, "") | {"BillingPeriodStart": "2025-05-01"}
    world.take("focus", bill(dates | {"ChargePeriodStart": "03/04/2025"}, dates | {"ChargePeriodStart": "13/04/2025"}))
    assert [row["day"] for row in world.rows("cost")] == [date(2025, 4, 3), date(2025, 4, 13)]


def test_an_order_that_could_be_either_way_is_asked_and_not_guessed(world: World) -> None:
    dates = dict.fromkeys(FIGURES, "") | {"BillingPeriodStart": "2025-05-01", "ChargePeriodStart": "03/04/2025"}
    with pytest.raises(Invalid, match="Does the day or the month stand first") as asked:
        world.take("focus", bill(dates))
    assert "date_order" in str(asked.value.remedy)
    assert only(world, dates, options={"date_order": "dmy"})["day"] == date(2025, 4, 3)
    assert only(World(world.store.folder / "b"), dates, options={"date_order": "mdy"})["day"] == date(2025, 3, 4)
    with pytest.raises(Invalid, match="no order"):
        world.take("focus", bill(dates), options={"date_order": "ydm"})


def test_a_date_that_means_the_same_either_way_is_not_asked(world: World) -> None:
    assert only(world, dict.fromkeys(FIGURES, "1/1/25"))["day"] == date(2025, 1, 1)


def test_a_decimal_comma_is_told_by_the_column(world: World) -> None:
    rows = [{"BilledCost": "1.234,56", "EffectiveCost": "0,5"}, {"BilledCost": "1.000", "EffectiveCost": "2"}]
    world.take("focus", bill(*rows, delimiter=";"))
    assert [row["billed"] for row in world.rows("cost")] == [Decimal("1234.56"), Decimal(1000)]


TAGS: dict[str, Any] = {
    '{"project": "chat", "n": 1}': {"project": "chat", "n": 1},
    '"project": "chat","env": "dev"': {"project": "chat", "env": "dev"},
    "project=chat;env=dev": {"project": "chat", "env": "dev"},
    "project = chat, env=a=b": {"project": "chat", "env": "a=b"},
    "{project=chat, env=dev}": {"project": "chat", "env": "dev"},
    'say="hi"\\': {"say": '"hi"\\'},
    "whatever": {"Tags": "whatever"},
    "[1, 2]": {"Tags": "[1, 2]"},
    '{"broken": ': {"Tags": '{"broken":'},
    "{}": None,
    "NULL": None,
}


def test_tags_are_an_object_however_they_are_written(world: World) -> None:
    world.take("focus", bill(*({"Tags": said} for said in TAGS)))
    found = [row["tags"] for row in by_line(world)]
    assert [tags if tags is None else json.loads(tags) for tags in found] == list(TAGS.values())


def test_what_has_no_column_of_its_own_is_kept_among_the_tags(world: World) -> None:
    row = only(
        world,
        {
            "Tags": '{"env": "dev"}', "x_project": 'Chat "one"', "InvoiceId": "I-1", "CommitmentDiscountId": "NULL",
            "PublisherName": "Somebody else", "PricingCurrency": "EUR", "PricingCurrencyEffectiveCost": "1",
        },
    )  # fmt: skip
    assert json.loads(row["tags"]) == {
        "env": "dev", "x_project": 'Chat "one"', "InvoiceId": "I-1", "PublisherName": "Somebody else",
    }  # fmt: skip
    assert world.facts.tags("cost") == ["InvoiceId", "PublisherName", "env", "x_project"]


def test_tokens_of_a_vendor_are_a_quantity_and_not_money(world: World) -> None:
    row = only(
        world,
        {
            "PricingCurrency": "Token", "PricingCurrencyEffectiveCost": "245", "ConsumedQuantity": "5",
            "ConsumedUnit": "Execution",
        },
    )  # fmt: skip
    assert (row["quantity"], row["unit"], row["currency"], row["billed"]) == (245, "Token", "EUR", Decimal("1.25"))
    assert json.loads(row["tags"])["ConsumedUnit"] == "Execution"


def test_a_quantity_too_large_to_be_kept_is_among_the_tags(world: World) -> None:
    row = only(world, {"ConsumedQuantity": "123456789012345678", "ConsumedUnit": "Bytes"})
    assert row["quantity"] is None
    assert json.loads(row["tags"]) == {"ConsumedQuantity": "123456789012345678"}


def test_ai_is_told_by_category_and_by_known_names(world: World) -> None:
    ai = [
        {"ServiceCategory": "AI and Machine Learning"}, {"ServiceSubcategory": "Generative AI"},
        {"ServiceName": "Amazon Bedrock"}, {"ProviderName": "OpenAI"}, {"PublisherName": "Anthropic, PBC"},
    ]  # fmt: skip
    world.take("focus", bill(*ai, {"ServiceName": "Bedrockton hotels"}, {"ServiceName": "Chemgptide"}, {}))
    assert [row["ai"] for row in by_line(world)] == [True] * 5 + [False] * 3


def test_credits_and_corrections_stay_lines_of_their_own(world: World) -> None:
    staged = world.take(
        "focus",
        bill(
            {"BilledCost": "10"},
            {"BilledCost": "-4", "ChargeCategory": "Credit"},
            {"BilledCost": "-10", "ChargeClass": "Correction"},
        ),
    )
    assert staged.totals["cost"]["EUR"]["billed"] == Decimal(-4)
    assert [row["charge_class"] for row in world.rows("cost")] == [None, None, "Correction"]


def test_a_bill_delivered_again_replaces_itself_and_no_other(world: World) -> None:
    april = {name: said.replace("-03-", "-04-") for name, said in ROW.items() if "Period" in name and "End" not in name}
    april |= {"ChargePeriodEnd": "", "BillingPeriodEnd": ""}
    world.take("focus", bill({}, april))
    world.take("focus", bill({"BilledCost": "2"}))
    assert [row["billed"] for row in world.rows("cost")] == [Decimal(2), Decimal("1.25")]


def test_other_spellings_of_the_columns_and_a_byte_order_mark(world: World) -> None:
    text = bill({}).decode().replace("BilledCost", "billed_cost").replace("ChargePeriodStart", "Charge Period Start")
    world.take("focus", b"\xef\xbb\xbf" + text.encode())
    assert world.total("cost", "billed") == Decimal("1.25")


def test_newer_columns_come_before_the_ones_they_replace(world: World) -> None:
    assert only(world, {"ServiceProviderName": "New", "ProviderName": "Old"})["provider"] == "New"


def test_a_file_that_is_no_bill_says_what_is_missing(world: World) -> None:
    with pytest.raises(Invalid, match="no column BilledCost, ChargePeriodStart, BillingCurrency"):
        world.take("focus", b"Date,Amount\n2025-01-01,5\n")
    with pytest.raises(Invalid, match="in the header twice"):
        world.take("focus", b"BilledCost,BilledCost,ChargePeriodStart,BillingCurrency\n1,2,2025-01-01,EUR\n")
    assert not world.plan.deliveries


def test_a_nul_byte_or_a_row_too_short_costs_no_other_row(world: World) -> None:
    raw = bill({}, {}, {}).splitlines(keepends=True)
    raw[2] = b"just,three,cells\n"
    staged = world.take("focus", b"".join(raw))
    assert (staged.refused, len(world.rows("cost"))) == (1, 2)


def test_parquet_is_read_like_csv(world: World) -> None:
    import duckdb

    target = world.store.folder.parent / "bill.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    duckdb.connect().execute(
        "COPY (SELECT DATE '2025-03-01' AS BillingPeriodStart, TIMESTAMP '2025-03-05 10:00:00' AS ChargePeriodStart,"
        " CAST(1.25 AS DECIMAL(18,6)) AS BilledCost, 0.1::DOUBLE AS EffectiveCost, 'EUR' AS BillingCurrency,"
        " MAP {'project': 'chat'} AS Tags, NULL::VARCHAR AS ServiceName, '9' AS BillingAccountId)"
        f" TO '{target}' (FORMAT parquet)"
    )
    world.take("focus", target.read_bytes(), name="bill.parquet")
    row = world.rows("cost")[0]
    assert (row["day"], row["billed"], row["effective"]) == (date(2025, 3, 5), Decimal("1.25"), Decimal("0.1"))
    assert json.loads(row["tags"]) == {"project": "chat"}


def test_the_machines_zone_changes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    raw = bill(
        {"ChargePeriodStart": "2025-03-31T23:30:00Z", "ChargePeriodEnd": ""},
        {"ChargePeriodStart": "2025-03-31 23:30:00", "ChargePeriodEnd": ""},
    )
    found = []
    for zone in ("UTC", "Pacific/Kiritimati", "America/Los_Angeles"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        here = World(world.store.folder / zone.replace("/", "-"))
        here.take("focus", raw)
        found.append(here.rows("cost"))
    monkeypatch.undo()
    time.tzset()
    assert found[0] == found[1] == found[2]
    assert {row["day"] for row in found[0]} == {date(2025, 3, 31)}


def test_a_bill_is_recognised(world: World) -> None:
    assert guess_reader("x.csv", bill({}))[0][0].name == "focus"
    assert READERS["focus"].fits("x.csv", b"") == 0
    assert READERS["focus"].fits("x.csv", b"a,b\n1,2\n") == 0
    assert about("focus").source.reader == "focus"
