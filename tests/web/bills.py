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

from northing.facts.asking import FactRow, Fold, Line
from northing.portfolio.edits import Edit, create
from northing.portfolio.entity import derived_id


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
    edits: list[Edit] = []
    for name in ("Claims", "Service", "Technology", "Underwriting"):
        edits.append(create("portfolio", id_of(name), name=name))
    for name, title in (("settle", "Settle claims in two days"), ("answer", "Answer in a minute"),
                        ("price", "Price risk right")):  # fmt: skip
        edits.append(create("objective", id_of(name), name=title, level="board"))
    edits += [
        create("fx_rate", id_of("usd"), base="USD", quote="EUR", on=date(today.year - 2, 1, 1), rate="0.92"),
        create("fx_rate", id_of("usd now"), base="USD", quote="EUR", on=month(this, -4), rate="0.89"),
        create("fx_rate", id_of("gbp"), base="GBP", quote="EUR", on=date(today.year - 2, 1, 1), rate="1.15"),
        create("fund", id_of("fund"), name="AI fund", currency="EUR"),
        create("account", id_of("money in"), name="Board", fund=id_of("fund"), type="source"),
        create("account", id_of("open"), name="Unassigned", fund=id_of("fund"), type="fund"),
    ]
    bills: list[Bill] = []
    first = date(today.year - 1, 1, 1)
    total = Decimal(0)
    for place, (name, portfolio, objective, capex, opex, factor, runs, currency) in enumerate(THINGS):
        id = id_of(name)
        edits.append(
            create("investment", id, name=name, portfolio=id_of(portfolio), currency=currency, owner=owner,
                   stage="scale" if place % 2 else "pilot", start=first, end=date(today.year + 2, 1, 1))
        )  # fmt: skip
        if objective:
            edits.append(
                create("strategic_contribution", id_of(f"{name} serves"), investment=id, objective=id_of(objective),
                       weight="1" if place % 3 else "0.6")
            )  # fmt: skip
        for quarter in range(12):
            start, end = month(first, quarter * 3), month(first, quarter * 3 + 3)
            for expense, amount in (("capex", capex), ("opex", opex)):
                if not amount:
                    continue
                likely = Decimal(amount) * 3
                edits.append(
                    create("cost_plan_line", id_of(f"{name} {quarter} {expense}"), investment=id, start=start, end=end,
                           expense=expense, likely=likely, budget=likely * Decimal(factor))
                )  # fmt: skip
        months = (today.year - first.year) * 12 + today.month
        for number in range(months):
            for expense, amount in (("capex", capex), ("opex", opex)):
                wobble = Decimal((number * 7 + place * 13) % 11 - 5) / 60
                day = month(first, number).replace(day=min(14, today.day) if number == months - 1 else 20)
                paid = Decimal(amount) * (Decimal(runs) + wobble)
                if paid > 0:
                    order = f"PO-{place}" if expense == "capex" else None
                    bills.append(Bill(day, paid.quantize(Decimal("0.01")), id, currency, expense, order))
        for number in range(1, 5):
            start = month(this, number)
            edits.append(
                create("forecast_line", id_of(f"{name} forecast {number}"), investment=id, start=start,
                       end=month(start, 1), expense="opex", amount=(Decimal(opex) * Decimal(runs)).quantize(Decimal(1)))
            )  # fmt: skip
            if capex:
                edits.append(
                    create("forecast_line", id_of(f"{name} forecast {number} capex"), investment=id, start=start,
                           end=month(start, 1), expense="capex", amount=Decimal(capex))
                )  # fmt: skip
        if capex:
            edits.append(
                create("commitment", id_of(f"{name} order"), investment=id, name="Build partner", supplier="Kadmos",
                       reference=f"PO-{place}", amount=Decimal(capex) * 30, expense="capex", start=first,
                       end=month(this, 7))
            )  # fmt: skip
        approved = Decimal(capex + opex) * 30
        total += approved
        edits += [
            create("account", id_of(f"{name} account"), name=name, fund=id_of("fund"), type="investment", investment=id),
            create("transfer", id_of(f"{name} transfer"), type="transfer", on=date(today.year - 1, 1, 10),
                   legs=[{"account": id_of("open"), "amount": str(-approved)},
                         {"account": id_of(f"{name} account"), "amount": str(approved)}]),
        ]  # fmt: skip
    given = total + 500000
    edits.append(
        create("transfer", id_of("approve"), type="approve", on=date(today.year - 1, 1, 5),
               legs=[{"account": id_of("money in"), "amount": str(-given)}, {"account": id_of("open"), "amount": str(given)}])
    )  # fmt: skip
    for number in range((today.year - first.year) * 12 + today.month):
        bills.append(Bill(month(first, number).replace(day=9), Decimal(9000 + 700 * number), None, "EUR", "opex"))
    edits += delivered(bills)
    for number in range(closed + left, left, -1):
        start = month(this, -number)
        edits.append(
            create("period_close", id_of(f"close {number}"), start=start, end=month(start, 1), on=month(start, 1).replace(day=4),
                   by=owner, note="Closed on the fourth working day",
                   accruals=[{"investment": id_of("Claims triage"), "amount": "12500", "currency": "EUR",
                              "expense": "capex", "reason": "Build partner, delivered and not billed"}])
        )  # fmt: skip
    return edits, Bills(bills)
