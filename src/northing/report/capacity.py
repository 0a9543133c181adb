"""People as every door tells them: capacity beside demand, role by role, and where people are short."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.capacity.staffing import Cell, Row, Staffing, Unit, staffing
from northing.measure.view import View
from northing.portfolio.errors import Invalid

from . import words
from .asking_money import Named, named

PLACES = Decimal("0.001")


class AskSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What one investment asks for."""

    investment: Named
    people: Decimal
    firm: Decimal


class CellSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One role in one period, in full-time equivalents."""

    label: str
    start: date
    end: date
    capacity: Decimal | None
    demand: Decimal
    firm: Decimal
    free: Decimal | None
    """None where nobody has said how many there are."""
    short: Decimal
    asks: list[AskSaid]


class RowSaid(msgspec.Struct, frozen=True, kw_only=True):
    role: Named
    unknown_from: str
    """The first period in which people are asked for, and nobody has said how many there are; empty: none."""
    periods: list[CellSaid]


class StaffingSaid(msgspec.Struct, frozen=True, kw_only=True):
    """Who is there and who is asked for."""

    lead: str
    unit: Unit
    team: Named | None
    roles: list[RowSaid]


def number(value: Fraction) -> Decimal:
    """Full-time equivalents to three places."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(PLACES)


def team_of(view: View, said: str) -> str | None:
    """The id of the team that *said* names by id or name; None where it says nothing. Raises :class:`Invalid`."""
    if not said:
        return None
    found: str
    for found, team in view.plan.teams.items():
        if said in (found, team.name):
            return found
    raise Invalid(f"There is no team “{said[:100]}”.")


def unit_of(said: str) -> Unit:
    if said not in ("month", "quarter"):
        raise Invalid(f"People are not told by {said[:40]}.", remedy="By month or quarter.")
    return "month" if said == "month" else "quarter"


def staffing_said(
    view: View, unit: Unit = "month", *, team: str | None = None, first: date | None = None
) -> StaffingSaid:
    found = staffing(view, unit, team=team, first=first)
    return StaffingSaid(
        lead=lead(view, found),
        unit=unit,
        team=named(view, "team", team) if team else None,
        roles=[_row(view, found, row) for row in found.rows],
    )


def lead(view: View, found: Staffing) -> str:
    """The answer in a sentence: which role is short, by how much, and when."""
    if not found.rows:
        return _("Nobody has said who is there, or who is asked for.")
    short = found.short
    said = [_shortest(view, found, short[0])] if short else []
    if len(short) > 1:
        said.append(
            ngettext("%(n)s other role is short too.", "%(n)s other roles are short too.", len(short) - 1)
            % {"n": words.number(len(short) - 1)}
        )
    unknown = [(row, row.unknown) for row in found.rows if row.unknown is not None]
    if unknown:
        names = words.listed(
            _("%(role)s (from %(period)s)")
            % {"role": words.name(view, "role", row.role), "period": found.label_of(cell)}
            for row, cell in unknown[:3]
        )
        said.append(_("Asked for, and nobody has said how many there are: %(roles)s.") % {"roles": names})
    return " ".join(said) or _("There are enough people of every role, as far as anybody has entered.")


def _shortest(view: View, found: Staffing, row: Row) -> str:
    assert row.worst is not None
    return _("%(role)s: %(short)s FTE short in %(period)s, %(asked)s asked for and %(there)s there.") % {
        "role": words.name(view, "role", row.role),
        "short": people(row.worst.short),
        "period": found.label_of(row.worst),
        "asked": people(row.worst.demand),
        "there": people(row.worst.capacity or Fraction(0)),
    }


def people(value: Fraction) -> str:
    """Full-time equivalents as people read them: 2.5, 18."""
    return words.number(number(value).quantize(Decimal("0.1")).normalize())


def _row(view: View, found: Staffing, row: Row) -> RowSaid:
    return RowSaid(
        role=named(view, "role", row.role),
        unknown_from=found.label_of(row.unknown) if row.unknown is not None else "",
        periods=[cell_said(view, found, cell) for cell in row.cells],
    )


def cell_said(view: View, found: Staffing, cell: Cell) -> CellSaid:
    return CellSaid(
        label=found.label_of(cell),
        start=cell.period.start,
        end=cell.period.end,
        capacity=None if cell.capacity is None else number(cell.capacity),
        demand=number(cell.demand),
        firm=number(cell.firm),
        free=None if cell.free is None else number(cell.free),
        short=number(cell.short),
        asks=[
            AskSaid(
                investment=named(view, "investment", one.investment), people=number(one.people), firm=number(one.firm)
            )
            for one in cell.asks
        ],
    )
