"""A service level expectation beside what was: 85 % within 8 days, say, leaves 15 % that may take longer.

Met where the share of delivered items that took longer is at most what is allowed; close where it is at most ten points
over that; missed beyond.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction

import msgspec

from northing.facts.flow_asking import Item
from northing.portfolio.flow import ServiceLevelExpectation
from northing.portfolio.periods import Period

from .percentiles import percentile
from .work import Used, Work, is_true

CLOSE = Fraction(10, 100)


class Kept(StrEnum):
    MET = "met"
    CLOSE = "close"
    MISSED = "missed"


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    used: Used
    window: Period
    expectation: ServiceLevelExpectation
    items: int
    """Delivered in the window, with a time: of its kind, where it speaks of one."""
    longer: tuple[Item, ...]
    """Those of them that took longer."""
    allowed: Fraction
    """The share that may."""
    kept: Kept | None
    """None where nothing was delivered."""
    days: Fraction | None
    """Within how many days its share of items was really done."""
    overdue: tuple[Item, ...]
    """In progress, and older than it allows already."""

    @property
    def share(self) -> Fraction | None:
        """The share that took longer."""
        return Fraction(len(self.longer), self.items) if self.items else None


def expected(work: Work, window: Period, expectation: ServiceLevelExpectation) -> Expected:
    """*expectation* beside the items delivered in *window*, and those in progress now."""
    kind, most = expectation.kind, expectation.days * work.unit
    every = zip(*work.measured(window), strict=True)
    measured = [(item, units) for item, units in every if kind is None or item.kind is kind]
    of, took = [item for item, _ in measured], [units for _, units in measured]
    late = [item for item in work.in_progress(work.now) if is_true(item) and (kind is None or item.kind is kind)]
    longer = tuple(item for item, units in zip(of, took, strict=True) if units > most)
    allowed = 1 - Fraction(expectation.probability)
    share = Fraction(len(longer), len(of)) if of else None
    return Expected(
        used=work.used,
        window=window,
        expectation=expectation,
        items=len(of),
        longer=longer,
        allowed=allowed,
        kept=None if share is None else rated(share, allowed),
        days=_within(sorted(took), Fraction(expectation.probability), work),
        overdue=tuple(item for item, age in zip(late, work.ages(late), strict=True) if age > expectation.days),
    )


def rated(share: Fraction, allowed: Fraction) -> Kept:
    """How a *share* of longer items is rated where *allowed* may be."""
    return Kept.MET if share <= allowed else Kept.CLOSE if share <= allowed + CLOSE else Kept.MISSED


def _within(ordered: list[int], probability: Fraction, work: Work) -> Fraction | None:
    return percentile(ordered, probability * 100, work.percentiles) / work.unit if ordered else None
