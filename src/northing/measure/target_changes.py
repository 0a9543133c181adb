"""Changes of the release that something is aimed at: slips and pull-ins.

A change counts where there was an aim before and there is one after. It is a slip where the release comes later, a
pull-in where it comes earlier, and neither where one of the two names no release (“TBD”).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

FIELD = "target."
VERSION = re.compile(r"\s*[vV]?(\d+)\.(\d+)(?:\.(\d+))?(?![\w.])")


class TargetChange(msgspec.Struct, frozen=True, kw_only=True):
    """One aim that was moved."""

    item: str
    target: str
    """alpha, beta, stable, or as the source calls it."""
    at: Any
    was: str
    now: str
    moved: Literal["slip", "pull-in", "unclear"]


class TargetChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What has been moved, and how often which way."""

    changes: tuple[TargetChange, ...]
    items: int
    """Distinct items of which something was moved."""
    slips: int
    pull_ins: int


def target_changes(transitions: Iterable[Mapping[str, Any]]) -> TargetChanges:
    """The moves of aims among *transitions* (fields ``target.…``), by time."""
    found = [
        TargetChange(
            item=row["item"],
            target=row["field"].removeprefix(FIELD),
            at=row["at"],
            was=row["was"],
            now=row["now"],
            moved=_moved(row["was"], row["now"]),
        )
        for row in transitions
        if row["field"].startswith(FIELD) and row["was"] and row["now"] and row["was"] != row["now"]
    ]
    found.sort(key=lambda change: (change.at, change.item, change.target))
    return TargetChanges(
        changes=tuple(found),
        items=len({change.item for change in found}),
        slips=sum(change.moved == "slip" for change in found),
        pull_ins=sum(change.moved == "pull-in" for change in found),
    )


def release(said: str) -> tuple[int, ...] | None:
    """“v1.21” as numbers that can be compared; None where no release is named."""
    found = VERSION.match(said)
    return None if found is None else tuple(int(part or 0) for part in found.groups())


def _moved(was: str, now: str) -> Literal["slip", "pull-in", "unclear"]:
    before, after = release(was), release(now)
    if before is None or after is None or before == after:
        return "unclear"
    return "slip" if after > before else "pull-in"
