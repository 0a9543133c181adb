"""A new fund: its form, and the accounts that come with it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.portfolio import ledger_edits
from northing.portfolio.edits import Edit, change
from northing.portfolio.errors import Finding, Invalid, NotFound
from northing.web.changing.committing import commit_and_go
from northing.web.changing.forms import controls, read
from northing.web.frame.context import Page, page

NAMES = ("name", "currency", "owner", "portfolio", "org_unit", "start", "end", "overdraft", "note")


@page("funds", methods=("GET", "HEAD", "POST"), needs="plan")
def new_fund(opened: Page) -> HttpResponse:
    """Open a fund with its source and its account of what is unassigned."""
    if opened.past:
        raise NotFound(_("A past view cannot be changed."), remedy=_("Go back to now first."))
    typed: dict[str, Any] = {"currency": opened.workspace.currency}
    if opened.request.method != "POST":
        return _form(opened, typed)
    try:
        values = read(opened, "fund", NAMES, opened.request.POST)
        name, currency = values.pop("name"), str(values.pop("currency")).upper()
        id, edits = ledger_edits.open_fund(name, currency)
        told = {key: value for key, value in values.items() if value not in (None, False)}
        return commit_and_go(
            opened,
            _with(edits, id, told),
            opened.request.POST.get("reason", "").strip() or _("Open the fund “%(name)s”") % {"name": name},
            _("The fund “%(name)s” is open. Approve money for it.") % {"name": name},
        )
    except Invalid as wrong:
        typed |= {name: opened.request.POST.get(name, "") for name in NAMES}
        typed["overdraft"] = {"yes": True, "no": False}.get(typed["overdraft"])
        found = wrong.findings or (Finding(code=wrong.code, message=wrong.message, remedy=wrong.remedy),)
        return _form(opened, typed, found, status=422)


def _with(edits: list[Edit], id: str, told: dict[str, Any]) -> list[Edit]:
    """*edits* with more said of the fund."""
    first = change("fund", id, **told)
    return [
        Edit(op=one.op, kind=one.kind, id=one.id, fields={**one.fields, **first.fields}) if one.id == id else one
        for one in edits
    ]


def _form(opened: Page, body: dict[str, Any], findings: tuple[Finding, ...] = (), status: int = 200) -> HttpResponse:
    made = controls(opened, "fund", NAMES, body, findings)
    return opened.render(
        "forms/entity.html",
        status=status,
        bare=opened.fragment,
        title=_("New fund"),
        submit=_("Open the fund"),
        kind="fund",
        controls=made,
        findings=[one for one in findings if not any(control.error for control in made)],
        back=opened.link("funds"),
        on=opened.head,
        blame=None,
        entity_id=None,
        may=True,
    )
