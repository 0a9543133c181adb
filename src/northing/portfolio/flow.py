"""How work flows, as far as people decide it: which states mean what, which days count, what is promised, what belongs.

Work items and their changes are facts (``northing.portfolio.work_facts``). What is said of them here is governed: a
figure of flow names the policy that it used.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec

from .entity import Entity, about
from .words import word


class Phase(StrEnum):
    """What a state of a workflow means for flow. The order is that of work: a later phase is nearer to done."""

    BACKLOG = "backlog"
    """Not accepted yet: before the start."""
    QUEUE = "queue"
    """Started, and waiting to be worked on."""
    ACTIVE = "active"
    WAIT = "wait"
    """Started, and waiting for somebody else."""
    DONE = "done"
    DISCARDED = "discarded"


STARTED = (Phase.QUEUE, Phase.ACTIVE, Phase.WAIT)
FINISHED = (Phase.DONE, Phase.DISCARDED)


class FlowKind(StrEnum):
    """The four kinds of flow item, which exclude each other (Flow Framework)."""

    FEATURE = "feature"
    DEFECT = "defect"
    RISK = "risk"
    DEBT = "debt"


class StartRule(StrEnum):
    """Where the clock starts: at the first commitment, or anew after the last return to the backlog."""

    FIRST = "first"
    LAST_RETURN = "last_return"


class DayCount(StrEnum):
    """How the days between start and finish are counted (flow.md §1.3)."""

    INCLUSIVE = "inclusive"
    """date(done) − date(start) + 1: the same day is 1."""
    EXCLUSIVE = "exclusive"
    """date(done) − date(start)."""
    HALF = "half"
    """As exclusive, and the same day is 0.5."""
    ELAPSED = "elapsed"
    """Seconds between the two instants."""


class PercentileRule(StrEnum):
    """Nearest rank: a value that occurred. Linear: between two of them, as spreadsheets do."""

    NEAREST = "nearest"
    LINEAR = "linear"


class Parents(StrEnum):
    """When a parent is done: in its own state, or with the last of its children."""

    OWN = "own"
    CHILDREN = "children"


class Evidence(StrEnum):
    """What says that a deployment failed, the strongest first (flow.md §2.3)."""

    LINK = "link"
    """An incident names the deployment that caused it."""
    FIX = "fix"
    """The next deployment is a hotfix, a rollback or a revert."""
    ROOT_CAUSE = "root_cause"
    """An incident names a commit that the deployment brought."""
    WINDOW = "window"
    """An incident began soon after it."""


class ChangeClock(StrEnum):
    """Where the lead time of a change begins: at its commit date, or at the date on which it was first written."""

    COMMITTED = "committed"
    AUTHORED = "authored"


class StateRule(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one state means. States stand in the order of work; their place is their rank."""

    state: str
    """Its name or id as the source gives it, compared without case."""
    phase: Phase
    renamed: tuple[str, ...] = ()
    """Earlier names of it: a change from one of them to it is no move."""


