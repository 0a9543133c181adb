"""When work will be done, and how much by then: the question of a forecast joined to the work in force.

- When are these items done: the open items of a scope, of one parent item in it, or those that a filter selects. Each
  team's days are drawn from all that it finished; its items go to the parents that it works on, in the order in which
  they were begun, to as many at once as are begun now; or to what was asked about before anything else. It is done
  when the last of its teams is.
- When are so many items done, and how many by a day: drawn from all that the scope finished together, day by day, so
  that what its teams have in common stays in it.

The first day that is drawn is today, or the day on which facts last came in where that is earlier: days of which
nothing is known are not idle days. What is left is counted as it stood when that day began.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from northing.facts.flow_asking import Id, Item, reading_of
from northing.facts.flow_spans import spans_of
from northing.measure.flow.forecast.answers import USUAL, how_many, when
from northing.measure.flow.forecast.asked import (
    Feature,
    HowManyAnswer,
    Policy,
    Risk,
    Split,
    Team,
    WhenAnswer,
)
from northing.measure.flow.forecast.asked import Work as Left
from northing.measure.flow.forecast.checked import BackTest, check_how_many, check_when, past_days
from northing.measure.flow.forecast.sample import sample_of
from northing.measure.view import View
from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.flow import WorkflowPolicy
from northing.portfolio.periods import Period

from .asked import READS, Asked, Whose, asked, day_end, policy_of
from .little import little
from .teams import teams_of
from .work import Work, work_of

Order = Literal["begun", "first"]
AHEAD = 28
"""Days ahead by which so many items are asked for where no day is said, and by which past forecasts are checked."""
CHECKED = 85
PAST = 52
"""Past weeks from each of which a forecast is checked, at most."""
CHECK_TRIALS = 1000
MOST_ITEMS = 100_000
NOBODY = "nobody"
"""Stands for the team of items that no team is said to do."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a forecast."""

    whose: Whose = Whose()
    parent: str = ""
    """Only the open items below this one: its key."""
    where: str = ""
    """Only the open items that this filter selects."""
    items: int | None = None
    """So many items of the scope, whichever they are, in place of its open ones."""
    by: date | None = None
    """The day to have it done by, and by which items are counted; four weeks where it is not said."""
    order: Order = "begun"
    split: Split | None = None
    risks: tuple[Risk, ...] = ()
    policy: str | None = None
    window: int = USUAL.window


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One team's part in the answer, or that of the whole scope together."""

    id: str
    """Of the team; :data:`NOBODY`; or the scope's level and id."""
    team: Team
    left: tuple[Item, ...]
    """What was asked about, for this team to do."""
    others: int
    """Its other open items, which take their places."""
    work: Work
    policy: WorkflowPolicy


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """Both answers, what they rest on, and how good they would have been."""

    question: Question
    asked: Asked
    as_of: date
    """The first day that is drawn."""
    by: date
    parts: tuple[Part, ...]
    """The teams that the answer to *when* was drawn from."""
    left: tuple[Item, ...]
    when: WhenAnswer | None
    """None where nothing is left to do."""
    rest: WhenAnswer | None
    """When the teams are done whose past bears a forecast, where that of others does not."""
    together: Part
    """The scope as a whole, from which the answer to *how many* was drawn."""
    many: HowManyAnswer
    back: BackTest
    """Of *how many* over the same samples as the answer to *when*."""
    dated: BackTest
    """Of *when*, over the same samples."""
    dated_items: int
    """Of so many items: as many as these teams finish in the days ahead, or as are left where that is fewer."""


def forecast(view: View, question: Question) -> Forecast | None:
    """The answers; None where no work was delivered or nobody has said how it is read.

    Raises :class:`Invalid` for a question that means nothing, :class:`NotFound` for a parent that there is none of.
    """
    _check(view, question)
    found = asked(view, question.whose, question.policy)
    if found is None or not found.work.items:
        return None
    key = ("forecast", question, view.today, view.zone)
    return view.plan.memo(key, READS | {"investment"}, lambda: _forecast(view, question, found))


def _check(view: View, question: Question) -> None:
    if question.items is not None and not 1 <= question.items <= MOST_ITEMS:
        raise Invalid(f"Ask about 1 to {MOST_ITEMS:,} items.")
    if not 7 <= question.window <= 1098:
        raise Invalid("The sample is of 7 to 1,098 days.", days=question.window)
    if question.by is not None and not view.today <= question.by < view.today + timedelta(days=USUAL.horizon):
        raise Invalid(
            "The day asked about is past, or more than ten years ahead.", remedy="Ask about today or a later day."
        )
    if question.split is not None and not 100 <= question.split.low <= question.split.high <= 1000:
        raise Invalid("Items grow to 100 to 1,000 per cent, from the lower to the higher.", remedy="Write 100-150.")


