"""The currencies that money can be told in, and what is missing to tell it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from northing.portfolio.errors import Finding

from .context import Page


def currencies(page: Page) -> list[str]:
    """The workspace's own first, then those that rates are known of, and the one chosen."""
    rates = page.view.plan.fx_rates.values()
    known = {one.base for one in rates} | {one.quote for one in rates} | {page.currency}
    return [page.workspace.currency, *sorted(known - {page.workspace.currency})]


def problem(page: Page, finding: Finding) -> dict[str, Any]:
    """A finding, and where it can be mended: the rate that is missing is one form away."""
    base, _sep, quote = (finding.value or "").partition("/")
    mend = (
        page.link("add/fx_rate", base=base, quote=quote, next=page.here)
        if finding.code == "no-rate" and base and quote and page.may_edit
        else ""
    )
    return {"message": finding.message, "remedy": finding.remedy, "mend": mend, "do": _("Add the rate")}