class WorkflowPolicy(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """How the work of a value stream or team is read: its states, kinds, level, start and finish.

    Of the policies of one value stream and team the one that begins last before the day in question holds; a team's
    own comes before its value stream's, and that before the organisation's.
    """

    KIND, PLURAL = "workflow_policy", "workflow_policies"
    TITLE, TITLE_PLURAL = word("Workflow policy"), word("Workflow policies")
    NUMBERED = "WFP"

    number: Annotated[str | None, about("Number")] = None
    name: Annotated[str, about("Name")]
    value_stream: Annotated[str | None, about("Value stream", ref="value_stream")] = None
    team: Annotated[str | None, about("Team", ref="team")] = None
    start: Annotated[date | None, about("From", "The first day on which it holds.")] = None
    where: Annotated[
        str, about("Which work", "In the filter language, over work items: project = CHAT.", long=True)
    ] = ""
    states: Annotated[tuple[StateRule, ...], about("States")] = ()
    kinds: Annotated[dict[str, FlowKind], about("Kinds", "Type in the source → kind of flow item.")] = {}
    level: Annotated[
        tuple[str, ...], about("Counted types", "The one level that counts; empty: every type that is no parent.")
    ] = ()
    discarded: Annotated[
        tuple[str, ...], about("Not delivered", "Resolutions that end an item without delivering it.")
    ] = ()
    start_rule: Annotated[StartRule, about("The clock starts")] = StartRule.FIRST
    parents: Annotated[Parents, about("Parents are done")] = Parents.OWN
    blocked_waits: Annotated[bool, about("Blocked time waits", "Even in an active state.")] = True
    days: Annotated[DayCount, about("Days are counted")] = DayCount.INCLUSIVE
    percentiles: Annotated[PercentileRule, about("Percentiles")] = PercentileRule.NEAREST
    calendar: Annotated[str | None, about("Calendar", "Empty: every day counts.", ref="calendar")] = None
    old_days: Annotated[
        int, about("An export is old that came later than", "After the last day that it speaks of.", unit="days")
    ] = 14
    """An old export says nothing of the days after its end; a forecast begins there, and not on the day it came in."""
    deployments: Annotated[
        str, about("Which deployments", "In the filter language, over deployments: service contains claims.", long=True)
    ] = ""
    production: Annotated[tuple[str, ...], about("Production is called", "Names of environments.")] = ("production",)
    evidence: Annotated[Evidence, about("Weakest evidence of a failure")] = Evidence.WINDOW
    evidence_hours: Annotated[
        int, about("An incident is blamed on what went live within", "0: on nothing by time alone.", unit="hours")
    ] = 24
    change_clock: Annotated[ChangeClock, about("A change begins", "When it was committed, or first written.")] = (
        ChangeClock.COMMITTED
    )
    note: Annotated[str | None, about("Note", long=True)] = None


WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Calendar(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """Which days are worked, and in which time zone days begin."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "calendar", "calendars", word("Calendar"), word("Calendars")

    name: Annotated[str, about("Name")]
    zone: Annotated[str | None, about("Time zone", "IANA name; empty takes the value stream's.")] = None
    workdays: Annotated[tuple[str, ...], about("Working days", "Mon, Tue, Wed, Thu, Fri, Sat, Sun.")] = WEEKDAYS[:5]
    holidays: Annotated[tuple[date, ...], about("Holidays")] = ()


class ServiceLevelExpectation(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """How long one item should take from start to finish, and in how many of a hundred cases (Kanban Guide)."""

    KIND, PLURAL = "service_level_expectation", "service_level_expectations"
    TITLE, TITLE_PLURAL = word("Service level expectation"), word("Service level expectations")

    value_stream: Annotated[str | None, about("Value stream", ref="value_stream")] = None
    team: Annotated[str | None, about("Team", ref="team")] = None
    kind: Annotated[FlowKind | None, about("Kind", "Empty: of every kind.")] = None
    days: Annotated[int, about("Within", unit="days")]
    probability: Annotated[Decimal, about("Probability", "Between 0 and 1: 0.85.")]
    start: Annotated[date | None, about("From")] = None
    note: Annotated[str | None, about("Note", long=True)] = None


class WorkLink(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """Says which work items serve an investment, and for what share.

    Links are asked as attribution rules are: by precedence, number, id, each taking its share of an item or what is
    left of it. An item that none takes is orphan work.
    """

    KIND, PLURAL, TITLE, TITLE_PLURAL = "work_link", "work_links", word("Work link"), word("Work links")
    NUMBERED = "WL"

    number: Annotated[str | None, about("Number")] = None
    name: Annotated[str | None, about("Name")] = None
    where: Annotated[
        str, about("Which work items", "In the filter language: project = CHAT and epic = CHAT-12.", long=True)
    ]
    investment: Annotated[str, about("Investment", ref="investment")]
    share: Annotated[Decimal, about("Share", "Above 0, at most 1.")] = Decimal(1)
    precedence: Annotated[int, about("Precedence", "The lower is asked first.")] = 100
    start: Annotated[date | None, about("From", "First day on which the items it claims were created.")] = None
    end: Annotated[date | None, about("Until", "First day after them.")] = None
    note: Annotated[str | None, about("Note", long=True)] = None


class MarkedEvent(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened on a day, before and after which figures are compared: an assistant rolled out."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "marked_event", "marked_events", word("Marked event"), word("Marked events")

    name: Annotated[str, about("What happened")]
    on: Annotated[date, about("On")]
    value_stream: Annotated[str | None, about("Value stream", ref="value_stream")] = None
    team: Annotated[str | None, about("Team", ref="team")] = None
    investment: Annotated[str | None, about("Investment", ref="investment")] = None
    note: Annotated[str | None, about("Note", long=True)] = None
