"""Re-forecast: what each investment is expected to cost, period by period, typed in place; and what changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.accrued import cut_off
from northing.measure.levels import Scope
from northing.measure.money import PeriodRow, money, money_by_investment
from northing.portfolio.edits import Edit, change
from northing.portfolio.errors import Conflict, Finding, Invalid, NotFound
from northing.portfolio.forecast_edits import Purpose, planned, restate, stated
from northing.portfolio.periods import Period
from northing.record.permission import may_add
from northing.report import words
from northing.web.changing.answering import body, clash, done, revision_on
from northing.web.frame.context import Page, page

from . import bridge, tables
from .framing import framed
from .numbers import read_amount
from .state import State, read, to_come
from .told import Cell, cell, own, period_words, whole

SHOWN, MOST = 25, 200
"""Investments in the grid before one asks for more, and at the most."""

MOST_CELLS = 5_000


@dataclass(frozen=True)
class Slot:
    """One cell that is typed into, or locked."""

    text: str
    exact: str
    stated: bool
    """Whether somebody forecast it; else it is the plan's."""
    locked: str
    """Why it cannot be typed into; empty where it can."""
    start: str
    end: str
    label: str


@dataclass(frozen=True)
class Line:
    """Capex or opex of one investment in one currency: what is typed into."""

    purpose: Purpose
    title: str
    slots: list[Slot]
    total: str


@dataclass(frozen=True)
class Group:
    """One investment: what it is expected to come to in the reader's currency, and its lines."""

    id: str
    name: str
    number: str
    href: str
    cells: list[Cell]
    total: Cell
    may: bool
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Head:
    """A period as the head of a column."""

    title: str
    state: str
    why: str
    now: bool


@page("money")
def forecast(page: Page) -> HttpResponse:
    """The grid to type into; the bridge from an earlier forecast to this one is asked for when it is looked at."""
    state = to_come(page.view, read(page.view, page.request.GET))
    found = money(page.view, state.scope, unit=state.unit, window=state.window, basis=state.basis)
    every = page.request.GET.get("all") == "1"
    chosen, more = _chosen(page, state, found.investments, MOST if every else SHOWN)
    return page.render(
        "money/forecast.html",
        **framed(page, state, "forecast", found),
        heads=[_head(page, one) for one in found.rows],
        groups=[_group(page, state, id) for id in chosen],
        totals=[cell(one.line.expected, page.currency) for one in found.rows],
        total=cell(found.total.expected, page.currency),
        more=more,
        bridge_href=page.link("money/bridge", **state.query(), since=page.request.GET.get("since", "")),
        may_any=page.may_suggest,
    )


@page("money")
def changed(page: Page) -> HttpResponse:
    """The bridge from an earlier forecast to this one: inside the page above, or a page of its own."""
    state = read(page.view, page.request.GET)
    made = bridge.bridged(page, state)
    if page.fragment:
        return page.render("money/steps.html", bridge=made)
    found = money(page.view, state.scope, unit=state.unit, window=state.window, basis=state.basis)
    return page.render("money/bridge.html", **framed(page, state, "forecast", found), bridge=made)


def _chosen(page: Page, state: State, count: int, most: int) -> tuple[list[str], int]:
    """The investments with the most money, by name, and how many others there are; of one investment, itself.

    By name, so that no row moves while somebody types into it.
    """
    if state.scope.level == "investment" and state.scope.id is not None:
        return [state.scope.id], 0
    found = money_by_investment(page.view, state.scope, window=state.window, basis=state.basis, limit=most)
    held = [one.investment for one in found if tables.speaks(one.whole)]
    named = sorted(held, key=lambda id: (page.view.plan.investments[id].name.casefold(), id))
    return named, max(0, count - most) if len(held) == most else 0


def _head(page: Page, row: PeriodRow) -> Head:
    return Head(period_words(row.period, row.label), row.state, _why_locked(page, row), page.today in row.period)


def _why_locked(page: Page, row: PeriodRow) -> str:
    if row.state == "closed":
        return tables.closed_words(page, row.period) or _("Closed")
    if _over(page, row):
        return _("It is past: what was spent counts, not what was expected")
    return ""


def _group(page: Page, state: State, id: str) -> Group:
    plan = page.view.plan
    investment = plan.investments[id]
    mine = money(page.view, Scope("investment", id), unit=state.unit, window=state.window, basis=state.basis)
    may = not page.past and may_add(page.actor, "forecast_line", investment, plan)
    said, meant = stated(plan, id), planned(plan, id)
    spoken = {month for _purpose, month in said}
    home = investment.currency or page.workspace.currency
    spent = {Purpose(id, expense, home) for row in mine.rows if _over(page, row) for expense in row.by_expense}
    purposes = _purposes(page, id, {*(purpose for purpose, _month in (*said, *meant)), *spent})
    lines = []
    for purpose in purposes:
        slots, total = [], Decimal(0)
        for row in mine.rows:
            if _over(page, row):
                amount = _spent(page, row, purpose, purposes)
                total += amount or Decimal(0)
                slots.append(_slot(page, row, amount, True, may))
                continue
            months = {month for month in {*spoken, *(at for _own, at in meant)} if month.start in row.period}
            amounts = [(said if month in spoken else meant).get((purpose, month)) for month in sorted(months)]
            held = [amount for amount in amounts if amount is not None]
            is_stated = any(month in spoken for month in months)
            amount = sum(held, Decimal(0)) if held or is_stated else None
            total += amount or Decimal(0)
            slots.append(_slot(page, row, amount, is_stated, may))
        lines.append(Line(purpose, _title(purpose), slots, whole(total)))
    href = page.link("money", **state.query(level="investment", id=investment.number or id, by=None))
    return Group(
        id, investment.name, investment.number or "", href,
        [cell(one.line.expected, page.currency) for one in mine.rows],
        cell(mine.total.expected, page.currency), may, lines,
    )  # fmt: skip


