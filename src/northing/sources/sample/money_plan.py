"""The money that a plot plans: lines by fiscal quarter, asked for at each stage, moved when things change."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

from northing.portfolio.edits import Edit, change, create, remove
from northing.portfolio.investment import Stage

from .cast import sample_id
from .plot import Plot
from .timeline import Timeline, next_quarter, quarter_of, quarters

Line = tuple[date, str, str]
"""Quarter, capex or opex, type."""

ASKS: dict[Stage, tuple[int, tuple[tuple[str, str, float], ...]]] = {
    Stage.DISCOVERY: (2, (("opex", "change", 0.022),)),
    Stage.PILOT: (4, (("capex", "build", 0.047), ("opex", "build", 0.018), ("opex", "oversight", 0.006))),
    Stage.SCALE: (
        5,
        (("capex", "build", 0.116), ("opex", "change", 0.027), ("opex", "run", 0.021), ("opex", "oversight", 0.008)),
    ),
    Stage.OPERATE: (6, (("opex", "run", 0.043), ("opex", "oversight", 0.007))),
}
"""Stage → how many quarters are asked for, and the share of the plot's size that each line takes a quarter."""

ROUND = {stage: tuple(line for line in lines if line[1] != "build") or lines for stage, (_, lines) in ASKS.items()}
"""What a budget round adds for later quarters: running goes on, building has to be asked for again."""

ROUND[Stage.PILOT] = (("opex", "build", 0.019), ("opex", "oversight", 0.004))


class MoneyPlan:
    """The plan lines of one plot, as they stand."""

    def __init__(self, key: str, plot: Plot, time: Timeline, random: Random) -> None:
        self.key, self.plot, self.time, self.random = key, plot, time, random
        self.lines: dict[Line, tuple[int, int, int]] = {}
        self.given_back: dict[Line, int] = {}

    def ask(self, stage: Stage, on: date) -> list[Edit]:
        """Lines for entering *stage*; what was planned for the stage before and lies ahead is given back."""
        if not self.plot.size or stage not in ASKS:
            return []
        count, shares = ASKS[stage]
        first = quarter_of(max(on, self.time.start))
        edits = self.release(next_quarter(first) if any(line[0] == first for line in self.lines) else first)
        for index, quarter in enumerate(quarters(first, count)):
            ramp = (0.62, 0.94, 1.13, 1.07, 0.98, 0.95)[min(index, 5)]
            for expense, kind, share in shares:
                if (quarter, expense, kind) not in self.lines:
                    edits.append(self._add((quarter, expense, kind), self.plot.size * share * ramp, on))
        return edits

    def round(self, stage: Stage, until: date, on: date) -> list[Edit]:
        """Lines that a budget round adds, so that the plan reaches *until*."""
        if not self.plot.size or stage not in ROUND:
            return []
        edits = []
        quarter = quarter_of(on)
        while quarter < until:
            for expense, kind, share in ROUND[stage]:
                if not any(line[0] == quarter for line in self.lines if line[1:] == (expense, kind)):
                    edits.append(self._add((quarter, expense, kind), self.plot.size * share, on))
            quarter = next_quarter(quarter)
        return edits

    def replan(self, factor: float, on: date, why: str) -> list[Edit]:
        """The quarters ahead, at *factor* of what was planned."""
        ahead = next_quarter(quarter_of(on))
        edits = []
        for line in sorted(key for key in self.lines if key[0] >= ahead and key[2] != "oversight")[:6]:
            low, likely, high = (odd(amount * factor, self.random) for amount in self.lines[line])
            self.lines[line] = (low, likely, high)
            edits.append(
                change(
                    "cost_plan_line",
                    self._id(line),
                    low=Decimal(low),
                    likely=Decimal(likely),
                    high=Decimal(high),
                    note=f"{why}.",
                )
            )
        return edits

    def approve_quarter(self, quarter: date) -> list[Edit]:
        """Where the plan for *quarter* has moved since it was approved, finance sets some budgets anew as it begins."""
        edits = []
        for line in sorted(key for key in self.lines if key[0] == quarter):
            if self.random.random() < 0.3:
                approved = odd(self.lines[line][1] * self.random.uniform(0.96, 1.03), self.random)
                edits.append(change("cost_plan_line", self._id(line), budget=Decimal(approved)))
        return edits

    def release(self, since: date) -> list[Edit]:
        """Everything planned from *since* on is given back."""
        gone = sorted(line for line in self.lines if line[0] >= since)
        edits = [remove("cost_plan_line", self._id(line)) for line in gone]
        for line in gone:
            del self.lines[line]
            self.given_back[line] = self.given_back.get(line, 0) + 1
        return edits

    def ahead(self, since: date) -> int:
        return sum(amounts[1] for line, amounts in self.lines.items() if line[0] >= since)

    def _add(self, line: Line, thousands: float, on: date) -> Edit:
        quarter, expense, kind = line
        # Months that are over by then are closed, or soon will be: a line asked for later begins with its own.
        start = max(quarter, on.replace(day=1)) if on > self.time.start else quarter
        thousands *= ((quarter.month - start.month) + 3) / 3
        likely = odd(thousands * 1000 * self.random.uniform(0.88, 1.14), self.random)
        low = odd(likely * self.random.uniform(0.79, 0.93), self.random)
        high = odd(likely * self.random.uniform(1.12, 1.48), self.random)
        self.lines[line] = (low, likely, high)
        # Who agrees to a gate or a round agrees to its money; what is planned anew later is not approved by that.
        budget = odd(likely * self.random.uniform(0.95, 1.05), self.random)
        return create(
            "cost_plan_line", self._id(line), investment=sample_id("investment", self.key), start=start,
            end=next_quarter(quarter), expense=expense, type=kind, low=Decimal(low), likely=Decimal(likely), high=Decimal(high),
            budget=Decimal(budget),
        )  # fmt: skip

    def _id(self, line: Line) -> str:
        # A line given back and asked for again is a new line: ids are never used twice.
        quarter, expense, kind = line
        return sample_id(
            "cost_plan_line", self.key, quarter.isoformat(), expense, kind, str(self.given_back.get(line, 0))
        )


def odd(amount: float, random: Random) -> int:
    """*amount* as somebody's spreadsheet has it: to fifty or to ten, seldom round."""
    return max(90, int(amount // 10 * 10 + random.choice((0, 0, 2, 5, 0, 8))))
