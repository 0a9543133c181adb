"""What a forecast of work is asked and what it answers: histories, features, the policy, dates and counts.

The rules are those of ``northing.measure.flow.forecast.answers``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from northing.measure.sentence import Said
from northing.portfolio.flow import Calendar

Blocks = Literal["week", "day"]
"""What is drawn at once: runs of as many days as a week works, which keep bad days together; or single days."""


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """How forecasts are made. It is part of every answer, so that an answer can be made again."""

    window: int = 84
    """Days before the as-of day that are sampled."""
    block: Blocks = "week"
    trials: int = 10_000
    percents: tuple[int, ...] = (50, 70, 85, 95)
    """How sure the answers are to be, in per cent, at most 95: no sample of this size bears more."""
    fewest_days: int = 5
    """Distinct days with a finish, below which nothing is said."""
    fewest_weeks: int = 4
    """Weeks of sample below which weeks cannot be drawn: too few of them differ."""
    judged_from: int = 6
    """Weeks of sample from which on its stability is judged."""
    little_limit: Decimal = Decimal("0.25")
    """Little's residual, either way, beyond which a process counts as not stable."""
    horizon: int = 3653
    """Days, the as-of day the first, that are looked ahead at most."""


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """What one team finished, and how it works."""

    id: str
    finished: Mapping[date, int]
    """Items by day, in the zone of its stream; a day of the window that is not named had none."""
    since: date | None = None
    """The first day of which facts are known: days before it are unknown, not idle."""
    calendar: Calendar | None = None
    """Days it does not work are left out of the sample and of the projection alike; None: every day counts."""
    wip: int = 1
    """How many features it works on at once; they take its finished items in turn."""
    little: Decimal | None = None
    """Little's residual of the window, where it was measured."""


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """By how much items are cut up, or added, while they are worked on: 100 to 150 per cent of today's count."""

    low: int = 100
    high: int = 150


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """Work that may come on top: how likely, in per cent, and how many items then."""

    name: str
    percent: int
    low: int
    high: int


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What is left of a feature for one team, as it stood when the as-of day began."""

    team: str
    items: int
    split: Split | None = None
    risks: tuple[Risk, ...] = ()


class Feature(msgspec.Struct, frozen=True, kw_only=True):
    """Items that are done when the last of them is. Features are given in the order in which they are worked on."""

    id: str
    work: tuple[Work, ...]


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """The days that are drawn from, of one team, days without a finish among them."""

    team: str
    first: date
    last: date
    """The day before the as-of day."""
    days: tuple[date, ...]
    counts: tuple[int, ...]
    week: int
    """How many days a week works."""
    left_out: int
    """Items finished on days that do not count; they are in no draw."""

    @property
    def finished(self) -> int:
        return sum(self.counts)

    @property
    def days_with_finish(self) -> int:
        return sum(count > 0 for count in self.counts)


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why nothing is said about a team's future."""

    code: Literal["too-few-finishes", "too-short", "unstable-throughput", "unstable-residual"]
    team: str
    words: Said


class Likelihood(msgspec.Struct, frozen=True, kw_only=True):
    """The share of trials in which it happens, as it may be shown: never above 95 %, never below 1 %."""

    percent: int
    """Whole per cent, rounded down."""
    text: str
    """``72 %``, ``>95 %``, ``<1 %``."""


class Dated(msgspec.Struct, frozen=True, kw_only=True):
    """The first day by which at least *percent* per cent of the trials are done; None: later than the horizon."""

    percent: int
    day: date | None


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """When one feature is done, or everything asked about (feature None)."""

    feature: str | None
    items: int
    """Left today, before splits and risks."""
    teams: tuple[str, ...]
    refused_by: tuple[str, ...] = ()
    """Teams without which nothing can be said; then there are no days."""
    days: tuple[Dated, ...] = ()
    likelihood: Likelihood | None = None
    """Of being done by the day that was asked about."""
    spread: tuple[tuple[date, int], ...] = ()
    """How many trials end on which day; trials past the horizon are in none."""


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """The largest number of items that at least *percent* per cent of the trials finish."""

    percent: int
    items: int


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer rests on."""

    stream: str
    as_of: date
    seed: str
    """Names the draws: the same stream, day and policy draw the same days on every machine."""
    policy: Policy
    samples: tuple[Sample, ...]
    refusals: tuple[Refusal, ...]
    notes: tuple[Said, ...]
    """What the figures leave out, in words."""


class WhenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """When each feature is done, and all of them."""

    ground: Ground
    features: tuple[Done, ...]
    whole: Done


class HowManyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How many items are finished from the as-of day to the end of *by*, by all teams together."""

    ground: Ground
    by: date
    counts: tuple[Counted, ...] = ()
    """Empty where a team is refused."""
    likelihood: Likelihood | None = None
    """Of finishing at least as many as were asked about."""
    spread: tuple[tuple[int, int], ...] = ()
    """How many trials finish how many items."""
