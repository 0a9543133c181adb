"""When will these items be done, and how many are done by then: Monte Carlo over daily throughput.

Each trial draws days of a team's sample with replacement (in weeks, or single days) from the as-of day on, which is
the first day drawn, until the items are done, or until the day asked about.

- when, at p: the first day d with P(done ≤ d) ≥ p. How many, at p: the largest n with P(count ≥ n) ≥ p. The surer,
  the later and the fewer.
- A feature is done when the last of its teams is, trial by trial; teams are drawn independently of each other.
- A team's finished items go to its features in the order given, to as many at once as it works on.
- The draws are named by stream, as-of day, policy, team and sampled days, and by nothing that says how much is asked:
  a larger question is asked of the same futures. Hence more items are never done sooner, P(done ≤ d) = P(count by d
  ≥ n) exactly, and two answers differ for their inputs only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec
import numpy as np

from northing.measure.sentence import Said
from northing.portfolio.errors import Invalid
from northing.portfolio.flow import WEEKDAYS
from northing.portfolio.words import several, word

from .asked import (
    Counted,
    Dated,
    Done,
    Feature,
    Ground,
    HowManyAnswer,
    Likelihood,
    Policy,
    Sample,
    Team,
    WhenAnswer,
    Work,
)
from .draws import Futures, Whole, items_left, places
from .sample import judged, refusal, sample_of

MOST = 95
"""Per cent, above which no likelihood is told."""
USUAL = Policy()

NOT_CREATED = word("Items that nobody has created yet are not in it.")
GROWN = word("Splits and risks are in it as stated; other items that nobody has created yet are not.")
NOT_JUDGED = word("There are too few weeks to tell whether the throughput of {team} is stable.")
LEFT_OUT = several(
    "{count} item that {team} finished on a day that does not count is in no draw.",
    "{count} items that {team} finished on days that do not count are in no draw.",
    "count",
)


def when(
    teams: Iterable[Team],
    features: Sequence[Feature],
    *,
    stream: str,
    as_of: date,
    policy: Policy = USUAL,
    by: date | None = None,
    asked: Collection[str] | None = None,
) -> WhenAnswer:
    """When each of *features* is done, and all of them; *by*: how likely each is done by the end of that day.

    *as_of*: the day that has just begun, in the stream's zone. *asked*: the features that make the whole, where the
    others only take their places in the teams' work. Raises ``Invalid`` where the question means nothing.
    """
    _check_policy(policy)
    if by is not None and not 0 <= (by - as_of).days < policy.horizon:
        raise Invalid("The day asked about is past, or beyond the horizon.", by=by, as_of=as_of)
    known = _by_id(teams)
    _check_features(features, known)
    needed = {work.team for feature in features for work in feature.work if _matters(work)}
    grown = any(work.split is not None or work.risks for feature in features for work in feature.work)
    ground = _ground(known, needed, stream, as_of, policy, (Said(GROWN if grown else NOT_CREATED),))
    refused = {one.team for one in ground.refusals}
    ends: dict[str, Whole] = {}
    for sample in ground.samples:
        if sample.team not in refused:
            for id, days in _ends(known[sample.team], sample, features, ground):
                ends[id] = np.maximum(ends[id], days) if id in ends else days
    done = tuple(_done(feature.id, (feature,), ends, refused, ground, by) for feature in features)
    whole = [feature for feature in features if asked is None or feature.id in asked]
    return WhenAnswer(ground=ground, features=done, whole=_done(None, whole, ends, refused, ground, by))


def how_many(
    teams: Iterable[Team],
    *,
    by: date,
    stream: str,
    as_of: date,
    policy: Policy = USUAL,
    items: int | None = None,
) -> HowManyAnswer:
    """How many items *teams* finish together from *as_of* to the end of *by*; *items*: how likely at least as many."""
    _check_policy(policy)
    if not 0 <= (by - as_of).days < policy.horizon:
        raise Invalid("The day asked about is past, or beyond the horizon.", by=by, as_of=as_of)
    known = _by_id(teams)
    ground = _ground(known, set(known), stream, as_of, policy, ())
    if ground.refusals or not ground.samples:
        return HowManyAnswer(ground=ground, by=by)
    total = np.zeros(policy.trials, dtype=np.int64)
    for sample in ground.samples:
        days = int(np.count_nonzero(_ahead(known[sample.team], as_of, policy) <= (by - as_of).days))
        total += _futures(sample, ground, days).finished_by(days)
    numbers, trials = np.unique(total, return_counts=True)
    ranked = np.sort(total)[::-1]
    return HowManyAnswer(
        ground=ground,
        by=by,
        counts=tuple(Counted(percent=one, items=int(ranked[_place(one, policy)])) for one in policy.percents),
        likelihood=None if items is None else likelihood(int(np.count_nonzero(total >= items)), policy.trials),
        spread=tuple(zip(numbers.tolist(), trials.tolist(), strict=True)),
    )


def likelihood(trials: int, of: int) -> Likelihood:
    """How a share of trials is told."""
    if trials * 100 > MOST * of:
        return Likelihood(percent=MOST, text=f">{MOST} %")
    percent = trials * 100 // of
    return Likelihood(percent=percent, text=f"{percent} %" if percent else "<1 %")


def _ground(
    known: Mapping[str, Team], needed: set[str], stream: str, as_of: date, policy: Policy, notes: tuple[Said, ...]
) -> Ground:
    samples = tuple(sample_of(known[id], as_of, policy) for id in sorted(needed))
    refusals = (refusal(known[sample.team], sample, policy) for sample in samples)
    seed = (stream, as_of, policy.window, policy.block, policy.trials)
    return Ground(
        stream=stream,
        as_of=as_of,
        seed=hashlib.sha256(msgspec.json.encode(seed)).hexdigest()[:32],
        policy=policy,
        samples=samples,
        refusals=tuple(one for one in refusals if one is not None),
        notes=(*notes, *(note for sample in samples for note in _notes(sample, policy))),
    )


def _notes(sample: Sample, policy: Policy) -> Iterable[Said]:
    if not judged(sample, policy):
        yield Said(NOT_JUDGED, {"team": sample.team})
    if sample.left_out:
        yield Said(LEFT_OUT, {"count": sample.left_out, "team": sample.team})


def _ends(team: Team, sample: Sample, features: Sequence[Feature], ground: Ground) -> Iterable[tuple[str, Whole]]:
    """For each feature that *team* works on, the day on which it is through with it in each trial, 0 the as-of day."""
    policy = ground.policy
    own = [
        (feature.id, items_left(work, policy.trials, ground.seed, feature.id))
        for feature in features
        for work in feature.work
        if work.team == team.id and _matters(work)
    ]
    ahead = _ahead(team, ground.as_of, policy)
    left = np.stack(np.broadcast_arrays(*(items for _, items in own)))
    until = _futures(sample, ground, len(ahead)).days_until(places(left, team.wip))
    days = np.concatenate([[0], ahead, [policy.horizon]])[until]
    return zip((id for id, _ in own), days, strict=True)


def _done(
    id: str | None,
    features: Sequence[Feature],
    ends: Mapping[str, Whole],
    refused: set[str],
    ground: Ground,
    by: date | None,
) -> Done:
    """When all of *features* are done, trial by trial."""
    work = [work for feature in features for work in feature.work if _matters(work)]
    teams = tuple(sorted({one.team for one in work}))
    told = Done(feature=id, items=sum(one.items for one in work), teams=teams)
    if missing := tuple(team for team in teams if team in refused):
        return msgspec.structs.replace(told, refused_by=missing)
    policy, as_of = ground.policy, ground.as_of
    last = np.maximum.reduce([ends[feature.id] for feature in features])
    ranked = np.sort(last)
    inside, trials = np.unique(last[last < policy.horizon], return_counts=True)
    return msgspec.structs.replace(
        told,
        days=tuple(
            Dated(percent=one, day=_day(int(ranked[_place(one, policy)]), as_of, policy)) for one in policy.percents
        ),
        likelihood=None if by is None else likelihood(int(np.count_nonzero(last <= (by - as_of).days)), policy.trials),
        spread=tuple((as_of + timedelta(days=day), n) for day, n in zip(inside.tolist(), trials.tolist(), strict=True)),
    )


def _futures(sample: Sample, ground: Ground, limit: int) -> Futures:
    length = sample.week if ground.policy.block == "week" else 1
    return Futures(sample, length, ground.policy.trials, limit, ground.seed)


def _place(percent: int, policy: Policy) -> int:
    """The place, from 0, of the trial with which *percent* per cent of them are reached."""
    return -(-percent * policy.trials // 100) - 1


def _day(offset: int, as_of: date, policy: Policy) -> date | None:
    return None if offset >= policy.horizon else as_of + timedelta(days=offset)


def _ahead(team: Team, as_of: date, policy: Policy) -> Whole:
    """The days that count for *team* up to the horizon, 0 the as-of day: what ``counted`` says, many at once."""
    days = np.arange(policy.horizon, dtype=np.int64)
    if team.calendar is None:
        return days
    worked = [WEEKDAYS.index(name) for name in team.calendar.workdays]
    off = [(holiday - as_of).days for holiday in team.calendar.holidays]
    return days[np.isin((days + as_of.weekday()) % 7, worked) & ~np.isin(days, off)]


def _matters(work: Work) -> bool:
    return work.items > 0 or bool(work.risks)


def _by_id(teams: Iterable[Team]) -> dict[str, Team]:
    known: dict[str, Team] = {}
    for team in teams:
        if team.id in known or team.wip < 1:
            raise Invalid("Each team is named once, and works on one feature or more.", team=team.id)
        known[team.id] = team
    return known


def _check_policy(policy: Policy) -> None:
    if policy.trials < 1 or policy.window < 1 or policy.horizon < 1:
        raise Invalid("A forecast needs trials, a window and a horizon.")
    if not all(0 < percent <= MOST for percent in policy.percents):
        raise Invalid(f"A forecast says nothing surer than {MOST} %.", percents=policy.percents)


def _check_features(features: Sequence[Feature], known: Mapping[str, Team]) -> None:
    """Refuse what means nothing, rather than forecast something else."""
    if not features or len({feature.id for feature in features}) < len(features):
        raise Invalid("Name at least one feature, and each once.")
    for feature in features:
        teams = [work.team for work in feature.work]
        if not any(map(_matters, feature.work)):
            raise Invalid("Nothing of it is left to forecast.", feature=feature.id)
        if len(set(teams)) < len(teams) or not known.keys() >= set(teams):
            raise Invalid("The work of a feature names teams that are given, each once.", feature=feature.id)
        for work in feature.work:
            split, risks = work.split, work.risks
            good = work.items >= 0 and (split is None or 1 <= split.low <= split.high)
            good = good and all(0 <= one.percent <= 100 and 0 <= one.low <= one.high for one in risks)
            if not good or len({one.name for one in risks}) < len(risks):
                raise Invalid("Items, splits and risks are from low to high, and risks have names.", feature=feature.id)
