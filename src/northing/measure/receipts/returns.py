"""Receipts of what work cost: teams, the items that their cost falls on, waiting.

``level`` (organisation, value_stream, team, investment) and ``id`` say whose work; ``from`` and ``until`` choose the
fiscal months that they touch and that are over, the last twelve without them. Terms are teams, months and items.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from northing.measure.explained import Asked, Measure, Question, Term, Unit
from northing.measure.flow.asked import Whose, asked, policy_of, read_whose
from northing.measure.flow.terms import item_term
from northing.measure.money import share_of
from northing.measure.returns.work_costs import CostedItem, CostOfWork, TeamWork, cost_of_work, last_months
from northing.measure.sentence import Ref, Said
from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.filter.writer import quoted
from northing.portfolio.flow import FlowKind
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period, label
from northing.portfolio.words import word

from .facts import asked_cost

WORK = ("level", "id", "from", "until", "currency")

SPENT = word("Each team's cost of a month, shared over its items by the active time that they had in it.")


def work_of(question: Question) -> CostOfWork:
    """The cost of the work that the question names."""
    view = question.view
    whose = read_whose(view, question.get("level") or None, question.get("id"))
    return cost_of_work(view, whose, question.figure.window() or last_months(view))


def _team_terms(question: Question) -> Sequence[Term]:
    found = work_of(question)
    if found.whose.level == "investment":
        return _item_terms(question, (*found.finished, *found.others))
    if found.whose.level == "team":
        return [term for one in found.teams for term in _month_terms(question, one)]
    return [
        Term(
            value=one.costs.total,
            ref=Ref("team", one.team),
            figure=question.figure.but(level="team", id=one.team),
        )
        for one in found.teams
        if one.costs.total
    ]


def _month_terms(question: Question, team: TeamWork) -> Iterable[Term]:
    for one in team.months:
        figure = question.figure.but(from_=one.month.start, until=one.month.end)
        if one.source == "planned":
            for part in one.planned:
                said = Said(
                    word("{month}: share of the plan"), {"month": label(question.view.plan.calendar, one.month)}
                )
                yield Term(value=part.amount, ref=Ref("investment", part.investment), said=said)
        elif one.source == "booked":
            said = Said(word("{month}: booked by the team"), {"month": label(question.view.plan.calendar, one.month)})
            yield Term(value=one.amount, said=said, rows=one.rows, figure=figure)


def _team_rows(question: Question) -> Sequence[Asked]:
    """The cost rows that name the teams, of the months in which they are the source."""
    found = work_of(question)
    if found.whose.level == "investment":
        return []
    everything = question.but(level=None, id=None)
    asked: list[Asked] = []
    for team in found.teams:
        name = question.view.plan.teams[team.team].name
        for start, end in _stretches([one.month for one in team.months if one.source == "booked"]):
            asked += asked_cost(everything, start, end, where=f"team = {quoted(name)}", everything=True)
    return asked


def _stretches(months: Sequence[Period]) -> list[tuple[Any, Any]]:
    """Months that follow each other as one stretch of days."""
    found: list[tuple[Any, Any]] = []
    for month in months:
        if found and found[-1][1] == month.start:
            found[-1] = (found[-1][0], month.end)
        else:
            found.append((month.start, month.end))
    return found


def _item_terms(question: Question, items: Iterable[CostedItem], *, whole: bool = False) -> list[Term]:
    view = question.view
    terms = []
    for one in items:
        team = Whose("team", one.team)
        policy = policy_of(view, team)
        read = asked(view, Whose(), policy.id) if policy is not None else None
        assert read is not None
        terms.append(
            item_term(
                read.work,
                one.item,
                one.whole if whole else one.amount,
                share=None if one.share == 1 else one.share,
            )
        )
    return terms


def _kinds(question: Question) -> list[CostedItem]:
    name = question.get("flow_kind")
    known = next((one for one in FlowKind if one == name), None)
    if name not in ("", "none") and known is None:
        raise Invalid(f"There is no kind of flow item “{name}”.", remedy="Kinds: none, " + ", ".join(FlowKind) + ".")
    return [one for one in work_of(question).finished if not name or one.item.kind == known]


def _one(question: Question) -> list[CostedItem]:
    found = work_of(question)
    wanted = question.get("item")
    mine = [one for one in (*found.finished, *found.others) if wanted in (one.item.item, one.item.key)]
    if not mine:
        raise NotFound("No such item was worked on in these months.")
    return mine


def _item_cost_terms(question: Question) -> Sequence[Term]:
    return [
        *_item_terms(question, _one(question), whole=True),
        *(
            Term(value=one.by_plan, sign=0, said=Said(word("of it by plan: its team booked nothing in these months")))
            for one in _one(question)
            if one.by_plan
        ),
    ]


def _unplaced_terms(question: Question) -> Sequence[Term]:
    return [
        Term(
            value=Amounts({lost.currency: lost.amount}),
            ref=Ref("team", one.team),
            said=Said(word("{month}: nothing was active"), {"month": label(question.view.plan.calendar, lost.period)}),
        )
        for one in work_of(question).teams
        for lost in one.costs.unplaced
    ]


def _waiting_terms(question: Question) -> Sequence[Term]:
    found = work_of(question)
    if found.whose.level == "investment":
        return []
    if found.whose.level == "team":
        return [
            Term(
                value=Amounts({part.cost.currency: part.amount}),
                stated=Amounts({part.cost.currency: part.cost.amount}),
                share=Decimal(part.waiting) / (part.active + part.waiting),
                said=Said(word("{month}"), {"month": label(question.view.plan.calendar, part.cost.period)}),
            )
            for one in found.teams
            for part in one.costs.waiting
        ]
    return [
        Term(
            value=Amounts.sum(Amounts({part.cost.currency: part.amount}) for part in one.costs.waiting),
            ref=Ref("team", one.team),
            figure=question.figure.but(level="team", id=one.team),
        )
        for one in found.teams
        if one.costs.waiting
    ]


def _over(
    question: Question, part: tuple[str, Amounts, str], whole: tuple[str, Amounts, str], **args: object
) -> Sequence[Term]:
    """What a share is of: (title, amount, measure) of both, only shown."""
    return [
        Term(
            value=amount,
            sign=0,
            said=Said(title),
            figure=question.figure.but(f"returns.{measure}", **(args if place == 0 else {"flow_kind": None})),
        )
        for place, (title, amount, measure) in enumerate((part, whole))
    ]


def _waiting_share(question: Question) -> Decimal | None:
    found = work_of(question)
    return share_of(found.waiting, found.total, question.view.currency)


def _waiting_share_terms(question: Question) -> Sequence[Term]:
    found = work_of(question)
    return _over(
        question,
        (word("Cost of waiting"), found.waiting, "waiting"),
        (word("Cost of teams"), found.total, "team_cost"),
    )


def _kind_amount(question: Question) -> Amounts:
    return Amounts.sum(one.amount for one in _kinds(question))


def _each(question: Question) -> Amounts | None:
    items = _kinds(question)
    return _kind_amount(question).times(Decimal(1) / len(items)) if items else None


def _each_terms(question: Question) -> Sequence[Term]:
    return [
        Term(
            value=_kind_amount(question),
            sign=0,
            said=Said(word("Cost of finished work")),
            figure=question.figure.but("returns.finished"),
        ),
        Term(value=len(_kinds(question)), sign=0, said=Said(word("Finished items"))),
    ]


def _kind_share_terms(question: Question) -> Sequence[Term]:
    return _over(
        question,
        (word("Cost of finished work of this kind"), _kind_amount(question), "finished"),
        (word("Cost of finished work"), work_of(question).spent, "finished"),
    )


def _measure(
    name: str, title: str, formula: str, of: Callable[[Question], Any], terms: Callable[[Question], Sequence[Term]],
    parameters: tuple[str, ...] = WORK, *, unit: Unit = "money", tables: tuple[str, ...] = (), **more: Any,
) -> Measure:  # fmt: skip
    return Measure(
        name=f"returns.{name}", title=title, unit=unit, formula=formula, of=of, terms=terms, tables=tables,
        parameters=parameters, **more,
    )  # fmt: skip


MEASURES = (
    _measure(
        "team_cost",
        word("Cost of teams"),
        word(
            "Cost rows that name the team, by month; in a month without any, the part of what its investments were to "
            "spend that falls to it by active time."
        ),
        lambda question: work_of(question).total,
        _team_terms,
        facts=_team_rows,
        tables=("cost",),
    ),
    _measure(
        "finished",
        word("Cost of finished work"),
        SPENT,
        _kind_amount,
        lambda question: _item_terms(question, _kinds(question)),
        (*WORK, "flow_kind"),
    ),
    _measure(
        "unfinished",
        word("Cost of work in progress, and dropped"),
        SPENT,
        lambda question: work_of(question).unfinished,
        lambda question: _item_terms(question, work_of(question).others),
    ),
    _measure(
        "unplaced",
        word("Cost of months without work"),
        word("Teams' cost of months in which no item of theirs was active."),
        lambda question: work_of(question).unplaced,
        _unplaced_terms,
    ),
    _measure(
        "waiting",
        word("Cost of waiting"),
        word(
            "Teams' cost × waiting / (active + waiting), by team and month: queued, waiting or blocked time of items "
            "in progress. A part of the cost, seen otherwise."
        ),
        lambda question: work_of(question).waiting,
        _waiting_terms,
    ),
    _measure(
        "waiting_share",
        word("Share of waiting"),
        word("Cost of waiting / cost of teams."),
        _waiting_share,
        _waiting_share_terms,
        unit="share",
    ),
    _measure(
        "kind_share",
        word("Share of a kind in the cost of finished work"),
        word("Cost of finished items of the kind / cost of finished items."),
        lambda question: share_of(_kind_amount(question), work_of(question).spent, question.view.currency),
        _kind_share_terms,
        (*WORK, "flow_kind"),
        unit="share",
    ),
    _measure(
        "each",
        word("Cost of a finished item, on average"),
        word("Cost of finished items / their number."),
        _each,
        _each_terms,
        (*WORK, "flow_kind"),
    ),
    _measure(
        "item",
        word("Cost of an item"),
        SPENT,
        lambda question: Amounts.sum(one.whole for one in _one(question)),
        _item_cost_terms,
        (*WORK, "item"),
    ),
)  # fmt: skip
