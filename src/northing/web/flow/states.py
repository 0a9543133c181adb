"""Time in state: where the time of finished work went, over time, and before and after something that happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from babel.dates import format_date
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.address import Figure
from northing.measure.flow.asked import Asked, asked
from northing.measure.flow.events import NONE, event_of, events
from northing.measure.flow.time_in_state import (
    Change,
    OverTime,
    Split,
    StateTime,
    TimeInStates,
    over_time,
    split,
    time_in_states,
)
from northing.measure.receipts.states import NOWHERE
from northing.measure.view import View
from northing.portfolio.flow import MarkedEvent
from northing.portfolio.periods import Period
from northing.report import states_told, words
from northing.report.charts import Chart
from northing.report.state_charts import StateBars, colour_of, state_bars
from northing.web.frame.context import Page, page
from northing.web.frame.window import MONTHS

from .framing import framed
from .state import State, read
from .states_headlines import at, headlines

MOST_WEEKS = 400
"""Days of a window that are still told week by week; of more, months are."""


@dataclass(frozen=True)
class OfStates(State):
    """The state of the page, with what it has beside the others': weeks or months, and the event."""

    by: str = "month"
    event: str = ""

    def query(self, **changes: Any) -> dict[str, Any]:
        own = {"by": self.by, "event": self.event, "period": self.window.text} | changes
        told = super().query(**own)
        if own["period"] == MONTHS:
            told.pop("period", None)
        elif own["period"] is not None:
            told["period"] = own["period"]
        return told | ({} if own["by"] != "month" else {"by": None})


@dataclass(frozen=True)
class Row:
    """A state before and after: its days per item, the length of two bars in hundredths, its colour."""

    name: str
    phase: str
    colour: str
    before: str
    after: str
    was: float
    now: float
    moved: str
    tone: str
    before_at: Figure
    after_at: Figure
    role: str
    """Whether it is, or was, the bottleneck."""


@page("flow")
def states(page: Page) -> HttpResponse:
    """The verdict, state by state before and after the event, and over time."""
    state = read_states(page.view, page.request.GET)
    found = asked(page.view, state.whose, state.policy or None)
    context: dict[str, Any] = framed(page, state, "states", found)
    if found is None or not found.work.items:
        return page.render("flow/states.html", **context, found=None, lead="", tone="")
    days = state.days(page.view)
    event = event_of(page.view, state.whose, days, state.event)
    parted = split(found.work, days, event) if event is not None else None
    whole = time_in_states(found.work, days)
    over = over_time(found.work, days, state.by)
    rows = _rows(state, found, parted) if parted is not None else []
    return page.render(
        "flow/states.html",
        **context,
        found=found,
        lead=states_told.verdict(parted) if parted is not None else states_told.without_event(whole),
        tone=states_told.tone(parted),
        event=event,
        split=parted,
        figures=headlines(state, parted, whole),
        rows=rows,
        total=_total(state, found, parted) if parted is not None else None,
        plain=_plain(state, found, whole) if parted is None else [],
        chart=_chart(page, state, found, over, event) if any(one.items for one in over.periods) else None,
        notes=_notes(parted, whole),
        events=[(one.name, words.day(one.on), context["go"](event=one.id), bool(event and one.id == event.id))
                for one in events(page.view, state.whose)],
        no_event=context["go"](event=NONE),
        mark_href=page.link("add/marked_event", next=page.here, **_about(state)),
        units=[(one, title, context["go"](by=one)) for one, title in (("week", _("Weeks")), ("month", _("Months")))],
    )  # fmt: skip


def read_states(view: View, given: Mapping[str, str]) -> OfStates:
    """The state that *given* names. Raises :class:`Invalid` or :class:`NotFound` for what there is none of."""
    told = read(view, given, MONTHS)
    window = told.window.period
    by = "week" if given.get("by") == "week" and window is not None and window.days <= MOST_WEEKS else "month"
    return OfStates(told.whose, told.window, told.policy, told.other, by=by, event=given.get("event", ""))


def _about(state: State) -> dict[str, Any]:
    """What an event marked from here happened to."""
    return {state.whose.level: state.whose.id} if state.whose.id else {}


def _rows(state: State, found: Asked, parted: Split) -> list[Row]:
    most = max((max(one.before, one.after) for one in parted.changes), default=Fraction(0))
    return [_row(state, found, parted, one, place, most) for place, one in enumerate(parted.changes)]


