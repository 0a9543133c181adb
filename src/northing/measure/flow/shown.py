"""Items by what a picture or a figure shows of them, named in a few signs that stand in an address.

``delivered``, ``discarded``: in the window; ``delivered:2026-09-01..2026-09-08:defect`` in part of it, of one kind.
``took:2026-09-03:12``: finished on that day after 12 days, ``…:12..14:defect`` after 12 to 14, of one kind.
``progress``, ``progress:2026-09-03``: in progress now, or at the end of that day. ``aged:12:Review``: in progress in
that state for 12 days. ``corrected:2026-09-03``: moved back that day. ``no-start``, ``untrue``, ``inferred``:
delivered, and left out of a duration. ``late``, ``overdue``: longer than the expectation. ``problem:no-history``: with
that problem of their data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction

import msgspec

from northing.facts.flow_asking import Item
from northing.measure.sentence import Said
from northing.portfolio.errors import Invalid
from northing.portfolio.flow import FlowKind, ServiceLevelExpectation
from northing.portfolio.periods import Period
from northing.portfolio.words import word

from .ageing import ageing
from .asked import Asked
from .cumulative import cumulative
from .expectation import expected
from .work import is_true


class Question(msgspec.Struct, frozen=True):
    """What is asked of, and the part after the name."""

    asked: Asked
    window: Period
    arg: str
    expectation: ServiceLevelExpectation | None = None


class Shown(msgspec.Struct, frozen=True):
    title: Said
    items: tuple[Item, ...]


def shown(asked: Asked, window: Period, text: str, expectation: ServiceLevelExpectation | None = None) -> Shown:
    """The items that *text* names. Raises :class:`Invalid` for what names none."""
    name, _, arg = text.partition(":")
    found = SHOWN.get(name)
    if found is None:
        raise Invalid(f"Items are not shown by “{name}”.", remedy="Names: " + ", ".join(SHOWN) + ".")
    try:
        return found(Question(asked, window, arg, expectation))
    except (ValueError, ArithmeticError):
        raise Invalid(
            f"“{text}” cannot be read.", remedy="Write dates as 2026-03-31, as delivered:2026-03-31."
        ) from None


def _ended(outcome: str) -> Callable[[Question], Shown]:
    title = word("Delivered, {period}") if outcome == "delivered" else word("Ended without delivery, {period}")

    def items(question: Question) -> Shown:
        span, _, kind = question.arg.partition(":")
        period = _period(span) if span else question.window
        wanted = _kind(kind)
        every = question.asked.work.finished(period)
        found = tuple(one for one in every if one.outcome == outcome and (not kind or one.kind is wanted))
        return Shown(Said(title, {"period": _told(period)}), found)

    return items


def _kind(text: str) -> FlowKind | None:
    return None if text in ("", "none") else FlowKind(text)


def _period(text: str) -> Period:
    start, _, end = text.partition("..")
    first = date.fromisoformat(start)
    last = date.fromisoformat(end) if end else first + timedelta(days=1)
    if last <= first:
        raise ValueError(text)
    return Period(first, last)


def _took(question: Question) -> Shown:
    span, _, took = question.arg.partition(":")
    took, _, kind = took.partition(":")
    low, _, high = took.partition("..")
    work, least, period = question.asked.work, Fraction(low), _period(span)
    most, of = Fraction(high) if high else least, _kind(kind)
    found = tuple(
        one
        for one, took in zip(*work.measured(period), strict=True)
        if (not kind or one.kind is of) and least <= Fraction(took, work.unit) <= most
    )
    title = (
        word("Finished after {days} to {most} days, {period}") if high else word("Finished after {days} days, {period}")
    )
    return Shown(Said(title, {"period": _told(period), "days": _number(least), "most": _number(most)}), found)


def _progress(question: Question) -> Shown:
    work, at, title = question.asked.work, question.asked.work.now, Said(word("In progress now"))
    if question.arg:
        day = date.fromisoformat(question.arg)
        at = min(work.days.begins(day + timedelta(days=1)) - 1, at)
        title = Said(word("In progress at the end of {day}"), {"day": day})
    return Shown(title, work.in_progress(at))


def _aged(question: Question) -> Shown:
    days, _, state = question.arg.partition(":")
    wanted = Fraction(days)
    found = ageing(question.asked.work, question.window)
    title = Said(word("In {state}, in progress for {days} days"), {"state": state or "–", "days": _number(wanted)})
    return Shown(title, tuple(a.item for a in found.items if a.days == wanted and (a.place[0] or "") == state))


def _slow(question: Question) -> Shown:
    line = int(question.arg or 85)
    found = ageing(question.asked.work, question.window)
    title = Said(word("In progress, and above the {percent}% line of their state"), {"percent": line})
    return Shown(title, tuple(one.item for one in found.items if (one.beyond or 0) >= line))


def _corrected(question: Question) -> Shown:
    found = cumulative(question.asked.work, question.window)
    if not question.arg:
        return Shown(Said(word("Moved back in these days")), _once(one.item for one in found.corrections))
    period = _period(question.arg)
    start = found.window.start
    items = _once(one.item for one in found.corrections if start + timedelta(days=one.day) in period)
    return Shown(Said(word("Moved back, {period}"), {"period": _told(period)}), items)


def _without(title: str, holds: Callable[[Item], bool]) -> Callable[[Question], Shown]:
    def items(question: Question) -> Shown:
        return Shown(Said(title), tuple(one for one in question.asked.work.delivered(question.window) if holds(one)))

    return items


def _expected(name: str, title: str) -> Callable[[Question], Shown]:
    def items(question: Question) -> Shown:
        if question.expectation is None:
            return Shown(Said(title), ())
        return Shown(Said(title), getattr(expected(question.asked.work, question.window, question.expectation), name))

    return items


def _problem(question: Question) -> Shown:
    ids = {one.item for one in question.asked.problems if not question.arg or one.code == question.arg}
    found = tuple(one for one in question.asked.work.items if one.item in ids)
    return Shown(Said(word("With a problem in their data")), found)


def _once(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple({(one.source, one.item): one for one in items}.values())


def _told(period: Period) -> Period | date:
    """One day by itself, as a sentence says it."""
    return period if period.days > 1 else period.start


def _number(value: Fraction) -> int | str:
    return value.numerator if value.denominator == 1 else f"{float(value):.1f}"


SHOWN: Mapping[str, Callable[[Question], Shown]] = {
    "delivered": _ended("delivered"),
    "discarded": _ended("discarded"),
    "took": _took,
    "progress": _progress,
    "aged": _aged,
    "slow": _slow,
    "corrected": _corrected,
    "no-start": _without(
        word("Delivered without ever having started"), lambda one: one.started is None and is_true(one)
    ),
    "untrue": _without(word("Delivered, with dates that cannot be true"), lambda one: not is_true(one)),
    "inferred": _without(word("Delivered, without a history of their states"), lambda one: one.origin != "recorded"),
    "late": _expected("longer", word("Delivered later than expected")),
    "overdue": _expected("overdue", word("In progress for longer than expected already")),
    "problem": _problem,
}
"""What can be shown, by the name that an address gives it."""
