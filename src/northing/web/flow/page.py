"""Flow: how much is delivered, how long it takes, what is in progress and how old it is; in figures and in pictures."""

from __future__ import annotations

from django.http import HttpResponse

from northing.measure.flow.asked import asked
from northing.measure.flow.flowing import expectations
from northing.portfolio.errors import Invalid
from northing.report import words
from northing.web.frame.context import Page, page

from .flow_items import Items, listed, problems_of, shown_of
from .flow_state import FlowState, read_flow
from .flow_told import Told, headlines, kinds, lead, promises, side_by_side, told_of
from .framing import framed
from .pictures import pictures


@page("flow")
def overview(page: Page) -> HttpResponse:
    """The answer in a sentence, the figures, the pictures, the items, and what is wrong with the data."""
    state = read_flow(page)
    found = asked(page.view, state.base.whose, state.base.policy or None)
    frame = framed(page, state.base, "", found)
    if found is None or not found.work.items:
        return page.render("flow/page.html", **frame, lead="", tone="", told=None)
    state = state.within(found.work)
    told = told_of(page.view, found, state.days)
    promised = expectations(page.view, found, state.days)
    sentence, tone = lead(told, promised)
    shown, wrong = _shown(page, state, told)
    return page.render(
        "flow/page.html",
        status=422 if wrong else 200,
        **frame,
        lead=sentence,
        tone=tone,
        told=told,
        days_told=words.period(state.days),
        figures=headlines(page.view, state, told),
        kinds=kinds(state, told),
        promises=promises(page, state, promised),
        pictures=pictures(page, state, told),
        items=shown,
        wrong=wrong,
        problems=problems_of(page, state, found),
        beside=side_by_side(page, state, found),
        since=words.day(found.policy.start) if found.policy.start and len(found.parts) < 2 else "",
        before=page.link("flow", **state.query(before=None if state.before else "1")) + "#cumulative",
        with_before=state.before,
    )


def _shown(page: Page, state: FlowState, told: Told) -> tuple[Items, Invalid | None]:
    """The items asked for; what is in progress where the address names none that there are."""
    try:
        return listed(page, state, told.asked, shown_of(page, state, told.asked, state.show or "progress")), None
    except Invalid as refused:
        return listed(page, state, told.asked, shown_of(page, state, told.asked, "progress")), refused
