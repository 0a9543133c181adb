"""Choosing: the first answer with its proven gap, what a few seconds more bring, and a slider moved; HiGHS alone beside.

CPU seconds of the process, one thread. "First answer": relaxation, verified bound and a plan, from the rows on; "cold":
from the problem on. HiGHS alone is given the same rows and the same CPU seconds; "–": it has no plan by then.
``--short``: without the largest, and a second where five are meant.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import statistics
import sys
import time
from dataclasses import dataclass

import msgspec

from bench.measuring import Sheet
from bench.portfolios import portfolio
from northing.decide.build import build
from northing.decide.drawn import Drawn
from northing.decide.problem import Budget, Problem
from northing.decide.resident import Resident, programme, solver
from northing.decide.rows import Model
from northing.decide.solve import Answer, choose


@dataclass(frozen=True)
class Size:
    """One line of the issue's table: seconds in CPU, gaps as shares."""

    items: int
    starts: int
    first: float
    first_gap: float
    later: float
    later_gap: float
    cold: float | None = None

    @property
    def called(self) -> str:
        return f"{self.items:,} × {self.starts}"


SIZES = (
    Size(200, 4, 0.1, 0.05, 5.0, 0.015),
    Size(1_000, 1, 0.1, 0.01, 5.0, 0.005),
    Size(10_000, 1, 1.0, 0.001, 10.0, 0.0005, cold=3.0),
)
SEEDS = range(1, 6)
LIMIT = 60.0
"""Seconds of wall time after which a measurement ends anyway."""


def main() -> int:
    short = "--short" in sys.argv
    sheet = Sheet("Choosing: gaps proved from prices recomputed; HiGHS alone on the same rows (CPU seconds)")
    choose(build(portfolio(60)), seconds=0.5)  # what a server does at its start
    for size in SIZES[: 2 if short else 3]:
        _measure(sheet, size, 1.0 if short else size.later)
    sheet.show()
    return 1 if sheet.failed else 0


def _measure(sheet: Sheet, size: Size, later: float) -> None:
    """*size*'s lines of the sheet, each the median of portfolios of five seeds; the worst of them beside it."""
    firsts, gaps, sliders, slid = [], [], [], []
    for seed in SEEDS:
        problem = portfolio(size.items, size.starts, seed)
        begun = time.process_time()
        drawn = Drawn(problem.items, len(problem.periods))
        model = build(problem, drawn)
        resident = Resident(model)
        built = time.process_time() - begun if size.cold is not None else 0.0
        first, gap = _first(model, resident, (size.cold or size.first) - built)
        if gap is None:  # must-dos that cannot be paid: no portfolio to choose from
            continue
        firsts.append(built + first)
        gaps.append(gap)
        for part in (0.95, 1.05):
            taken, gap = _slider(problem, drawn, resident, part, size.first / 2)
            if gap is not None:
                sliders.append(taken)
                slid.append(gap)
    called = size.called
    sheet.within(
        f"{called}: first answer{', cold' if size.cold else ''}", statistics.median(firsts), size.cold or size.first
    )
    sheet.within(f"{called}: gap by then", statistics.median(gaps), size.first_gap, unit="%")
    sheet.note(f"{called}: … the worst of {len(gaps)}", max(gaps), unit="%")
    sheet.within(f"{called}: one slider moved", statistics.median(sliders), size.first / 2)
    sheet.note(f"{called}: gap by half of the first's time", statistics.median(slid), unit="%")
    model = build(portfolio(size.items, size.starts))
    _alone(sheet, size, model, size.first)
    reached, taken = _later(model, later, size.later_gap)
    sheet.within(f"{called}: gap within {later:g} s", reached, size.later_gap, unit="%")
    sheet.note(f"{called}: … reached after", taken)
    _alone(sheet, size, model, later)


def _first(model: Model, resident: Resident, allowed: float) -> tuple[float, float | None]:
    """CPU seconds until there is a plan with a gap, and the gap that is proved after *allowed* (or with the first).

    The gap is None where no plan keeps the limits.
    """
    begun = time.process_time()
    taken: list[float] = []
    gaps: list[float] = []

    def tell(answer: Answer) -> bool:
        now = time.process_time() - begun
        if answer.gap is not None and (now <= allowed or not taken):
            taken.append(now)
            gaps.append(answer.gap)
        return now > allowed and bool(taken)

    choose(model, seconds=LIMIT / 6, tell=tell, resident=resident)
    return (taken[0], gaps[-1]) if taken else (LIMIT, None)


def _slider(
    problem: Problem, drawn: Drawn, resident: Resident, part: float, allowed: float
) -> tuple[float, float | None]:
    """The budgets moved to a *part* of what they were, and the first answer: with the building of the rows."""
    limits = tuple(
        msgspec.structs.replace(limit, most=[round(one * part, 1) for one in limit.most])
        if isinstance(limit, Budget) and isinstance(limit.most, list)
        else limit
        for limit in problem.limits
    )
    begun = time.process_time()
    model = build(msgspec.structs.replace(problem, limits=limits), drawn)
    built = time.process_time() - begun
    taken, gap = _first(model, resident, allowed - built)
    return built + taken, gap


def _later(model: Model, seconds: float, goal: float) -> tuple[float, float]:
    """The gap after *seconds* of CPU, and when *goal* was reached."""
    begun = time.process_time()
    reached: list[float] = []

    def tell(answer: Answer) -> bool:
        if answer.gap is not None and answer.gap <= goal and not reached:
            reached.append(time.process_time() - begun)
        return time.process_time() - begun > seconds

    found = choose(model, seconds=seconds * 3, tell=tell)
    return 1.0 if found.gap is None else found.gap, reached[0] if reached else seconds


def _alone(sheet: Sheet, size: Size, model: Model, seconds: float) -> None:
    """What HiGHS by itself has proved after the same CPU seconds."""
    highs = solver(mip_rel_gap=1e-6, time_limit=LIMIT)
    highs.passModel(programme(model, whole=True))
    begun = time.process_time()
    highs.cbMipInterrupt += lambda event: event.interrupt() if time.process_time() - begun > seconds else None
    highs.run()
    gap = highs.getInfo().mip_gap
    sheet.rows.append(
        (
            f"{size.called}: HiGHS alone, its own gap",
            f"{gap:.3%}" if gap < 10 else "–",
            f"{time.process_time() - begun:.2f} s",
            "",
            "",
        )
    )


if __name__ == "__main__":
    sys.exit(main())
