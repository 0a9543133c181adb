"""Who an investment asks for, and the other ways in which it could be done."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from northing.portfolio.choosing import Booking, Variant
from northing.portfolio.investment import Choice, Investment
from northing.portfolio.periods import Period
from northing.report import words
from northing.web.frame.context import Page
from northing.web.frame.window import called


@dataclass(frozen=True)
class Demand:
    """One line: so many people of a role, and when."""

    id: str
    role: str
    team: str
    period: str
    people: str
    firm: bool


@dataclass(frozen=True)
class Way:
    """A variant, in words."""

    id: str
    name: str
    told: str


@dataclass(frozen=True)
class People:
    demands: list[Demand]
    ways: list[Way]
    chosen: str
    """What was chosen; empty where nobody has chosen."""
    there: str
    """The page of capacity."""


def people_of(page: Page, found: Investment) -> People:
    plan, view = page.view.plan, page.view
    lines = sorted(
        plan.table("resource_demand").by("investment", found.id),
        key=lambda one: (view.name_of("role", one.role) or "", one.start, one.id),
    )
    return People(
        demands=[
            Demand(
                id=one.id,
                role=words.name(view, "role", one.role),
                team=words.name(view, "team", one.team) if one.team else "",
                period=called(view, Period(one.start, one.end)),
                people=words.number(one.people),
                firm=one.booking is Booking.HARD,
            )
            for one in lines
        ],
        ways=[
            Way(one.id, one.name, _told(one))
            for one in sorted(plan.table("variant").by("investment", found.id), key=lambda one: (one.name, one.id))
        ],
        chosen=_chosen(found),
        there=page.link("capacity"),
    )


def _told(one: Variant) -> str:
    """ "45% of the cost, 40% of the benefit, 50% of the people, 3 months later"."""
    parts = [
        _("%(share)s of the cost") % {"share": words.percent(one.cost)},
        _("%(share)s of the benefit") % {"share": words.percent(one.benefit)},
        _("%(share)s of the people") % {"share": words.percent(one.people)},
    ]
    if one.delay:
        parts.append(_("%(n)s months later") % {"n": words.number(one.delay)})
    return ", ".join(parts)


def _chosen(found: Investment) -> str:
    if found.choice is Choice.OUT:
        if found.choice_from is None:
            return _("Chosen out: it gets no money and no people.")
        return _("Chosen out from %(day)s on: what is planned then counts no more.") % {
            "day": words.day(found.choice_from)
        }
    return _("Chosen in.") if found.choice is Choice.IN else ""
