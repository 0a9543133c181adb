"""Little's law over a window: does what was in progress agree with what finished, and how long that took?

L = time of all items in progress within the window / its length; λ = items finished in it / its length; W = the mean
time from start to finish of those. Residual = (λ − L/W) / λ, which comes to 1 − time in progress / Σ time of finished
items. It is exactly 0 where nothing is in progress at both ends. A large one, either way: the process is not stable,
items get older or younger, and forecasts are doubtful. Delivered and discarded items alike have left.
"""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import msgspec

from northing.portfolio.errors import Invalid
from northing.portfolio.periods import Period

from .work import Used, Work


class Little(msgspec.Struct, frozen=True, kw_only=True):
    """Of one window. Times in microseconds."""

    window: Period
    length: int
    """It ends now, where its days are not over."""
    in_progress: int
    """Time of all items in progress within it."""
    finished: int
    took: int
    """Time from start to finish of the finished ones, before the window included."""
    wip_before: int
    wip_after: int

    @property
    def load(self) -> Fraction:
        """L: how many items are in progress on average."""
        return Fraction(self.in_progress, self.length)

    @property
    def rate(self) -> Fraction:
        """λ: items finished per microsecond."""
        return Fraction(self.finished, self.length)

    @property
    def time(self) -> Fraction | None:
        """W, in microseconds."""
        return Fraction(self.took, self.finished) if self.finished else None

    @property
    def residual(self) -> Fraction | None:
        """None where nothing finished, or took any time."""
        return 1 - Fraction(self.in_progress, self.took) if self.took else None


class Littles(msgspec.Struct, frozen=True, kw_only=True):
    used: Used
    windows: tuple[Little, ...]


def little(work: Work, window: Period) -> Little:
    """Little's law in the days of *window*."""
    progress = work.progress
    start, end = work.days.bounds(window)
    end = min(end, work.now)
    if end <= start:
        raise Invalid("The window has not begun.", start=window.start)
    left = work.timely.between(start, end)
    return Little(
        window=window,
        length=end - start,
        in_progress=progress.time(start, end),
        finished=left.stop - left.start,
        took=work.took_until[left.stop] - work.took_until[left.start],
        wip_before=progress.wip(start - 1),
        wip_after=progress.wip(end - 1),
    )


def rolling(work: Work, window: Period, days: int = 28, every: int = 7) -> Littles:
    """Little's law in the last *days* days before each *every*th day of *window*, up to now."""
    if days < 1 or every < 1:
        raise Invalid("A rolling window is of one day or more, and moves by one or more.", days=days, every=every)
    found = []
    last = min(window.end, work.days.of(work.now))
    end = window.start + timedelta(days=days)
    while end <= last:
        found.append(little(work, Period(end - timedelta(days=days), end)))
        end += timedelta(days=every)
    return Littles(used=work.used, windows=tuple(found))
