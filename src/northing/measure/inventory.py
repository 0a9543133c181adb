"""Two editions of an inventory compared: which use cases moved stage, appeared, vanished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from northing.portfolio.edits import Edit
from northing.portfolio.plan import Plan

from .order import text_key


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One use case as an edition lists it; the stage word for word, blank as None."""

    id: str
    name: str
    agency: str | None = None
    stage: str | None = None


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A use case whose stage word is another one, or was blank and is not, or the reverse."""

    before: Listed
    after: Listed


class Editions(msgspec.Struct, frozen=True, kw_only=True):
    """What happened between two editions."""

    moved: tuple[Moved, ...]
    appeared: tuple[Listed, ...]
    vanished: tuple[Listed, ...]
    stayed: int
    """In both, in the same stage."""
    transitions: Mapping[tuple[str | None, str | None], int]
    """(stage before, stage after) → number of use cases that are in both, unmoved ones included; most first."""


def compare(before: Iterable[Listed], after: Iterable[Listed]) -> Editions:
    """Use cases matched by id: the same id is the same use case, whoever matched them.

    Two stage words are the same where they differ only in case or blanks around them; editions that use other
    words for the same thing ("Initiated", "Pre-deployment") count as moved, and ``transitions`` says so.
    """
    was = {one.id: one for one in before}
    now = {one.id: one for one in after}
    moved: list[Moved] = []
    transitions: Counter[tuple[str | None, str | None]] = Counter()
    spelling: dict[str, str] = {}

    def stage(one: Listed) -> str | None:
        """The stage in its first spelling, so that "Pilot " and "pilot" are counted together."""
        if one.stage is None or not one.stage.strip():
            return None
        return spelling.setdefault(text_key(one.stage), one.stage.strip())

    for id, old in was.items():
        new = now.get(id)
        if new is None:
            continue
        step = (stage(old), stage(new))
        transitions[step] += 1
        if step[0] != step[1]:
            moved.append(Moved(before=old, after=new))
    both = sum(transitions.values())
    return Editions(
        moved=tuple(moved),
        appeared=tuple(one for id, one in now.items() if id not in was),
        vanished=tuple(one for id, one in was.items() if id not in now),
        stayed=both - len(moved),
        transitions=dict(transitions.most_common()),
    )


def edition(plan: Plan, name: str | None = None) -> list[Listed]:
    """The use cases of *plan* whose last inventory is *name*; all of them without one."""
    return [
        Listed(id=system.id, name=system.name, agency=system.agency, stage=system.development_stage)
        for system in plan.ai_systems.values()
        if name is None or system.inventory == name
    ]


def listed(says: Iterable[Edit]) -> list[Listed]:
    """The use cases that a reading says there are."""
    return [
        Listed(
            id=edit.id,
            name=str(edit.fields.get("name") or ""),
            agency=edit.fields.get("agency"),
            stage=edit.fields.get("development_stage"),
        )
        for edit in says
        if edit.kind == "ai_system" and edit.op != "remove"
    ]
