"""Laws of facts: nothing is lost between what was delivered and what is shown, whatever the order, the cut, the clock.

Each law is checked by an independent few lines over the inputs themselves (csv and Decimal), never by the engine.
"""

from __future__ import annotations

import csv
import io
import os
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from northing.facts import kept
from northing.facts.asking import Fold
from northing.facts.attributing import in_order
from northing.portfolio.facts import AttributionRule
from tests.facts.conftest import World, bill, line

ACCOUNTS = ("123", "456", "")
PROJECTS = ("chat", "code", "")
CURRENCIES = ("EUR", "USD", "JPY")
SPANS = (date(2025, 12, 15), date(2026, 1, 1), date(2026, 1, 20), date(2026, 2, 1), date(2026, 3, 5))

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=12) | st.decimals(-100, 100, places=2)
shares = st.decimals(min_value=Decimal("0.000001"), max_value=1, places=6)
days = st.dates(date(2025, 12, 1), date(2026, 3, 31))
rows = st.lists(
    st.tuples(days, amounts, st.sampled_from(CURRENCIES), st.sampled_from(ACCOUNTS), st.sampled_from(PROJECTS)),
    min_size=1,
    max_size=30,
)
wheres = st.sampled_from(
    (
        "account = 123",
        "tag.project = chat",
        "not account = 123",
        "account is empty or tag.project = code",
        "account = 456 and tag.project != chat",
        "service contains ha",
    )
)
rule = st.builds(
    AttributionRule,
    id=st.uuids().map(str),
    number=st.none() | st.integers(1, 20).map(lambda n: f"RULE-{n:04}"),
    where=wheres,
    investment=st.sampled_from(("i1", "i2", "i3")),
    share=shares | st.just(Decimal(1)),
    precedence=st.integers(1, 3),
    start=st.none() | days,
    end=st.none() | days,
)
rules = st.lists(rule, max_size=6, unique_by=lambda one: one.id)
Rows = Sequence[tuple[date, Decimal, str, str, str]]

LAWS: dict[str, tuple[Callable[..., None], dict[str, Any]]] = {}


