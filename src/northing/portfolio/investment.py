"""The investment: what gets money or capacity in return for expected value, and what is reported of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from .entity import Entity, about
from .words import word


class Stage(StrEnum):
    """Where an investment stands. Empty is a value of its own and never counts as any of these."""

    IDEA = "idea"
    DISCOVERY = "discovery"
    PILOT = "pilot"
    SCALE = "scale"
    OPERATE = "operate"
    RETIRED = "retired"
    ON_HOLD = "on_hold"
    STOPPED = "stopped"


RUNNING = (Stage.DISCOVERY, Stage.PILOT, Stage.SCALE, Stage.OPERATE)
ENDED = (Stage.RETIRED, Stage.STOPPED)


class SpendClass(StrEnum):
    """Run, grow, transform (Gartner)."""

    RUN = "run"
    GROW = "grow"
    TRANSFORM = "transform"


class Pin(StrEnum):
    """What a planner says before anything is worked out: it is in whatever comes, or out."""

    IN = "in"
    OUT = "out"


class Choice(StrEnum):
    """What was chosen of an investment."""

    IN = "in"
    OUT = "out"


class Investment(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """Anything that gets money or capacity in return for expected value."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "investment", "investments", word("Investment"), word("Investments")
    NUMBERED = "INV"

    number: Annotated[str | None, about("Number")] = None
    name: Annotated[str, about("Name")]
    external_id: Annotated[str | None, about("External id", "Its id where it came from.")] = None
    description: Annotated[str | None, about("Description", long=True)] = None
    problem: Annotated[str | None, about("Problem solved", long=True)] = None
    benefits: Annotated[str | None, about("Expected benefits", "As claimed; nothing here is proof.", long=True)] = None
    portfolio: Annotated[str | None, about("Portfolio", ref="portfolio")] = None
    value_stream: Annotated[str | None, about("Value stream", ref="value_stream")] = None
    org_unit: Annotated[str | None, about("Organisational unit", ref="org_unit")] = None
    owner: Annotated[str | None, about("Owner", ref="person")] = None
    sponsor: Annotated[str | None, about("Sponsor", ref="person")] = None
    stage: Annotated[Stage | None, about("Stage")] = None
    spend_class: Annotated[SpendClass | None, about("Spend class")] = None
    category: Annotated[str | None, about("Category")] = None
    theme: Annotated[str | None, about("Theme", ref="theme")] = None
    horizon: Annotated[str | None, about("Horizon", ref="horizon")] = None
    risk: Annotated[Decimal | None, about("Risk", "Chance that it fails, between 0 and 1.")] = None
    must_do: Annotated[bool | None, about("Must be done", "By law, contract or safety.")] = None
    may_wait: Annotated[int | None, about("May start later by", "Up to so much.", unit="months")] = None
    pin: Annotated[Pin | None, about("Pinned", "In or out whatever comes; empty: it is chosen.")] = None
    choice: Annotated[Choice | None, about("Chosen", "In or out of what is funded; empty: nobody has chosen.")] = None
    choice_from: Annotated[
        date | None, about("Chosen from", "First day on which what is out gets no money and no people.")
    ] = None
    start: Annotated[date | None, about("Start")] = None
    end: Annotated[date | None, about("End")] = None
    currency: Annotated[str | None, about("Currency", "ISO 4217 code.")] = None
    whole_life_cost: Annotated[
        Decimal | None, about("Whole-life cost", "As approved or reported; plan lines say when.", money="currency")
    ] = None
    tags: Annotated[tuple[str, ...], about("Tags")] = ()


def is_out(investment: Investment, on: date | None = None) -> bool:
    """Whether an investment gets neither money nor people: it has ended, or was chosen out.

    On a day: whether what is planned to begin on it is left out by the choice. Ended investments have given back, or
    have not, what was planned for them: that is for people to say, so it counts as it stands.
    """
    if investment.choice is Choice.OUT and (
        on is None or investment.choice_from is None or on >= investment.choice_from
    ):
        return True
    return on is None and investment.stage in ENDED