def _row(state: State, found: Asked, parted: Split, one: Change, place: int, most: Fraction) -> Row:
    named = one.state or NOWHERE
    role = ""
    if one.state == parted.source == parted.target:
        role = _("bottleneck before and after")
    elif one.state == parted.source:
        role = _("was the bottleneck")
    elif one.state == parted.target:
        role = _("is the bottleneck")
    phase = one.phase.value if one.phase else None
    return Row(
        name=states_told.state_name(one.state),
        phase=words.label(phase, "phase") if phase else _("no meaning yet"),
        colour=colour_of(phase, one.rank if one.rank is not None else place),
        before=states_told.plain(one.before),
        after=states_told.plain(one.after),
        was=round(float(100 * one.before / most), 2) if most else 0.0,
        now=round(float(100 * one.after / most), 2) if most else 0.0,
        moved=states_told.plain(one.change, signed=True),
        tone="bad" if one.change > 0 else "good" if one.change < 0 else "",
        before_at=at(state, "days", parted.before.period, named),
        after_at=at(state, "days", parted.after.period, named),
        role=role,
    )


def _total(state: State, found: Asked, parted: Split) -> dict[str, Any]:
    before, after = parted.before, parted.after
    moved = after.mean - before.mean if after.mean is not None and before.mean is not None else None
    return {
        "before": states_told.plain(before.mean) or "–",
        "after": states_told.plain(after.mean) or "–",
        "moved": states_told.plain(moved, signed=True),
        "before_at": at(state, "days", before.period) if before.items else None,
        "after_at": at(state, "days", after.period) if after.items else None,
        "items_before": at(state, "items", before.period),
        "items_after": at(state, "items", after.period),
        "count_before": len(before.items),
        "count_after": len(after.items),
    }


def _plain(state: State, found: Asked, whole: TimeInStates) -> list[dict[str, Any]]:
    """State by state, where no event is looked at."""
    most = max((one.mean for one in whole.states), default=Fraction(0))
    return [
        {
            "name": states_told.state_name(one.state),
            "phase": words.label(one.phase.value, "phase") if one.phase else _("no meaning yet"),
            "colour": colour_of(one.phase.value if one.phase else None, one.rank if one.rank is not None else place),
            "days": states_told.plain(one.mean),
            "long": round(float(100 * one.mean / most), 2) if most else 0.0,
            "share": words.percent(states_told.share_of(one.time, whole.time)),
            "many": len(one.items),
            "at": at(state, "days", whole.period, one.state or NOWHERE),
            "items_at": at(state, "items", whole.period, one.state or NOWHERE),
        }
        for place, one in enumerate(whole.states)
    ]


def _chart(page: Page, state: OfStates, found: Asked, over: OverTime, event: MarkedEvent | None) -> Chart:
    names = [_called(one.period.start, state.by) for one in over.periods]
    keys = sorted(
        {(one.state, one.phase, one.rank) for period in over.periods for one in period.states},
        key=lambda key: (key[2] is None, key[2] or 0, str(key[0] or "")),
    )
    parts = []
    for place, (name, phase, rank) in enumerate(keys):
        by = [
            next((one for one in period.states if (one.state, one.rank) == (name, rank)), None)
            for period in over.periods
        ]
        parts.append(
            StateBars(
                name=states_told.state_name(name),
                colour=colour_of(phase.value if phase else None, rank if rank is not None else place),
                means=[one.mean if one is not None else None for one in by],
                figures=[
                    at(state, "days", period.period, name or NOWHERE) if one is not None else None
                    for one, period in zip(by, over.periods, strict=True)
                ],
            )
        )  # fmt: skip
    marks = [name for name, one in zip(names, over.periods, strict=True) if event and _holds(one.period, event.on)]
    mark = (marks[0], event.name) if event is not None and marks else None
    totals = [states_told.days_said(one.mean) for one in over.periods]
    title = _("Days per finished item, by state")
    return state_bars(title, title, names, parts, totals, mark)


def _in(found: TimeInStates, name: str | None, rank: int | None) -> StateTime | None:
    return next((one for one in found.states if (one.state, one.rank) == (name, rank)), None)


def _holds(period: Period, day: date) -> bool:
    return period.start <= day < period.end


def _called(start: date, by: str) -> str:
    if by == "week":
        return words.short_day(start, start)
    return str(format_date(start, "MMM y", locale=words.locale()))


def _notes(parted: Split | None, whole: TimeInStates) -> list[str]:
    notes = []
    if untrue := len(whole.untrue):
        notes.append(
            ngettext(
                "%(n)s item is left out, because its instants cannot be true.",
                "%(n)s items are left out, because their instants cannot be true.", untrue,
            ) % {"n": words.number(untrue)}
        )  # fmt: skip
    if any(one.phase is None for one in whole.states):
        notes.append(_("Some of the time was spent in states that the policy does not know."))
    return notes
