"""Moving money: what was filled in, what it would come to, and the commit.

Each form is sent twice: first to look at the balances that it would leave, then to do it. What was looked at is
named by a seal, so that what is changed in between is looked at again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.measure.ledger import balance_of
from northing.measure.view import View
from northing.portfolio import ledger_edits
from northing.portfolio.edits import Edit
from northing.portfolio.entity import Entity
from northing.portfolio.errors import Finding, Invalid, NorthingError, NotFound
from northing.portfolio.funding import Account, AccountType, Fund, Transfer
from northing.portfolio.ledger import reversed_by
from northing.portfolio.plan import Plan
from northing.record import Preview
from northing.report import words
from northing.web.changing.committing import commit_and_go
from northing.web.changing.forms import read
from northing.web.frame.addresses import fund_path
from northing.web.frame.context import Page, page

from .naming import account_name, account_option, find_fund
from .targets import meant, rank, reads, targets

PLACES = {
    "account-overdrawn": "amount",
    "transfer-no-amount": "amount",
    "transfer-unbalanced": "to",
    "transfer-one-sided": "to",
    "period-closed": "on",
    "reversal-early": "on",
    "reversed-twice": "on",
}
"""Code of a finding → the control of the form that it stands at."""

Options = list[tuple[str, list[tuple[str, str]]]]
"""Groups of options: title, (value, text)."""


@dataclass
class Form:
    """One act on one fund, as it is filled in."""

    act: str
    title: str
    submit: str
    fund: Fund
    values: dict[str, str]
    sources: Options = field(default_factory=list)
    typed: str = ""
    """Where it goes to, as it reads."""
    transfer: Transfer | None = None
    """What is to be reversed."""
    errors: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    """What stands at none of the controls."""
    after: list[Change] = field(default_factory=list)
    seal: str = ""


@dataclass(frozen=True)
class Change:
    """What an account holds before and after, at the end of the day of the transfer."""

    name: str
    before: str
    moved: str
    after: str
    below: bool


@page("funds", methods=("GET", "HEAD", "POST"), needs="plan")
def act(opened: Page, key: str, name: str) -> HttpResponse:
    """Approve, transfer, reserve or release, in one fund."""
    plan = opened.view.plan
    fund = find_fund(plan, key)
    if name == "targets":  # for the control of the form
        return targets(opened, fund)
    titles = {
        "approve": (_("Approve money for %(fund)s"), _("Approve")),
        "transfer": (_("Transfer from %(fund)s"), _("Transfer")),
        "reserve": (_("Reserve money of %(fund)s"), _("Reserve")),
        "release": (_("Release reserved money of %(fund)s"), _("Release")),
    }
    if name not in titles:
        raise NotFound(_("There is no such act."))
    title, submit = titles[name]
    given = opened.request.POST if opened.request.method == "POST" else opened.request.GET
    form = Form(
        act=name,
        title=title % {"fund": fund.name},
        submit=submit,
        fund=fund,
        values={one: given.get(one, "").strip() for one in ("source", "to", "amount", "on", "reason")},
    )
    form.values["on"] = form.values["on"] or opened.today.isoformat()
    form.sources = _sources(opened.view, form)
    form.typed = reads(opened.view, fund, form.values["to"])
    return _answer(opened, form, lambda: _edits(opened, form))


@page("funds", methods=("GET", "HEAD", "POST"), needs="plan")
def reverse(opened: Page, key: str) -> HttpResponse:
    """Reverse one transfer."""
    plan = opened.view.plan
    found = plan.transfers.by("number", key)
    transfer: Transfer = found[0] if found else plan.need("transfer", key)
    fund = _fund_of(plan, transfer)
    given = opened.request.POST if opened.request.method == "POST" else opened.request.GET
    form = Form(
        act="reverse",
        title=_("Reverse %(transfer)s") % {"transfer": transfer.number or _("the transfer")},
        submit=_("Reverse"),
        fund=fund,
        values={one: given.get(one, "").strip() for one in ("on", "reason")},
        transfer=transfer,
    )
    form.values["on"] = form.values["on"] or max(opened.today, transfer.on).isoformat()

    def edits() -> list[Edit]:
        on, reason = _day_and_reason(opened, form)
        return ledger_edits.reverse_once(plan, transfer, on=on, by=_signed(opened), reason=reason)

    return _answer(opened, form, edits)


def _answer(opened: Page, form: Form, make: Any) -> HttpResponse:
    """The form; with what it would come to once it is sent; or, sent again as it was looked at, the commit."""
    if opened.past:
        raise NotFound(_("A past view cannot be changed."), remedy=_("Go back to now first."))
    if opened.request.method != "POST":
        return _show(opened, form)
    try:
        edits = make()
        preview = opened.record.preview(edits, on=None, by=opened.actor)
        _take(form, preview.findings)
        form.after = _changes(opened.view, preview)
        form.seal = _seal(form, opened.head)
        refused = [one for one in preview.findings if one.severity == "error"]
        if refused:
            return _show(opened, form, status=422)
        if opened.request.POST.get("seal") != form.seal:
            return _show(opened, form)
        return commit_and_go(opened, edits, _reason(form), _said(form))
    except Invalid as wrong:
        _take(form, wrong.findings or (Finding(code=wrong.code, message=wrong.message, remedy=wrong.remedy),))
        form.seal = ""
        return _show(opened, form, status=422)
    except NorthingError as problem:
        form.findings.append(Finding(code=problem.code, message=problem.message, remedy=problem.remedy))
        return _show(opened, form, status=problem.status)


def _show(opened: Page, form: Form, status: int = 200) -> HttpResponse:
    back = (
        opened.request.POST.get("next")
        or opened.request.GET.get("next")
        or opened.link(fund_path(opened.view.plan, form.fund.id))
    )
    transfer = form.transfer
    ends = (
        [
            [account_name(opened.view, account) for leg in transfer.legs if (leg.amount < 0) is out
             for account in (opened.view.plan.get("account", leg.account),) if account is not None]
            for out in (True, False)
        ]
        if transfer is not None
        else [[], []]
    )  # fmt: skip
    return opened.render(
        "funds/act.html",
        status=status,
        bare=opened.fragment,
        title=form.title,
        form=form,
        back=back if back.startswith(opened.home) else opened.link(fund_path(opened.view.plan, form.fund.id)),
        ends=ends,
        already=reversed_by(opened.view.plan, transfer.id) if transfer is not None else None,
        moved=words.money(sum((leg.amount for leg in transfer.legs if leg.amount > 0), Decimal(0)), form.fund.currency)
        if transfer is not None
        else "",
    )


def _edits(opened: Page, form: Form) -> list[Edit]:
    """What was filled in, as edits. Raises :class:`Invalid` with the control that is wrong."""
    plan, values = opened.view.plan, form.values
    findings: list[Finding] = []
    try:
        typed = read(opened, "forecast_line", ("amount",), opened.request.POST)
    except Invalid as wrong:
        findings.extend(wrong.findings)
        typed = {"amount": "0"}
    source: Account | None = plan.get("account", values["source"])
    if form.sources and source is None:
        findings.append(Finding(code="missing", message=_("Choose an account."), kind="transfer", field="source"))
    if form.act == "transfer":
        try:
            values["to"] = meant(opened.view, form.fund, values["to"])
        except Invalid as wrong:
            findings.extend(wrong.findings)
    if findings:
        raise Invalid(findings[0].message, findings=findings)
    on, reason = _day_and_reason(opened, form)
    more: dict[str, Any] = {"on": on, "by": _signed(opened), "reason": reason}
    amount = Decimal(str(typed["amount"]))
    if form.act == "approve":
        return ledger_edits.approve(plan, form.fund, amount, **more)
    assert source is not None
    if form.act == "transfer":
        return ledger_edits.transfer(plan, source.id, values["to"], amount, **more)
    make = ledger_edits.reserve if form.act == "reserve" else ledger_edits.release
    return make(plan, source, amount, **more)


def _day_and_reason(opened: Page, form: Form) -> tuple[date, str | None]:
    read_ = read(opened, "transfer", ("on",), opened.request.POST)
    return date.fromisoformat(read_["on"]), form.values["reason"] or None


def _signed(opened: Page) -> str | None:
    """The person who signs the transfer, where the plan knows them."""
    return opened.actor.id if opened.actor.id in opened.view.plan.people else None


def _take(form: Form, findings: tuple[Finding, ...]) -> None:
    """Put each finding at its control, with what to do about it."""
    for finding in findings:
        if finding.severity != "error":
            continue
        name = PLACES.get(finding.code) or finding.field or ""
        if name in form.values and name not in form.errors:
            form.errors[name] = " ".join(filter(None, (finding.message, finding.remedy)))
        elif name not in form.values:
            form.findings.append(finding)


def _changes(view: View, preview: Preview) -> list[Change]:
    """The accounts that the transfer touches, before and after it, at the end of its day."""
    moved = [change.after for change in preview.changes if isinstance(change.after, Transfer)]
    if not moved:
        return []
    delta: dict[str, dict[str, Entity | None]] = {}
    for change in preview.changes:
        delta.setdefault(change.kind, {})[change.id] = change.after
    after = view.plan.step(view.plan.no, delta)
    found = []
    for leg in moved[0].legs:
        account = after.get("account", leg.account)
        if account is None:
            continue
        code = after.funds[account.fund].currency
        was, now = (balance_of(view, account, moved[0].on), leg.amount)
        total = was.balance + now
        found.append(
            Change(
                account_name(_looked(view, after), account),
                words.money(was.balance, code),
                words.amount(now, code, signed=True),
                words.money(total, code),
                total < 0 and account.type is not AccountType.SOURCE,
            )
        )
    return found


def _looked(view: View, plan: Plan) -> View:
    from dataclasses import replace

    return replace(view, plan=plan)


def _seal(form: Form, head: int) -> str:
    said = "\x1f".join((form.act, form.fund.id, str(head), *(f"{k}={v}" for k, v in sorted(form.values.items()))))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _reason(form: Form) -> str:
    if form.values["reason"]:
        return form.values["reason"]
    return form.title


def _said(form: Form) -> str:
    """What was done, for the toast."""
    return {
        "approve": _("Approved."),
        "transfer": _("Transferred."),
        "reserve": _("Reserved."),
        "release": _("Released."),
        "reverse": _("Reversed; both entries stay in the ledger."),
    }[form.act]


def _sources(view: View, form: Form) -> Options:
    """The accounts that the act may take from."""
    if form.act == "approve":
        return []
    types = {
        "transfer": tuple(AccountType),
        "reserve": (AccountType.FUND, AccountType.INVESTMENT, AccountType.TRANCHE),
        "release": (AccountType.RESERVE,),
    }[form.act]
    found = [balance_of(view, one) for one in view.plan.accounts.by("fund", form.fund.id) if one.type in types]
    found.sort(key=lambda one: (rank(one.account), account_name(view, one.account).casefold()))
    options = [
        (one.account.id, account_option(view, one.account, words.money(one.balance, form.fund.currency)))
        for one in found
    ]
    if options and not form.values["source"]:
        form.values["source"] = options[0][0]
    return [(form.fund.name, options)] if options else []


def _fund_of(plan: Plan, transfer: Transfer) -> Fund:
    for leg in transfer.legs:
        account = plan.get("account", leg.account)
        fund: Fund | None = plan.get("fund", account.fund) if account is not None else None
        if fund is not None:
            return fund
    raise NotFound(_("The accounts of this transfer are gone."))
