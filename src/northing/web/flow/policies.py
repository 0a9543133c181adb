"""How work is read: the workflow policies in force, calendars, what is promised, and events marked in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.flow.rulebook import PolicyInForce, rulebook
from northing.portfolio.flow import Calendar, MarkedEvent, Phase, ServiceLevelExpectation
from northing.portfolio.flow import WorkflowPolicy as Policy
from northing.report import flow_words, words
from northing.web.frame.context import Page, page

from .framing import framed
from .state import State, read


@dataclass(frozen=True)
class Row:
    """One policy, as the page says it."""

    told: PolicyInForce
    whose: str
    href: str
    newer: str
    """Where a version of it that holds from a later day is written."""
    since: str
    phases: list[tuple[str, str, str]]
    """What states mean, as a value and as a word, and which do."""
    counted: str
    kinds: str
    how: str
    unknown: list[tuple[str, str]]
    """States that it does not know, and how many items were in each."""


@page("flow")
def listing(page: Page) -> HttpResponse:
    """Every policy with what it leaves open; expectations, calendars and events."""
    state = read(page.view, page.request.GET)
    plan = page.view.plan
    rows = [_row(page, one) for one in rulebook(page.view) if _concerns(page, state, one.policy)]
    now = [row for row in rows if row.told.holds]
    return page.render(
        "flow/policies.html",
        **framed(page, state, "policies", None),
        lead=lead(now),
        tone="warn" if any(row.unknown for row in now) else "",
        rows=now,
        versions=[row for row in rows if not row.told.holds],
        expectations=_expectations(page),
        calendars=[(one, _calendar(page, one)) for one in sorted(plan.calendars.values(), key=lambda one: one.name)],
        events=_events(page, state),
        back=page.here,
    )


def _concerns(page: Page, state: State, policy: Policy) -> bool:
    """Whether *policy* can be the one that work of whom the page speaks is read by."""
    whose = state.whose
    team = page.view.plan.teams.get(whose.id or "") if whose.level == "team" else None
    stream = whose.id if whose.level == "value_stream" else team.value_stream if team else None
    if whose.level == "investment":
        stream = page.view.plan.investments[whose.id or ""].value_stream
    if whose.id is None or (policy.team is None and policy.value_stream is None):
        return True
    return policy.team == whose.id if policy.team else policy.value_stream == stream


def lead(rows: list[Row]) -> str:
    """How many policies hold, and whether each state in use means something."""
    if not rows:
        return ""
    told = ngettext("%(n)s policy says how work is read", "%(n)s policies say how work is read", len(rows)) % {
        "n": words.number(len(rows))
    }
    states = {state for row in rows for state, _items in row.unknown}
    if not states:
        return _("%(policies)s; each state in use has a meaning.") % {"policies": told}
    open_ = ngettext(
        "of %(n)s state in use nobody has said what it means", "of %(n)s states in use nobody has said what they mean",
        len(states),
    ) % {"n": words.number(len(states))}  # fmt: skip
    return _("%(policies)s; %(open)s.") % {"policies": told, "open": open_}


def _row(page: Page, told: PolicyInForce) -> Row:
    policy = told.policy
    return Row(
        told=told,
        whose=whose(page, policy.value_stream, policy.team),
        href=page.link(f"flow/policies/{policy.id}"),
        newer=page.link("flow/policies/new", **{"from": policy.id}),
        since=_since(policy.start, told.until),
        phases=_phases(policy),
        counted=", ".join(policy.level) or _("every item that is no parent"),
        kinds=flow_words.kinds_said(policy.kinds),
        how=how(page, policy),
        unknown=[(one.state, _items(one.items)) for one in told.unknown],
    )  # fmt: skip


def _phases(policy: Policy) -> list[tuple[str, str, str]]:
    by = {phase: [flow_words.state_said(one) for one in policy.states if one.phase is phase] for phase in Phase}
    return [
        (phase.value, words.label(phase.value, "phase"), ", ".join(states)) for phase, states in by.items() if states
    ]


def whose(page: Page, stream: str | None, team: str | None, investment: str | None = None) -> str:
    """Whom something is said of."""
    told = [
        words.name(page.view, kind, id)
        for kind, id in (("team", team), ("value_stream", stream), ("investment", investment))
        if id
    ]
    return " · ".join(told) or _("Whole organisation")


def _items(count: int) -> str:
    return ngettext("%(n)s item", "%(n)s items", count) % {"n": words.number(count)}


def _since(start: date | None, until: date | None) -> str:
    if until is not None:
        told = {"start": words.day(start), "end": words.day(until - timedelta(days=1))}
        return (_("%(start)s to %(end)s") if start else _("up to %(end)s")) % told
    return _("since %(day)s") % {"day": words.day(start)} if start else _("since ever")


def how(page: Page, policy: Policy) -> str:
    """Start, days, percentiles, blocked time and calendar, in a line."""
    told = [
        _("starts: %(rule)s") % {"rule": words.label(policy.start_rule, "start_rule").lower()},
        _("days: %(rule)s") % {"rule": words.label(policy.days, "days").lower()},
        _("percentiles: %(rule)s") % {"rule": words.label(policy.percentiles, "percentiles").lower()},
        _("blocked time waits") if policy.blocked_waits else _("blocked time does not wait"),
        _("calendar: %(name)s") % {"name": words.name(page.view, "calendar", policy.calendar)}
        if policy.calendar
        else _("every day counts"),
    ]
    if policy.discarded:
        told.append(_("not delivered: %(names)s") % {"names": ", ".join(policy.discarded)})
    return " · ".join(told)


def _expectations(page: Page) -> list[dict[str, Any]]:
    def told(one: ServiceLevelExpectation) -> dict[str, Any]:
        share = words.percent(one.probability, 0 if one.probability * 100 == int(one.probability * 100) else 1)
        days = ngettext("%(n)s day", "%(n)s days", one.days) % {"n": words.number(one.days)}
        return {
            "one": one,
            "whose": whose(page, one.value_stream, one.team),
            "said": _("%(share)s within %(days)s") % {"share": share, "days": days},
            "kind": words.label(one.kind, "kind") if one.kind else _("every kind"),
        }

    every = [told(one) for one in page.view.plan.service_level_expectations.values()]
    return sorted(every, key=lambda one: (one["whose"], one["kind"], one["one"].start or date.min))


def _calendar(page: Page, calendar: Calendar) -> dict[str, Any]:
    coming = [day for day in calendar.holidays if day >= page.today]
    named = {
        "Mon": _("Monday"), "Tue": _("Tuesday"), "Wed": _("Wednesday"), "Thu": _("Thursday"), "Fri": _("Friday"),
        "Sat": _("Saturday"), "Sun": _("Sunday"),
    }  # fmt: skip
    used = sum(1 for one in page.view.plan.workflow_policies.values() if one.calendar == calendar.id)
    return {
        "days": ", ".join(named.get(day, day) for day in calendar.workdays),
        "next": words.day(min(coming)) if coming else "",
        "coming": len(coming),
        "zone": calendar.zone or _("the value stream’s"),
        "used": ngettext("%(n)s policy", "%(n)s policies", used) % {"n": words.number(used)} if used else _("nobody"),
    }


def _events(page: Page, state: State) -> list[dict[str, Any]]:
    def told(one: MarkedEvent) -> dict[str, Any]:
        return {
            "one": one,
            "whose": whose(page, one.value_stream, one.team, one.investment),
            "href": page.link("flow/states", event=one.id, **_scope(one, state)),
        }

    return [told(one) for one in sorted(page.view.plan.marked_events.values(), key=lambda one: one.on, reverse=True)]


def _scope(event: MarkedEvent, state: State) -> dict[str, Any]:
    """Whose time in state is looked at from an event: of what it happened to."""
    for level in ("team", "value_stream", "investment"):
        if id := getattr(event, level):
            return {"level": level, "id": id}
    return {name: value for name, value in state.query().items() if name in ("level", "id")}