class MilestoneKind(StrEnum):
    MILESTONE = "milestone"
    GATE = "gate"


class Milestone(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A zero-duration event; a *gate* decides whether the next stage is entered."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "milestone", "milestones", word("Milestone"), word("Milestones")

    name: Annotated[str, about("Name")]
    investment: Annotated[str, about("Investment", ref="investment")]
    type: Annotated[MilestoneKind, about("Type")] = MilestoneKind.MILESTONE
    stage: Annotated[Stage | None, about("Opens stage", "The stage that a gate opens.")] = None
    due: Annotated[date | None, about("Due")] = None
    done: Annotated[date | None, about("Done")] = None
    owner: Annotated[str | None, about("Owner", ref="person")] = None


class DependencyType(StrEnum):
    """Finish-to-start, start-to-start, finish-to-finish, start-to-finish."""

    FS = "FS"
    SS = "SS"
    FF = "FF"
    SF = "SF"


class Dependency(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """The successor's start (or finish) waits for the predecessor's finish (or start) plus a lag.

    It is broken where the plan's dates contradict it.
    """

    KIND, PLURAL, TITLE, TITLE_PLURAL = "dependency", "dependencies", word("Dependency"), word("Dependencies")

    predecessor: Annotated[str, about("Predecessor", ref="investment")]
    successor: Annotated[str, about("Successor", ref="investment")]
    type: Annotated[DependencyType, about("Type")] = DependencyType.FS
    lag_days: Annotated[int, about("Lag", unit="days")] = 0
    note: Annotated[str | None, about("Note", long=True)] = None


class Rating(StrEnum):
    """Health as reported. Five points, because some registers have them."""

    GREEN = "green"
    AMBER_GREEN = "amber_green"
    AMBER = "amber"
    AMBER_RED = "amber_red"
    RED = "red"


class Trend(StrEnum):
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


class HealthReport(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody said of an investment on a date: overall, and scope, schedule, cost, resource apart."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "health_report", "health_reports", word("Health report"), word("Health reports")

    investment: Annotated[str, about("Investment", ref="investment")]
    on: Annotated[date | None, about("Reported on")] = None
    by: Annotated[str | None, about("Reported by", ref="person")] = None
    overall: Annotated[Rating | None, about("Overall")] = None
    words: Annotated[str | None, about("In words", long=True)] = None
    scope: Annotated[Rating | None, about("Scope")] = None
    scope_trend: Annotated[Trend | None, about("Scope trend")] = None
    scope_words: Annotated[str | None, about("Scope in words", long=True)] = None
    schedule: Annotated[Rating | None, about("Schedule")] = None
    schedule_trend: Annotated[Trend | None, about("Schedule trend")] = None
    schedule_words: Annotated[str | None, about("Schedule in words", long=True)] = None
    cost: Annotated[Rating | None, about("Cost")] = None
    cost_trend: Annotated[Trend | None, about("Cost trend")] = None
    cost_words: Annotated[str | None, about("Cost in words", long=True)] = None
    resource: Annotated[Rating | None, about("Resource")] = None
    resource_trend: Annotated[Trend | None, about("Resource trend")] = None
    resource_words: Annotated[str | None, about("Resource in words", long=True)] = None


class Note(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """Words kept with anything in the plan."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "note", "notes", word("Note"), word("Notes")

    subject: Annotated[str, about("About", ref="*")]
    text: Annotated[str, about("Text", long=True)]
    by: Annotated[str | None, about("By", ref="person")] = None
    on: Annotated[date | None, about("On")] = None


class Link(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """An address of something elsewhere: a business case, a repository, a dashboard."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "link", "links", word("Link"), word("Links")

    subject: Annotated[str, about("About", ref="*")]
    url: Annotated[str, about("Address")]
    title: Annotated[str | None, about("Title")] = None
    type: Annotated[
        str | None, about("Type", choices=("business case", "document", "repository", "dashboard", "ticket"))
    ] = None
