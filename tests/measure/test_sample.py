"""The situations planted in the sample organisation are found by the measures that look for them."""

from __future__ import annotations

import pytest

from northing.measure.accrued import closed_until
from northing.measure.attention import Item, attention
from northing.measure.commitments import commitments
from northing.measure.fx import exchange
from northing.measure.ledger import funded, funds
from northing.measure.line_of_sight import line_of_sight
from northing.measure.rollup import strategy
from northing.measure.table import ask
from northing.measure.view import View
from northing.portfolio.investment import Stage
from northing.sources.sample import PLANTED, investment_id
from northing.sources.sample.money import ledger


def planted(situation: str) -> set[str]:
    return {investment_id(key) for key in PLANTED[situation]}


def concerned(items: tuple[Item, ...]) -> set[str]:
    return {ref.id for item in items for ref in (item.entity, *item.others) if ref.kind == "investment"}


@pytest.mark.parametrize(
    ("situation", "code"),
    [
        ("duplicates", "alike"),
        ("endless-pilot", "endless-pilot"),
        ("red-inside", "red-inside"),
        ("no-objective", "serves-nothing"),
        ("model-retires", "model-retiring"),
        ("broken-dependency", "dependency-broken"),
    ],
)
def test_a_planted_situation_is_found(sample: View, situation: str, code: str) -> None:
    assert planted(situation) <= concerned(attention(sample, [code]))


def test_the_look_alikes_are_the_planted_ones_and_no_others(sample: View) -> None:
    assert concerned(attention(sample, ["alike"])) == planted("duplicates")
    assert concerned(attention(sample, ["red-inside"])) == planted("red-inside")


def test_what_serves_no_objective_breaks_the_line_of_sight(sample: View) -> None:
    found = line_of_sight(sample)
    assert planted("no-objective") <= {one.investment for one in found.broken if one.cause == "no-contribution"}
    assert found.share is not None
    assert 0 < found.share < 1


def test_no_page_of_the_sample_is_empty(sample: View) -> None:
    stages = {group.value for group in ask(sample, "investment", by=["stage"]).groups}
    assert set(Stage) <= stages
    rolled = strategy(sample)
    assert rolled.orphans
    assert len(rolled.planned.by_currency) > 1
    assert all(node.count for node in rolled.roots if node.ref.id not in rolled.empty)
    assert ask(sample, "investment", "health = red or health = amber_red").total


def test_its_funds_are_filled_and_one_is_nearly_empty(sample: View) -> None:
    found = {one.fund.id: one for one in funds(sample)}
    assert len(found) == 6
    assert {one.fund.currency for one in found.values()} == {"EUR", "GBP", "USD"}
    assert all(one.free >= 0 < one.assigned for one in found.values())
    left = {id: one.free / one.approved for id, one in found.items()}
    assert min(left, key=lambda id: left[id]) == ledger.fund(ledger.NEARLY_EMPTY)
    assert not planted("unfunded") & set(funded(sample))


def test_its_months_are_closed_its_orders_open_and_its_rates_known(sample: View) -> None:
    until = closed_until(sample)
    assert until is not None
    assert 20 < (sample.today - until).days < 80, "the latest month that is billed waits for its close"
    assert any(one.open for one in commitments(sample))
    assert any(not one.open for one in commitments(sample))
    for currency in ("USD", "GBP"):
        assert exchange(sample).missing(currency, "EUR", until) is None


def test_its_forecast_is_looked_at_again_and_reaches_ahead(sample: View) -> None:
    ahead = [line for line in sample.plan.forecast_lines.values() if line.start >= sample.today.replace(day=1)]
    assert len({line.start for line in ahead}) >= 3
    assert {line.expense for line in ahead} == {"capex", "opex"}
