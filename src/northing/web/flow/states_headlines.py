"""The headline figures of time in state: what an item took and takes, what states gained and lost, of how many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from northing.measure.address import Figure, figure
from northing.measure.flow.time_in_state import Split, TimeInStates
from northing.portfolio.periods import Period
from northing.report import states_told, words

from .state import State


@dataclass(frozen=True)
class Headline:
    key: str
    name: str
    value: str
    why: str = ""
    figure: Figure | None = None
    tone: str = ""
    exact: str = ""
    share: float | None = None


def at(state: State, name: str, window: Period, in_state: str | None = None, **more: Any) -> Figure:
    """Where a figure of time in state is explained."""
    told: dict[str, Any] = {"level": state.whose.level if state.whose.id else "", "id": state.whose.id}
    return figure(f"states.{name}", policy=state.policy, window=window, state=in_state, **told, **more)


def headlines(state: State, parted: Split | None, whole: TimeInStates) -> list[Headline]:
    if parted is None:
        return [
            _taken("takes", _("From start to finish"), state, whole, _("per item, on average")),
            Headline(
                "items", _("Items finished"), words.number(len(whole.items)), "", at(state, "items", whole.period)
            ),
        ]
    before, after = parted.before, parted.after
    told = [
        _taken("took", _("An item took"), state, before, _("before, from start to finish")),
        _taken("takes", _("It takes"), state, after, _("after")),
    ]
    if before.items and after.items:
        told += _moved(state, parted)
    return [*told, _compared(state, parted)]


def _taken(key: str, name: str, state: State, found: TimeInStates, why: str) -> Headline:
    known = bool(found.items)
    return Headline(
        key, name, states_told.days_said(found.mean) or "–", why, at(state, "days", found.period) if known else None
    )


def _moved(state: State, parted: Split) -> list[Headline]:
    again = _("as much as was gained, or more") if parted.lost >= parted.gained else _("less than was gained")
    told = (
        ("gained", _("Gained"), parted.gained, _("in states that take less time")),
        ("lost", _("Lost again elsewhere"), parted.lost, again),
    )
    window = Period(parted.before.period.start, parted.after.period.end)
    return [
        Headline(key, name, states_told.days_said(time), why, at(state, key, window, event_on=parted.event.on))
        for key, name, time, why in told
    ]


def _compared(state: State, parted: Split) -> Headline:
    """How many items finished after, of how many that did before; some of them began before."""
    said = {"before": words.number(len(parted.before.items)), "n": words.number(len(parted.straddling))}
    why = _("after it; %(before)s before") % said
    if parted.straddling:
        why = _("after it, %(n)s of them begun before; %(before)s before") % said
    items = at(state, "items", parted.after.period) if parted.after.items else None
    return Headline("items", _("Items finished"), words.number(len(parted.after.items)), why, items)
