"""What the address of the money page asks for: whose money, in which periods, told how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, get_args

from django.utils.translation import gettext as _

from northing.measure.accrued import cut_off
from northing.measure.levels import OUTSIDE, TITLES, Level, Scope, read_scope
from northing.measure.money import Unit
from northing.measure.view import View
from northing.portfolio import periods
from northing.portfolio.errors import Invalid
from northing.portfolio.periods import Period
from northing.report import words
from northing.web.frame.typed import whole

UNITS: tuple[Unit, ...] = get_args(Unit)
BASES = ("billed", "effective")
PARTS: tuple[Level, ...] = ("portfolio", "objective", "value_stream", "investment")
"""Levels that an organisation's money is broken down by."""

AROUND: Mapping[Unit, tuple[int, int]] = {"month": (0, 0), "quarter": (-1, 1), "year": (-2, 2)}
"""Fiscal years shown before and after the one asked for."""

AHEAD: Mapping[Unit, int] = {"month": 12, "quarter": 8, "year": 4}
"""Periods after the last past one that are forecast at once."""


@dataclass(frozen=True)
class State:
    """The whole state of the page; it has no other."""

    scope: Scope
    unit: Unit
    year: int
    """The fiscal year in the middle of the window."""
    window: Period
    basis: str
    split: bool
    """Whether capex and opex have lines of their own."""
    by: Level
    """What the money is broken down by."""
    chosen_year: bool
    """Whether the address names the year; else it is the one of today."""

    def query(self, **changes: Any) -> dict[str, Any]:
        """The part of an address that asks for this, with some of it changed; what is usual is left out."""
        now: dict[str, Any] = {
            "level": self.scope.level,
            "id": self.scope.id,
            "unit": self.unit,
            "fy": self.year if self.chosen_year else None,
            "basis": self.basis,
            "split": "1" if self.split else "",
            "by": self.by,
        } | changes
        usual = {
            "level": "organisation",
            "unit": "month",
            "basis": "billed",
            "by": usual_part(now["level"]),
        }
        return {name: value for name, value in now.items() if value not in (None, "", usual.get(name))}

    def at(self, scope: Scope) -> dict[str, Any]:
        """The query for another scope: its breakdown is chosen anew."""
        return self.query(level=scope.level, id=scope.id, by=None)


def read(view: View, asked: Mapping[str, str]) -> State:
    """The state that *asked* names; what is not said is the organisation's fiscal year by month.

    Raises :class:`NotFound` for an entity that is not there, :class:`Invalid` for a level that there is none of.
    """
    scope = read_scope(view, asked.get("level") or "organisation", asked.get("id"))
    unit: Unit = next((one for one in UNITS if one == asked.get("unit")), "month")
    calendar = view.plan.calendar
    this = periods.fiscal_year_of(calendar, view.today)
    typed = whole(asked.get("fy", ""))
    chosen = typed is not None and 1970 <= typed <= 2200
    year = typed if typed is not None and chosen else this
    before, after = AROUND[unit]
    window = Period(periods.fiscal_year(calendar, year + before).start, periods.fiscal_year(calendar, year + after).end)
    basis = asked.get("basis", "billed")
    if basis not in BASES:
        raise Invalid(_("There is no basis “%(basis)s”.") % {"basis": basis[:40]}, remedy=_("Billed or effective."))
    wanted = asked.get("by")
    by = next((one for one in parts_of(scope) if one == wanted), usual_part(scope.level))
    return State(scope, unit, year, window, basis, asked.get("split") == "1", by, chosen)


def to_come(view: View, state: State) -> State:
    """*state* with the periods around the cut-off, where its address names no year: one past, the others to come."""
    if state.chosen_year:
        return state
    calendar, cut = view.plan.calendar, cut_off(view)
    at = periods.period_of(calendar, cut - timedelta(days=1), state.unit)
    start, end = at.start, at.end
    for _number in range(AHEAD[state.unit]):
        end = periods.period_of(calendar, end, state.unit).end
    return replace(state, window=Period(start, end))


def parts_of(scope: Scope) -> tuple[Level, ...]:
    """What the money of a scope can be broken down by."""
    if scope.level == "organisation":
        return PARTS
    return ("investment",) if scope.level in ("value_stream", "investment") else (scope.level, "investment")


def usual_part(level: str) -> Level:
    return "portfolio" if level == "organisation" else "investment"


def name_of(view: View, scope: Scope) -> str:
    """What a scope is called: an entity by its name, the organisation as such, what is outside as that."""
    if scope.id is not None:
        return words.name(view, scope.level, scope.id)
    return (
        _("Whole organisation") if scope.level == "organisation" else _(OUTSIDE.get(scope.level, TITLES[scope.level]))
    )
