"""What can be chosen, in which ways, under which limits, and with whose time.

A scenario carries its own limits, groups, pins and choices as it carries everything else of the plan; a merge brings
them into the plan of record. ``northing.decide`` solves, and knows nothing of these.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from .entity import Entity, about
from .words import word


class Theme(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A part of the strategy that money is shared among (SAFe: strategic theme)."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "theme", "themes", word("Theme"), word("Themes")

    name: Annotated[str, about("Name")]
    description: Annotated[str | None, about("Description", long=True)] = None
    owner: Annotated[str | None, about("Owner", ref="person")] = None


class Horizon(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """How far ahead the return lies (three horizons): today's business, the next, the one after."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "horizon", "horizons", word("Horizon"), word("Horizons")

    name: Annotated[str, about("Name")]
    rank: Annotated[int, about("Rank", "1 is the nearest.")] = 1
    description: Annotated[str | None, about("Description", long=True)] = None


class Variant(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """Another way to do an investment: smaller, later, or both, as shares of what is planned for it."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "variant", "variants", word("Variant"), word("Variants")

    investment: Annotated[str, about("Investment", ref="investment")]
    name: Annotated[str, about("Name")]
    cost: Annotated[Decimal, about("Cost", "Share of the planned cost; 1 is all of it.")] = Decimal(1)
    benefit: Annotated[Decimal, about("Benefit", "Share of the claimed benefit.")] = Decimal(1)
    people: Annotated[Decimal, about("People", "Share of the people it asks for.")] = Decimal(1)
    delay: Annotated[int, about("Later by", unit="months")] = 0
    note: Annotated[str | None, about("Note", long=True)] = None


class LimitType(StrEnum):
    """What a limit bounds."""

    BUDGET = "budget"
    """Planned money, in each of its periods."""
    CAPACITY = "capacity"
    """People of a role, in each of its periods, in full-time equivalents."""
    SHARE = "share"
    """The part that some investments have of all money chosen, between 0 and 1."""
    EXPOSURE = "exposure"
    """The money of some investments over all periods: a vendor, a portfolio."""
    RISK = "risk"
    """The mean risk of what is chosen, weighted by money, between 0 and 1."""
    CHURN = "churn"
    """How many investments are decided otherwise than in the plan of record."""
    PRICE = "price"
    """The price of a model family, as a factor on what is planned for it: 0.6 is 40 % cheaper."""


class Per(StrEnum):
    """The periods of a limit. Each holds the amount anew."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    WHOLE = "whole"
    """From the limit's first day to its last."""


class Limit(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """What a plan has to keep: an upper or lower bound on money, people, shares, risk or the number of changes."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "limit", "limits", word("Limit"), word("Limits")
    NUMBERED = "LIM"

    number: Annotated[str | None, about("Number")] = None
    name: Annotated[str, about("Name")]
    type: Annotated[LimitType, about("Type")]
    where: Annotated[
        str, about("Which investments", "In the filter language: theme = Agents. Empty: all.", long=True)
    ] = ""
    expense: Annotated[str | None, about("Capex or opex", "Empty: both.", choices=("capex", "opex"))] = None
    role: Annotated[str | None, about("Role", "Of a limit on people.", ref="role")] = None
    model: Annotated[str | None, about("Model family", "Of a limit on price: a part of the models' names.")] = None
    start: Annotated[date | None, about("From", "Empty: from today.")] = None
    end: Annotated[date | None, about("Until", "The first day after it; empty: as far as anything is planned.")] = None
    per: Annotated[Per, about("In each")] = Per.QUARTER
    least: Annotated[Decimal | None, about("At least")] = None
    most: Annotated[Decimal | None, about("At most")] = None
    currency: Annotated[str | None, about("Currency", "ISO 4217; empty takes the workspace's.")] = None
    roll_over: Annotated[bool, about("What is left rolls over", "Into the next period.")] = False
    paused: Annotated[bool, about("Paused", "It is not asked for.")] = False
    note: Annotated[str | None, about("Note", long=True)] = None


class Group(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """Investments of which at least or at most so many are done: at most 1 makes them exclude each other."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "group", "groups", word("Group"), word("Groups")

    name: Annotated[str, about("Name")]
    where: Annotated[
        str, about("Which investments", "In the filter language: number in (INV-0003, INV-0007).", long=True)
    ]
    least: Annotated[int, about("At least")] = 0
    most: Annotated[int | None, about("At most")] = None
    note: Annotated[str | None, about("Note", long=True)] = None


class Capacity(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """How many people of one role there are in one half-open period, in full-time equivalents."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "capacity", "capacities", word("Capacity"), word("Capacities")

    role: Annotated[str, about("Role", ref="role")]
    team: Annotated[str | None, about("Team", "Empty: of no team in particular.", ref="team")] = None
    start: Annotated[date, about("From")]
    end: Annotated[date, about("Until", "The first day after the period.")]
    people: Annotated[Decimal, about("People", unit="FTE")]
    note: Annotated[str | None, about("Note", long=True)] = None


class Booking(StrEnum):
    """Whether people are promised, or asked for."""

    SOFT = "soft"
    HARD = "hard"


class ResourceDemand(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """How many people of one role an investment asks for in one half-open period, in full-time equivalents."""

    KIND, PLURAL = "resource_demand", "resource_demands"
    TITLE, TITLE_PLURAL = word("Resource demand"), word("Resource demands")

    investment: Annotated[str, about("Investment", ref="investment")]
    role: Annotated[str, about("Role", ref="role")]
    team: Annotated[str | None, about("Team", "Empty: of any team.", ref="team")] = None
    start: Annotated[date, about("From")]
    end: Annotated[date, about("Until", "The first day after the period.")]
    people: Annotated[Decimal, about("People", unit="FTE")]
    booking: Annotated[Booking, about("Booking")] = Booking.SOFT
    note: Annotated[str | None, about("Note", long=True)] = None
