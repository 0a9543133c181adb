"""What each team cost in each fiscal month, and where that is known from.

- booked: the cost rows in force that name the team, as timesheets at rate cards do; on the basis that is billed, each
  at the exchange rate of its day.
- planned: where no row names the team in a month, what its investments were expected to spend in it (forecast lines,
  else plan lines). The money of an investment is shared by the active time that teams gave its items in the month, by
  work links. It holds more than people: licences and bills of models, too.
- none: neither is known, though the team worked. Its items bear no cost for that month, and this is said.

Only months that are over count: of the others nobody has booked everything yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from northing.facts.flow_asking import Id
from northing.measure.cost_rows import Asker
from northing.measure.flow.cost import times
from northing.measure.flow.sight import Served
from northing.measure.flow.work import Work
from northing.measure.fx import Missing
from northing.measure.money_sums import flow
from northing.measure.view import View
from northing.portfolio.money import Amounts, split
from northing.portfolio.periods import Period, periods_between

Source = Literal["booked", "planned", "none"]


class Planned(msgspec.Struct, frozen=True):
    """The part of an investment's expected spend that falls to a team in a month."""

    investment: str
    amount: Amounts


class TeamMonth(msgspec.Struct, frozen=True, kw_only=True):
    """What one team cost in one fiscal month."""

    team: str
    """Its id."""
    month: Period
    source: Source
    amount: Amounts
    rows: int = 0
    """Cost rows that name it."""
    planned: tuple[Planned, ...] = ()


class Booked(msgspec.Struct, frozen=True, kw_only=True):
    """Cost rows by the team that they name."""

    by: Mapping[tuple[str, date], tuple[Amounts, int]]
    """(team's id, first day of the month) → amount and rows."""
    strangers: Mapping[str, Amounts]
    """Names of teams that the plan does not know → what rows of theirs come to."""
    missing: tuple[Missing, ...]


def complete_months(view: View, window: Period) -> tuple[Period, ...]:
    """The fiscal months that *window* touches and that are over on the view's day."""
    every = periods_between(view.plan.calendar, window.start, window.end, "month")
    return tuple(month for month in every if month.end <= view.today)


def booked(view: View, window: Period) -> Booked:
    """What rows of cost say that teams cost in the fiscal months of *window*."""
    asker = Asker(view, window=window)
    ids = {_folded(one.name): one.id for one in view.plan.teams.values()} | {id: id for id in view.plan.teams}
    by: dict[tuple[str, date], tuple[Amounts, int]] = {}
    strangers: dict[str, Amounts] = defaultdict(Amounts)
    for line in asker.lines(("team",), where="not team is empty", starts=asker.starts("month"), attribute=False):
        name = str(line.by[0])
        told = Amounts({line.currency: line.told})
        id = ids.get(_folded(name)) or ids.get(name)
        if id is None:
            strangers[name] += told
        else:
            amount, rows = by.get((id, line.start), (Amounts(), 0))
            by[id, line.start] = amount + told, rows + line.lines
    return Booked(by=by, strangers=dict(sorted(strangers.items())), missing=tuple(sorted(asker.missing, key=repr)))


def team_months(
    view: View, works: Mapping[str, Work], served: Mapping[Id, Sequence[Served]], months: Sequence[Period]
) -> tuple[tuple[TeamMonth, ...], Booked]:
    """What each team of *works* cost in each of *months*, and what the rows of cost say. *served*: by work links."""
    if not months:
        return (), Booked(by={}, strangers={}, missing=())
    rows = booked(view, Period(months[0].start, months[-1].end))
    found = []
    for month in months:
        active = {team: times(work, month)[0] for team, work in works.items() if (team, month.start) not in rows.by}
        parts = _planned(view, works, served, month) if any(active.values()) else {}
        for team in works:
            if team not in active:
                amount, count = rows.by[team, month.start]
                found.append(TeamMonth(team=team, month=month, source="booked", amount=amount, rows=count))
            elif active[team]:
                planned = tuple(parts.get(team, ()))
                amount = Amounts.sum(one.amount for one in planned)
                source: Source = "planned" if amount else "none"
                found.append(TeamMonth(team=team, month=month, source=source, amount=amount, planned=planned))
    return tuple(found), rows


def _planned(
    view: View, works: Mapping[str, Work], served: Mapping[Id, Sequence[Served]], month: Period
) -> dict[str, list[Planned]]:
    """What each team's investments were expected to spend in *month*, by team."""
    weights: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for team, work in works.items():
        for id, active in times(work, month)[0].items():
            for one in served.get(id, ()):
                weights[one.investment][team] += active * one.share
    expected = flow(view, "forecast", "billed").by
    found: dict[str, list[Planned]] = defaultdict(list)
    for investment, by_team in sorted(weights.items()):
        shares: dict[str, Amounts] = defaultdict(Amounts)
        for (start, _, currency), amount in expected.get(investment, {}).items():
            if start == month.start and amount:
                for team, part in split(amount, sorted(by_team.items())).items():
                    shares[team] += Amounts({currency: part})
        for team, amounts in shares.items():
            found[team].append(Planned(investment, amounts))
    return found


def _folded(name: str) -> str:
    return name.strip().casefold()
