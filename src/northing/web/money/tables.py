"""The tables of the page: money by period, and by what it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from northing.measure.address import figure
from northing.measure.commitments import commitments
from northing.measure.levels import ORGANISATION, Scope
from northing.measure.money import FORMULAS, Line, Money, PartMoney, Whole, money_by_investment, money_by_part
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from northing.report import words
from northing.report.labels import label
from northing.web.frame.addresses import investment_path
from northing.web.frame.context import Page

from .state import State, name_of
from .told import Addresses, Cell, cell, own, period_words

COLUMNS = (
    ("plan", gettext_noop("Plan")),
    ("forecast", gettext_noop("Forecast")),
    ("actual", gettext_noop("Actual")),
    ("accrual", gettext_noop("Accrual")),
    ("committed", gettext_noop("Committed")),
    ("expected", gettext_noop("Expected")),
    ("variance", gettext_noop("Variance")),
)
"""Of a period, in order; each is a field of a Line and has its formula."""

SUMS = (
    ("bac", gettext_noop("Budget")),
    ("ac", gettext_noop("Spent")),
    ("committed", gettext_noop("Committed")),
    ("etc", gettext_noop("To go")),
    ("eac", gettext_noop("At completion")),
    ("vac", gettext_noop("Variance")),
)
"""Of all time, in order; each is a field of a Whole and has its formula."""

SIGNED = ("variance", "vac")

SHOWN = 40
"""Investments listed before one asks for all."""

MOST = 500
"""Investments that one page lists at the most."""


@dataclass(frozen=True)
class Row:
    """One line of a table. ``kind`` is its look: a period's state, a part, a sub-line of one expense, the total."""

    title: str
    cells: list[Cell]
    kind: str = ""
    href: str = ""
    depth: int = 0
    note: str = ""
    number: str = ""
    now: bool = False
    close: str = ""
    """Where the period can be closed, if it is the one whose turn it is."""
    used: float | None = None
    """Spent of the budget, where a bar is drawn."""
    under: list[Row] = field(default_factory=list)


