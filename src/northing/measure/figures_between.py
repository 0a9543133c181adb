"""Receipts of what lies between two revisions: planned money that moved, and ends that moved on the roadmap.

- ``change.planned before=40 after=57 id=INV-0042``: planned money after − before, of one investment or of all
- ``roadmap.end_moved id=INV-0042 before=tag:q1``: by how many days its end has moved since
- ``roadmap.later before=tag:q1``: how many end later, and ``roadmap.later_by``: by how many days at the median

Without ``after`` the later of the two is the plan that is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from statistics import median
from typing import Any

from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.money import Amounts
from northing.portfolio.words import word

from .derived_money import amounts_of, lines_of
from .explained import Measure, Question, Term, entity
from .roadmap import RoadmapRow, roadmap
from .sentence import Ref, Said
from .view import View

MOVED = {"planned": "likely", "budget": "budget"}
"""What is compared → the field of a plan line that it adds up."""


def _opened(question: Question, name: str) -> View:
    ref = question.get(name)
    if not ref:
        raise Invalid(f"“{question.figure.measure}” needs “{name}”.", remedy="Write before=2026-03-31, or a revision.")
    if question.open is None:
        raise Invalid("Earlier revisions cannot be opened here.", remedy="Ask on the page, or with `northing why`.")
    return question.open(ref)


def _both(question: Question) -> tuple[View, View]:
    return _opened(question, "before"), _opened(question, "after") if question.get("after") else question.view


def _investment(views: Sequence[View], name: str) -> str:
    """The id that *name* means in any of the plans. Raises :class:`NotFound`."""
    for view in views:
        try:
            return entity(view, "investment", name)
        except NotFound:
            continue
    raise NotFound("There is no such investment at either revision.")


def _moved(before: View, after: View, field: str, id: str) -> Amounts:
    return (amounts_of(after, field, id) or Amounts()) - (amounts_of(before, field, id) or Amounts())


def _change(name: str) -> Callable[[Question], Amounts]:
    def value(question: Question) -> Amounts:
        before, after = _both(question)
        if question.get("id"):
            return _moved(before, after, name, _investment((after, before), question.get("id")))
        every = {**before.plan.investments, **after.plan.investments}
        return Amounts.sum(_moved(before, after, name, id) for id in every)

    return value


def _change_terms(name: str) -> Callable[[Question], Sequence[Term]]:
    def terms(question: Question) -> Sequence[Term]:
        before, after = _both(question)
        if question.get("id"):
            id = _investment((after, before), question.get("id"))
            was, now = lines_of(before, MOVED[name], id), lines_of(after, MOVED[name], id)
            return [term for line in {**was, **now} if (term := _line(after, line, MOVED[name], was, now)) is not None]
        every = {**before.plan.investments, **after.plan.investments}
        return [
            Term(
                value=moved,
                ref=Ref("investment", id),
                said=None if id in after.plan.investments else Said(word("{name}, removed"), {"name": one.name or ""}),
                figure=question.figure.but(id=id),
            )
            for id, one in every.items()
            if any((moved := _moved(before, after, name, id)).by_currency.values())
        ]

    return terms


def _line(view: View, id: str, field: str, was: Mapping[str, Amounts], now: Mapping[str, Amounts]) -> Term | None:
    """What one plan line brings to the difference; None where it brings nothing."""
    moved = now.get(id, Amounts()) - was.get(id, Amounts())
    if not any(moved.by_currency.values()):
        return None
    if id not in view.plan.cost_plan_lines:
        return Term(value=moved, said=Said(word("A plan line that was removed")))
    return Term(value=moved, stated=now.get(id), ref=Ref("cost_plan_line", id), field=field)


def _rows(question: Question) -> list[RoadmapRow]:
    """Each investment of the roadmap once, held against the earlier plan."""
    road = roadmap(question.view, "portfolio", _opened(question, "before"), question.get("where"))
    return [row for group in road.groups for row in group.rows]


def _later(question: Question) -> list[tuple[str, int]]:
    """The investments that end later, and by how many days."""
    return [
        (row.investment, row.baseline.end_moved)
        for row in _rows(question)
        if row.baseline is not None and (row.baseline.end_moved or 0) > 0 and row.baseline.end_moved is not None
    ]


def _by_median(question: Question) -> int | None:
    days = [moved for _, moved in _later(question)]
    return round(median(days)) if days else None


def _later_terms(question: Question, *, counted: bool) -> Sequence[Term]:
    return [
        Term(
            value=1 if counted else moved,
            sign=1 if counted else 0,
            ref=Ref("investment", id),
            figure=question.figure.but("roadmap.end_moved", id=id, where=None),
        )
        for id, moved in _later(question)
    ]


def _ends(question: Question) -> tuple[date | None, date | None]:
    before = _opened(question, "before")
    id = _investment((question.view, before), question.get("id"))
    was, now = before.plan.investments.get(id), question.view.plan.investments.get(id)
    return was.end if was is not None else None, now.end if now is not None else None


def _end_moved(question: Question) -> int | None:
    was, now = _ends(question)
    return None if was is None or now is None else (now - was).days


def _end_terms(question: Question) -> Sequence[Term]:
    was, now = _ends(question)
    ref = Ref("investment", _investment((question.view,), question.get("id")))
    told: tuple[tuple[str, Any], ...] = ((word("Ends now"), now), (word("Ended in the plan compared with"), was))
    return [Term(value=day, sign=0, ref=ref, said=Said(title), field="end") for title, day in told]


MEASURES = (
    *(
        Measure(
            name=f"change.{name}",
            title=title,
            unit="money",
            formula=formula,
            of=_change(name),
            terms=_change_terms(name),
            parameters=("before", "after", "id"),
        )
        for name, title, formula in (
            ("planned", word("Change of planned money"), word("Likely amounts of plan lines after − before.")),
            ("budget", word("Change of budgets"), word("Budgets of plan lines after − before.")),
        )
    ),
    Measure(
        name="roadmap.end_moved",
        title=word("End moved by"),
        unit="count",
        formula=word("End − end in the plan compared with, in days."),
        of=_end_moved,
        terms=_end_terms,
        parameters=("id", "before"),
    ),
    Measure(
        name="roadmap.later",
        title=word("End later"),
        unit="count",
        formula=word("Investments whose end is after their end in the plan compared with."),
        of=lambda question: len(_later(question)),
        terms=lambda question: _later_terms(question, counted=True),
        parameters=("before", "where"),
    ),
    Measure(
        name="roadmap.later_by",
        title=word("End later by, at the median"),
        unit="count",
        formula=word("Median of the days by which those that end later have moved."),
        of=_by_median,
        terms=lambda question: _later_terms(question, counted=False),
        parameters=("before", "where"),
    ),
)
"""Every figure that compares two plans."""
