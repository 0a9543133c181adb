"""Month close as an act: what a close would state, somebody who states it, and what came in afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.accrued import closes
from northing.measure.address import Figure
from northing.measure.closing import AfterClose, CloseProposal, after_close, as_proposed, propose_close
from northing.measure.levels import ORGANISATION, read_scope
from northing.measure.money import Line, money
from northing.measure.receipts.closing import proposed_figure
from northing.portfolio.errors import Conflict, Finding, Invalid, NotFound
from northing.portfolio.forecasting import PeriodClose
from northing.portfolio.money import Amounts, Expense
from northing.report import closing, words
from northing.report.viewing import look
from northing.web.changing.committing import commit_and_go
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page, page
from northing.web.frame.currencies import currencies, problem
from northing.web.frame.figured import figured

from . import tables
from .bridge import made_in, name_of_close
from .figures import Verdict
from .framing import framed
from .numbers import read_amount
from .state import State, read
from .told import Addresses, Cell, cell, own, period_words, short

SHOWN = 24
"""Closes that are listed, the newest first."""

SPARE = 2
"""Empty rows for accruals that nobody proposed."""


@dataclass(frozen=True)
class Accrued:
    """One row of the form."""

    investment: str
    name: str
    amount: str
    currency: str
    expense: str
    reason: str
    figure: Figure | None = None
    """Where a proposal is explained."""
    error: str = ""


@dataclass(frozen=True)
class Closed:
    """One period that somebody closed."""

    id: str
    name: str
    by: str
    on: date | None
    accruals: list[tuple[str, str, str, str, str]]
    """Investment, address, amount, reason."""
    accrued: str
    note: str
    no: int | None
    href: str
    shown: bool
    arrived: int
    """Deliveries since that speak of it."""
    after: After | None = None


@dataclass(frozen=True)
class After:
    """What a closed period has become since."""

    difference: Cell
    rows: list[tuple[str, str, Cell, Cell, Cell]]
    """Name, address, then, now, difference."""
    deliveries: list[tuple[str, str]]


@page("money", methods=("GET", "HEAD", "POST"), of_record=True)
def close(page: Page) -> HttpResponse:
    """What stands to be closed and what is closed; a POST closes."""
    state = read(page.view, page.request.GET)
    proposal = propose_close(page.view)
    if page.request.method == "POST":
        page.actor.require("plan", _("close a period"))
        try:
            return _close(page, proposal)
        except Invalid as wrong:
            return _show(page, state, proposal, page.request.POST, wrong.findings or (_finding(wrong),), 422)
    return _show(page, state, proposal)


def _show(
    page: Page,
    state: State,
    proposal: CloseProposal,
    typed: QueryDict | None = None,
    findings: tuple[Finding, ...] = (),
    status: int = 200,
) -> HttpResponse:
    found = money(page.view, state.scope, unit=state.unit, window=state.window, basis=state.basis)
    shown = page.request.GET.get("show", "")
    every = list(reversed(closes(page.view)))
    name = period_words(proposal.period, proposal.label)
    comes_to = as_proposed(page.view, proposal)
    return page.render(
        "money/close.html",
        status=status,
        **framed(page, state, "close", found),
        proposal=proposal,
        period_name=name,
        figures=_figures(page, state, proposal, comes_to),
        lead=_lead(page, state, proposal, name, comes_to),
        accruals=_typed(page, typed) if typed is not None else _proposed(page, proposal),
        spare=range(SPARE),
        accrued=_accrued(page, state, proposal) if proposal.accrued else "",
        small=closing.small_words(page.view, proposal),
        small_figure=Addresses(page, state).closing("small", proposal.period),
        checks=_checks(page, state, proposal),
        errors=[one for one in findings if one.code != "wrong-accrual"],
        against=[_against(page, proposal, one) for one in proposal.findings if one.severity == "error"],
        note=typed.get("note", "") if typed is not None else "",
        closed=[_closed(page, state, one, show=one.id == (shown or every[0].id)) for one in every[:SHOWN]],
        may=page.may_edit,
        expenses=[(one.value, tables.expense_words(one.value)) for one in Expense],
        currencies=_currencies(page, proposal),
    )  # fmt: skip


def _lead(page: Page, state: State, proposal: CloseProposal, name: str, line: Line) -> Verdict | None:
    """ "Oct 2026 comes to €1.2m, €57.3k below the plan; 5 sources have not spoken of all of it." """
    if not proposal.can_close:
        return None
    said = {"period": name, "money": short(line.expected) if line.expected else words.amount(Decimal(0), page.currency)}
    text = _("%(period)s comes to %(money)s")
    plan, off = own(line.plan, page), own(line.variance, page)
    if plan and set(line.expected.by_currency) <= {page.currency}:
        said["off"] = words.amount(abs(off), page.currency, short=True)
        text = (_("%(period)s comes to %(money)s, %(off)s above the plan") if off < 0 else
                _("%(period)s comes to %(money)s, %(off)s below the plan"))  # fmt: skip
    at = Addresses(page, state)
    of = {"money": at.closing("expected", proposal.period), "off": at.closing("variance", proposal.period)}
    told = figured(page, text, said, of)
    if not proposal.late:
        return Verdict(told + ".", "good")
    missing = ngettext(
        "%(num)s source has not spoken of all of it.", "%(num)s sources have not spoken of all of it.",
        len(proposal.late),
    ) % {"num": len(proposal.late)}  # fmt: skip
    return Verdict(told + "; " + missing, "warn")


def _figures(page: Page, state: State, proposal: CloseProposal, line: Line) -> list[tuple[str, Cell, str]]:
    """What the period comes to if it is closed as proposed, each with what it is."""
    at = Addresses(page, state)
    proposed = {key: at.closing(key, proposal.period) for key in ("accrual", "expected", "variance")}
    return [
        (
            _("Comes to") if key == "expected" else title,
            cell(
                getattr(line, key), page.currency,
                proposed.get(key) or at.of(key, ORGANISATION, proposal.period), signed=key == "variance",
            ),
            help,
        )
        for key, title, help in tables.heads(tables.COLUMNS)
        if key != "committed"
    ]  # fmt: skip


def _accrued(page: Page, state: State, proposal: CloseProposal) -> str:
    text = _("proposed: %(money)s received and not billed; they replace those of the close before")
    at = Addresses(page, state).closing("proposed", proposal.period)
    return figured(page, text, {"money": short(proposal.accrued)}, {"money": at})


def _currencies(page: Page, proposal: CloseProposal) -> list[str]:
    """The currencies that an accrual may be in: ours, those of rates, and those proposed."""
    return [code for code in dict.fromkeys((*currencies(page), *(one.currency for one in proposal.accruals))) if code]


def _against(page: Page, proposal: CloseProposal, finding: Finding) -> dict[str, Any]:
    """Why a period cannot be closed, with its name as the page has it."""
    told = problem(page, finding)
    if finding.code == "period-not-over":
        name = period_words(proposal.period, proposal.label)
        told["message"] = _("%(period)s is not over yet.") % {"period": name}
        told["remedy"] = _("It can be closed from %(day)s on.") % {"day": words.day(proposal.period.end)}
    return told


@dataclass(frozen=True)
class Check:
    """One thing to know before closing: good, or to be looked at, with where to look."""

    text: str
    tone: str
    href: str = ""


def _checks(page: Page, state: State, proposal: CloseProposal) -> list[Check]:
    sources, at = page.link("sources"), Addresses(page, state)
    found = [
        Check(
            _("%(source)s has not spoken of the whole period")
            % {"source": words.name(page.view, "source", one.source)},
            "warn",
            sources,
        )
        for one in proposal.late
    ]
    if not proposal.late:
        any_source = bool(page.view.plan.deliveries)
        text = _("Every source has spoken of the whole period") if any_source else _("No source has delivered a bill")
        found.append(Check(text, "good" if any_source else "warn", "" if any_source else sources))
    share = proposal.unattributed_share
    if isinstance(share, Decimal):
        said = {"share": words.percent(share, 1), "money": short(proposal.unattributed)}
        href = page.link("unattributed", period=proposal.label)
        of = {
            "share": at.of("unattributed_share", ORGANISATION, proposal.period),
            "money": at.of("unattributed", ORGANISATION, proposal.period),
        }
        told = figured(page, _("%(share)s of the bills, %(money)s, belongs to no investment"), said, of)
        found.append(Check(told, "good" if share < Decimal("0.05") else "warn", href))
    found += [Check(one.message, "warn") for one in proposal.findings if one.severity != "error"]
    return found


def _proposed(page: Page, proposal: CloseProposal) -> list[Accrued]:
    return [
        Accrued(
            one.investment,
            words.name(page.view, "investment", one.investment),
            f"{one.amount:f}",
            one.currency,
            one.expense.value if one.expense else "",
            words.say(page.view, one.reason),
            proposed_figure(one, proposal.period),
        )
        for one in proposal.accruals
    ]


def _rows(form: QueryDict) -> list[dict[str, str]]:
    """The rows of accruals as they were typed; those without an amount are left out."""
    names = ("investment", "amount", "currency", "expense", "reason")
    columns = [form.getlist(f"accrual-{name}") for name in names]
    rows = [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=False)]
    return [row for row in rows if row["amount"].strip() or row["reason"].strip() or row["investment"].strip()]


def _typed(page: Page, form: QueryDict) -> list[Accrued]:
    found = []
    for row in _rows(form):
        known = page.view.plan.investments.get(row["investment"])
        found.append(
            Accrued(
                row["investment"],
                known.name if known else "",
                row["amount"],
                row["currency"],
                row["expense"],
                row["reason"],
            )
        )
    return found


def _accruals(page: Page, form: QueryDict) -> list[dict[str, Any]]:
    """What the form states, as accruals; a row whose amount is emptied is not accrued."""
    made = []
    for row in _rows(form):
        amount = read_amount(row["amount"])
        if amount is None or not amount:
            continue
        try:
            of = read_scope(page.view, "investment", row["investment"]).id
        except NotFound as nothing:
            raise Invalid(nothing.message, remedy=_("Name the investment by its number or its whole name.")) from None
        one: dict[str, Any] = {"investment": of, "amount": f"{amount:f}", "currency": row["currency"].strip().upper()}
        if row["expense"] in tuple(Expense):
            one["expense"] = row["expense"]
        if row["reason"].strip():
            one["reason"] = row["reason"].strip()
        made.append(one)
    return made


def _close(page: Page, proposal: CloseProposal) -> HttpResponse:
    form = page.request.POST
    if page.past:
        raise Invalid(_("A past view cannot be changed."), remedy=_("Go back to now first."))
    if form.get("start") != proposal.period.start.isoformat() or form.get("end") != proposal.period.end.isoformat():
        raise Invalid(
            _("Another period stands to be closed by now."), remedy=_("Look at what is proposed now, and close that.")
        )
    stated = _accruals(page, form)
    edits = closing.close_edits(
        page.view, proposal, stated, by=page.actor.id, on=page.today, note=form.get("note", "")
    )  # fmt: skip
    reason = _("%(period)s closed") % {"period": period_words(proposal.period, proposal.label)}
    try:
        return commit_and_go(page, edits, reason, reason, ask=False)
    except Conflict:
        messages.warning(page.request, _("Somebody else closed a period meanwhile. Look at what is proposed now."))
        return HttpResponseRedirect(page.link("money/close"))


@page("money", methods=("POST",), changes=True, needs="plan")
def reopen(page: Page) -> HttpResponse:
    """Remove a close, with a reason: what speaks of its period can be changed again."""
    id = page.request.POST.get("id", "")
    found: PeriodClose | None = page.view.plan.period_closes.get(id)
    if found is None:
        raise NotFound(_("There is no such close."), remedy=_("Somebody may have reopened it already."))
    edits, reason = closing.reopen_edits(page.view, found, page.request.POST.get("reason", ""))
    return commit_and_go(page, edits, reason, _("%(period)s reopened") % {"period": name_of_close(page, found)})


def _closed(page: Page, state: State, one: PeriodClose, *, show: bool) -> Closed:
    no = made_in(page, one)
    arrived = after_close(page.view, one)
    accruals = [
        (
            words.name(page.view, "investment", each.investment),
            page.link("money", **state.query(level="investment", id=each.investment, by=None)),
            words.amount(each.amount, each.currency),
            each.reason,
            page.link(f"history/{no}") if no is not None else "",
        )
        for each in one.accruals
    ]
    total = Amounts.sum(Amounts({each.currency: each.amount}) for each in one.accruals)
    href = page.link("money/close", **state.query(), show=one.id) + "#closed"
    return Closed(
        one.id, name_of_close(page, one), page.name_of(one.by) if one.by else "", one.on, accruals,
        short(total) if total else "", one.note or "", no, href,
        show, len(arrived.deliveries), _after(page, state, one, no) if show and no is not None else None,
    )  # fmt: skip


def _after(page: Page, state: State, one: PeriodClose, no: int) -> After | None:
    """What changed after the close, held against the plan of the revision that closed it."""
    if no > page.at.no:
        return None
    then = look(page.workspace, no, currency=page.currency).view
    found: AfterClose = after_close(page.view, one, then)
    rows = []
    for each in found.changes:
        name = words.name(page.view, "investment", each.investment) if each.investment else _("Unattributed")
        href = (
            page.link("money", **state.query(level="investment", id=each.investment, by=None))
            if each.investment
            else ""
        )
        rows.append(
            (name, href, cell(each.then, page.currency), cell(each.now, page.currency),
             cell(each.difference, page.currency, signed=True))
        )  # fmt: skip
    deliveries = [
        (words.name(page.view, "delivery", ref.id), address_of(page, "delivery", ref.id)) for ref in found.deliveries
    ]
    return After(cell(found.difference, page.currency, signed=True), rows, deliveries)


def _finding(wrong: Invalid) -> Finding:
    return Finding(code=wrong.code, message=wrong.message, remedy=wrong.remedy)