def _forecast(view: View, question: Question, found: Asked) -> Forecast:
    rule = msgspec.structs.replace(USUAL, window=question.window)
    start = known_until(view, found)
    by = question.by or view.today + timedelta(days=AHEAD - 1)
    together = _part(_scope_id(question.whose), found.work, found.policy, start, rule, ())
    left, rest = _left(view, question, found, start), None
    if question.items is not None:
        left = ()
        parts: tuple[Part, ...] = (together,)
        size = Feature(id="items", work=(_of(question, together.id, question.items, True),))
        answer: WhenAnswer | None = when([together.team], [size], stream=STREAM, as_of=start, policy=rule, by=by)
    else:
        parts, answer, rest = _of_items(view, question, found, left, rule, start, by)
    many = how_many([together.team], by=by, stream=STREAM, as_of=start, policy=rule, items=question.items)
    checked = [part.team for part in parts] or [together.team]
    quick = msgspec.structs.replace(rule, trials=CHECK_TRIALS)
    past = past_days(checked, as_of=start, policy=quick, most=PAST)
    days = ahead_of(start, by)
    back = check_how_many(checked, past, days=days, stream=STREAM, as_of=start, policy=quick, percent=CHECKED)
    items = _usual(checked, {part.id: question.items or len(part.left) for part in parts}, start, quick, days)
    dated = check_when(checked, past, items=items, stream=STREAM, as_of=start, policy=quick, percent=CHECKED)
    return Forecast(
        question=question, asked=found, as_of=start, by=by, parts=parts, left=left, when=answer, rest=rest,
        together=together, many=many, back=back, dated=dated, dated_items=sum(items.values()),
    )  # fmt: skip


def _usual(
    teams: Iterable[Team], left: Mapping[str, int], start: date, rule: Policy, days: int
) -> Mapping[str, int]:  # fmt: skip
    """Team → how many items its past dates are checked for: a date far ahead could not be checked against the past."""
    found = {}
    for team in teams:
        sample = sample_of(team, start, rule)
        usual = sample.finished * days // max((sample.last - sample.first).days + 1, 1)
        found[team.id] = max(1, min(usual, left.get(team.id) or usual))
    return found


def ahead_of(start: date, by: date) -> int:
    """How many days ahead past forecasts are checked: as many as are asked about, within reason."""
    return min(max((by - start).days + 1, 7), 2 * AHEAD)


def known_until(view: View, found: Asked) -> date:
    """Today, or the day on which the open items' sources last delivered; of an old export, the day after its end."""
    zone, sources = ZoneInfo(found.reading.zone), {one.source for one in found.work.items if one.outcome == "open"}
    old = timedelta(days=found.policy.old_days)
    last: dict[str, date] = {}
    for one in view.plan.deliveries.values():
        if one.source in sources and one.end is not None and not {"work", "transition"}.isdisjoint(one.scopes):
            received = datetime.fromisoformat(one.received).astimezone(zone).date()
            day = received if received - one.end <= old else one.end
            last[one.source] = max(last.get(one.source, day), day)
    return min((view.today, *last.values()))


STREAM = "work"
"""Names the draws. A team's futures are the same, whoever's work it is asked about in."""


def _scope_id(whose: Whose) -> str:
    return whose.level if whose.id is None else f"{whose.level}:{whose.id}"


def _left(view: View, question: Question, found: Asked, start: date) -> tuple[Item, ...]:
    """The open items that are asked about, as they stood when *start* began."""
    began = found.work.days.begins(start)
    every = [
        item
        for item in found.work.items
        if item.outcome == "open" or (item.outcome == "delivered" and (item.finished or 0) >= began)
    ]
    if question.parent:
        wanted = question.parent.casefold()
        if not any(wanted == name.casefold() for item in found.work.items for name in _above(item)):
            raise NotFound(f"No item of this work is below “{question.parent}”.", remedy="Write the key of its parent.")
        every = [item for item in every if any(wanted == name.casefold() for name in _above(item))]
    if question.where.strip() and view.facts is not None:
        ids = view.facts.answering({"asked": question.where}, view.today)
        every = [item for item in every if (item.source, item.item) in ids]
    return tuple(every)


def _above(item: Item) -> tuple[str, ...]:
    return tuple(filter(None, (item.epic, item.parent)))


def parents(found: Asked) -> Mapping[str, int]:
    """The keys of the parents that have open items, each with how many, the most first."""
    of = Counter(item.epic or item.parent for item in found.work.items if item.outcome == "open")
    return {key: count for key, count in sorted(of.items(), key=lambda one: (-one[1], one[0] or "")) if key}


