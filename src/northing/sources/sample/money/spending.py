"""What each investment really spends, month by month: near its plan, with a will of its own, by four channels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property
from random import Random
from typing import Literal, NamedTuple

from northing.portfolio.investment import RUNNING, Stage
from northing.sources.sample.cast import sample_id
from northing.sources.sample.course import Course
from northing.sources.sample.plot import Plot
from northing.sources.sample.timeline import LENGTH, Event, Timeline, next_month

Channel = Literal["people", "contractors", "licences", "cloud"]
"""Timesheets, agencies on an order, vendors' licences, the cloud's bill; models are billed by use, besides."""

OWN: Mapping[tuple[str, str], Mapping[Channel, float]] = {
    ("capex", "build"): {"people": 0.39, "contractors": 0.61},
    ("opex", "build"): {"people": 0.61, "cloud": 0.39},
    ("opex", "change"): {"people": 0.47, "contractors": 0.53},
    ("opex", "run"): {"people": 0.28, "cloud": 0.72},
    ("opex", "oversight"): {"people": 1.0},
}
BOUGHT: Mapping[tuple[str, str], Mapping[Channel, float]] = {
    **OWN,
    ("opex", "build"): {"people": 0.49, "licences": 0.36, "cloud": 0.15},
    ("opex", "run"): {"people": 0.16, "licences": 0.61, "cloud": 0.23},
}
"""Where a line of the plan goes, where a vendor's product is part of it."""

ASTRAY: tuple[tuple[str, int, int, float], ...] = (
    ("fnol-fraud", 318, 452, 2.3),
    ("fnol-fraud", 452, 900, 1.35),
    ("legacy", 352, 900, 1.16),
    ("office", 180, 388, 1.21),
    ("gateway", 60, 900, 0.78),
    ("agent-assist", 330, 398, 0.64),
    ("photo-damage", 380, 900, 1.09),
    ("submissions", 0, 300, 0.91),
)
"""(plot, since, until, factor): who leaves the plan, and by how much."""

UNPLANNED: Mapping[str, tuple[int, Mapping[Channel, float]]] = {
    "workbench": (236, {"licences": 1180.0}),
    "meetings": (100, {"cloud": 640.0}),
}
"""Plot → since when it spends what no line plans, a month, by channel."""


class Spent(NamedTuple):
    """Money of one month on one channel, in the investment's currency."""

    channel: Channel
    expense: str
    kind: str
    amount: float


class Planned:
    """What the plan said of each month, as it stood on each day of the story."""

    def __init__(self, told: Iterable[Event], courses: Mapping[str, Course]) -> None:
        keys = {course.id: key for key, course in courses.items()}
        self.states: dict[str, list[tuple[int, dict[str, object] | None]]] = {}
        self.lines: dict[str, list[str]] = {}
        for event in sorted(told, key=lambda event: event[:3]):
            for edit in event.edits:
                if edit.kind != "cost_plan_line":
                    continue
                known = self.states.setdefault(edit.id, [])
                if edit.op == "create":
                    self.lines.setdefault(keys[str(edit.fields["investment"])], []).append(edit.id)
                body = None if edit.op == "remove" else {**((known[-1][1] if known else None) or {}), **edit.fields}
                known.append((event.day, body))

    def between(self, key: str, start: date, end: date, day: int) -> dict[tuple[str, str], float]:
        """(capex or opex, type) → likely money between two dates, as the plan stood on *day*."""
        found: dict[tuple[str, str], float] = {}
        for line in self.lines.get(key, ()):
            body: dict[str, object] | None = None
            for since, state in self.states[line]:
                if since > day:
                    break
                body = state
            if body is None:
                continue
            first, last = date.fromisoformat(str(body["start"])), date.fromisoformat(str(body["end"]))
            shared = (min(end, last) - max(start, first)).days
            if shared > 0:
                part = float(str(body["likely"])) * shared / (last - first).days
                what = (str(body["expense"]), str(body["type"]))
                found[what] = found.get(what, 0.0) + part
        return found


