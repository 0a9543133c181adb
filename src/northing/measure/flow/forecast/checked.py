"""How good forecasts would have been: made from past days, each from what was finished before it, beside what came.

An outcome is inside where the forecast at *percent* held: at least as many items were finished as it said, or they
were done by its day. The share that is inside should be near *percent*, and is always told with how many there were.

Whether a date held is known once the date is past, however it went; forecasts whose date is still to come are left out
and counted. Leaving out only those that are not done yet would leave out the late ones. The histories are taken as
they are known today: an item that was re-opened since is finished on its last day. Little's residual is that of today,
and so refuses nothing in the past.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

from northing.measure.sentence import Said
from northing.portfolio.errors import Invalid
from northing.portfolio.words import several, word

from .answers import how_many, when
from .asked import Feature, Policy, Team, Work
from .sample import counted

SHARE = several(
    "{inside} of {count} past outcome was inside the {percent} % forecast.",
    "{inside} of {count} past outcomes were inside the {percent} % forecast.",
    "count",
)
NONE = word("No past forecast can be compared with what came.")


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One forecast from a past day, and what came."""

    as_of: date
    said: int | date
    """Items, or the day."""
    came: int | date | None
    """None: not done yet, and late."""
    inside: bool


class BackTest(msgspec.Struct, frozen=True, kw_only=True):
    """Forecasts from past days beside what came."""

    percent: int
    checks: tuple[Check, ...]
    refused: int
    """Past days from which nothing would have been said."""
    unknown: int
    """Past forecasts whose day is still to come, or past the horizon."""

    @property
    def n(self) -> int:
        return len(self.checks)

    @property
    def inside(self) -> int:
        return sum(check.inside for check in self.checks)

    @property
    def words(self) -> Said:
        if not self.checks:
            return Said(NONE)
        return Said(SHARE, {"inside": self.inside, "count": self.n, "percent": self.percent})


def check_how_many(
    teams: Sequence[Team],
    past: Sequence[date],
    *,
    days: int,
    stream: str,
    as_of: date,
    policy: Policy,
    percent: int = 85,
) -> BackTest:
    """From each of *past*: how many items in the next *days* days, and how many there were."""
    if days < 1:
        raise Invalid("A forecast looks ahead by one day or more.", days=days)
    policy, teams = msgspec.structs.replace(policy, percents=(percent,)), _then(teams)
    checks, refused, unknown = [], 0, 0
    for day in past:
        by = day + timedelta(days=days - 1)
        if by >= as_of:
            unknown += 1
            continue
        answer = how_many(teams, by=by, stream=stream, as_of=day, policy=policy)
        if not answer.counts:
            refused += 1
            continue
        said, came = answer.counts[0].items, sum(_finished(team, day, by) for team in teams)
        checks.append(Check(as_of=day, said=said, came=came, inside=came >= said))
    return BackTest(percent=percent, checks=tuple(checks), refused=refused, unknown=unknown)


def check_when(
    teams: Sequence[Team],
    past: Sequence[date],
    *,
    items: Mapping[str, int],
    stream: str,
    as_of: date,
    policy: Policy,
    percent: int = 85,
) -> BackTest:
    """From each of *past*: when each team has finished as many of *items*, and when they had."""
    policy, teams = msgspec.structs.replace(policy, percents=(percent,)), _then(teams)
    feature = Feature(id="items", work=tuple(Work(team=id, items=count) for id, count in sorted(items.items())))
    checks, refused, unknown = [], 0, 0
    for day in past:
        whole = when(teams, (feature,), stream=stream, as_of=day, policy=policy).whole
        if whole.refused_by:
            refused += 1
            continue
        said = whole.days[0].day
        if said is None or said >= as_of:
            unknown += 1
            continue
        came = _done(teams, items, day, as_of)
        checks.append(Check(as_of=day, said=said, came=came, inside=came is not None and came <= said))
    return BackTest(percent=percent, checks=tuple(checks), refused=refused, unknown=unknown)


def past_days(teams: Sequence[Team], *, as_of: date, policy: Policy, every: int = 7, most: int = 104) -> list[date]:
    """The days to forecast from: each *every* days back from *as_of*, while every team has a whole window before."""
    known = [team.since or min(team.finished, default=as_of) for team in teams]
    earliest = max(known, default=as_of) + timedelta(days=policy.window)
    days = (as_of - timedelta(days=every * n) for n in range(1, most + 1))
    return sorted(day for day in days if day >= earliest)


def _then(teams: Sequence[Team]) -> list[Team]:
    return [msgspec.structs.replace(team, little=None) for team in teams]


def _finished(team: Team, start: date, last: date) -> int:
    return sum(n for day, n in team.finished.items() if start <= day <= last and counted(team.calendar, day))


def _done(teams: Sequence[Team], items: Mapping[str, int], start: date, as_of: date) -> date | None:
    """The day on which the last team had finished its part; None where one has not before *as_of*."""
    latest = start
    for team in teams:
        left = items.get(team.id, 0)
        for day in sorted(team.finished):
            if left <= 0:
                break
            if start <= day < as_of and counted(team.calendar, day):
                left -= team.finished[day]
                latest = max(latest, day) if left <= 0 else latest
        if left > 0:
            return None
    return latest
