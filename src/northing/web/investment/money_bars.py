"""Planned money of one investment by fiscal period: the figures of the table, and the bars drawn from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from northing.measure.address import Figure, figure
from northing.portfolio import periods
from northing.portfolio.money import CostKind, CostPlanLine
from northing.portfolio.workspace import FiscalCalendar

PARTS = (*(kind.value for kind in CostKind), "")
"""Kinds of cost from the ground up; "" where a line does not say."""

SLOT, TALL, FOOT, LEFT = 58, 150, 22, 52
"""Width of a period, height of the bars, room under and beside them, in units of the drawing."""


@dataclass
class PeriodMoney:
    """One period: its lines by kind of cost, the range around their sum, and what was approved."""

    label: str
    start: date | None
    end: date | None
    by_part: dict[str, Decimal] = field(default_factory=dict)
    low: Decimal = Decimal(0)
    likely: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    budget: Decimal | None = None
    lines: list[CostPlanLine] = field(default_factory=list)

    def address(self, investment: str, column: str, part: str | None = None) -> Figure:
        """Of the receipt of the sum of one column of these lines; *part*: of one kind of cost."""
        ends = (("start", self.start), ("end", self.end))
        when = (f"{name} = {day.isoformat()}" if day else f"{name} is empty" for name, day in ends)
        kind = () if part is None else ((f"type = {part}",) if part else ("type is empty",))
        where = " and ".join((f"investment = {investment}", *when, *kind))
        return figure("total", kind="cost_plan_line", column=column, where=where)

    @property
    def stated(self) -> bool:
        """Whether every line says its low and its high, so that these add up to the range."""
        return all(line.low is not None and line.high is not None for line in self.lines)

    @property
    def ranged(self) -> bool:
        return self.low != self.likely or self.high != self.likely


@dataclass
class Bar:
    """A period as it is drawn: rectangles from the ground up, and a line from low to high."""

    x: float
    width: float
    parts: list[tuple[str, float, float]]
    """(kind of cost, y, height)."""
    low: float
    high: float
    budget: float | None
    label: str
    now: bool
    past: bool


@dataclass
class MoneyBars:
    """All periods of one currency, as figures and as a drawing."""

    currency: str
    periods: list[PeriodMoney]
    parts: list[str]
    bars: list[Bar] = field(default_factory=list)
    ticks: list[tuple[float, Decimal]] = field(default_factory=list)
    width: float = 0
    height: float = TALL + FOOT + 14

    @property
    def stated(self) -> bool:
        return all(one.stated for one in self.periods)

    def address(self, investment: str, column: str) -> Figure:
        """Of the receipt of the sum of one column of all lines."""
        return figure("total", kind="cost_plan_line", column=column, where=f"investment = {investment}")

    @property
    def likely(self) -> Decimal:
        return sum((one.likely for one in self.periods), Decimal(0))

    @property
    def low(self) -> Decimal:
        return sum((one.low for one in self.periods), Decimal(0))

    @property
    def high(self) -> Decimal:
        return sum((one.high for one in self.periods), Decimal(0))


def money_bars(
    calendar: FiscalCalendar, lines: Iterable[CostPlanLine], currency: str | None, today: date
) -> list[MoneyBars]:
    """One drawing for each currency, the investment's own first."""
    by_currency: dict[str, list[CostPlanLine]] = {}
    for line in lines:
        by_currency.setdefault(line.currency or currency or "", []).append(line)
    order = sorted(by_currency, key=lambda code: (code != currency, code))
    return [_drawn(code, _periods(calendar, by_currency[code]), today) for code in order]


def _periods(calendar: FiscalCalendar, lines: list[CostPlanLine]) -> list[PeriodMoney]:
    found: dict[tuple[date | None, date | None], PeriodMoney] = {}
    for line in sorted(lines, key=lambda one: (one.start or date.max, one.end or date.max, one.id)):
        key = (line.start, line.end)
        if key not in found:
            named = periods.label(calendar, periods.Period(line.start, line.end)) if line.start and line.end else ""
            found[key] = PeriodMoney(named, line.start, line.end)
        one = found[key]
        one.lines.append(line)
        likely = line.likely if line.likely is not None else Decimal(0)
        part = line.type.value if line.type else ""
        one.by_part[part] = one.by_part.get(part, Decimal(0)) + likely
        one.likely += likely
        one.low += line.low if line.low is not None else likely
        one.high += line.high if line.high is not None else likely
        if line.budget is not None:
            one.budget = (one.budget or Decimal(0)) + line.budget
    return list(found.values())


def _drawn(currency: str, found: list[PeriodMoney], today: date) -> MoneyBars:
    parts = [part for part in PARTS if any(part in one.by_part for one in found)]
    made = MoneyBars(currency, found, parts)
    top = max((max(one.high, one.likely, one.budget or Decimal(0)) for one in found), default=Decimal(0))
    step = _step(top)
    ceiling = (int(top // step) + 1) * step if top else Decimal(1)

    def y(amount: Decimal) -> float:
        return round(10 + TALL * float(1 - amount / ceiling), 1)

    made.ticks = [(y(step * n), step * n) for n in range(int(ceiling // step) + 1)]
    made.width = LEFT + SLOT * len(found) + 8
    for index, one in enumerate(found):
        x = LEFT + SLOT * index + 10
        ground = Decimal(0)
        stacked = []
        for part in parts:
            amount = one.by_part.get(part, Decimal(0))
            if amount > 0:
                stacked.append((part, y(ground + amount), round(y(ground) - y(ground + amount), 1)))
                ground += amount
        now = bool(one.start and one.end and one.start <= today < one.end)
        past = bool(one.end and one.end <= today)
        made.bars.append(
            Bar(
                x,
                SLOT - 20,
                stacked,
                y(one.low),
                y(one.high),
                y(one.budget) if one.budget is not None else None,
                one.label,
                now,
                past,
            )
        )
    return made


def _step(top: Decimal) -> Decimal:
    """A round distance of the lines behind the bars: three or four of them."""
    if top <= 0:
        return Decimal(1)
    size = Decimal(10) ** (top.adjusted())
    for factor in ("0.2", "0.25", "0.5", "1", "2", "2.5", "5"):
        step = size * Decimal(factor)
        if top / step <= 4:
            return step
    return size * 5
