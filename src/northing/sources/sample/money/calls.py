"""How often Fenmarch's systems call models, with how many tokens, and what that costs: the truth behind all usage."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from random import Random
from typing import NamedTuple

from northing.portfolio.investment import Stage
from northing.sources.sample.course import Course
from northing.sources.sample.timeline import LENGTH, Timeline, next_month

PRICES: dict[str, tuple[float, float, float]] = {
    "halden-5-preview": (6.40, 25.60, 0.64),
    "halden-4-large": (4.80, 19.20, 0.48),
    "halden-4-mini": (0.55, 2.20, 0.055),
    "halden-3-large": (8.70, 26.10, 0.87),
    "tessera-embed-3": (0.11, 0.0, 0.0),
    "mistle-12b": (0.0, 0.0, 0.0),
}
"""Model → list price in dollars of a million tokens in, out, and read from a cache, when the story begins."""

CUT = "halden-4-large"
CUT_ON = 300
CUT_TO = (2.90, 11.60, 0.29)
"""The model whose price falls, the day from whose month on it does, and to what."""

SWAPPED = ("appetite", "halden-4-large", "halden-4-mini", 331, 0.86)
"""Plot, model before, cheaper model after, day, and the share of calls that moved."""

DISCOUNT, AGREED_ON = "0.88", 212
"""What of its list price is paid for :data:`CUT` under the enterprise agreement, and the day from whose month on it is."""

CACHED_SINCE = 208
"""The day from which the gateway keeps prompts in the provider's cache."""

SHAPES: dict[str, tuple[int, int]] = {
    "Triage and routing": (4370, 118), "Drafting and summaries": (13840, 742), "Document extraction": (22650, 486),
    "Anomaly and fraud detection": (16310, 204), "Search and answers": (14180, 391), "Speech": (6890, 263),
    "Software engineering": (31470, 877), "Forecasting": (21560, 559), "Platform": (5230, 344), "Control": (11920, 610),
    "Translation": (2960, 3140),
}  # fmt: skip
"""Category → tokens in and out of a usual call."""

SHADOW = {"steward": ("halden-3-large", 415, 46.0)}
"""What runs on a key that nobody declared: plot, model, since when, and dollars a day."""


class Call(NamedTuple):
    """What one system asked of one model on one day."""

    key: str
    model: str
    day: date
    requests: int
    failed: int
    input: int
    output: int
    cached: int
    metered: bool
    """Whether it went through the gateway; the provider bills it all the same."""

    def list_cost(self, price: tuple[float, float, float]) -> float:
        return (self.input * price[0] + self.output * price[1] + self.cached * price[2]) / 1e6


class Calls:
    """Every call of the story, by day."""

    def __init__(self, time: Timeline, root: str, courses: Mapping[str, Course]) -> None:
        self.time, self.root, self.courses = time, root, courses
        self.cut_on, self.agreed_on = time.on(CUT_ON).replace(day=1), time.on(AGREED_ON).replace(day=1)

    def price(self, model: str, day: date) -> tuple[float, float, float]:
        """The list price of a model on a day."""
        return CUT_TO if model == CUT and day >= self.cut_on else PRICES[model]

    def of(self, month: date) -> list[Call]:
        return self._by_month.get(month, [])

    @cached_property
    def _by_month(self) -> dict[date, list[Call]]:
        found: dict[date, list[Call]] = {}
        month, last = self.time.money_months()[0], self.time.on(LENGTH)
        while month <= last:
            found[month] = []
            month = next_month(month)
        for key, course in self.courses.items():
            for call in self._course(key, course, min(found), last):
                found[call.day.replace(day=1)].append(call)
        return found

    def _course(self, key: str, course: Course, first: date, last: date) -> Iterator[Call]:
        uses = _uses(course)
        if not uses:
            return
        random = Random(f"{self.root}/calls/{key}")
        full = course.plot.size * random.uniform(3.9, 9.4) * 12 / 365 if course.plot.size else SHADOW[key][2]
        if sum(share for model, share in uses.items() if PRICES[model][0] < 1) > 0.5:
            full *= 0.4  # who calls cheap models mostly spends less, and calls more
        begun = next((day for day, stage in course.plot.course if stage in LIVE), None)
        if begun is None:
            return
        shape = SHAPES.get(course.plot.category, (3000, 400))
        day = max(first, self.time.on(begun))
        while day <= last:
            now = self.time.day(day)
            stage = course.stage_on(max(0, now))
            if stage in LIVE and (day.weekday() < 5 or stage is Stage.OPERATE):
                level = full * _level(now - begun, stage) * random.gauss(1, 0.09)
                level *= 0.31 if day.weekday() > 4 else 1.0
                for model, share in _shares(key, uses, now).items():
                    yield self._call(key, model, day, max(level * share, 0.0), shape, random)
            day += timedelta(days=1)

    def _call(self, key: str, model: str, day: date, dollars: float, shape: tuple[int, int], random: Random) -> Call:
        """A day's calls that would cost about *dollars* at the prices with which the story began."""
        now = self.time.day(day)
        into, out = shape[0] * random.uniform(0.94, 1.07), shape[1] * random.uniform(0.91, 1.1)
        price = PRICES[model] if PRICES[model][0] else (0.9, 2.7, 0.0)
        each = (into * price[0] + out * price[1]) / 1e6
        requests = max(3, int(dollars / each / (1 if PRICES[model][0] > 0.2 else 25)))
        if model == SWAPPED[2] and key == SWAPPED[0] and now >= SWAPPED[3]:
            # As many calls as before: they are cheaper, not more.
            requests = int(requests * PRICES[model][0] / PRICES[SWAPPED[1]][0])
        failed = int(requests * (random.uniform(0.11, 0.19) if now in OUTAGE else random.uniform(0.003, 0.017)))
        hit = random.uniform(0.31, 0.47) if model.startswith("halden") and now >= CACHED_SINCE else 0.0
        tokens = int(requests * into)
        metered = key not in SHADOW and random.random() < min(0.97, 0.41 + max(0, now) / LENGTH * 0.9)
        return Call(key, model, day, requests, failed, tokens - int(tokens * hit), int((requests - failed) * out) if price[1] else 0,
                    int(tokens * hit), metered)  # fmt: skip


OUTAGE = (262, 263)
"""Days on which the provider answered badly."""

LIVE = (Stage.PILOT, Stage.SCALE, Stage.OPERATE, None)


def _level(days: int, stage: Stage | None) -> float:
    """How much of its full use a system has, that many days after its pilot began."""
    grown = math.pow(min(1.0, max(0, days) / 430), 0.8)
    after = max(0, days - 430) / 365
    return (0.16 + 0.84 * grown) * (1 + 0.22 * after) * (0.55 if stage is Stage.PILOT else 1.0)


def _uses(course: Course) -> dict[str, float]:
    found: dict[str, float] = {}
    for made in course.plot.systems:
        for use in made.models.split():
            name, _, share = use.partition(":")
            if name in PRICES and (course.plot.size or course.key in SHADOW):
                found[name] = found.get(name, 0.0) + float(share)
    return found


def _shares(key: str, uses: dict[str, float], now: int) -> dict[str, float]:
    plot, before, after, since, moved = SWAPPED
    if key != plot or now < since:
        return uses
    share = uses.get(before, 0.0)
    return {**uses, before: share * (1 - moved), after: uses.get(after, 0.0) + share * moved}