def _over(page: Page, row: PeriodRow) -> bool:
    return row.period.end <= cut_off(page.view)


def _spent(page: Page, row: PeriodRow, purpose: Purpose, purposes: Sequence[Purpose]) -> Decimal | None:
    """What a period that is over came to: the actual and what is accrued; None where that is no line's alone.

    It is told in the reader's currency, and an expense in several currencies is one sum.
    """
    alone = sum(one.expense == purpose.expense for one in purposes) == 1
    if not alone or purpose.currency != page.currency or purpose.expense not in row.by_expense:
        return None
    return own(row.by_expense[purpose.expense].expected, page)


def _purposes(page: Page, id: str, known: set[Purpose]) -> list[Purpose]:
    """Capex and opex in the investment's currency, and whatever else its lines name."""
    currency = page.view.plan.investments[id].currency or page.workspace.currency
    usual = {Purpose(id, expense, currency) for expense in ("capex", "opex")}
    return sorted(usual | known, key=lambda one: (one.currency != currency, one.currency, one.expense or "~"))


def _title(purpose: Purpose) -> str:
    name = tables.expense_words(purpose.expense)
    return f"{name}, {purpose.currency}" if purpose.currency else name


def _slot(page: Page, row: PeriodRow, amount: Decimal | None, is_stated: bool, may: bool) -> Slot:
    locked = _why_locked(page, row)
    if not locked and not may:
        locked = _("A past view cannot be changed.") if page.past else _("Its owner or a planner forecasts it.")
    return Slot(
        "" if amount is None else whole(amount),
        "" if amount is None else f"{amount.normalize():f}",
        is_stated,
        locked,
        row.period.start.isoformat(),
        row.period.end.isoformat(),
        period_words(row.period, row.label),
    )


# -- changing it


class Typed(msgspec.Struct, frozen=True):
    """One cell as the browser names it, and what was typed."""

    investment: str
    expense: str
    currency: str
    start: str
    end: str
    text: str


@page(methods=("POST",), changes=True)
def save(page: Page) -> HttpResponse:
    """One or more cells in one commit, on the revision that the page shows."""
    given = body(page)
    said = _said(page, given)
    on = revision_on(given)
    # What was typed is said of the plan that was looked at; the record merges it with what others did since.
    made = restate(page.view.plan if on is None else page.record.plan(on), said)
    reason = _reason(page, said)
    try:
        committed = page.record.commit(made, on=on, by=page.actor, reason=reason)
    except Conflict as conflict:
        again = _on_head(page, made)
        return clash(page, conflict, {"edits": [msgspec.to_builtins(one) for one in again], "reason": reason})
    return done(page.again_now(), committed, text=reason)


def _on_head(page: Page, made: Sequence[Edit]) -> list[Edit]:
    """*made* as it is asked of the plan by now: what somebody else has made is changed, what is gone is left."""
    now = page.record.plan()
    again = []
    for one in made:
        there = now.get(one.kind, one.id) is not None
        if one.op == "create" and there:
            again.append(change(one.kind, one.id, **one.fields))
        elif one.op == "create" or there:
            again.append(one)
    return again


def _said(page: Page, given: dict[str, Any]) -> dict[tuple[Purpose, Period], Decimal | None]:
    from datetime import date

    try:
        cells = msgspec.convert(given.get("cells"), list[Typed])
        periods = [Period(date.fromisoformat(one.start), date.fromisoformat(one.end)) for one in cells]
    except (msgspec.ValidationError, ValueError):
        raise Invalid(_("The page sent something that is no cell."), remedy=_("Load it again.")) from None
    if len(cells) > MOST_CELLS or not cells:
        raise Invalid(_("That is more than %(n)s cells at once; import it as a file.") % {"n": MOST_CELLS})
    said: dict[tuple[Purpose, Period], Decimal | None] = {}
    findings: list[Finding] = []
    for one, period in zip(cells, periods, strict=True):
        if one.investment not in page.view.plan.investments:
            raise NotFound(_("One of these investments is not there any more."), remedy=_("Load the page again."))
        if period.end <= cut_off(page.view):
            findings.append(
                Finding(code="period-closed", message=_("What is past is not forecast any more."), value=one.start)
            )
            continue
        try:
            said[Purpose(one.investment, one.expense, one.currency), period] = read_amount(one.text)
        except Invalid as wrong:
            findings += wrong.findings
    if findings:
        raise Invalid(findings[0].message, findings=findings, remedy=findings[0].remedy)
    return said


def _reason(page: Page, said: dict[tuple[Purpose, Period], Decimal | None]) -> str:
    """ "Forecast of Claims triage: €18,000 from 1 Dec to 31 Dec 2026"."""
    names = list(dict.fromkeys(page.view.name_of("investment", purpose.investment) or "" for purpose, _at in said))
    if len(said) == 1:
        ((purpose, period), amount) = next(iter(said.items()))
        told = words.amount(amount, purpose.currency) if amount is not None else _("as planned")
        return _("Forecast of %(name)s, %(period)s: %(amount)s") % {
            "name": names[0], "period": words.period(period), "amount": told,
        }  # fmt: skip
    shown = (
        names[0]
        if len(names) == 1
        else ngettext("%(n)s investment", "%(n)s investments", len(names)) % {"n": len(names)}
    )
    return ngettext("%(n)s period of %(what)s forecast anew", "%(n)s periods of %(what)s forecast anew", len(said)) % {
        "n": len(said), "what": shown,
    }  # fmt: skip
