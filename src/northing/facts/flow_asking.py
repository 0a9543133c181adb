"""How work is read, and what the flow engine answers: plain values, known to the measures and to the engine alike.

Instants are whole microseconds since 1970 in UTC, spans of time whole microseconds. What is not known is None, and
what cannot be true (an end before its start) stays as it was delivered and is on the list of problems by name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

import msgspec

from northing.portfolio.entity import encode
from northing.portfolio.flow import FlowKind, Parents, Phase, StartRule, WorkflowPolicy
from northing.portfolio.plan import Plan

Outcome = Literal["open", "delivered", "discarded"]
Origin = Literal["recorded", "inferred"]


class State(NamedTuple):
    """What one name of a state means."""

    name: str
    """As :func:`folded` has it; earlier names have entries of their own, with the same rank."""
    phase: Phase
    rank: int
    """Its place in the order of work, from 0."""
    called: str = ""
    """Its present name, as people write it."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How work is read: the part of a workflow policy that spans and episodes depend on. Equal keys read alike."""

    key: str
    where: str = ""
    level: tuple[str, ...] = ()
    """Types that count, folded; none: every item that is no parent and no part of another."""
    kinds: Mapping[str, FlowKind] = {}
    """Type, folded → kind of flow item."""
    states: tuple[State, ...] = ()
    discarded: tuple[str, ...] = ()
    """Resolutions, folded, that end an item without delivering it."""
    start_rule: StartRule = StartRule.FIRST
    parents: Parents = Parents.OWN
    blocked_waits: bool = True
    zone: str = "UTC"

    def state(self, name: str | None) -> State | None:
        """What the state that a source calls *name* means; None where the policy does not know it."""
        asked = folded(name or "")
        return next((state for state in self.states if state.name == asked), None)

    @property
    def waits(self) -> bool:
        """Whether it can tell waiting from work at all: without such a state efficiency is not measurable."""
        return any(state.phase in (Phase.QUEUE, Phase.WAIT) for state in self.states)


def folded(name: str) -> str:
    """A name as it is compared: without case, and without space around it."""
    return name.strip().lower()


def reading_of(plan: Plan, policy: WorkflowPolicy, zone: str = "UTC") -> Reading:
    """How *policy* reads work. Days begin in the calendar's zone, else the value stream's, else *zone*."""
    calendar = plan.calendars.get(policy.calendar or "")
    stream = plan.value_streams.get(policy.value_stream or "")
    states = tuple(
        State(folded(name), rule.phase, rank, rule.state)
        for rank, rule in enumerate(policy.states)
        for name in (rule.state, *rule.renamed)
    )
    return reading(
        where=policy.where,
        level=tuple(sorted(folded(type) for type in policy.level)),
        kinds={folded(type): kind for type, kind in sorted(policy.kinds.items())},
        states=states,
        discarded=tuple(sorted(folded(resolution) for resolution in policy.discarded)),
        start_rule=policy.start_rule,
        parents=policy.parents,
        blocked_waits=policy.blocked_waits,
        zone=(calendar and calendar.zone) or (stream and stream.zone) or zone,
    )


def reading(
    *, where: str = "", level: tuple[str, ...] = (), kinds: Mapping[str, FlowKind] | None = None,
    states: tuple[State, ...] = (), discarded: tuple[str, ...] = (), start_rule: StartRule = StartRule.FIRST,
    parents: Parents = Parents.OWN, blocked_waits: bool = True, zone: str = "UTC",
) -> Reading:  # fmt: skip
    """A reading with its key made of what it says."""
    kinds = dict(kinds or {})
    told = (where, level, kinds, states, discarded, start_rule, parents, blocked_waits, zone)
    key = hashlib.sha256(encode(told)).hexdigest()[:32]
    return Reading(
        key=key, where=where, level=level, kinds=kinds, states=states, discarded=discarded, start_rule=start_rule,
        parents=parents, blocked_waits=blocked_waits, zone=zone,
    )  # fmt: skip


Id = tuple[str, str]
"""An item's source and its id there."""


class Item(msgspec.Struct, frozen=True, gc=False):
    """One item of work as a reading sees it."""

    item: str
    created: int
    key: str | None = None
    title: str | None = None
    url: str | None = None
    source: str = ""
    delivery: str = ""
    line: int = 0
    project: str | None = None
    team: str | None = None
    type: str | None = None
    kind: FlowKind | None = None
    """None: the policy does not say what kind its type is."""
    parent: str | None = None
    epic: str | None = None
    state: str | None = None
    """Present name of its state; a state that the policy does not know, as the source calls it."""
    phase: Phase | None = None
    rank: int | None = None
    started: int | None = None
    finished: int | None = None
    """When it entered the last run of finished states, which still holds."""
    first_finished: int | None = None
    """When it first entered a finished state, though it was opened again."""
    outcome: Outcome = "open"
    active: int = 0
    """In active states from start to finish, without blocked time where the policy says so. Of an open item: up to the
    instant asked for, else to its last change."""
    blocked: int = 0
    """Blocked from start to finish."""
    reopened: int = 0
    """Moves out of a finished state."""
    backward: int = 0
    """Moves to a lower rank that open nothing again: with *reopened* the item's rework, each move counted once."""
    origin: Origin = "recorded"
    points: Decimal | None = None
    blocked_now: bool = False
    parts: int = 0
    """Items in force that name it as their parent."""
    problems: tuple[str, ...] = ()
    """Codes of its :class:`Problem`; those in :data:`UNTRUE` say that its instants cannot be measured by."""


class Span(msgspec.Struct, frozen=True, gc=False):
    """A stay of an item in one state. The spans of an item lie end to end from its creation on."""

    item: str
    n: int
    """From 1."""
    entered: int
    source: str = ""
    state: str | None = None
    phase: Phase | None = None
    rank: int | None = None
    left: int | None = None
    """None: it is still there."""
    origin: Origin = "recorded"
    blocked: int = 0


class StateSeen(NamedTuple):
    """A state that items were in, as a reading calls it."""

    state: str
    phase: Phase | None
    """None: the reading does not know it."""
    rank: int | None
    items: int
    """That ever were in it."""
    now: int
    """That are in it."""
    entered: int
    """When one came into it last."""
    step: float
    """At which of its steps an item first comes into it, on average: tells a probable order of states."""


class TypeSeen(NamedTuple):
    """A type of items, as the source calls it."""

    type: str | None
    items: int
    counted: int
    """Those of the level that counts."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something about an item's data that a person should know: listed by name, nothing clamped, nothing dropped."""

    item: str
    key: str | None = None
    code: str
    detail: str = ""


UNKNOWN_STATE = "unknown-state"
END_BEFORE_START = "end-before-start"
CLOCK_SKEW = "clock-skew"
NO_HISTORY = "no-history"
NO_START = "no-start"
NO_END = "no-end"
END_IN_DOUBT = "end-in-doubt"
"""It had finished, and then came into a state that the policy does not know: whether that end holds, nobody says."""
REOPENED = "reopened"
MOVED = "moved-project"
DELETED = "deleted"
NO_ITEM = "no-item"
UNTRUE = frozenset((END_BEFORE_START, CLOCK_SKEW))
"""Problems that make an item's durations meaningless: measures leave these items out of them, and say so."""