def law(**strategies: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A law: asked of a few examples in every run, and of many in the long one."""

    def noted(function: Callable[..., None]) -> Callable[..., None]:
        LAWS[function.__name__] = function, strategies
        return function

    return noted


def table(found: Rows) -> list[list[str]]:
    return [
        line(
            day.isoformat(), format(amount, "f"), account=account, currency=currency,
            tags=f'{{"project": "{project}"}}' if project else "",
        )
        for day, amount, currency, account, project in found
    ]  # fmt: skip


def holds(rule: AttributionRule, day: date, account: str, project: str) -> bool:
    """The rules of these laws, in plain Python."""
    if (rule.start and day < rule.start) or (rule.end and day >= rule.end):
        return False
    return {
        "account = 123": account == "123",
        "tag.project = chat": project == "chat",
        "not account = 123": account != "123",
        "account is empty or tag.project = code": not account or project == "code",
        "account = 456 and tag.project != chat": account == "456" and project not in ("chat", ""),
        "service contains ha": True,
    }[rule.where]


def reckoned(found: Rows, asked: Sequence[AttributionRule]) -> dict[tuple[Any, ...], Fraction]:
    """(span, currency, investment, rule) → amount, exactly."""
    totals: dict[tuple[Any, ...], Fraction] = defaultdict(Fraction)
    for day, amount, currency, account, project in found:
        span = max((start for start in SPANS if start <= day), default=None)
        if span is None or day >= SPANS[-1]:
            continue
        left = Fraction(1)
        for one in in_order(asked):
            if left and holds(one, day, account, project):
                taken = min(Fraction(one.share), left)
                left -= taken
                totals[span, currency, one.investment, one.id] += taken * Fraction(amount)
        if left:
            totals[span, currency, None, None] += left * Fraction(amount)
    return totals


def world_of(folder: str, found: Rows, asked: Sequence[AttributionRule]) -> World:
    world = World(Path(folder) / "facts")
    world.take(bill(table(found)))
    for one in asked:
        world.step("attribution_rule", one.id, one)
    return world


def told(world: World, **more: Any) -> dict[tuple[Any, ...], Fraction]:
    fold = Fold(table="cost", sums=("billed",), by=("currency",), spans=SPANS, **more)
    return {
        (found.span, found.by[0], found.investment, found.rule): Fraction(found.sums[0])
        for found in world.facts.fold(fold)
    }


@law(found=rows, asked=rules)
def attributed_and_unattributed_are_billed_to_the_last_decimal(found: Rows, asked: Sequence[AttributionRule]) -> None:
    with TemporaryDirectory() as folder:
        world = world_of(folder, found, asked)
        assert told(world) == reckoned(found, asked)
        whole = {key[:2]: amount for key, amount in told(world, attribute=False).items()}
        added: dict[tuple[Any, ...], Fraction] = defaultdict(Fraction)
        for (span, currency, _, _), amount in told(world).items():
            added[span, currency] += amount
        assert added == whole
        # By group, and without spans: the same money.
        grouped = world.facts.fold(
            Fold(table="cost", sums=("billed", "effective"), by=("tag.project", "currency", "account"))
        )
        for currency in CURRENCIES:
            expected = sum((row[1] for row in found if row[2] == currency), Decimal(0))
            assert sum(Fraction(one.sums[0]) for one in grouped if one.by[1] == currency) == Fraction(expected)


@law(found=rows, asked=rules, data=st.data())
def order_and_pages_change_nothing(found: Rows, asked: Sequence[AttributionRule], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(list(found)))
    with TemporaryDirectory() as folder, TemporaryDirectory() as other:
        world, mixed = world_of(folder, found, asked), World(Path(other) / "facts")
        raw = bill(table(shuffled))
        cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=5)))
        mixed.take([raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True)])
        for one in reversed(asked):
            mixed.step("attribution_rule", one.id, one)
        assert told(world) == told(mixed)


@law(found=rows, asked=rules)
def the_machines_time_zone_changes_nothing(found: Rows, asked: Sequence[AttributionRule]) -> None:
    before, answers = os.environ.get("TZ"), []
    try:
        for zone in ("UTC", "Pacific/Kiritimati", "America/Los_Angeles"):
            os.environ["TZ"] = zone
            time.tzset()
            kept.ANSWERS.forget()
            with TemporaryDirectory() as folder:
                world = world_of(folder, found, asked)
                answers.append(
                    (told(world), [batch.month for batch in next(iter(world.plan.deliveries.values())).batches])
                )
    finally:
        os.environ.pop("TZ", None) if before is None else os.environ.update(TZ=before)
        time.tzset()
    assert answers[0] == answers[1] == answers[2]


@law(found=rows, more=rows, asked=rules)
def twice_adds_nothing_and_a_restated_scope_leaves_the_old_revision(
    found: Rows, more: Rows, asked: Sequence[AttributionRule]
) -> None:
    with TemporaryDirectory() as folder:
        world = world_of(folder, found, asked)
        before, plan = told(world), world.plan
        assert world.stage(bill(table(found))).unchanged
        world.take(bill(table(more)))
        restated = {(row[3], row[0].isoformat()[:7]) for row in more}
        left = [row for row in found if (row[3], row[0].isoformat()[:7]) not in restated]
        assert told(world) == reckoned([*left, *more], asked)
        world.plan = plan
        kept.ANSWERS.forget()
        assert told(world) == before


@law(found=rows, asked=rules, data=st.data())
def the_rows_of_a_figure_reread_add_up_to_it(
    found: Rows, asked: Sequence[AttributionRule], data: st.DataObject
) -> None:
    """A receipt: any line of any fold, by the cells of the kept input that its rows name."""
    with TemporaryDirectory() as folder:
        world = world_of(folder, found, asked)
        facts = world.facts
        lines = facts.fold(Fold(table="cost", sums=("billed",), by=("currency",), spans=SPANS))
        if not lines:
            return
        one = data.draw(st.sampled_from(lines))
        assert one.span is not None
        span = (one.span, SPANS[SPANS.index(one.span) + 1])
        under = facts.rows("cost", where=f"currency = {one.by[0]}", span=span, investment=one.investment, limit=1000)
        assert facts.count("cost", where=f"currency = {one.by[0]}", span=span, investment=one.investment) == len(under)
        total, seen = Fraction(0), 0
        for row in under:
            if row.rule != one.rule:
                continue
            delivery = world.plan.deliveries[row.delivery]
            text = world.store.raw(delivery.kept_sha256 or "").read_text()
            cells = list(csv.reader(io.StringIO(text)))[row.line]
            total += Fraction(Decimal(cells[1])) * Fraction(row.share)
            seen += 1
        assert (total, seen) == (Fraction(one.sums[0]), one.lines)


@law(found=rows, asked=rules, new=rule)
def a_preview_says_what_saving_the_rule_does(
    found: Rows, asked: Sequence[AttributionRule], new: AttributionRule
) -> None:
    with TemporaryDirectory() as folder:
        world = world_of(folder, found, asked)
        fold = Fold(table="cost", sums=("billed",), by=("currency",))
        before = by_rule(world.facts.fold(fold))
        seen = world.facts.preview(new)
        world.step("attribution_rule", new.id, new)
        after = by_rule(world.facts.fold(fold))
        for currency in CURRENCIES:
            assert seen.amounts.get(currency, Decimal(0)) == after.get((new.id, currency), Decimal(0))
            assert seen.unattributed.amounts.get(currency, Decimal(0)) == after.get((None, currency), Decimal(0))
            for other in asked:
                lost = seen.taken_from[other.id].amounts.get(currency, 0) if other.id in seen.taken_from else 0
                place = (other.id, currency)
                assert before.get(place, Decimal(0)) - after.get(place, Decimal(0)) == lost


def by_rule(lines: Sequence[Any]) -> dict[tuple[str | None, str], Decimal]:
    found: dict[tuple[str | None, str], Decimal] = {}
    for one in lines:
        found[one.rule, one.by[0]] = found.get((one.rule, one.by[0]), Decimal(0)) + one.sums[0]
    return found


def asked_of(name: str, examples: int) -> None:
    function, strategies = LAWS[name]
    settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))(
        given(**strategies)(function)
    )()


@pytest.mark.parametrize("name", LAWS)
def test_law(name: str) -> None:
    asked_of(name, 8)


@pytest.mark.long
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("name", LAWS)
def test_law_many_times(name: str) -> None:
    asked_of(name, 300)
