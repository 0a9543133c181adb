"""Re-forecasting: what somebody expects an investment to cost in a period, put into forecast lines.

The atom is the fiscal month. What is said of a longer period is spread over its months as they stand now. A line over
several months is cut where one of them is said anew, exactly as money is cut everywhere (:func:`.locking.pieces`), so
that the others keep their amounts. In a month without any forecast line the plan counts: once one amount is said
there, the plan's other amounts of that month are written down beside it, since from then on the lines count alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from .edits import Edit, change, create, remove
from .entity import derived_id, new_id
from .forecasting import ForecastLine
from .locking import pieces
from .money import split
from .periods import Period, periods_between
from .plan import Plan


class Purpose(msgspec.Struct, frozen=True, order=True):
    """Whose money, and which: a row of the forecast."""

    investment: str
    expense: str
    """``capex``, ``opex``, or empty where lines do not say."""
    currency: str


Said = Mapping[tuple[Purpose, Period], Decimal | None]
"""What is expected in a period; None goes back to the plan."""

Months = dict[tuple[Purpose, Period], Decimal]


def currency_of(plan: Plan, line: Any) -> str:
    """The currency of a line: its own, else its investment's; empty where neither names one."""
    if line.currency:
        return str(line.currency)
    investment = plan.investments.get(line.investment)
    return (investment.currency if investment is not None else None) or ""


def purpose_of(plan: Plan, line: Any) -> Purpose:
    return Purpose(line.investment, line.expense or "", currency_of(plan, line))


def stated(plan: Plan, investment: str) -> Months:
    """What forecast lines say of each fiscal month; a month is there only where some line speaks of it."""
    return _by_month(plan, plan.forecast_lines.by("investment", investment), "amount")


def planned(plan: Plan, investment: str) -> Months:
    """What the plan says of each fiscal month: likely amounts."""
    return _by_month(plan, plan.cost_plan_lines.by("investment", investment), "likely")


def _by_month(plan: Plan, lines: Iterable[Any], name: str) -> Months:
    found: Months = {}
    for line in lines:
        amount = getattr(line, name)
        if amount is None or line.start is None or line.end is None or line.end <= line.start:
            continue
        purpose = purpose_of(plan, line)
        for month, part in cut(plan, line, amount):
            found[purpose, month] = found.get((purpose, month), Decimal(0)) + part
    return found


def cut(plan: Plan, line: Any, amount: Decimal) -> list[tuple[Period, Decimal]]:
    """*amount* over the whole fiscal months that the line touches."""
    whole = list(periods_between(plan.calendar, line.start, line.end, "month"))
    parts = pieces(plan, line.start, line.end, amount)
    return [(month, part) for month, (_piece, part) in zip(whole, parts, strict=True)]


def restate(plan: Plan, said: Said) -> list[Edit]:
    """The edits that make *said* the forecast. What nobody spoke of stays as it is."""
    by_investment: dict[str, dict[tuple[Purpose, Period], Decimal | None]] = {}
    for (purpose, period), amount in said.items():
        by_investment.setdefault(purpose.investment, {})[purpose, period] = amount
    return [edit for id, wanted in by_investment.items() for edit in _Restating(plan, id).edits(wanted)]


