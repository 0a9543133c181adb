"""Real bills, real logs and real price lists, from the bytes to the facts; counted again here by other means."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from northing.portfolio.fact_reading import Price
from northing.portfolio.prices import PriceList, price_on
from northing.portfolio.rates import PriceOverride, TokenKind
from northing.sources.facts.price_catalogue import CATALOGUES, pages, release
from tests.outside.real import DATA, data
from tests.sources.facts.bench import World

EXAMPLES = sorted(path.relative_to(DATA).as_posix() for path in (DATA / "focus" / "saas_examples").rglob("*.csv"))
LOGS = ("llm-traces/AzureLLMInferenceTrace_code.csv", "llm-traces/AzureLLMInferenceTrace_conv.csv")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "facts")


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def plain(said: str) -> Decimal:
    """An amount, read without any of our code."""
    return Decimal(said.replace("$", "").replace(",", "").strip() or "0")


# -- FOCUS


def test_the_focus_sample(world: World) -> None:
    path = data("focus/focus_1.0_sample.csv")
    staged = world.take("focus", path.read_bytes(), name=path.name)
    assert (staged.rows_in, staged.refused, staged.findings) == (1000, 0, ())
    rows = world.rows("cost")
    by_hand = cells(path)
    for column, name in (("billed", "BilledCost"), ("effective", "EffectiveCost"), ("list_cost", "ListCost")):
        assert world.total("cost", column) == sum(Decimal(row[name]) for row in by_hand)
    assert round(world.total("cost", "effective"), 6) == Decimal("14.976514")
    assert round(world.total("cost", "billed"), 6) == Decimal("20.520227")
    ai = [row for row in rows if row["category"] == "AI and Machine Learning"]
    assert (len(ai), round(sum(row["effective"] for row in ai), 6)) == (9, Decimal("-0.151898"))
    assert all(row["ai"] for row in ai)
    compute = sum(row["effective"] for row in rows if row["category"] == "Compute")
    assert round(compute, 6) == Decimal("14.756561")
    assert sum(row["effective"] < 0 for row in rows) == 13
    assert {row["currency"] for row in rows} == {"USD"}
    tagged = [json.loads(row["Tags"]) for row in by_hand if row["Tags"].startswith("{")]
    found = [json.loads(row["tags"]) for row in rows if row["tags"]]
    assert sum("business_unit" in tags for tags in found) == sum("business_unit" in tags for tags in tagged) > 500


@pytest.mark.parametrize("name", EXAMPLES or ["focus/saas_examples"])
def test_every_worked_example_of_focus(world: World, name: str) -> None:
    path = data(name)
    staged = world.take("focus", path.read_bytes(), name=path.name)
    by_hand = cells(path)
    assert (staged.rows_in, staged.refused) == (len(by_hand), 0)
    for column, named in (("billed", "BilledCost"), ("effective", "EffectiveCost"), ("list_cost", "ListCost")):
        assert world.total("cost", column) == sum(plain(row[named]) for row in by_hand)
    # All of them write the month first; 4/1/25 is the first of April.
    assert {(row["billing_period"].month, row["billing_period"].day) for row in world.rows("cost")} == {
        (int(row["BillingPeriodStart"].split("/")[0]), 1) for row in by_hand
    }
    virtual = [row for row in by_hand if row.get("PricingCurrency") == "Token"]
    assert sum(row["quantity"] for row in world.rows("cost") if row["unit"] == "Token") == sum(
        plain(row["PricingCurrencyEffectiveCost"]) for row in virtual
    )


# -- requests


def agreed(provider: str | None, model: str, tokens: str, day: date) -> Price | None:
    amount = {"input": 5, "output": 30}.get(tokens)
    return None if amount is None else Price(amount=Decimal(amount), currency="USD", basis="agreed")


def pieces(*names: str) -> Iterator[bytes]:
    """Files one after the other, in pieces that end anywhere."""
    for name in names:
        with data(name).open("rb") as file:
            while piece := file.read(4099):
                yield piece
        yield b"\n"


def test_one_hour_of_requests(world: World) -> None:
    """Both logs in one delivery, priced as agreed."""
    staged = world.take("request_log", pieces(*LOGS), name="requests.csv", price=agreed, options={"model": "gpt"})
    assert staged.refused == 0
    assert world.total("usage", "requests") == 28_185
    assert world.total("usage", "input") == 40_421_844
    assert world.total("usage", "output") == 4_334_561
    assert round(world.total("usage", "cost"), 2) == Decimal("332.15")
    assert {(row["price_basis"], row["currency"], row["day"]) for row in world.rows("usage")} == {
        ("agreed", "USD", date(2023, 11, 16))
    }


def test_one_hour_of_requests_from_two_sources(world: World) -> None:
    for id, name in zip("ab", LOGS, strict=True):
        world.take("request_log", pieces(name), id=id, price=agreed, options={"model": "gpt"})
    assert world.total("usage", "requests") == 28_185
    assert round(world.total("usage", "cost"), 2) == Decimal("332.15")


# -- prices


@pytest.fixture(scope="module")
def prices(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Both catalogues, taken in as batches."""
    world = World(tmp_path_factory.mktemp("prices") / "facts")
    for id, name in zip("ab", CATALOGUES, strict=True):
        staged = world.take("prices", pages(name), name=release(name), id=id)
        assert (staged.refused, staged.rows_in > 5_000) == (0, True)
        assert staged.delivery.scopes == {"price": [name]}
    return world


