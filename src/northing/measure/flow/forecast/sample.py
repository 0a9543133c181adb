"""The days that a forecast draws from, and whether it may draw from them at all.

The sample is the policy's window of days that ends with the day before the as-of day: today is not over. Days without
a finish are in it. Days that the calendar does not count are in neither sample nor projection.

Stability: items per week (as many counted days as a week works, counted back from the last day) on an XmR chart with
all weeks as its baseline. Not stable: a week outside mean ± 2.66 × mean moving range, or eight weeks in a row on one
side of the mean. Little's residual, where given, must not exceed the policy's limit either way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby, pairwise

from northing.measure.sentence import Said
from northing.portfolio.errors import Invalid
from northing.portfolio.flow import WEEKDAYS, Calendar
from northing.portfolio.words import word

from .asked import Policy, Refusal, Sample, Team

SIGMA = Fraction(266, 100)
RUN = 8

TOO_FEW = word("Only {days} days with a finished item from {first} to {last}; a forecast needs {fewest}.")
TOO_SHORT = word("Only {weeks} whole weeks of days are known up to {last}; drawing weeks needs {fewest}.")
OUTSIDE = word(
    "Throughput is not stable: {count} items in the week to {day}, outside the limits {low} to {high} of an XmR chart."
)
ONE_SIDE = word("Throughput is not stable: {run} weeks in a row on one side of the mean, up to {day} (XmR chart).")
RESIDUAL = word("The process is not stable: Little's residual is {residual}, beyond {limit}.")


def counted(calendar: Calendar | None, day: date) -> bool:
    """Whether *day* counts."""
    return calendar is None or (WEEKDAYS[day.weekday()] in calendar.workdays and day not in calendar.holidays)


def sample_of(team: Team, as_of: date, policy: Policy) -> Sample:
    """The sampled days of *team*. Finishes on the as-of day and later are not looked at."""
    if any(count < 0 for count in team.finished.values()):
        raise Invalid("A day cannot have fewer than no finished items.", team=team.id)
    first = as_of - timedelta(days=policy.window)
    if team.since is not None:
        first = max(first, team.since)
    every = [first + timedelta(days=n) for n in range(max((as_of - first).days, 0))]
    days = tuple(day for day in every if counted(team.calendar, day))
    counts = tuple(team.finished.get(day, 0) for day in days)
    return Sample(
        team=team.id,
        first=first,
        last=as_of - timedelta(days=1),
        days=days,
        counts=counts,
        week=7 if team.calendar is None else max(len(set(team.calendar.workdays)), 1),
        left_out=sum(team.finished.get(day, 0) for day in every) - sum(counts),
    )


def refusal(team: Team, sample: Sample, policy: Policy) -> Refusal | None:
    """Why nothing may be said of *team*, or None."""
    if sample.days_with_finish < policy.fewest_days:
        words = Said(
            TOO_FEW,
            {"days": sample.days_with_finish, "first": sample.first, "last": sample.last, "fewest": policy.fewest_days},
        )
        return Refusal(code="too-few-finishes", team=team.id, words=words)
    whole = len(sample.days) // sample.week
    if policy.block == "week" and whole < policy.fewest_weeks:
        words = Said(TOO_SHORT, {"weeks": whole, "last": sample.last, "fewest": policy.fewest_weeks})
        return Refusal(code="too-short", team=team.id, words=words)
    if (said := unstable(sample, policy)) is not None:
        return Refusal(code="unstable-throughput", team=team.id, words=said)
    if team.little is not None and abs(team.little) > policy.little_limit:
        said = Said(RESIDUAL, {"residual": team.little, "limit": policy.little_limit})
        return Refusal(code="unstable-residual", team=team.id, words=said)
    return None


def judged(sample: Sample, policy: Policy) -> bool:
    """Whether there are weeks enough to tell whether it is stable."""
    return len(sample.days) // sample.week >= policy.judged_from


def unstable(sample: Sample, policy: Policy) -> Said | None:
    """What the XmR chart of its weeks signals, or None; None also where there are too few weeks to judge."""
    if not judged(sample, policy):
        return None
    weeks, ends = _weeks(sample)
    mean = Fraction(sum(weeks), len(weeks))
    low, high = limits(weeks)
    for count, end in zip(weeks, ends, strict=True):
        if not low <= count <= high:
            values = {"count": count, "day": end, "low": round(float(low), 1), "high": round(float(high), 1)}
            return Said(OUTSIDE, values)
    at = 0
    for side, group in groupby(weeks, key=lambda count: (count > mean) - (count < mean)):
        run = len(list(group))
        at += run
        if side and run >= RUN:
            return Said(ONE_SIDE, {"run": run, "day": ends[at - 1]})
    return None


def limits(values: Sequence[int]) -> tuple[Fraction, Fraction]:
    """The natural process limits of at least two *values*: mean ± 2.66 × mean moving range, the lower not below 0."""
    mean = Fraction(sum(values), len(values))
    moving = Fraction(sum(abs(b - a) for a, b in pairwise(values)), len(values) - 1)
    return max(mean - SIGMA * moving, Fraction(0)), mean + SIGMA * moving


def _weeks(sample: Sample) -> tuple[list[int], list[date]]:
    """Items of each whole week, and its last day, the oldest first."""
    size, odd = sample.week, len(sample.days) % sample.week
    starts = range(odd, len(sample.days), size)
    return (
        [sum(sample.counts[start : start + size]) for start in starts],
        [sample.days[start + size - 1] for start in starts],
    )
