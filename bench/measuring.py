"""How things are measured here: CPU seconds of this process, the median of five, and a table of results.

The machine is shared, so wall time means little; CPU time of the same work is stable to some ten percent.
Waits (a commit's, a writer's) are wall time and say so.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


def cpu(work: Callable[[], Any], *, before: Callable[[], Any] | None = None, times: int = 5) -> float:
    """The median CPU seconds of *work*, run *times* times, each after *before*, which is not counted."""
    taken = []
    for _ in range(times):
        if before is not None:
            before()
        gc.collect()
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


@dataclass
class Sheet:
    """The table of results: figure, ours, floor, their ratio or a limit, and whether it holds."""

    title: str
    rows: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    failed: int = 0

    def against(
        self, figure: str, ours: float, floor: float, limit: float, *, unit: str = "s", floor_name: str = ""
    ) -> None:
        """Ours must be at most *limit* times the floor."""
        ratio = ours / floor if floor else float("inf")
        self._add(
            figure,
            _say(ours, unit),
            f"{_say(floor, unit)} {floor_name}".strip(),
            f"{ratio:.2f} ×",
            f"≤ {limit:g} ×",
            ratio <= limit,
        )

    def at_least(
        self, figure: str, ours: float, floor: float, limit: float, *, unit: str = "/s", floor_name: str = ""
    ) -> None:
        """Ours must be at least *limit* times the floor."""
        ratio = ours / floor if floor else 0.0
        self._add(
            figure,
            _say(ours, unit),
            f"{_say(floor, unit)} {floor_name}".strip(),
            f"{ratio:.2f} ×",
            f"≥ {limit:g} ×",
            ratio >= limit,
        )

    def within(self, figure: str, ours: float, limit: float, *, unit: str = "s") -> None:
        """Ours must be at most *limit*."""
        self._add(figure, _say(ours, unit), "", "", f"≤ {_say(limit, unit)}", ours <= limit)

    def note(self, figure: str, ours: float, *, unit: str = "s") -> None:
        self.rows.append((figure, _say(ours, unit), "", "", ""))

    def show(self) -> None:
        heads = ("figure", "ours", "floor", "ratio", "limit")
        lines = [heads, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
        print(f"\n{self.title}")
        for line in lines:
            print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())

    def _add(self, figure: str, ours: str, floor: str, ratio: str, limit: str, holds: bool) -> None:
        self.failed += not holds
        self.rows.append((figure, ours, floor, ratio, f"{limit}{'' if holds else '  MISSED'}"))


def _say(value: float, unit: str) -> str:
    if unit == "s":
        return f"{value * 1000:.2f} ms" if value < 1 else f"{value:.2f} s"
    if unit == "%":
        return f"{value:.3%}"
    return f"{value:,.0f} {unit}".replace(",", " ")
