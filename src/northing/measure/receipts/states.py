"""Receipts of time in state: how many days finished items spent in a state, item by item.

``level``, ``id`` and ``policy`` say whose work is meant and how it is read; ``from`` and ``until`` in which days the
items finished; ``state`` which state, or, left out, all of the time from start to finish.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from northing.facts.flow_asking import Id, Item
from northing.measure.explained import Asked, Measure, Question, Term
from northing.measure.flow.asked import asked, read_whose
from northing.measure.flow.terms import item_term
from northing.measure.flow.time_in_state import Change, Split, TimeInStates, split, time_in_states
from northing.measure.flow.work import Work
from northing.measure.sentence import Said
from northing.portfolio.errors import Invalid
from northing.portfolio.flow import MarkedEvent
from northing.portfolio.periods import Period
from northing.portfolio.words import word

from .work import rows_of

DAY = 86_400_000_000
NOWHERE = "?"
"""Stands for the time of which no state is known."""
SPLIT = ("level", "id", "policy", "from", "until", "event_on")
PARAMETERS = ("level", "id", "policy", "from", "until", "state")


def days(time: int | Fraction) -> Decimal:
    """Microseconds as days of 24 hours."""
    found = Fraction(time) / DAY
    return Decimal(found.numerator) / found.denominator


def _window(question: Question) -> Period:
    window = question.figure.window()
    if window is None:
        raise Invalid("Time in state is told of days: from and until are missing.", remedy="Say from and until.")
    return window


def _event_on(question: Question) -> date:
    on = question.get("event_on")
    try:
        return date.fromisoformat(on)
    except ValueError:
        raise Invalid(f"“{on[:20]}” is not a date.", remedy="Write event_on=2026-03-31.") from None


def _found(question: Question) -> tuple[Work, TimeInStates] | None:
    window = _window(question)
    whose = read_whose(question.view, question.get("level") or None, question.get("id"))
    found = asked(question.view, whose, question.get("policy") or None)
    return None if found is None else (found.work, time_in_states(found.work, window))


def _times(question: Question) -> Sequence[tuple[Work, Item, int]]:
    """Each item that finished and was in the state, and how long; without a state, from its start to its finish."""
    told = _found(question)
    if told is None:
        return ()
    work, found = told
    state = question.get("state")
    if not state:
        return [(work, item, (item.finished or 0) - (item.started or 0)) for item in found.items]
    named = None if state == NOWHERE else state
    times: Counter[Id] = Counter()
    for one in found.states:
        if one.state == named:
            times.update(dict(zip(map(_id, one.items), one.times, strict=True)))
    return [(work, item, times[_id(item)]) for item in found.items if _id(item) in times]


def _id(item: Item) -> Id:
    return item.source, item.item


def _mean(question: Question) -> Decimal | None:
    told = _found(question)
    if told is None or not told[1].items:
        return None
    return days(Fraction(sum(time for _, _, time in _times(question)), len(told[1].items)))


def _terms(question: Question) -> Sequence[Term]:
    told = _found(question)
    if told is None:
        return []
    terms = [item_term(work, item, days(time)) for work, item, time in _times(question)]
    count = Term(
        value=len(told[1].items), sign=0, said=Said(word("Items that finished")),
        figure=question.figure.but("states.items", state=None),
    )  # fmt: skip
    return [*sorted(terms, key=lambda term: -term.value), count]


def _items(question: Question) -> Sequence[tuple[Work, Item]]:
    if question.get("state"):
        return [(work, item) for work, item, _time in _times(question)]
    told = _found(question)
    return [(told[0], item) for item in told[1].items] if told is not None else []


def _rows(question: Question) -> list[Asked]:
    return rows_of(question, [item for _, item in _items(question)])


def _split(question: Question) -> Split | None:
    """The days before ``event_on`` beside those from it."""
    window, event = _window(question), MarkedEvent(id="", name="", on=_event_on(question))
    whose = read_whose(question.view, question.get("level") or None, question.get("id"))
    found = asked(question.view, whose, question.get("policy") or None)
    return None if found is None else split(found.work, window, event)


def _side(question: Question, sign: int) -> list[Change]:
    found = _split(question)
    return [one for one in found.changes if one.change * sign > 0] if found is not None else []


def _moved(name: str, title: str, formula: str, sign: int) -> Measure:
    """Days per item, of the states that take less time than before (*sign* −1) or more (1)."""

    def value(question: Question) -> Decimal | None:
        if _split(question) is None:
            return None
        return days(sum((abs(one.change) for one in _side(question, sign)), Fraction(0)))

    def terms(question: Question) -> Sequence[Term]:
        window, on = _window(question), _event_on(question)
        return [
            Term(
                value=days(abs(one.change)), said=Said("{state}", {"state": one.state or NOWHERE}),
                figure=question.figure.but(
                    "states.days", window=Period(on, window.end), event_on=None, state=one.state or NOWHERE
                ) if on < window.end else None,
            )
            for one in _side(question, sign)
        ]  # fmt: skip

    return Measure(
        name=f"states.{name}", title=title, unit="number", formula=formula, of=value, terms=terms,
        tables=("work", "transition"), parameters=SPLIT,
    )  # fmt: skip


MEASURES = (
    _moved(
        "gained", word("Days gained per item"),
        word("Of all states that take less time since the event: days per item before − after."), -1,
    ),
    _moved(
        "lost", word("Days lost per item"),
        word("Of all states that take more time since the event: days per item after − before."), 1,
    ),
    Measure(
        name="states.days",
        title=word("Days in state, per item"),
        unit="number",
        formula=word("Time in the state between start and finish, of all items together / items that finished."),
        of=_mean,
        terms=_terms,
        facts=_rows,
        tables=("work", "transition"),
        parameters=PARAMETERS,
    ),
    Measure(
        name="states.items",
        title=word("Items that finished"),
        unit="count",
        formula=word("Items that finished in these days and were in the state; instants that cannot be true left out."),
        of=lambda question: len(_items(question)),
        terms=lambda question: [item_term(work, item) for work, item in _items(question)],
        facts=_rows,
        tables=("work", "transition"),
        parameters=PARAMETERS,
    ),
)  # fmt: skip
"""Every figure of time in state."""
