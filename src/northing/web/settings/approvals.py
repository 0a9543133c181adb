"""Approval rules: which changes somebody has to agree to before they are merged, and who."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.report.approval_rules import asked_of, rules_said
from northing.web.frame.context import Page, page

from .sections import tabs


@page("settings")
def approvals(opened: Page) -> HttpResponse:
    return opened.render(
        "settings/approvals.html",
        title=_("Approvals"),
        tabs=tabs(opened, "approvals"),
        rules=rules_said(opened.view),
        weights=asked_of(1, "planner"),
        may=opened.may_edit and opened.actor.may("own"),
    )
