"""Whose work an item is: the teams whose filter selects it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from northing.facts.flow_asking import Id
from northing.measure.view import View
from northing.portfolio.errors import Invalid
from northing.portfolio.filter.writer import quoted
from northing.portfolio.people import Team


def selects(team: Team) -> str:
    """The filter over work items that selects those of *team*."""
    return team.work or f"team = {quoted(team.name)}"


def teams_of(view: View) -> Mapping[Id, tuple[str, ...]]:
    """Item → the teams whose work it is. A team whose filter cannot be read has none."""
    if view.facts is None:
        return {}
    wheres = {team.id: selects(team) for team in view.plan.teams.values()}
    return _answering(view, wheres, None)


def _answering(view: View, wheres: Mapping[str, str], today: date | None) -> Mapping[Id, tuple[str, ...]]:
    facts = view.facts
    if facts is None or not wheres:
        return {}
    try:
        return facts.answering(wheres, today)
    except Invalid:
        if len(wheres) == 1:
            return {}
    found: dict[Id, tuple[str, ...]] = {}
    for name, where in wheres.items():
        for id, names in _answering(view, {name: where}, today).items():
            found[id] = found.get(id, ()) + names
    return found
