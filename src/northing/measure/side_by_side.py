"""Plans side by side: the figures by which a scenario is held against the plan of record."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from northing.portfolio.investment import is_out
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period, period_of

from .capacity.staffing import staffing
from .difference import Differences
from .levels import ORGANISATION
from .money import Line, Unit, money
from .returns.claims import Range, claimed
from .rollup import strategy
from .view import View


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One period of a plan."""

    period: Period
    label: str
    line: Line
    capex: Amounts
    """Planned capital expenditure."""


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One plan as it is held against others; money in the reader's currency."""

    investments: int
    """Neither stopped, retired nor chosen out."""
    planned: Amounts
    """Plan lines of all time."""
    eac: Amounts
    """What it will have come to: actual, then forecast."""
    claimed: Range
    """Revenue and savings of all time, as claimed."""
    unserved: tuple[str, ...]
    """Objectives without work."""
    short: tuple[tuple[str, Fraction], ...]
    """Roles of which there are too few, the largest gap first; with that gap in full-time equivalents."""
    periods: tuple[Column, ...]


class Moves(msgspec.Struct, frozen=True, kw_only=True):
    """What a scenario does to investments."""

    added: tuple[str, ...]
    """Taken into the plan: new, chosen in, or taken up again."""
    removed: tuple[str, ...]
    """Taken out of the plan, chosen out, or stopped."""
    moved: tuple[str, ...]
    """With other dates."""
    changed: tuple[str, ...]
    """With other money or other fields, and the same dates."""


def side(view: View, window: Period, unit: Unit = "year") -> Side:
    """The figures of *view*, by the fiscal periods of *window*."""
    found = money(view, ORGANISATION, unit=unit, window=window)
    return Side(
        investments=sum(not is_out(one) for one in view.plan.investments.values()),
        planned=found.whole.plan,
        eac=found.whole.eac,
        claimed=claimed(view).cash,
        unserved=strategy(view).empty,
        short=tuple((row.role, row.worst.short) for row in staffing(view, "quarter").short if row.worst is not None),
        periods=tuple(
            Column(
                period=row.period,
                label=row.label,
                line=row.line,
                capex=row.by_expense["capex"].plan if "capex" in row.by_expense else Amounts(),
            )
            for row in found.rows
        ),
    )


def ahead(views: Sequence[View], unit: Unit, most: int) -> Period:
    """At most *most* whole periods from the one that today is in, up to where the last plan line of any plan ends."""
    calendar, today = views[0].plan.calendar, views[0].today
    last = max((line.end for view in views for line in view.plan.cost_plan_lines.values() if line.end), default=today)
    found = [period_of(calendar, today, unit)]
    while len(found) < most and found[-1].end < last:
        found.append(period_of(calendar, found[-1].end, unit))
    return Period(found[0].start, found[-1].end)


def moves(before: View, after: View, found: Differences) -> Moves:
    """What *found*, the difference between two plans, does to their investments."""
    added, removed, moved, changed = list(found.added), list(found.removed), [], []
    for told in found.investments:
        id = told.ref.id
        if told.act != "changed":
            continue
        if _out(after, id) and not _out(before, id):
            removed.append(id)
        elif _out(before, id) and not _out(after, id):
            added.append(id)
        elif any(line.days or (line.act == "planned" and not line.money) for line in told.lines):
            moved.append(id)
        else:
            changed.append(id)
    return Moves(added=tuple(added), removed=tuple(removed), moved=tuple(moved), changed=tuple(changed))


def _out(view: View, id: str) -> bool:
    found = view.plan.investments.get(id)
    return found is not None and is_out(found)
