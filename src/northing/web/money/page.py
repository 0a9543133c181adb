"""The Money page: plan, forecast, actual and what it comes to, as the address asks for it."""

from __future__ import annotations

from django.http import HttpResponse

from northing.measure.money import money
from northing.web.frame.context import Page, page

from . import pictures, tables
from .framing import framed
from .state import read


@page("money")
def overview(page: Page) -> HttpResponse:
    """Figures, the table by period, the pictures, and what the money is made of."""
    state = read(page.view, page.request.GET)
    found = money(page.view, state.scope, unit=state.unit, window=state.window, basis=state.basis)
    rows, total = tables.by_period(page, state, found)
    every = page.request.GET.get("all") == "1"
    nothing = not found.whole.plan and not found.whole.ac and not found.whole.etc and not found.whole.later
    return page.render(
        "money/page.html",
        **framed(page, state, "overview", found),
        nothing=nothing,
        any_facts=bool(page.view.plan.deliveries),
        columns=tables.heads(tables.COLUMNS),
        rows=rows,
        total=total,
        undated=found.undated,
        funding=pictures.funding(page, state) if not nothing else None,
        burning=pictures.burning(page, state) if not nothing else None,
        sums=tables.heads(tables.SUMS),
        breakdown=tables.by_part(page, state, found, every=every) if state.scope.level != "investment" else None,
        commitments=tables.commitments_of(page, state),
    )