def heads(columns: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Name, title and formula of each column."""
    return [(name, _(title), _(FORMULAS[name])) for name, title in columns]


def by_period(page: Page, state: State, found: Money) -> tuple[list[Row], Row]:
    """The rows of the window, each with its capex and opex where they are asked for, and their total."""
    at = Addresses(page, state)

    def cells(line: Line, window: Period, expense: str | None = None) -> list[Cell]:
        return [
            cell(getattr(line, name), page.currency, at.of(name, state.scope, window, expense), signed=name in SIGNED)
            for name, _title in COLUMNS
        ]

    def under(parts: Iterable[tuple[str, Line]], window: Period, title: str = "%(what)s") -> list[Row]:
        if not state.split:
            return []
        return [
            Row(title % {"what": expense_words(expense)}, cells(line, window, expense or "neither"), "part")
            for expense, line in parts
        ]

    rows = [
        Row(
            period_words(one.period, one.label),
            cells(one.line, one.period),
            one.state,
            note=closed_words(page, one.period) if one.state == "closed" else "",
            now=page.today in one.period,
            close=page.link("money/close", **state.query()) if _due(page, one.period, found) else "",
            under=under(one.by_expense.items(), one.period),
        )
        for one in found.rows
    ]
    total = Row(
        _("Total"), cells(found.total, found.window), "total",
        under=under(found.total_by_expense.items(), found.window, _("%(what)s, all periods")),
    )  # fmt: skip
    return rows, total


def _due(page: Page, period: Period, found: Money) -> bool:
    """Whether it is over, and the first that is to be closed next."""
    over = period.end <= page.today and found.unit == "month" and page.may_edit
    return over and (period.start == found.cut_off if found.closed_until else period.end == found.cut_off)


def expense_words(expense: str) -> str:
    return label(expense) if expense else _("Not said")


def closed_words(page: Page, period: Period) -> str:
    """Why a period is locked: "Closed by Ana Ruiz on 4 Nov 2026"."""
    closes = [one for one in page.view.plan.period_closes.values() if one.start < period.end and one.end > period.start]
    if not closes:
        return ""
    last = max(closes, key=lambda one: one.end)
    said = {"who": page.name_of(last.by), "day": words.day(last.on)}
    return _("Closed by %(who)s on %(day)s") % said if last.on else _("Closed by %(who)s") % said


@dataclass(frozen=True)
class Breakdown:
    """What the money of a scope is made of; the rows and the rest add up to the scope's."""

    rows: list[Row]
    total: Row
    more: int
    """Rows that are not shown."""


def by_part(page: Page, state: State, found: Money, *, every: bool = False) -> Breakdown:
    """The next level down: investments, or the parts of a level, each with a link to its own money."""
    at = Addresses(page, state)

    def cells(whole: Whole, scope: Scope | None) -> list[Cell]:
        return [
            cell(getattr(whole, name), page.currency, at.of(name, scope) if scope else None, signed=name in SIGNED)
            for name, _title in SUMS
        ]

    total = Row(_("Total"), cells(found.whole, state.scope), "total", used=_used(page, found.whole))
    if state.by == "investment":
        return _investments(page, state, found, total, cells, every=every)
    parts = list(_below(page, state))
    rows = [
        Row(
            name_of(page.view, one.scope),
            cells(one.whole, one.scope),
            "part",
            href=page.link("money", **state.at(one.scope)),
            depth=one.depth,
            used=_used(page, one.whole),
        )
        for one in parts
        if one.scope.id is not None
    ]
    if state.scope == ORGANISATION:
        outside, rest = name_of(page.view, Scope(state.by, None)), _outside(parts)
    else:
        outside, rest = _("Directly in it"), _less(found.whole, [one.whole for one in parts if one.depth == 0])
    if _holds(rest):
        rows.append(Row(outside, cells(rest, None), "rest", used=_used(page, rest)))
    return Breakdown(rows, total, 0)


def _outside(parts: Iterable[PartMoney]) -> Whole:
    """What belongs to none of the parts."""
    return next((one.whole for one in parts if one.scope.id is None), Whole())


def _investments(
    page: Page,
    state: State,
    money: Money,
    total: Row,
    cells: Callable[[Whole, Scope | None], list[Cell]],
    *,
    every: bool,
) -> Breakdown:
    plan = page.view.plan
    limit = MOST if every else SHOWN
    found = money_by_investment(page.view, state.scope, window=state.window, basis=state.basis, limit=limit)
    shown = [one for one in found if speaks(one.whole)]
    rows = []
    for one in shown:
        investment = plan.investments[one.investment]
        scope = Scope("investment", one.investment)
        whole_share = one.share == 1
        rows.append(
            Row(
                investment.name,
                cells(one.whole, scope if whole_share else None),
                "part",
                href=page.link(
                    "money", **state.query(level="investment", id=investment.number or investment.id, by=None)
                ),
                note="" if whole_share else _("%(share)s of it") % {"share": words.percent(one.share)},
                number=investment.number or "",
                used=_used(page, one.whole),
            )
        )
    rest = _less(money.whole, [one.whole for one in shown])
    left = money.investments - len(found) if _holds(rest) else 0
    if left > 0:
        rows.append(Row(_("%(n)s others") % {"n": words.number(left)}, cells(rest, None), "rest"))
    return Breakdown(rows, total, max(0, left))


def speaks(whole: Whole) -> bool:
    """Whether anything is said of it at all."""
    return bool(
        whole.plan or whole.budget or whole.actual or whole.accrual or whole.etc or whole.committed or whole.later
    )


def _added(wholes: Iterable[Whole]) -> Whole:
    several = list(wholes)
    return Whole(**{name: Amounts.sum(getattr(one, name) for one in several) for name in Whole.__struct_fields__})


def _less(whole: Whole, parts: Iterable[Whole]) -> Whole:
    """What *parts* leave of *whole*."""
    taken = _added(parts)
    return Whole(**{name: getattr(whole, name) - getattr(taken, name) for name in Whole.__struct_fields__})


def _holds(whole: Whole) -> bool:
    return any(amount for name in Whole.__struct_fields__ for amount in getattr(whole, name).by_currency.values())


def _below(page: Page, state: State) -> Iterator[PartMoney]:
    """The parts of the level; within one of them, those below it and what belongs to it directly."""
    every = money_by_part(page.view, state.by, window=state.window, basis=state.basis)
    if state.scope == ORGANISATION:
        yield from every
        return
    depth: int | None = None
    for one in every:
        if depth is None:
            depth = one.depth if one.scope == state.scope else None
        elif one.depth > depth and one.scope.id is not None:
            yield PartMoney(scope=one.scope, depth=one.depth - depth - 1, line=one.line, whole=one.whole)
        else:
            return


def _used(page: Page, whole: Whole) -> float | None:
    budget = own(whole.bac, page)
    if budget <= 0:
        return None
    return float(min(Decimal(1), max(Decimal(0), own(whole.ac, page) / budget)))


def path_of(page: Page, scope: Scope) -> str:
    """The page of an investment; empty for anything else."""
    return page.link(investment_path(page.view.plan, scope.id)) if scope.level == "investment" and scope.id else ""


def commitments_of(page: Page, state: State) -> list[Row]:
    """The orders and contracts of an investment: what for, from whom, and amount, billed and open."""
    if state.scope.level != "investment":
        return []
    rows = []
    for one in commitments(page.view):
        if one.investment == state.scope.id:
            stated = page.view.plan.commitments[one.id]
            cells = [
                Cell(words.amount(getattr(one, name), one.currency), figure=figure(f"commitment.{name}", id=one.id))
                for name in ("amount", "billed", "open")
            ]
            reference = " · ".join(part for part in (stated.supplier, stated.reference) if part)
            rows.append(Row(stated.name, cells, label(stated.type), note=reference, number=stated.number or ""))
    return rows
