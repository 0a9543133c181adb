"""The ways in which an investment can be done: as planned, later, as one of its variants; or not at all.

What counts begins with the first day of the horizon: a line that began before it is cut there, and its first part is
spent whatever is chosen. A variant takes its shares of the rest; a delay moves the rest by whole fiscal months.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import islice
from typing import Any

import msgspec

from northing.measure.fx import Missing, exchange
from northing.measure.money_flows import line_currency, months, spread
from northing.measure.returns.claims import CASH
from northing.measure.view import View
from northing.portfolio.choosing import ResourceDemand, Variant
from northing.portfolio.investment import ENDED, Investment, is_out
from northing.portfolio.money import EXACT

from .horizon import STEP, Horizon, later

CENT, THOUSANDTH, ONE = Decimal("0.01"), Decimal("0.001"), Decimal(1)

Kind = tuple[str, str]
"""Of money: capex, opex or empty, and the AI model that it pays for, or empty."""


class Way(msgspec.Struct, frozen=True):
    """One way to do an investment, by period of the horizon; money in the workspace's currency."""

    name: str
    """"planned", "planned+3" three months later, a variant's name, "Half of it+6"."""
    variant: str | None
    delay: int
    """Months."""
    value: Decimal
    cost: Mapping[Kind, Mapping[int, Decimal]]
    people: Mapping[str, Mapping[int, Decimal]]

    @property
    def money(self) -> Decimal:
        """All of it."""
        return sum((amount for by in self.cost.values() for amount in by.values()), Decimal(0))


class Offer(msgspec.Struct, frozen=True):
    """An investment that can be chosen or not; the first of its ways is the one that the plan has."""

    investment: Investment
    ways: tuple[Way, ...]
    chosen: bool
    """Whether the plan has it in."""

    @property
    def id(self) -> str:
        return self.investment.id

    def way(self, name: str) -> Way | None:
        return next((way for way in self.ways if way.name == name), None)


class Piece(msgspec.Struct, frozen=True):
    """The part of a plan, benefit or demand line from the first day of the horizon on."""

    line: Any
    start: date
    end: date | None
    amount: Decimal
    cut: bool
    """Whether the line began before."""


def pieces(view: View, ahead: Horizon, lines: Any, amount: str) -> Iterator[Piece]:
    """What of *lines* is still to be decided; lines without dates are not."""
    for line in lines:
        value: Decimal | None = getattr(line, amount)
        first = line.start or line.end
        if value is None or first is None or not value.is_finite():
            continue
        if line.start is not None and line.start >= ahead.start:
            yield Piece(line, line.start, line.end, value, False)
        elif line.end is not None and line.end > ahead.start and line.start is not None:
            if isinstance(line, ResourceDemand):
                yield Piece(line, ahead.start, line.end, value, True)
                continue
            parts = spread(value, months(view).cut(line.start, line.end))
            rest = sum((part for month, part in parts if month is not None and month >= ahead.start), Decimal(0))
            yield Piece(line, ahead.start, line.end, rest, True)


def done(view: View, piece: Piece, share: Decimal, delay: int) -> tuple[date, date | None, Decimal]:
    """When and how much *piece* is in a way that takes a *share* of it and starts *delay* months later."""
    amount = piece.amount if share == ONE else rounded(EXACT.multiply(piece.amount, share))
    end = None if piece.end is None else later(view, piece.end, delay)
    return later(view, piece.start, delay), end, amount


def rounded(amount: Decimal, to: Decimal = CENT) -> Decimal:
    return amount.quantize(to, ROUND_HALF_EVEN, context=EXACT)


