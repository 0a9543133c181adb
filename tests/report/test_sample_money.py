"""What the sample plants in its money is found through the product: its bills come in as a user's do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from northing.access.models import Workspace
from northing.cli import demo
from northing.measure.accrued import cut_off
from northing.measure.commitments import commitments
from northing.measure.freshness import freshness
from northing.measure.ledger import funded, funds
from northing.measure.levels import Scope
from northing.measure.money import money_by_investment
from northing.measure.price_effects import price_effects
from northing.measure.spend import spend
from northing.measure.spend_in_sight import line_of_sight_spend
from northing.measure.unattributed import unattributed
from northing.measure.usage import usage
from northing.measure.view import View
from northing.measure.waterfall import waterfall
from northing.portfolio.facts import Delivery
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from northing.record import Record
from northing.report.viewing import look
from northing.sources.sample import PLANTED, investment_id
from northing.sources.sample.feeds.cloud import SHADOW_SERVICES
from northing.sources.sample.feeds.schedule import LATE_DAY, RESTATED_DAY
from northing.sources.sample.feeds.systems import source_id
from northing.sources.sample.money import Money, ledger
from northing.sources.sample.money.belonging import OVERLAPPING, SHARED, SUPERSEDED, rule_id
from northing.sources.sample.money.calls import CUT, SWAPPED
from northing.sources.sample.story import money_behind
from northing.sources.sample.timeline import next_month

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def workspace(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Workspace]:
    """The sample as ``northing demo`` loads it, in the tests' own database; gone after this file."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield demo.load(password="not a secret", today=TODAY)
        demo.remove()


@pytest.fixture(scope="module")
def view(workspace: Workspace) -> View:
    return look(workspace, today=TODAY).view


@pytest.fixture(scope="module")
def behind() -> Money:
    return money_behind(today=TODAY)


def planted(situation: str) -> set[str]:
    return {investment_id(key) for key in PLANTED[situation]}


def euros(amounts: Amounts) -> Decimal:
    return amounts.by_currency.get("EUR", Decimal(0))


def month_of(behind: Money, day: int) -> Period:
    first = behind.time.on(day).replace(day=1)
    return Period(first, next_month(first))


def of_source(view: View, system: str) -> list[Delivery]:
    return sorted(view.plan.deliveries.by("source", source_id(system)), key=lambda one: one.received)


# -- what came in


def test_every_system_delivered_and_some_rows_of_one_input_were_refused(view: View) -> None:
    delivered = {delivery.source for delivery in view.plan.deliveries.values()}
    assert delivered == set(view.plan.sources)
    assert 30_000 < sum(delivery.rows_in for delivery in view.plan.deliveries.values()) < 60_000
    (odd,) = (delivery for delivery in view.plan.deliveries.values() if delivery.refused)
    assert odd.source == source_id("erp")
    assert odd.refused == 3
    assert odd.rejects_sha256


def test_attributed_and_unattributed_make_what_is_billed(view: View) -> None:
    found = spend(view, by="investment")
    assert found.billed == Amounts.sum(row.amount for row in found.rows) + found.unattributed
    share = euros(found.unattributed) / euros(found.billed)
    assert Decimal("0.02") < share < Decimal("0.15"), "some money that nobody claims, and not most of it"


def test_one_source_is_stale(view: View) -> None:
    assert {one.source for one in freshness(view) if one.stale} == {source_id("timesheets-uk")}


def test_a_bill_sent_again_replaces_the_first_and_the_earlier_revision_still_has_it(
    workspace: Workspace, view: View, behind: Money
) -> None:
    month = month_of(behind, RESTATED_DAY)
    first, second = (one for one in of_source(view, "cloud") if f"{month.start:%Y-%m}" in one.name)
    assert second.scopes == first.scopes
    revision = next(
        one for one in Record(workspace.id).revisions(limit=2000) if one.reason and second.name in one.reason
    )
    before = look(workspace, revision.no - 1, today=TODAY).view
    then, now = (spend(each, window=month, by="provider") for each in (before, look(workspace, revision.no).view))
    nimbora = [next(row.amount for row in each.rows if row.key == "Nimbora Cloud") for each in (then, now)]
    assert euros(nimbora[1]) < euros(nimbora[0]) * Decimal("0.995")


def test_a_bill_came_again_after_its_month_was_closed(view: View, behind: Money) -> None:
    month = month_of(behind, LATE_DAY)
    close = next(one for one in view.plan.period_closes.values() if one.start == month.start)
    late = [one for one in of_source(view, "cloud") if f"{month.start:%Y-%m}" in one.name][-1]
    assert close.on is not None
    assert date.fromisoformat(late.received[:10]) > close.on


# -- whose it is


def test_ai_that_nobody_claims_is_found_on_the_bill(view: View) -> None:
    found = unattributed(view, by=("provider", "service"))
    services = {value for group in found.groups if group.is_ai for name, value in group.by if name == "service"}
    assert {name for name, *_ in SHADOW_SERVICES} <= services
    assert found.groups[0].is_ai
    assert euros(found.shadow_ai) > 10_000


