"""Dependencies against the plan's dates: which are broken, by how much, and which cannot be told."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from northing.portfolio.investment import Dependency, DependencyType
from northing.portfolio.plan import Plan
from northing.portfolio.words import several

from .sentence import Ref, Said

ENDS = {
    DependencyType.FS: ("end", "start"),
    DependencyType.SS: ("start", "start"),
    DependencyType.FF: ("end", "end"),
    DependencyType.SF: ("start", "end"),
}
"""Type → the predecessor's date that is waited for, and the successor's that waits."""

SENTENCES = {
    DependencyType.FS: several(
        "{successor} starts on {waits}, {days} day too early: {predecessor} ends on {awaited}{lag}.",
        "{successor} starts on {waits}, {days} days too early: {predecessor} ends on {awaited}{lag}.",
        "days",
    ),
    DependencyType.SS: several(
        "{successor} starts on {waits}, {days} day too early: {predecessor} starts on {awaited}{lag}.",
        "{successor} starts on {waits}, {days} days too early: {predecessor} starts on {awaited}{lag}.",
        "days",
    ),
    DependencyType.FF: several(
        "{successor} ends on {waits}, {days} day too early: {predecessor} ends on {awaited}{lag}.",
        "{successor} ends on {waits}, {days} days too early: {predecessor} ends on {awaited}{lag}.",
        "days",
    ),
    DependencyType.SF: several(
        "{successor} ends on {waits}, {days} day too early: {predecessor} starts on {awaited}{lag}.",
        "{successor} ends on {waits}, {days} days too early: {predecessor} starts on {awaited}{lag}.",
        "days",
    ),
}

LAG = several(", and {count} day of lag", ", and {count} days of lag", "count")


class Tie(msgspec.Struct, frozen=True, kw_only=True):
    """A dependency as the dates have it."""

    dependency: Dependency
    awaited: date | None
    """The predecessor's date."""
    waits: date | None
    """The successor's date."""
    days_short: int | None
    """By how many days the successor comes too early; 0 where it holds, None where a date is missing."""

    @property
    def broken(self) -> bool:
        return bool(self.days_short)

    @property
    def reason(self) -> Said | None:
        """Why it is broken, in a sentence."""
        if not self.broken:
            return None
        lag = self.dependency.lag_days
        said = Said("") if not lag else Said(LAG, {"count": lag})
        return Said(
            SENTENCES[self.dependency.type],
            {
                "successor": Ref("investment", self.dependency.successor),
                "predecessor": Ref("investment", self.dependency.predecessor),
                "waits": self.waits,
                "awaited": self.awaited,
                "days": self.days_short,
                "lag": said,
            },
        )


def tie(plan: Plan, dependency: Dependency) -> Tie:
    """What the plan's dates make of *dependency*.

    It holds where the successor's date is at or after the predecessor's date plus the lag (which may be negative).
    """
    of_predecessor, of_successor = ENDS[dependency.type]
    predecessor = plan.investments.get(dependency.predecessor)
    successor = plan.investments.get(dependency.successor)
    awaited = getattr(predecessor, of_predecessor, None)
    waits = getattr(successor, of_successor, None)
    short: int | None = None
    if awaited is not None and waits is not None:
        short = max(0, (awaited + timedelta(days=dependency.lag_days) - waits).days)
    return Tie(dependency=dependency, awaited=awaited, waits=waits, days_short=short)


def ties(plan: Plan) -> list[Tie]:
    """All dependencies, in the order of the plan."""
    return [tie(plan, dependency) for dependency in plan.dependencies.values()]