class Drawing:
    """Draws the offers of one plan; keeps the rates that were missing."""

    def __init__(
        self, view: View, ahead: Horizon, discount: Decimal, *, cash_only: bool = False, planned: bool = False
    ) -> None:
        """*planned*: draw each investment as it is planned, and in no other way."""
        self.view, self.ahead, self._cash_only, self._planned = view, ahead, cash_only, planned
        self.missing: set[Missing] = set()
        self.undated = 0
        self._rates = exchange(view)
        self._home = view.home_currency
        self._month = {month: place for place, month in enumerate(self._months())}
        factor = ONE / (ONE + discount) ** (ONE / 12) if discount > -1 else ONE
        self._worth = [factor**place for place in range(len(self._month) + 1)]

    def _months(self) -> Iterator[date]:
        at = self.ahead.start
        for _ in range(12 * 60):
            yield at
            try:
                at = months(self.view).of(at).end
            except (ValueError, OverflowError):
                return

    def offers(self, value: Mapping[str, Decimal] | None = None) -> tuple[Offer, ...]:
        """Every investment that has not ended and of which anything is planned from the horizon's start on.

        *value*: what each is worth, where that is not the present value of its claimed benefit.
        """
        found = []
        plan = self.view.plan
        for investment in sorted(plan.investments.values(), key=lambda one: (one.number or "~", one.name, one.id)):
            if investment.stage in ENDED:
                continue
            self.undated += sum(
                line.start is None and line.end is None and bool(line.likely)
                for line in plan.cost_plan_lines.by("investment", investment.id)
            )
            drawn = self._ways(investment, None if value is None else value.get(investment.id, Decimal(0)))
            ways = tuple(islice(drawn, 1) if self._planned else drawn)
            if any(way.cost or way.people or way.value for way in ways) or investment.pin or investment.must_do:
                found.append(Offer(investment, ways, not is_out(investment)))
        return tuple(found)

    def _ways(self, investment: Investment, value: Decimal | None) -> Iterator[Way]:
        plan, id = self.view.plan, investment.id
        cost = self._cost_pieces(investment)
        people = list(pieces(self.view, self.ahead, plan.table("resource_demand").by("investment", id), "people"))
        claimed = self._benefit_pieces(investment)
        variants: list[Variant | None] = [
            None,
            *sorted(plan.table("variant").by("investment", id), key=lambda one: (one.name, one.id)),
        ]
        names: set[str] = set()
        for variant in variants:
            shares = (variant.cost, variant.benefit, variant.people) if variant else (ONE, ONE, ONE)
            for wait in range(0, (investment.may_wait or 0) + 1, STEP):
                delay = wait + (variant.delay if variant else 0)
                name = (variant.name if variant else "planned") + (f"+{wait}" if wait else "")
                while name in names or name in ("in", "out"):
                    name += "′"
                names.add(name)
                worth = (
                    self._claims(investment, claimed, shares[1], delay)
                    if value is None
                    else rounded(value * shares[1] * self._at(delay))
                )
                yield Way(
                    name, variant.id if variant else None, delay, worth,
                    self._cost(cost, shares[0], delay), self._people(people, shares[2], delay),
                )  # fmt: skip

    def _at(self, place: int) -> Decimal:
        return self._worth[min(place, len(self._worth) - 1)]

    def _told(self, line: Any, amount: Decimal, day: date) -> Decimal:
        """*amount* in the workspace's currency; 0, and named as missing, where no rate is known."""
        currency = line_currency(self.view.plan, line)
        told = self._rates.convert(amount, currency, self._home, day)
        if told is None:
            lacking = self._rates.missing(currency, self._home, day)
            if lacking is not None and amount:
                self.missing.add(lacking)
            return Decimal(0)
        return told

    def _cost(self, found: list[Piece], share: Decimal, delay: int) -> dict[Kind, dict[int, Decimal]]:
        sums: dict[Kind, dict[int, Decimal]] = {}
        for line, place, part in self._spent(found, share, delay):
            by = sums.setdefault((str(line.expense or ""), line.model or ""), {})
            by[place] = by.get(place, Decimal(0)) + part
        return {kind: {at: rounded(part) for at, part in by.items()} for kind, by in sums.items()}

    def _spent(self, found: list[Piece], share: Decimal, delay: int) -> Iterator[tuple[Any, int, Decimal]]:
        """Line, period of the horizon, amount."""
        for piece in found:
            start, end, amount = done(self.view, piece, share, delay)
            told = self._told(piece.line, amount, start)
            for month, part in spread(told, months(self.view).cut(start, end)):
                place = self.ahead.place(month) if month is not None else None
                if place is not None and part:
                    yield piece.line, place, part

    def _people(self, found: list[Piece], share: Decimal, delay: int) -> dict[str, dict[int, Decimal]]:
        """Full-time equivalents on average over each period, by role."""
        sums: dict[str, dict[int, Decimal]] = {}
        for piece in found:
            start, end, _ = done(self.view, piece, ONE, delay)
            for place, part in shared_days(self.ahead, start, end or start):
                by = sums.setdefault(piece.line.role, {})
                by[place] = by.get(place, Decimal(0)) + piece.amount * share * part
        return {role: {at: rounded(part, THOUSANDTH) for at, part in by.items() if part} for role, by in sums.items()}

    def _claims(self, investment: Investment, found: list[Piece], share: Decimal, delay: int) -> Decimal:
        """Σ claimed benefit of a month · (1 + r)^(−months from the horizon's start / 12) · (1 − risk)."""
        total = sum((part for _, part in self._gained(found, share, delay)), Decimal(0))
        return rounded(total * (ONE - (investment.risk or Decimal(0))))

    def _gained(self, found: list[Piece], share: Decimal, delay: int) -> Iterator[tuple[Any, Decimal]]:
        """Line, discounted amount of a month."""
        for piece in found:
            start, end, amount = done(self.view, piece, share, delay)
            told = self._told(piece.line, amount, start)
            for month, part in spread(told, months(self.view).cut(start, end)):
                if month is not None and month >= self.ahead.start:
                    yield piece.line, part * self._at(self._month.get(month, len(self._month)))

    # What a way is made of, line by line

    def cost_lines(self, investment: Investment, way: Way) -> Mapping[str, Decimal]:
        """What each cost plan line, by id, brings to the money of *way*; they add up to it."""
        share = self._variant(way).cost if way.variant else ONE
        sums: dict[str, Decimal] = {}
        for line, _, part in self._spent(self._cost_pieces(investment), share, way.delay):
            sums[line.id] = sums.get(line.id, Decimal(0)) + part
        return exactly(way.money, sums)

    def benefit_lines(self, investment: Investment, way: Way) -> Mapping[str, Decimal]:
        """What each benefit plan line, by id, brings to the value of *way*; they add up to it."""
        share = self._variant(way).benefit if way.variant else ONE
        safe = ONE - (investment.risk or Decimal(0))
        sums: dict[str, Decimal] = {}
        for line, part in self._gained(self._benefit_pieces(investment), share, way.delay):
            sums[line.id] = sums.get(line.id, Decimal(0)) + part * safe
        return exactly(way.value, sums)

    def _variant(self, way: Way) -> Variant:
        found: Variant = self.view.plan.table("variant")[way.variant or ""]
        return found

    def _cost_pieces(self, investment: Investment) -> list[Piece]:
        return list(
            pieces(self.view, self.ahead, self.view.plan.cost_plan_lines.by("investment", investment.id), "likely")
        )

    def _benefit_pieces(self, investment: Investment) -> list[Piece]:
        lines = self.view.plan.benefit_plan_lines.by("investment", investment.id)
        counted = [line for line in lines if line.type in CASH or not self._cash_only]
        return list(pieces(self.view, self.ahead, counted, "likely"))


def exactly(total: Decimal, parts: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
    """*parts* in cents; what rounding leaves of *total* is with the largest."""
    told = {key: rounded(part) for key, part in parts.items()}
    if told:
        largest = max(told, key=lambda key: (abs(told[key]), key))
        told[largest] += total - sum(told.values(), Decimal(0))
    return told


def shared_days(ahead: Horizon, start: date, end: date) -> Iterator[tuple[int, Decimal]]:
    """The periods that the days from *start* up to *end* fall in, each with the part of it that they are."""
    for place, period in enumerate(ahead.periods):
        days = (min(end, period.end) - max(start, period.start)).days
        if days > 0:
            yield place, Decimal(days) / period.days