class Spending:
    """The truth behind the bills, orders and timesheets of the story."""

    def __init__(self, time: Timeline, root: str, courses: Mapping[str, Course], planned: Planned) -> None:
        self.time, self.root, self.courses, self.planned = time, root, courses, planned
        self.months = time.money_months()

    def of(self, key: str, month: date) -> list[Spent]:
        """What *key* spends in *month*; empty where it does not run."""
        return self._all.get((key, month), [])

    def total(self, key: str, month: date) -> float:
        return sum(spent.amount for spent in self.of(key, month))

    def channel(self, key: str, month: date, channel: Channel) -> list[Spent]:
        return [spent for spent in self.of(key, month) if spent.channel == channel]

    @cached_property
    def _all(self) -> dict[tuple[str, date], list[Spent]]:
        found = {}
        for key, course in self.courses.items():
            random = Random(f"{self.root}/spending/{key}")
            steady, drift = min(1.09, max(0.79, random.gauss(0.95, 0.07))), 1.0
            for month in self.months:
                drift = 0.6 * drift + 0.4 * random.uniform(0.82, 1.17)
                share = self._running(course, month)
                found[key, month] = self._month(course, month, steady * drift * share, random) if share else []
        return found

    def _month(self, course: Course, month: date, factor: float, random: Random) -> list[Spent]:
        middle, following = self.time.day(month) + 14, next_month(month)
        for key, since, until, astray in ASTRAY:
            factor *= astray if key == course.key and since <= middle < until else 1.0
        told = []
        lines = self.planned.between(course.key, month, following, max(16, self.time.day(following)))
        for (expense, kind), amount in lines.items():
            for channel, share in self._shares(course.plot, expense, kind).items():
                told.append(Spent(channel, expense, kind, amount * share * factor * random.uniform(0.9, 1.1)))
        since, more = UNPLANNED.get(course.key, (LENGTH + 99, {}))
        if middle >= since:
            told += [Spent(channel, "opex", "run", amount * random.uniform(0.86, 1.19)) for channel, amount in more.items()]
        return told

    def _running(self, course: Course, month: date) -> float:
        """The share of a month in which an investment runs, by its days."""
        days = [self.time.day(month + timedelta(days=offset)) for offset in range(0, 28, 4)]
        stages = [course.stage_on(max(0, day)) for day in days]
        unplanned = UNPLANNED.get(course.key, (LENGTH + 99, {}))[0]
        if days[-1] >= unplanned and course.stage_on(days[-1]) in (None, *RUNNING):
            return 1.0
        return sum(stage in RUNNING for stage in stages) / len(stages)

    def _shares(self, plot: Plot, expense: str, kind: str) -> Mapping[Channel, float]:
        shares = (BOUGHT if vendor_of(plot) else OWN)[expense, kind]
        if plot.size < SMALL and "contractors" in shares:
            rest: dict[Channel, float] = {channel: share for channel, share in shares.items() if channel != "contractors"}
            return {**rest, "people": rest.get("people", 0.0) + shares["contractors"]}
        return shares


SMALL = 440
"""Thousands below which an investment brings nobody in from outside."""


def vendor_of(plot: Plot) -> str | None:
    """Whose licence a plot pays for; models that are billed by use are no licence."""
    for made in plot.systems:
        if made.vendor and (made.vendor != "Halden AI" or "licences" in plot.tags.split() or "minutes" in plot.tags):
            return made.vendor
    return None


def investment(key: str) -> str:
    return sample_id("investment", key)


def project_code(key: str, keys: list[str]) -> str:
    """The project number under which finance books an investment."""
    return f"P-{1013 + keys.index(key) * 7}"


def ran(course: Course, day: int) -> bool:
    stage = course.stage_on(day)
    return stage in RUNNING and stage is not Stage.IDEA
