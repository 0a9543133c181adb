"""What is answered about flow, as typed values: figures with their addresses, the pictures as numbers, the items."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from northing.portfolio.periods import Period

from .asking_money import Figured, Named
from .reading_told import ReaderSaid


class PolicySaid(msgspec.Struct, frozen=True, kw_only=True):
    """The policy by which work was read, and the first day on which it holds."""

    policy: Named
    start: date | None


class RunSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What was delivered in one stretch of days; not ``whole`` where it is cut, or sources have not spoken of all."""

    period: Period
    delivered: int
    kinds: dict[str, int]
    discarded: int
    whole: bool


class LimitsSaid(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of the run chart, from its first whole stretches; places count whole ones from 0."""

    mean: Decimal
    low: Decimal
    high: Decimal
    baseline: int
    outside: list[int]
    runs: list[int]
    stable: bool


class BandSaid(msgspec.Struct, frozen=True, kw_only=True):
    """Items in one state at the end of each day; ``part``: before, progress, delivered or discarded."""

    part: str
    state: str | None
    phase: str | None
    counts: list[int]


class MovedSaid(msgspec.Struct, frozen=True, kw_only=True):
    """An item that stands further back than the evening before."""

    day: date
    item: str
    was: str | None
    now: str | None
    reopened: bool


class CumulativeSaid(msgspec.Struct, frozen=True, kw_only=True):
    """Arrivals minus departures is the sum of the bands in progress, each day."""

    start: date
    arrivals: list[int]
    departures: list[int]
    bands: list[BandSaid]
    moved_back: list[MovedSaid]


class PaceSaid(msgspec.Struct, frozen=True, kw_only=True):
    """The age at which delivered items left a state, by percentile."""

    state: str
    items: int
    percentiles: dict[str, Decimal]


class AgedSaid(msgspec.Struct, frozen=True, kw_only=True):
    """An item in progress and its age; ``beyond``: the highest percentile of its state's pace that it is above."""

    item: str
    title: str | None
    state: str | None
    days: Decimal
    beyond: int | None


class ExpectedSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A service level expectation beside what was; ``kept``: met, close, missed, or nothing delivered."""

    kind: str | None
    days: int
    probability: Decimal
    kept: str | None
    late_share: Figured
    late: Figured
    overdue: Figured
    within: Decimal | None
    """Within how many days its share was really done."""


class ResidualSaid(msgspec.Struct, frozen=True, kw_only=True):
    """Little's law over one stretch of four weeks."""

    period: Period
    residual: Decimal | None
    load: Decimal


class FiveSaid(msgspec.Struct, frozen=True, kw_only=True):
    """The five metrics, and why efficiency cannot be measured where it cannot."""

    velocity: Figured
    discarded: Figured
    time: dict[str, Figured]
    efficiency: Figured
    efficiency_reason: str
    load: Figured
    distribution: dict[str, Figured]


class OtherwiseSaid(msgspec.Struct, frozen=True, kw_only=True):
    """An item that two policies see differently, and in what."""

    item: str
    what: list[str]


class BesideSaid(msgspec.Struct, frozen=True, kw_only=True):
    """The same days by a second policy."""

    policy: PolicySaid
    five: FiveSaid
    otherwise: list[OtherwiseSaid]
    alike: int


class FlowSaid(msgspec.Struct, frozen=True, kw_only=True):
    """How the work of one scope flows in these days."""

    level: str
    of: Named | None
    read_by: PolicySaid | None
    """The policy that read it; of several, the one by which days are counted."""
    window: Period
    readers: list[ReaderSaid] = []
    """Each policy, and what it read: more than one where each team's work is read by its own."""
    unread: list[str] = []
    """Whose work no policy reads."""
    five: FiveSaid | None = None
    age: Figured | None = None
    throughput: Figured | None = None
    residual: Figured | None = None
    by: str = ""
    runs: list[RunSaid] = []
    limits: LimitsSaid | None = None
    cumulative: CumulativeSaid | None = None
    ageing: list[AgedSaid] = []
    paces: list[PaceSaid] = []
    cycle_times: dict[str, Decimal] = {}
    """Percentiles of the days from start to finish."""
    expected: list[ExpectedSaid] = []
    residuals: list[ResidualSaid] = []
    problems: dict[str, int] = {}
    """Code → items; their names are asked for by themselves."""
    beside: BesideSaid | None = None


class FlowItemSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One item, as the policy sees it. ``days``: from start to finish, or its age, as the policy counts."""

    source: str
    item: str
    key: str | None
    title: str | None
    url: str | None
    type: str | None
    kind: str | None
    state: str | None
    started: date | None
    finished: date | None
    outcome: str
    days: Decimal | None
    active_days: Decimal
    reopened: int
    moved_back: int
    blocked: bool
    problems: list[str]


class FlowItemsSaid(msgspec.Struct, frozen=True, kw_only=True):
    """The items that a mark or a figure is made of."""

    show: str
    title: str
    items: list[FlowItemSaid]


class FlowProblemSaid(msgspec.Struct, frozen=True, kw_only=True):
    """Something about an item's data that a person should know."""

    code: str
    item: str
    key: str | None
    said: str