@pytest.mark.parametrize(("day", "listed"), [(20, ("5.00", "30.00")), (22, ("4.00", "20.00"))])
def test_list_price_of_a_model_on_a_day(prices: World, day: int, listed: tuple[str, str]) -> None:
    on = date(2026, 8, day)
    rows = prices.facts.prices("openai", "gpt-5.6-sol", on)
    for tokens, price in zip(("input", "output"), listed, strict=True):
        plainly = {row["price"] for row in rows if row["tokens"] == tokens and not row["condition"]}
        assert plainly == {Decimal(price)}, "both catalogues say it"
        found = price_on(prices.facts.prices(), "openai", "gpt-5.6-sol", tokens, on)
        assert found is not None
        assert (found.amount, found.currency, found.basis) == (Decimal(price), "USD", release("model-prices"))


def test_a_model_is_found_under_the_names_that_its_catalogue_lists(prices: World) -> None:
    known = PriceList(prices.facts.prices())
    on = date(2026, 8, 22)
    for provider, model in (
        ("openai", "gpt-5.6-sol"), ("openai", "GPT-5.6-Sol"), ("openai", "gpt-5.6"), ("openai", "gpt-5-6-sol"),
        (None, "openai/gpt-5.6-sol"), ("openai", "openai/gpt-5.6-sol"), ("openai", "gpt-5.6-sol-2026-07-09"),
        ("azure", "gpt-5.6-sol"), (None, "gpt-5.6-sol"),
    ):  # fmt: skip
        found = known.on(provider, model, "input", on)
        assert found is not None and found.amount == 4, (provider, model)
    for provider, model in (
        ("openai", "gpt-5.6-so"),
        ("openai", "gpt-5.6-sol-x"),
        ("nobody", "gpt-5.6-sol"),
        (None, ""),
    ):
        assert known.on(provider, model, "input", on) is None


def test_what_is_agreed_stands_above_every_catalogue_while_it_holds(prices: World) -> None:
    mine = PriceOverride(
        id="p1", model="gpt-5.6-sol", tokens=TokenKind.INPUT, price=Decimal("3.5"), currency="EUR",
        start=date(2026, 8, 1), end=date(2026, 9, 1),
    )  # fmt: skip
    known = PriceList(prices.facts.prices(), [mine])
    found = [known.on("openai", "gpt-5.6-sol", tokens, day) for tokens, day in (
        ("input", date(2026, 8, 31)), ("input", date(2026, 9, 1)), ("output", date(2026, 8, 31)),
    )]  # fmt: skip
    assert [(price.amount, price.basis) for price in found if price] == [
        (Decimal("3.5"), "agreed"), (4, release("model-prices")), (20, release("model-prices")),
    ]  # fmt: skip


def test_prices_with_a_condition_are_listed_and_never_taken_unasked(prices: World) -> None:
    rows = prices.facts.prices("openai", "gpt-5.6-sol", date(2026, 8, 22))
    conditions = {row["condition"] for row in rows if row["tokens"] == "input" and row["condition"]}
    assert any("272,000" in told for told in conditions)
    assert any("batch" in told for told in conditions)


def test_where_the_catalogues_differ_is_said(prices: World) -> None:
    found = list(PriceList(prices.facts.prices()).disagreements(date(2026, 10, 1)))
    assert found
    assert all(each.code == "prices-differ" and "the first one is used" in each.message for each in found)
    assert all(each.message.index("model-prices") < each.message.index("genai-prices") for each in found)


def test_the_same_release_is_the_same_bytes(prices: World) -> None:
    for name in CATALOGUES:
        assert b"".join(pages(name)) == b"".join(pages(name))
    before = prices.plan
    assert prices.take("prices", pages("model-prices"), id="a").unchanged
    assert prices.plan is before
