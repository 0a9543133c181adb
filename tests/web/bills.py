"""Bills without an engine: rows in memory that answer as facts do; and a small world whose money is looked at.

The rows name their investment themselves, as if rules had given them to it; None is what nobody claims.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from northing.facts.asking import Across, FactRow, Fold, Line
from northing.portfolio.edits import Edit, create
from northing.portfolio.entity import derived_id
from tests.facts_told import beside


def id_of(name: str) -> str:
    return derived_id("money", name)


@dataclass(frozen=True)
class Bill:
    day: date
    amount: Decimal
    investment: str | None
    currency: str = "EUR"
    expense: str = "opex"
    order: str | None = None


@dataclass
class Bills:
    """Answers folds over cost; of anything else there is nothing."""

    rows_in_force: list[Bill] = field(default_factory=list)

    def fold(self, fold: Fold, /) -> Sequence[Line]:
        found: dict[tuple[Any, ...], list[Decimal | int]] = {}
        for row in self.rows_in_force if fold.table == "cost" else ():
            span = None
            if fold.spans:
                place = bisect_right(fold.spans, row.day) - 1
                if place < 0 or place == len(fold.spans) - 1:
                    continue
                span = fold.spans[place]
            if fold.where and not self._holds(row, fold.where):
                continue
            cells = {"currency": row.currency, "expense": row.expense, "order_ref": row.order}
            by = tuple(cells.get(name) for name in fold.by)
            key = (span, row.investment if fold.attribute else None, by)
            known = found.setdefault(key, [Decimal(0), 0])
            if fold.sums == ("billed",):
                known[0] += row.amount
            known[1] += 1
        return [
            Line(span, investment, "rule" if investment else None, by, (Decimal(total),), int(lines))
            for (span, investment, by), (total, lines) in sorted(found.items(), key=repr)
        ]

    def across(self, fold: Fold, /) -> Sequence[Across]:
        return beside(fold, self.fold(fold))

    @staticmethod
    def _holds(row: Bill, where: str) -> bool:
        if "effective is empty" in where:
            return True
        if "not order_ref is empty" in where and row.order is None:
            return False
        return "currency = " not in where or f'currency = "{row.currency}"' in where or row.currency in where

    def rows(self, table: str, **_asked: Any) -> Sequence[FactRow]:
        return []

    def count(self, table: str, **_asked: Any) -> int:
        return 0

    def tags(self, table: str) -> Sequence[str]:
        return []

    def prices(
        self, provider: str | None = None, model: str | None = None, on: date | None = None
    ) -> Sequence[Mapping[str, Any]]:
        return []


def month(first: date, number: int) -> date:
    """The first day of the month *number* months after *first*."""
    index = first.year * 12 + first.month - 1 + number
    return date(index // 12, index % 12 + 1, 1)


def delivered(bills: Iterable[Bill], source: str = "cloud", name: str = "Cloud bill") -> list[Edit]:
    """The source and the delivery that the plan holds for *bills*."""
    days = sorted(bill.day for bill in bills)
    last = days[-1]
    batch = {
        "table": "cost", "month": f"{days[0]:%Y-%m}", "sha256": "0" * 64, "rows": len(days), "octets": 1,
        "start": days[0], "end": date.fromordinal(last.toordinal() + 1), "scopes": ["all"],
    }  # fmt: skip
    return [
        create("source", id_of(source), name=name, reader="focus", cadence_days=31, currency="EUR"),
        create("delivery", id_of(f"{source} delivery"), source=id_of(source), name="bill.csv", input_sha256="0" * 64,
               reader="focus 1", received="2026-01-01T00:00:00Z", scopes={"cost": ["all"]}, batches=[batch],
               rows_in=len(days), start=days[0], end=batch["end"]),
    ]  # fmt: skip


THINGS = (
    # name, portfolio, objective, capex and opex a month, budget factor, how the bills run, currency
    ("Claims triage", "Claims", "settle", 18000, 22000, "1.00", "1.12", "EUR"),
    ("Fraud signals", "Claims", "settle", 9000, 31000, "1.05", "0.93", "EUR"),
    ("Photo damage estimate", "Claims", "settle", 26000, 8000, "1.00", "1.31", "EUR"),
    ("Answer assistant", "Service", "answer", 6000, 24000, "1.10", "0.98", "EUR"),
    ("Call summaries", "Service", "answer", 2500, 11000, "1.00", "1.04", "USD"),
    ("Knowledge search", "Service", "answer", 7000, 9500, "1.00", "0.88", "EUR"),
    ("Code assistant", "Technology", None, 0, 42000, "1.00", "1.19", "USD"),
    ("Model platform", "Technology", None, 35000, 27000, "1.02", "1.01", "EUR"),
    ("Underwriting copilot", "Underwriting", "price", 14000, 16000, "0.95", "0.97", "GBP"),
    ("Document intake", "Underwriting", "price", 5000, 7000, "1.00", "0.9", "EUR"),
)


def world(today: date, *, closed: int = 2, left: int = 0, owner: str | None = None) -> tuple[list[Edit], Bills]:
    """Ten investments in four portfolios over three years, with bills until this month.

    *closed* months are closed, the last of them *left* months before the last one that is over.
    """
    this = today.replace(day=1)
    first = date(today.year - 1, 1, 1)
    months = (today.year - first.year) * 12 + today.month
    bills = [Bill(month(first, number).replace(day=9), Decimal(9000 + 700 * number), None) for number in range(months)]
    edits = _frame(today, this)
    given = Decimal(500000)
    for place, thing in enumerate(THINGS):
        edits += _planned(place, thing, first, this, owner)
        edits += _funded(thing, date(today.year - 1, 1, 10))
        bills += _billed(place, thing, first, today)
        given += (thing[3] + thing[4]) * 30
    edits.append(_transfer("approve", "approve", date(today.year - 1, 1, 5), "money in", "open", given))
    edits += delivered(bills)
    edits += [_close(number, this, owner) for number in range(closed + left, left, -1)]
    return edits, Bills(bills)


def _frame(today: date, this: date) -> list[Edit]:
    """Portfolios, objectives, rates and a fund."""
    before = date(today.year - 2, 1, 1)
    objectives = {"settle": "Settle claims in two days", "answer": "Answer in a minute", "price": "Price risk right"}
    return [
        *(create("portfolio", id_of(name), name=name) for name in dict.fromkeys(thing[1] for thing in THINGS)),
        *(create("objective", id_of(name), name=title, level="board") for name, title in objectives.items()),
        create("fx_rate", id_of("usd"), base="USD", quote="EUR", on=before, rate="0.92"),
        create("fx_rate", id_of("usd now"), base="USD", quote="EUR", on=month(this, -4), rate="0.89"),
        create("fx_rate", id_of("gbp"), base="GBP", quote="EUR", on=before, rate="1.15"),
        create("fund", id_of("fund"), name="AI fund", currency="EUR"),
        create("account", id_of("money in"), name="Board", fund=id_of("fund"), type="source"),
        create("account", id_of("open"), name="Unassigned", fund=id_of("fund"), type="fund"),
    ]


Thing = tuple[str, str, str | None, int, int, str, str, str]


def _planned(place: int, thing: Thing, first: date, this: date, owner: str | None) -> list[Edit]:
    """One investment with its plan by quarter, its forecast of the next four months, and an order."""
    name, portfolio, objective, capex, opex, factor, runs, currency = thing
    id = id_of(name)
    made = [
        create("investment", id, name=name, portfolio=id_of(portfolio), currency=currency, owner=owner,
               stage="scale" if place % 2 else "pilot", start=first, end=date(first.year + 3, 1, 1))
    ]  # fmt: skip
    if objective:
        weight = "1" if place % 3 else "0.6"
        aim = id_of(objective)
        made.append(
            create("strategic_contribution", id_of(f"{name} serves"), investment=id, objective=aim, weight=weight)
        )
    each = [(expense, Decimal(amount)) for expense, amount in (("capex", capex), ("opex", opex)) if amount]
    for quarter in range(12):
        start, end = month(first, quarter * 3), month(first, quarter * 3 + 3)
        made += [
            create("cost_plan_line", id_of(f"{name} {quarter} {expense}"), investment=id, start=start, end=end,
                   expense=expense, likely=amount * 3, budget=amount * 3 * Decimal(factor))
            for expense, amount in each
        ]  # fmt: skip
    for number in range(1, 5):
        start = month(this, number)
        for expense, amount in each:
            said = (amount * Decimal(runs)).quantize(Decimal(1)) if expense == "opex" else amount
            made.append(
                create("forecast_line", id_of(f"{name} forecast {number} {expense}"), investment=id, start=start,
                       end=month(start, 1), expense=expense, amount=said)
            )  # fmt: skip
    if capex:
        made.append(
            create("commitment", id_of(f"{name} order"), investment=id, name="Build partner", supplier="Kadmos",
                   reference=f"PO-{place}", amount=Decimal(capex) * 30, expense="capex", start=first,
                   end=month(this, 7))
        )  # fmt: skip
    return made


def _funded(thing: Thing, on: date) -> list[Edit]:
    """The account of an investment, with thirty months of its plan in it."""
    name, approved = thing[0], Decimal(thing[3] + thing[4]) * 30
    account = f"{name} account"
    return [
        create("account", id_of(account), name=name, fund=id_of("fund"), type="investment", investment=id_of(name)),
        _transfer(f"{name} transfer", "transfer", on, "open", account, approved),
    ]


def _transfer(name: str, type: str, on: date, of: str, to: str, amount: Decimal) -> Edit:
    legs = [{"account": id_of(of), "amount": str(-amount)}, {"account": id_of(to), "amount": str(amount)}]
    return create("transfer", id_of(name), type=type, on=on, legs=legs)


def _billed(place: int, thing: Thing, first: date, today: date) -> list[Bill]:
    """A bill a month for capex and one for opex, around what is planned."""
    name, _portfolio, _objective, capex, opex, _factor, runs, currency = thing
    found = []
    months = (today.year - first.year) * 12 + today.month
    for number in range(months):
        day = month(first, number).replace(day=min(14, today.day) if number == months - 1 else 20)
        wobble = Decimal((number * 7 + place * 13) % 11 - 5) / 60
        for expense, amount, order in (("capex", capex, f"PO-{place}"), ("opex", opex, None)):
            paid = (Decimal(amount) * (Decimal(runs) + wobble)).quantize(Decimal("0.01"))
            if paid > 0:
                found.append(Bill(day, paid, id_of(name), currency, expense, order))
    return found


def _close(number: int, this: date, owner: str | None) -> Edit:
    start = month(this, -number)
    accrual = {
        "investment": id_of("Claims triage"), "amount": "12500", "currency": "EUR", "expense": "capex",
        "reason": "Build partner, delivered and not billed",
    }  # fmt: skip
    return create(
        "period_close", id_of(f"close {number}"), start=start, end=month(start, 1),
        on=month(start, 1).replace(day=4), by=owner, note="Closed on the fourth working day", accruals=[accrual],
    )  # fmt: skip