def test_money_is_spent_without_a_chain(view: View) -> None:
    broken = {one.investment: one.amount for one in line_of_sight_spend(view).broken}
    assert all(euros(broken[id]) > 50_000 for id in planted("no-objective"))


def test_rules_share_supersede_and_overlap(view: View) -> None:
    first, second = (view.plan.attribution_rules[rule_id(key)] for key in SHARED)
    assert (first.share, second.share) == (Decimal("0.6"), Decimal("0.4"))
    old, new = (view.plan.attribution_rules[rule_id(key)] for key in SUPERSEDED)
    assert old.end == new.start
    taken, left = (view.plan.attribution_rules[rule_id(key)] for key in OVERLAPPING)
    assert taken.precedence == left.precedence
    assert view.facts is not None
    rows = view.facts.rows("cost", where='tag.project = "intake"', limit=500)
    assert {row.rule for row in rows} == {taken.id}, "the second gets nothing of what the first takes"
    rows = view.facts.rows("cost", where='tag.project = "intake-eu"', limit=500)
    assert {row.rule for row in rows} == {left.id, None}


def test_every_rule_but_the_overlapped_claims_something(view: View) -> None:
    assert view.facts is not None
    used = {row.rule for table in ("cost", "usage") for row in view.facts.rows(table, limit=200_000)}
    idle = {rule.name for rule in view.plan.attribution_rules.values() if rule.id not in used}
    assert len(idle) <= 4, sorted(map(str, idle))


# -- plan, orders, funds


def test_the_investment_that_will_cost_more_than_approved_is_found(view: View) -> None:
    over = {
        one.investment
        for one in money_by_investment(view)
        if euros(one.whole.bac) > 100_000 and euros(one.whole.vac) < euros(one.whole.bac) * Decimal("-0.15")
    }
    assert over == planted("over-budget")


def test_the_investment_that_spends_without_funding_is_found(view: View) -> None:
    spent = {row.key for row in spend(view, by="investment").rows if euros(row.amount) > 5_000}
    assert planted("unfunded") <= spent - set(funded(view))


def test_the_organisation_is_funded_with_a_little_to_spare_and_some_go_beyond_what_they_were_given(view: View) -> None:
    whole = {step.name: euros(step.amount) for step in waterfall(view).steps}
    assert 0 < whole["free"] < whole["approved"] * Decimal("0.08")
    free = {
        one.investment: euros(waterfall(view, Scope("investment", one.investment)).steps[-1].amount)
        for one in money_by_investment(view)
    }
    beyond = {id for id, amount in free.items() if amount < 0}
    assert planted("unfunded") | planted("over-budget") <= beyond
    assert 3 <= len(beyond) <= len(free) / 4


def test_one_order_is_almost_used_up_long_before_its_end(view: View) -> None:
    tight = set()
    for one in commitments(view):
        stated = view.plan.commitments[one.id]
        if stated.closed is None and stated.end and stated.end > TODAY and one.open < one.amount * Decimal("0.05"):
            tight.add(one.investment)
    assert planted("order-nearly-used") <= tight


def test_one_fund_is_nearly_empty_and_none_is_overdrawn(view: View) -> None:
    found = {one.fund.id: one for one in funds(view)}
    nearly = {id for id, one in found.items() if one.free < one.approved * Decimal("0.03")}
    assert nearly == {ledger.fund(ledger.NEARLY_EMPTY)}
    assert all(one.free >= 0 and one.reserved > 0 and one.assigned > 0 for one in found.values())
    types = {transfer.type for transfer in view.plan.transfers.values()}
    assert types == {"approve", "transfer", "reserve", "release", "reverse"}


def test_every_month_but_the_latest_is_closed_by_somebody(view: View, behind: Money) -> None:
    closes = sorted(view.plan.period_closes.values(), key=lambda one: one.start)
    assert [one.start for one in closes] == behind.spending.months[:-1]
    assert cut_off(view) == behind.spending.months[-1]
    assert all(one.by and one.on for one in closes)
    assert all(one.accruals for one in closes[2:])


# -- usage


def test_a_lower_price_lowers_cost_while_volume_grows(view: View, behind: Money) -> None:
    cut = behind.calls.cut_on
    months = behind.spending.months
    at = months.index(cut)
    before, after = Period(months[at - 2], cut), Period(months[at + 1], months[at + 3])
    row = next(one for one in price_effects(view, before, after, where=f'model = "{CUT}"').rows if one.model == CUT)
    assert row.volume > 0
    assert row.price < 0
    assert row.cost_after < row.cost_before


def test_one_system_moved_to_a_cheaper_model(view: View, behind: Money) -> None:
    plot, before, after, day, _ = SWAPPED
    switched = behind.time.on(day)
    assert view.facts is not None
    rows = view.facts.rows("usage", investment=investment_id(plot), limit=10_000)
    models: dict[bool, set[object]] = {True: set(), False: set()}
    for row in rows:
        models[row.values["day"] >= switched].add(row.values["model"])
    assert models == {False: {before}, True: {before, after}}


def test_usage_has_several_models_and_caches(view: View) -> None:
    found = usage(view, by="model")
    assert len(found.rows) >= 5
