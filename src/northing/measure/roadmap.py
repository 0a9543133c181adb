"""The roadmap: bars in groups, with stages, gates, milestones, dependencies, and a plan to compare with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

import msgspec

from northing.portfolio.investment import Investment, Milestone, MilestoneKind, Stage
from northing.portfolio.kinds import KINDS
from northing.portfolio.plan import Plan
from northing.portfolio.words import word

from .columns import DAYS_KEPT
from .dependencies import Tie, ties
from .derived_strategy import served
from .sentence import Mend, Ref, Said
from .table import find
from .view import View

Grouping = Literal["portfolio", "objective", "value_stream"]
GROUPINGS: tuple[Grouping, ...] = ("portfolio", "objective", "value_stream")

ORDER = (Stage.IDEA, Stage.DISCOVERY, Stage.PILOT, Stage.SCALE, Stage.OPERATE, Stage.RETIRED)
"""The stages that gates open one after another; on hold and stopped are states, not steps."""


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a bar, half-open: the time in one stage."""

    stage: Stage | None
    start: date
    end: date
    reached: bool
    """Whether the stage has been entered: its gate is done, or it is the investment's stage or an earlier one."""


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A milestone or gate on its day: done, or due."""

    milestone: str
    name: str
    type: MilestoneKind
    stage: Stage | None
    on: date
    state: Literal["done", "late", "upcoming"]
    was_due: date | None = None
    """When it is due in the plan compared with, where that differs."""


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """The dates in the plan compared with, and how far the end has moved since."""

    start: date | None
    end: date | None
    end_moved: int | None
    start_moved: int | None = None


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Something that keeps a bar from being drawn in full, and the field that mends it."""

    code: Literal["no-start", "no-end", "no-dates", "end-before-start"]
    sentence: Said
    mend: Mend


class RoadmapRow(msgspec.Struct, frozen=True, kw_only=True):
    """One investment: its bar in stages, its marks, and its bar as it was."""

    investment: str
    stage: Stage | None
    start: date | None
    end: date | None
    segments: tuple[Segment, ...]
    marks: tuple[Mark, ...]
    baseline: Bar | None = None
    """None where nothing is compared, or where the investment was not in that plan."""
    is_new: bool = False
    """Whether the plan compared with does not have it."""
    warnings: tuple[Gap, ...] = ()


class RoadmapGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The rows under one portfolio, objective or value stream; ``id`` is None for those under none."""

    kind: Grouping
    id: str | None
    rows: tuple[RoadmapRow, ...]


class Roadmap(msgspec.Struct, frozen=True, kw_only=True):
    """What a roadmap shows, before anybody lays it out."""

    groups: tuple[RoadmapGroup, ...]
    ties: tuple[Tie, ...]
    """Dependencies between investments that are shown."""
    start: date | None
    """The first and the day after the last date of all that is shown."""
    end: date | None
    count: int
    """Distinct investments."""
    gone: tuple[str, ...] = ()
    """Investments of the plan compared with that are no more."""

    @property
    def broken(self) -> tuple[Tie, ...]:
        return tuple(found for found in self.ties if found.broken)

    @property
    def warnings(self) -> tuple[Gap, ...]:
        seen: dict[tuple[str | None, str], Gap] = {}
        for group in self.groups:
            for row in group.rows:
                for warning in row.warnings:
                    seen.setdefault((warning.mend.id, warning.code), warning)
        return tuple(seen.values())


def roadmap(
    view: View, by: Grouping = "portfolio", baseline: View | None = None, where: str = "", search: str = ""
) -> Roadmap:
    """The investments that *where* and *search* hold of, in groups *by*, compared with *baseline* where given.

    Under objectives an investment stands once for each objective that it serves. The whole one is kept with the plan.
    """
    if baseline is None and not where and not search:
        days: dict[date, Roadmap] = view.plan.memo(("roadmap", by), frozenset(KINDS), dict)
        found = days.get(view.today)
        if found is None:
            if len(days) >= DAYS_KEPT:
                days.clear()
            found = days[view.today] = _roadmap(view, by, None, "", "")
        return found
    return _roadmap(view, by, baseline, where, search)


def _roadmap(view: View, by: Grouping, baseline: View | None, where: str, search: str) -> Roadmap:
    plan = view.plan
    shown = find(view, "investment", where, search)
    rows = {id: _row(view, plan.investments[id], baseline) for id in shown}
    groups = _groups(view, by, rows)
    kept = [one for one in ties(plan) if one.dependency.predecessor in rows and one.dependency.successor in rows]
    days = [day for row in rows.values() for day in _days(row)]
    return Roadmap(
        groups=tuple(groups),
        ties=tuple(kept),
        start=min(days, default=None),
        end=max(days, default=None),
        count=len(rows),
        gone=tuple(id for id in baseline.plan.investments if id not in plan.investments) if baseline else (),
    )


def _groups(view: View, by: Grouping, rows: dict[str, RoadmapRow]) -> list[RoadmapGroup]:
    plan = view.plan
    aims = served(plan) if by == "objective" else {}
    members: dict[str | None, list[RoadmapRow]] = {}
    for id, row in rows.items():
        keys: Sequence[str | None] = aims.get(id, ()) if by == "objective" else (getattr(plan.investments[id], by),)
        for key in keys or (None,):
            members.setdefault(key if key in plan.table(by) else None, []).append(row)

    def name(key: str | None) -> tuple[bool, str, str]:
        return (key is None, (view.name_of(by, key) or "").casefold(), key or "")

    return [
        RoadmapGroup(kind=by, id=key, rows=tuple(sorted(members[key], key=lambda row: _row_order(plan, row))))
        for key in sorted(members, key=name)
    ]


def _row_order(plan: Plan, row: RoadmapRow) -> tuple[date, date, str, str]:
    return (
        row.start or date.max,
        row.end or date.max,
        plan.investments[row.investment].name.casefold(),
        row.investment,
    )


def _row(view: View, investment: Investment, baseline: View | None) -> RoadmapRow:
    milestones = view.plan.milestones.by("investment", investment.id)
    was = baseline.plan.investments.get(investment.id) if baseline is not None else None
    return RoadmapRow(
        investment=investment.id,
        stage=investment.stage,
        start=investment.start,
        end=investment.end,
        segments=tuple(segments(investment, milestones, view.today)),
        marks=tuple(_marks(milestones, view.today, baseline.plan if baseline is not None else None)),
        baseline=None
        if was is None
        else Bar(
            start=was.start,
            end=was.end,
            start_moved=_moved(was.start, investment.start),
            end_moved=_moved(was.end, investment.end),
        ),
        is_new=baseline is not None and was is None,
        warnings=tuple(_warnings(investment)),
    )


def segments(investment: Investment, milestones: Iterable[Milestone], today: date) -> list[Segment]:
    """The bar cut at its gates: each gate that opens a stage begins it on the day it was passed, or is due.

    Before the first gate stands the stage before the one it opens; without gates, the investment's own. A bar
    without an end reaches to today or to its last date; one without a start begins at its first date.
    """
    gates = sorted(
        (
            (milestone.done or milestone.due, milestone.id, milestone)
            for milestone in milestones
            if milestone.type == MilestoneKind.GATE
            and milestone.stage is not None
            and (milestone.done or milestone.due)
        ),
        key=lambda gate: (gate[0] or date.max, gate[1]),
    )
    days = [day for day, _, _ in gates if day is not None]
    start = investment.start or min(days, default=None)
    if start is None:
        return []
    end = investment.end or max([today, start, *days])
    if end <= start:
        return []
    first = _before(gates[0][2].stage) if gates else investment.stage
    cuts: list[tuple[date, Stage | None, bool]] = [(start, first, True)]
    for day, _, gate in gates:
        if day is None or day >= end:
            continue
        passed = gate.done is not None or _is_past(investment.stage, gate.stage)
        if day <= start:
            cuts[0] = (start, gate.stage, passed)
        else:
            cuts.append((day, gate.stage, passed))
    return [
        Segment(stage=stage, start=begin, end=until, reached=reached)
        for (begin, stage, reached), until in zip(cuts, [*(cut[0] for cut in cuts[1:]), end], strict=True)
        if begin < until
    ]


def _before(stage: Stage | None) -> Stage | None:
    return ORDER[ORDER.index(stage) - 1] if stage in ORDER[1:] else None


def _is_past(now: Stage | None, stage: Stage | None) -> bool:
    """Whether an investment in stage *now* has entered *stage*; unknown where it is on hold, stopped or unstated."""
    return now in ORDER and stage in ORDER and ORDER.index(now) >= ORDER.index(stage)


def _marks(milestones: Iterable[Milestone], today: date, before: Plan | None) -> list[Mark]:
    marks = []
    for milestone in milestones:
        on = milestone.done or milestone.due
        if on is None:
            continue
        was = before.milestones.get(milestone.id) if before is not None else None
        marks.append(
            Mark(
                milestone=milestone.id,
                name=milestone.name,
                type=milestone.type,
                stage=milestone.stage,
                on=on,
                state="done" if milestone.done is not None else "late" if on < today else "upcoming",
                was_due=was.due if was is not None and was.due != milestone.due else None,
            )
        )
    marks.sort(key=lambda mark: (mark.on, mark.milestone))
    return marks


SENTENCES = {
    "no-dates": word("{investment} has no dates: it cannot be drawn."),
    "no-start": word("{investment} has no start: its bar begins at its first gate."),
    "no-end": word("{investment} has no end: its bar is drawn to today or to its last gate."),
    "end-before-start": word("{investment} ends on {end}, before it starts on {start}."),
}


def _warnings(investment: Investment) -> Iterable[Gap]:
    start, end = investment.start, investment.end
    code: Literal["no-start", "no-end", "no-dates", "end-before-start"]
    if start is None and end is None:
        code = "no-dates"
    elif start is None:
        code = "no-start"
    elif end is None:
        code = "no-end"
    elif end < start:
        code = "end-before-start"
    else:
        return
    yield Gap(
        code=code,
        sentence=Said(SENTENCES[code], {"investment": Ref("investment", investment.id), "start": start, "end": end}),
        mend=Mend(
            op="change",
            kind="investment",
            id=investment.id,
            field="end" if code in ("no-end", "end-before-start") else "start",
        ),
    )


def _moved(before: date | None, after: date | None) -> int | None:
    return None if before is None or after is None else (after - before).days


def _days(row: RoadmapRow) -> Iterable[date]:
    yield from (day for day in (row.start, row.end) if day is not None)
    yield from (mark.on for mark in row.marks)
    yield from (segment.end for segment in row.segments)
    if row.baseline is not None:
        yield from (day for day in (row.baseline.start, row.baseline.end) if day is not None)
