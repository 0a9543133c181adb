"""``northing usage``, ``price`` and ``why`` on the sample: held against the files, and receipts put together again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from .conftest import Terminal
from .rows_read import NEAR, Rows, euro
from .test_money import told

SEPTEMBER = ("2026-09-01", "2026-10-01")
AUGUST = ("2026-08-01", "2026-09-01")


def test_usage_is_what_the_files_say(terminal: Terminal) -> None:
    rows = Rows(terminal)
    said = told(terminal, "usage", "--from", SEPTEMBER[0], "--until", SEPTEMBER[1])
    for name in ("requests", "input", "output"):
        wanted = sum(rows.sums("usage", name, *SEPTEMBER).values())
        assert Decimal(said["total"][name]["value"]) == wanted > 0, name
        assert sum(Decimal(one["total"][name]["value"]) for one in said["rows"]) == wanted
    assert abs(euro(said["total"]["cost"]) - rows.euro(rows.sums("usage", "cost", *SEPTEMBER))) < NEAR
    model = max(said["rows"], key=lambda one: Decimal(one["total"]["requests"]["value"]))
    wanted = sum(rows.sums("usage", "requests", *SEPTEMBER, f"model = '{model['key']}'").values())
    assert Decimal(model["total"]["requests"]["value"]) == wanted
    assert model["title"] in terminal("usage", "--period", "2026-09").out
    of_one = told(terminal, "usage", "INV-0013", "--from", SEPTEMBER[0], "--until", SEPTEMBER[1])
    assert 0 < Decimal(of_one["total"]["requests"]["value"]) < Decimal(said["total"]["requests"]["value"])


def test_effects_add_up_and_other_prices_cost_otherwise(terminal: Terminal) -> None:
    rows = Rows(terminal)
    said = told(terminal, "usage", "effects", "--before", *AUGUST, "--after", *SEPTEMBER)
    before, after = (rows.euro(rows.sums("usage", "cost", *days)) for days in (AUGUST, SEPTEMBER))
    assert abs(Decimal(said["cost_before"]["EUR"]) - before) < NEAR
    assert abs(Decimal(said["cost_after"]["EUR"]) - after) < NEAR
    effects = {name: euro(one) for name, one in said["effects"].items()}
    assert abs(effects["change"] - (after - before)) < NEAR
    assert abs(sum(effects[one] for one in ("volume", "mix", "price", "joint")) - effects["change"]) < NEAR
    assert "Volume" in terminal("usage", "effects", "--before", *AUGUST, "--after", *SEPTEMBER).out
    other = told(terminal, "usage", "reprice", "--on", "2026-08-20", "--period", "2026-09")
    figures = {name: euro(one) for name, one in other["figures"].items()}
    assert abs(figures["cost"] - after) < NEAR
    assert abs(figures["repriced"] - figures["cost"] - figures["difference"]) < NEAR
    assert "Would have cost" in terminal("usage", "reprice", "--on", "2026-08-20", "--period", "2026-09").out


def test_a_model_costs_what_the_price_list_says_of_that_day(terminal: Terminal) -> None:
    days = ("2026-01-01", "2026-10-01")
    said = [told(terminal, "price", "halden-4-large", "--provider", "Halden AI", "--on", day) for day in days]
    assert "Did you mean “halden-4-large”?" in terminal("price", "halden-4-larg", "--provider", "Halden AI").err
    for one in said:
        assert {price["tokens"] for price in one} >= {"input", "output"}
        assert all(Decimal(price["price"]) > 0 for price in one)
    assert said[0] != said[1], "a price that fell"
    assert terminal("price", "halden-4-large", "--provider", "Halden AI", "--on", days[0]).code == 0
    assert told(terminal, "price", "no-such-model") == []
    missing = terminal("price", "no-such-model")
    assert (missing.code, "Nobody knows" in missing.err) == (4, True)
    assert terminal("price", "halden-4-large", "--on", "soon").code == 2


@pytest.mark.parametrize(
    "address",
    [
        "money.actual level=investment id=INV-0003",
        "money.actual level=organisation",
        "spend.unattributed",
        "spend.billed",
    ],
)
def test_the_rows_of_a_receipt_add_up_to_the_figure(terminal: Terminal, address: str) -> None:
    asked = ("why", *address.split(), f"from={SEPTEMBER[0]}", f"until={SEPTEMBER[1]}")
    said = told(terminal, *asked, "--rows", "5000")
    assert said["rows_total"] == len(said["rows"]) > 0
    assert abs(sum(map(counted, said["rows"])) - euro(said)) < NEAR
    assert abs(sum(one["sign"] * Decimal(one["value"]["EUR"]) for one in said["terms"]) - euro(said)) < NEAR
    page = told(terminal, *asked, "--rows", "3", "--offset", "2")
    assert page["rows"] == said["rows"][2:5]
    shown = terminal(*asked).out
    assert said["formula"] in shown
    assert said["rows"][0]["input"] in shown


def counted(row: dict[str, Any]) -> Decimal:
    """Stated × share × rate."""
    return Decimal(row["stated"]) * Decimal(row["share"] or 1) * Decimal(row["rate"] or 1)


def test_a_receipt_of_the_past_stays_what_it_was(terminal: Terminal) -> None:
    then = told(terminal, "why", "money.eac", "level=organisation", "--at", "400")
    assert euro(then) == euro(told(terminal, "money", "--at", "400")["whole"]["eac"])
    assert euro(then) != euro(told(terminal, "why", "money.eac", "level=organisation"))
    assert {one["name"] for one in told(terminal, "why", "--list")} >= {"money.eac", "spend.unattributed", "usage.cost"}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("usage", "--by", "colour"), 2, "model, provider"),
        (("usage", "--where", "provider ="), 2, "filter stops"),
        (("usage", "INV-9999"), 4, "INV-9999"),
        (("usage", "effects"), 2, "--before"),
        (("usage", "effects", "--before", *AUGUST[::-1], "--after", *SEPTEMBER), 2, "backwards"),
        (("usage", "reprice", "--on", "soon"), 2, "soon"),
        (("why",), 2, "--list"),
        (("why", "nope"), 4, "no measure “nope”"),
        (("why", "money.eac", "level=investment", "id=INV-9999"), 4, "INV-9999"),
        (("why", "money.eac", "colour=red"), 2, "level, id"),
        (("why", "money.actual", "from=soon"), 2, "2026-03-31"),
        (("why", "money.eac", "--in", "ZZZ"), 2, "ISO 4217"),
        (("why", "money.eac", "--at", "nope"), 4, "tag:NAME"),
    ],
)
def test_what_cannot_be_asked_is_said(terminal: Terminal, arguments: tuple[str, ...], code: int, words: str) -> None:
    done = terminal(*arguments)
    assert done.code == code, done
    assert words in done.err
    assert terminal("--json", *arguments).json["message"]
