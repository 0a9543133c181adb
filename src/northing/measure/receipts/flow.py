"""Receipts of flow: the five metrics, throughput, age, the expectation and Little's law, each down to its items.

``level``, ``id`` and ``policy`` say whose work is meant and how it is read, ``from`` and ``until`` the days; without
them the last 90. The terms of a count are the items; those of a median or a percentile are items that are only shown,
because a place among them is taken, not a sum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from northing.facts.flow_asking import Item
from northing.measure.explained import Measure, Question, Term, Unit
from northing.measure.flow.asked import Asked, asked, read_whose
from northing.measure.flow.days import DAY
from northing.measure.flow.expectation import Expected
from northing.measure.flow.five import distribution, efficiency, flow_time, load, velocity
from northing.measure.flow.flowing import balance, expectation_of, expectations, run_of, usual_days
from northing.measure.flow.little import Little
from northing.measure.flow.percentiles import SHOWN
from northing.measure.flow.terms import item_term
from northing.measure.flow.work import is_true
from northing.measure.sentence import Said
from northing.portfolio.errors import Invalid
from northing.portfolio.flow import FlowKind
from northing.portfolio.periods import Period
from northing.portfolio.words import word

SCOPED = ("level", "id", "policy", "from", "until")
KINDS = (*FlowKind, "none")


def decimal(value: Fraction | int | None) -> Decimal | None:
    """As a Decimal, with as many figures as those have."""
    return None if value is None else Decimal(value.numerator) / Decimal(value.denominator)


def found_of(question: Question) -> Asked | None:
    whose = read_whose(question.view, question.get("level") or None, question.get("id"))
    return asked(question.view, whose, question.get("policy") or None)


def days_of(question: Question) -> Period:
    return question.figure.window() or usual_days(question.view)


def _kind(question: Question) -> FlowKind | None:
    given = question.get("kind")
    if given not in ("", *KINDS):
        raise Invalid(f"There is no kind of work “{given}”.", remedy="Kinds: " + ", ".join(KINDS) + ".")
    return None if given in ("", "none") else FlowKind(given)


def _of_kind(question: Question, items: Sequence[Item]) -> list[Item]:
    kind = _kind(question)
    return [one for one in items if not question.get("kind") or one.kind is kind]


Weighed = Callable[[Asked, Question], Sequence[tuple[Item, Any]]]
"""Items, each with what it brings."""


def _measure(
    name: str, title: str, unit: Unit, formula: str, of: Callable[[Asked, Question], Any],
    terms: Callable[[Asked, Question], Sequence[Term]], more: tuple[str, ...] = (),
) -> Measure:  # fmt: skip
    def value(question: Question) -> Any:
        found = found_of(question)
        return of(found, question) if found is not None else None

    def made_of(question: Question) -> Sequence[Term]:
        found = found_of(question)
        return terms(found, question) if found is not None else ()

    return Measure(
        name=f"flow.{name}", title=title, unit=unit, formula=formula, of=value, terms=made_of,
        tables=("work", "transition"), parameters=(*SCOPED, *more),
    )  # fmt: skip


def _summed(name: str, title: str, unit: Unit, formula: str, weighed: Weighed, more: tuple[str, ...] = ()) -> Measure:
    """A sum over items: of 1 each for a count."""

    def of(found: Asked, question: Question) -> Any:
        total = sum((value for _, value in weighed(found, question)), Decimal(0))
        return int(total) if unit == "count" else total

    def terms(found: Asked, question: Question) -> Sequence[Term]:
        return [item_term(found.work, item, value) for item, value in weighed(found, question)]

    return _measure(name, title, unit, formula, of, terms, more)


def _ratio(
    name: str, title: str, formula: str, of: Callable[[Asked, Question], Fraction | None],
    parts: Callable[[Asked, Question], Sequence[tuple[str, dict[str, Any]]]], unit: Unit = "share",
    more: tuple[str, ...] = (),
) -> Measure:  # fmt: skip
    """A quotient; its terms are figures with receipts of their own."""

    def terms(found: Asked, question: Question) -> Sequence[Term]:
        told = []
        for measure, args in parts(found, question):
            other = question.but(f"flow.{measure}", **args)
            made = BY_NAME[f"flow.{measure}"]
            value = made.of(other)
            shown = value if isinstance(value, int) or value is None else str(_rounded(value))
            told.append(Term(value=shown, sign=0, said=Said(made.title), figure=other.figure))
        return told

    return _measure(name, title, unit, formula, lambda found, q: decimal(of(found, q)), terms, more)


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01")) if value != value.to_integral_value() else value.quantize(Decimal(1))


# What each figure is


def _delivered(found: Asked, question: Question) -> list[tuple[Item, int]]:
    return [(one, 1) for one in _of_kind(question, velocity(found.work, days_of(question)).items)]


def _ended(found: Asked, question: Question) -> list[tuple[Item, int]]:
    return [(one, 1) for one in velocity(found.work, days_of(question)).discarded]


def _percent(question: Question) -> int:
    given = question.get("percent", "50")
    if given not in map(str, SHOWN):
        raise Invalid(f"“{given}” is no percentile that is told.", remedy="Percentiles: 50, 70, 85, 95.")
    return int(given)


def _time(found: Asked, question: Question) -> Decimal | None:
    return decimal(flow_time(found.work, days_of(question)).percentiles.get(_percent(question)))


def _timed(found: Asked, question: Question) -> list[tuple[Item, Decimal]]:
    work = found.work
    return [(one, Decimal(took) / work.unit) for one, took in zip(*work.measured(days_of(question)), strict=True)]


def _time_terms(found: Asked, question: Question) -> Sequence[Term]:
    ordered = sorted(_timed(found, question), key=lambda one: (one[1], one[0].source, one[0].item))
    return [item_term(found.work, item, value, sign=0) for item, value in ordered]


def _active(found: Asked, question: Question) -> list[tuple[Item, Decimal]]:
    return [(one, Decimal(one.active) / DAY) for one in efficiency(found.work, days_of(question)).items]


def _elapsed(found: Asked, question: Question) -> list[tuple[Item, Decimal]]:
    return [
        (one, Decimal((one.finished or 0) - (one.started or 0)) / DAY)
        for one in efficiency(found.work, days_of(question)).items
    ]


def _loaded(found: Asked, question: Question) -> list[tuple[Item, int]]:
    work = found.work
    at = min(work.now, work.days.begins(days_of(question).end))
    return [(one, 1) for one in _of_kind(question, load(work, at).items)]


def _ages(found: Asked, question: Question) -> list[tuple[Item, Decimal]]:
    """Calendar days, as :func:`.flow.ageing.total_age` has them of each day."""
    now = found.work.now
    return [(one, Decimal(now - (one.started or 0)) / DAY) for one in found.work.in_progress(now) if is_true(one)]


def _weekly(found: Asked, question: Question) -> Decimal | None:
    return decimal(run_of(question.view, found, days_of(question)).mean)


def _weeks(found: Asked, question: Question) -> Sequence[Term]:
    return [
        Term(
            value=one.delivered, sign=0, said=Said(word("{period}"), {"period": one.period}),
            figure=question.figure.but("flow.velocity", **{"from": one.period.start, "until": one.period.end}),
        )
        for one in run_of(question.view, found, days_of(question)).throughput.whole
    ]  # fmt: skip


def _expected(found: Asked, question: Question) -> Expected | None:
    of = expectation_of(question.view, found.whose, _kind(question))
    every = expectations(question.view, found, days_of(question))
    return next((one for one in every if of is not None and one.expectation.id == of.id), None)


def _late(found: Asked, question: Question) -> list[tuple[Item, int]]:
    told = _expected(found, question)
    return [(one, 1) for one in told.longer] if told is not None else []


def _overdue(found: Asked, question: Question) -> list[tuple[Item, int]]:
    told = _expected(found, question)
    return [(one, 1) for one in told.overdue] if told is not None else []


def _little(found: Asked, question: Question) -> Little | None:
    return balance(found, days_of(question))


def _inside(found: Asked, question: Question) -> list[tuple[Item, Decimal]]:
    """Days of each item in progress that lie within the window."""
    start, end = found.work.days.bounds(days_of(question))
    end = min(end, found.work.now)
    every = (
        (one, min(end if one.finished is None else one.finished, end) - max(one.started or 0, start))
        for one in found.work.timed
    )
    return [(one, Decimal(time) / DAY) for one, time in every if time > 0]


def _left(found: Asked, question: Question) -> list[tuple[Item, Decimal]]:
    """Days from start to finish of what finished in the window, delivered or not."""
    start, end = found.work.days.bounds(days_of(question))
    end = min(end, found.work.now)
    return [
        (one, Decimal(one.finished - (one.started or 0)) / DAY)
        for one in found.work.timed
        if one.finished is not None and start <= one.finished < end
    ]


KINDED = ("kind",)
MEASURES = (
    _summed(
        "velocity", word("Flow velocity"), "count",
        word("Items delivered in these days, as the policy reads them; those that ended otherwise do not count."),
        _delivered, KINDED,
    ),
    _summed("discarded", word("Ended without delivery"), "count",
            word("Items that ended in these days without being delivered."), _ended),
    _measure(
        "time", word("Flow time"), "number",
        word(
            "Days from start to finish of items delivered in these days, as the policy counts them: the percentile "
            "asked for, 50 where none is."
        ),
        _time, _time_terms, ("percent",),
    ),
    _ratio(
        "efficiency", word("Flow efficiency"),
        word(
            "Σ active time / Σ time from start to finish, of items delivered in these days that have a history of "
            "their states."
        ),
        lambda found, q: efficiency(found.work, days_of(q)).share,
        lambda found, q: [("active_days", {}), ("elapsed_days", {})],
    ),
    _summed("active_days", word("Active time"), "number",
            word("Days in active states from start to finish, blocked time left out where the policy says so."),
            _active),
    _summed("elapsed_days", word("Time from start to finish"), "number",
            word("Days between the two instants, active or waiting."), _elapsed),
    _summed("load", word("Flow load"), "count",
            word("Items in progress at the end of these days, or now where they are not over."), _loaded, KINDED),
    _ratio(
        "distribution", word("Share of flow"),
        word("Items of the kind delivered in these days / all that were delivered."),
        lambda found, q: distribution(found.work, days_of(q)).shares.get(_kind(q)),
        lambda found, q: [("velocity", {}), ("velocity", {"kind": None})], more=KINDED,
    ),
    _summed("age", word("Age of work in progress"), "number",
            word("Σ over items in progress of the time from their start to now, in calendar days."), _ages),
    _measure("throughput", word("Throughput a week"), "number",
             word("Items delivered in the whole weeks of these days / how many weeks those are."), _weekly, _weeks),
    _ratio(
        "late_share", word("Later than expected"),
        word("Delivered items that took longer than the expectation says / all that it speaks of."),
        lambda found, q: told.share if (told := _expected(found, q)) is not None else None,
        lambda found, q: [("late", {})], more=KINDED,
    ),
    _summed("late", word("Delivered later than expected"), "count",
            word("Items delivered in these days that took longer than the expectation says."), _late, KINDED),
    _summed("overdue", word("Older than expected already"), "count",
            word("Items in progress whose age is beyond what the expectation says."), _overdue, KINDED),
    _ratio(
        "residual", word("Little's law residual"),
        word(
            "1 − time in progress within these days / time from start to finish of what finished in them; near 0 where "
            "work is stable."
        ),
        lambda found, q: told.residual if (told := _little(found, q)) is not None else None,
        lambda found, q: [("time_in_progress", {}), ("time_of_finished", {})],
    ),
    _summed("time_in_progress", word("Time in progress within these days"), "number",
            word("Days of each item in progress that lie within these days, added up."), _inside),
    _summed("time_of_finished", word("Time of what finished"), "number",
            word("Days from start to finish of items that finished in these days, delivered or not."), _left),
)  # fmt: skip
"""Every figure of flow."""

BY_NAME = {one.name: one for one in MEASURES}