class _Restating:
    """The forecast lines of one investment while amounts are put into them."""

    def __init__(self, plan: Plan, investment: str) -> None:
        self.plan = plan
        self.investment = plan.investments.get(investment)
        self.lines = [line for line in plan.forecast_lines.by("investment", investment) if line.start < line.end]
        self.stated = stated(plan, investment)
        self.planned = planned(plan, investment)
        self.spoken = {month for _purpose, month in self.stated}
        self.made: list[Edit] = []
        self.used: set[str] = set()

    def edits(self, wanted: Said) -> list[Edit]:
        months = self._by_month(wanted)
        months |= self._beside(months)
        for purpose in sorted({purpose for purpose, _month in months}):
            self._put(purpose, {month: amount for (own, month), amount in months.items() if own == purpose})
        return self.made

    def _by_month(self, wanted: Said) -> dict[tuple[Purpose, Period], Decimal | None]:
        """Each month's amount; what is said of several is spread as they stand, or by days."""
        found: dict[tuple[Purpose, Period], Decimal | None] = {}
        for (purpose, period), amount in wanted.items():
            months = list(periods_between(self.plan.calendar, period.start, period.end, "month"))
            if amount is None:
                found |= {(purpose, month): self._back(purpose, month) for month in months}
                continue
            now = [self.now(purpose, month) for month in months]
            weights = now if min(now) >= 0 and any(now) else [Decimal(month.days) for month in months]
            parts = split(
                amount, [(month.start.isoformat(), weight) for month, weight in zip(months, weights, strict=True)]
            )
            found |= {(purpose, month): parts[month.start.isoformat()] for month in months}
        return found

    def now(self, purpose: Purpose, month: Period) -> Decimal:
        """What counts in a month as things stand."""
        return (self.stated if month in self.spoken else self.planned).get((purpose, month), Decimal(0))

    def _back(self, purpose: Purpose, month: Period) -> Decimal | None:
        """What going back to the plan means: no line, unless other lines of the month would then count alone."""
        others = any(own != purpose and at == month for own, at in self.stated)
        return self.planned.get((purpose, month)) if others else None

    def _beside(
        self, months: Mapping[tuple[Purpose, Period], Decimal | None]
    ) -> dict[tuple[Purpose, Period], Decimal | None]:
        """The plan's other amounts of months that get their first line."""
        first = {
            month for (_purpose, month), amount in months.items() if amount is not None and month not in self.spoken
        }
        return {
            (purpose, month): amount
            for (purpose, month), amount in self.planned.items()
            if month in first and (purpose, month) not in months and amount
        }

    def _put(self, purpose: Purpose, months: Mapping[Period, Decimal | None]) -> None:
        """Say the amounts of one row."""
        parts: dict[Period, list[tuple[ForecastLine, Decimal]]] = {month: [] for month in months}
        whole: dict[Period, list[ForecastLine]] = {month: [] for month in months}
        for line in self.lines:
            if purpose_of(self.plan, line) != purpose:
                continue
            along = cut(self.plan, line, line.amount)
            if not any(month in months for month, _amount in along):
                continue
            if len(along) == 1:
                whole[along[0][0]].append(line)
                parts[along[0][0]].append((line, line.amount))
                continue
            self.made.append(remove("forecast_line", line.id))
            for month, amount in along:
                if month in months:
                    parts[month].append((line, amount))
                else:
                    self._create(purpose, month, amount, line)
        for month, target in months.items():
            self._month(purpose, month, target, parts[month], whole[month])

    def _month(
        self,
        purpose: Purpose,
        month: Period,
        target: Decimal | None,
        parts: list[tuple[ForecastLine, Decimal]],
        whole: list[ForecastLine],
    ) -> None:
        """Lines that lie in the month are changed, pieces of longer ones become lines of it, or one is made."""
        if target is None:
            self.made += [remove("forecast_line", line.id) for line in whole]
            return
        if not parts:
            self._create(purpose, month, target, None)
            return
        for line, amount in zip([line for line, _ in parts], _shared(target, [old for _, old in parts]), strict=True):
            if line not in whole:
                self._create(purpose, month, amount, line)
            elif amount != line.amount:
                self.made.append(change("forecast_line", line.id, amount=amount))

    def _create(self, purpose: Purpose, month: Period, amount: Decimal, like: ForecastLine | None) -> None:
        """A line of one month. Its id follows from what it is of, so that two people who make it meet."""
        kind = like.type if like is not None else None
        id = derived_id("forecast", purpose.investment, str(month.start), str(month.end), purpose.expense,
                        purpose.currency, kind or "")  # fmt: skip
        if id in self.used or id in self.plan.forecast_lines:
            id = new_id()
        self.used.add(id)
        own = self.investment.currency if self.investment is not None else None
        fields: dict[str, Any] = {
            "investment": purpose.investment,
            "start": month.start,
            "end": month.end,
            "expense": purpose.expense or None,
            "type": kind,
            "currency": purpose.currency if purpose.currency and purpose.currency != own else None,
            "amount": amount,
            "note": like.note if like is not None else None,
        }
        self.made.append(
            create("forecast_line", id, **{name: value for name, value in fields.items() if value is not None})
        )


def _shared(target: Decimal, amounts: list[Decimal]) -> list[Decimal]:
    """*target* over lines as their amounts stand to each other; all on the first where that says nothing."""
    if len(amounts) > 1 and min(amounts) >= 0 and any(amounts):
        parts = split(target, [(str(place), amount) for place, amount in enumerate(amounts)])
        return [parts[str(place)] for place in range(len(amounts))]
    return [target] + [Decimal(0)] * (len(amounts) - 1)
