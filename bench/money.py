"""The money page of a workspace of 10,000 investments: first with new facts, after an edit, and warm.

The facts are nineteen months of bills in Parquet: a row for each account and month, an account for each investment, and
one rule for every tenth of them, so that most money is unattributed and must still be added up.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "northing.settings")

from bench.measure import TODAY, entities
from bench.measuring import Sheet, cpu
from northing.facts.engine import FactsAt
from northing.facts.kept import ANSWERS
from northing.facts.store import Store, sha256_of
from northing.measure.burn import burn
from northing.measure.columns import view_of
from northing.measure.figures import figure, why
from northing.measure.levels import ORGANISATION, Scope
from northing.measure.money import money, money_by_investment, money_by_part
from northing.measure.spend import spend
from northing.measure.table import ask
from northing.measure.unattributed import unattributed
from northing.measure.view import View
from northing.measure.waterfall import waterfall
from northing.portfolio.entity import Entity
from northing.portfolio.facts import COST, AttributionRule, Batch, Delivery, Source
from northing.portfolio.forecasting import ForecastLine
from northing.portfolio.plan import Plan
from northing.portfolio.rates import FxRate

MONTHS = tuple(date(2024 + (10 + index) // 12, (10 + index) % 12 + 1, 1) for index in range(19))

TYPES = {"text": "VARCHAR", "date": "DATE", "integer": "BIGINT", "flag": "BOOLEAN", "tags": "VARCHAR"}


def bills(store: Store, accounts: int, rows: int) -> Delivery:
    """*rows* a month and account, written as a delivery."""
    import duckdb

    batches = []
    given = {
        "source": "'bill'",
        "scope": "'all'",
        "line": "row_number() over ()",
        "billed": "cast((i * 7919 % 100000) / 100 as decimal(24,12))",
        "effective": "cast((i * 7919 % 100000) / 100 as decimal(24,12))",
        "currency": "case when i % 3 = 0 then 'USD' else 'EUR' end",
        "account": f"'acc-' || (i % {accounts})",
        "provider": "case when i % 5 = 0 then 'OpenAI' else 'AWS' end",
        "service": "'service ' || (i % 12)",
        "expense": "case when i % 4 = 0 then 'capex' else 'opex' end",
    }
    for month in MONTHS:
        given["day"] = f"date '{month}' + cast(i % 28 as integer)"
        columns = ", ".join(
            f"cast({given.get(column.name, 'null')} as {TYPES.get(column.type, 'DECIMAL(24,12)')}) as {column.name}"
            for column in COST.columns
        )
        with store.workbench() as bench:
            draft = Path(bench) / "draft.parquet"
            duckdb.execute(
                f"copy (select {columns} from range({accounts * rows}) t(i) order by day) to '{draft}' (format parquet)"
            )
            sha256, octets = sha256_of(draft), draft.stat().st_size
            label = month.isoformat()[:7]
            store.keep(draft, store.parquet("cost", label, sha256))
        batches.append(
            Batch(
                table="cost",
                month=label,
                sha256=sha256,
                rows=accounts * rows,
                octets=octets,
                start=month,
                end=month + timedelta(days=28),
                scopes=("all",),
            )
        )
    return Delivery(
        id="bills",
        source="bill",
        name="bills.parquet",
        input_sha256="0" * 64,
        reader="bench 1",
        received="2026-06-01T00:00:00Z",
        scopes={"cost": ["all"]},
        batches=tuple(batches),
        start=batches[0].start,
        end=batches[-1].end,
    )


def workspace(investments: int, rules: int) -> Iterator[Entity]:
    """Investments with plan lines, contributions and so on, and what money needs."""
    made = entities(investments)
    yield from made
    yield Source(id="bill", name="Bill", reader="focus", cadence_days=7)
    yield from (
        FxRate(id=f"fx{index}", base="USD", quote="EUR", on=month, rate=Decimal("0.9") + Decimal(index) / 1000)
        for index, month in enumerate(MONTHS)
    )
    ids = [entity.id for entity in made if entity.KIND == "investment"]
    for index, id in enumerate(ids):
        start = date(2026, index % 12 + 1, 1)
        yield ForecastLine(
            id=f"f{index}", investment=id, start=start, end=start + timedelta(days=60), amount=Decimal(900)
        )
        if index < rules:
            yield AttributionRule(id=f"r{index}", number=f"RULE-{index}", where=f"account = acc-{index}", investment=id)


PAGES = {
    "money page of the organisation": lambda view: (
        money(view, ORGANISATION),
        waterfall(view, ORGANISATION),
        burn(view, ORGANISATION),
        money_by_part(view, "portfolio"),
    ),
    "money page of an objective": lambda view: (
        money(view, objective(view)),
        waterfall(view, objective(view)),
        burn(view, objective(view)),
    ),
}


def objective(view: View) -> Scope:
    return Scope("objective", next(iter(view.plan.objectives)))


def main() -> int:
    short = "--short" in sys.argv
    sheet = Sheet("Money")
    size, rules, rows = (2_000, 100, 1) if short else (10_000, 1_000, 6)
    with tempfile.TemporaryDirectory() as folder:
        store = Store("bench", folder=Path(folder))
        delivery = bills(store, size, rows)
        plan = Plan.of("bench", "main", 1, [*workspace(size, rules), delivery])
        box: list[View] = []

        def fresh() -> None:
            ANSWERS.forget()
            own = Plan.of("bench", "main", 1, plan.all())
            box[:] = [view_of(own, {}, TODAY, facts=FactsAt(store, own))]

        def edited() -> None:
            line = next(iter(box[0].plan.forecast_lines.values()))
            changed = ForecastLine(
                id=line.id, investment=line.investment, start=line.start, end=line.end, amount=Decimal(1)
            )
            own = box[0].plan.step(box[0].plan.no + 1, {"forecast_line": {line.id: changed}})
            box[:] = [view_of(own, {}, TODAY, facts=FactsAt(store, own))]

        for name, page in PAGES.items():
            sheet.note(
                f"{size:,} {name}, new facts",
                cpu(lambda page=page: page(box[0]), before=fresh, times=1 if short else 3),
            )
            sheet.note(f"{size:,} {name}, after an edit", cpu(lambda page=page: page(box[0]), before=edited))
            sheet.within(f"{size:,} {name}, warm", cpu(lambda page=page: page(box[0])), 0.15)
        for name, measure in (
            ("money of every investment", money_by_investment),
            ("spend by portfolio", lambda view: spend(view, by="portfolio")),
            ("what nobody claims", unattributed),
            (
                "columns of actual money",
                lambda view: ask(view, "investment", columns=("actual", "eac", "vac"), limit=50),
            ),
            ("why of the organisation's actual", lambda view: why(view, figure("money.actual"))),
        ):
            sheet.note(f"{size:,} {name}, first", cpu(lambda measure=measure: measure(box[0]), before=fresh, times=1))
            sheet.note(f"{size:,} {name}, warm", cpu(lambda measure=measure: measure(box[0])))
    sheet.show()
    return sheet.failed


if __name__ == "__main__":
    sys.exit(main())