def _of_items(
    view: View, question: Question, found: Asked, left: tuple[Item, ...], rule: Policy, start: date, by: date
) -> tuple[tuple[Part, ...], WhenAnswer | None, WhenAnswer | None]:
    """When *left* is done, team by team, among what else the teams do."""
    if not left:
        return (), None, None
    parts, features, inside = [], [], set[str]()
    mine = {(item.source, item.item) for item in left}
    for id, items, work, policy in _teams(view, question, found, left):
        began = work.days.begins(start)
        others = [
            item for item in work.items
            if (item.source, item.item) not in mine and item.outcome != "discarded"
            and (item.finished is None or item.finished >= began)
        ]  # fmt: skip
        own, rest = _groups(items), _groups(others)
        at_once = sum(any(one.started is not None for one in group) for group in (*own.values(), *rest.values()))
        for asks, groups in ((True, own), (False, rest)):
            for key, group in groups.items():
                name = f"{id}/{'asked' if asks else 'other'}/{key}"
                work_left = _of(question, id, len(group), asks, risks=asks and not inside)
                place = (question.order == "first" and not asks, *_begun(group), name)
                features.append((place, Feature(id=name, work=(work_left,))))
                if asks:
                    inside.add(name)
        wip = 1 if question.order == "first" else max(at_once, 1)
        parts.append(_part(id, work, policy, start, rule, items, wip=wip, others=len(others)))
    ordered = [feature for _, feature in sorted(features, key=lambda one: one[0])]

    def drawn(parts: list[Part]) -> WhenAnswer:
        teams = {part.id: part.team for part in parts}
        told = [feature for feature in ordered if feature.work[0].team in teams]
        return when(teams.values(), told, stream=STREAM, as_of=start, policy=rule, by=by, asked=inside)

    answer = drawn(parts)
    bearing = [part for part in parts if part.id not in answer.whole.refused_by]
    rest_of = drawn(bearing) if bearing and len(bearing) < len(parts) else None
    return tuple(parts), answer, rest_of


def _of(question: Question, team: str, items: int, asked: bool, *, risks: bool = True) -> Left:
    if not asked:
        return Left(team=team, items=items)
    return Left(team=team, items=items, split=question.split, risks=question.risks if risks else ())


def _groups(items: Iterable[Item]) -> dict[str, list[Item]]:
    """Items by the parent above them; those without one are a group of their own."""
    found: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        found[item.epic or item.parent or ""].append(item)
    return dict(found)


def _begun(items: list[Item]) -> tuple[int, int]:
    """When a group was begun; of those that are not, the earliest created first, after all that are."""
    starts = [item.started for item in items if item.started is not None]
    return (0, min(starts)) if starts else (1, min(item.created for item in items))


def _teams(
    view: View, question: Question, found: Asked, left: tuple[Item, ...]
) -> list[tuple[str, tuple[Item, ...], Work, WorkflowPolicy]]:
    """The teams that have *left* to do: its items of them, all the team's work, and the policy that reads it."""
    if question.whose.level == "team":
        return [(question.whose.id or NOBODY, left, found.work, found.policy)]
    names = teams_of(view)
    by: dict[str, list[Item]] = defaultdict(list)
    for item in left:
        by[_team(names, item)].append(item)
    told = []
    for id, items in sorted(by.items()):
        policy = found.policy
        if question.policy is None and id != NOBODY:
            policy = policy_of(view, Whose("team", id)) or policy
        every = [one for one in _read(view, policy) if _team(names, one) == id]
        work = _work(view, policy, every)
        told.append((id, tuple(items), work, policy))
    return told


def _team(names: Mapping[Id, tuple[str, ...]], item: Item) -> str:
    return min(names.get((item.source, item.item), ()), default=NOBODY)


def _read(view: View, policy: WorkflowPolicy) -> list[Item]:
    """All the work that *policy* reads."""
    if view.facts is None:
        return []
    items: list[Item] = view.facts.flow.items(reading_of(view.plan, policy, view.zone))  # type: ignore[attr-defined]
    return items


def _work(view: View, policy: WorkflowPolicy, items: Iterable[Item]) -> Work:
    read = reading_of(view.plan, policy, view.zone)
    calendar = view.plan.calendars.get(policy.calendar or "")
    return work_of(policy, read, items, spans_of(()), now=day_end(view.today, read.zone), calendar=calendar)


def _part(
    id: str, work: Work, policy: WorkflowPolicy, start: date, rule: Policy, left: tuple[Item, ...], *, wip: int = 1,
    others: int = 0,
) -> Part:  # fmt: skip
    """What *work* finished day by day, to the day before *start*, with how well it agrees with what was in progress."""
    days = Counter(
        work.days.of(item.finished)
        for item in work.items
        if item.outcome == "delivered" and item.finished is not None
    )  # fmt: skip
    since = min((work.days.of(item.created) for item in work.items), default=start)
    first = max(since, start - timedelta(days=rule.window))
    residual = little(work, Period(first, start)).residual if first < start else None
    told = None if residual is None else round(Decimal(residual.numerator) / Decimal(residual.denominator), 2)
    team = Team(
        id=id,
        finished={day: count for day, count in days.items() if day < start},
        since=since,
        calendar=work.days.calendar,
        wip=wip,
        little=told,
    )
    return Part(id=id, team=team, left=left, others=others, work=work, policy=policy)
