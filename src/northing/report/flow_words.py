"""What a workflow policy or a calendar says, in words: states by what they mean, types by kind, days off.

Values come as the record keeps them (JSON), so that a history, a difference and a conflict can say them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from northing.portfolio.flow import Phase, StateRule

from . import words


def said_of(kind: str, field: str, value: Any) -> str:
    """A structured field's value in words; nothing where there are none for it."""
    how = SAID.get((kind, field))
    return how(value) if how is not None and value else ""


def state_said(rule: StateRule) -> str:
    """Code review (was In review)."""
    if not rule.renamed:
        return rule.state
    return _("%(state)s (was %(names)s)") % {"state": rule.state, "names": ", ".join(rule.renamed)}


def states_said(rules: Iterable[StateRule | Mapping[str, Any]]) -> str:
    """Backlog: Idea, To do · Active: In progress, Code review (was In review) · Done: Done."""
    every = [rule if isinstance(rule, StateRule) else msgspec.convert(rule, StateRule) for rule in rules]
    return " · ".join(
        f"{words.label(phase.value, 'phase')}: {', '.join(state_said(one) for one in every if one.phase is phase)}"
        for phase in Phase
        if any(one.phase is phase for one in every)
    )


def place_name(state: str) -> str:
    """A state by its name; a phase that stands for the states of several policies, as people call it."""
    return words.label(state.value, "phase") if isinstance(state, Phase) else state


def kinds_said(kinds: Mapping[str, str]) -> str:
    """Feature: Story, Task · Defect: Bug."""
    by: dict[str, list[str]] = {}
    for type, kind in kinds.items():
        by.setdefault(str(kind), []).append(type)
    return " · ".join(f"{words.label(kind, 'kind')}: {', '.join(types)}" for kind, types in by.items())


def days_said(days: Iterable[str | date]) -> str:
    """1 Jan 2026, 25 Dec 2026."""
    return ", ".join(words.day(day if isinstance(day, date) else date.fromisoformat(day)) for day in days)


def moved_said(kind: str, field: str, before: Any, after: Any) -> str:
    """What differs between two values: “added Parked (Waiting), QA Active → Waiting, removed Triage”."""
    was, now = (_each(kind, field, given) for given in (before, after))
    parts = [_("added %(what)s") % {"what": _with(name, now[name])} for name in now if name not in was]
    parts += [
        f"{name} {was[name]} → {now[name]}" for name in now if name in was and was[name] != now[name]
    ]  # fmt: skip
    parts += [_("removed %(what)s") % {"what": _with(name, was[name])} for name in was if name not in now]
    return ", ".join(parts) or _("put in another order")


def _with(name: str, meaning: str) -> str:
    return f"{name} ({meaning})" if meaning else name


def _each(kind: str, field: str, given: Any) -> dict[str, str]:
    """Each part of a value by its name, and what is said of it."""
    if field == "states":
        return {one.state: _meaning(one) for one in given or ()}
    if field == "kinds":
        return {type: words.label(str(found), "kind") for type, found in (given or {}).items()}
    return {words.day(day): "" for day in given or ()}


def _meaning(rule: StateRule) -> str:
    phase = words.label(rule.phase.value, "phase")
    if not rule.renamed:
        return phase
    return _("%(phase)s, was %(names)s") % {"phase": phase, "names": ", ".join(rule.renamed)}


SAID: Mapping[tuple[str, str], Callable[[Any], str]] = {
    ("workflow_policy", "states"): states_said,
    ("workflow_policy", "kinds"): kinds_said,
    ("calendar", "holidays"): days_said,
}
