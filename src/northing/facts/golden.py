"""The golden set: questions about made-up facts, whose answers every engine must give row by row.

The facts are made without chance: empty cells, odd characters, amounts of twelve decimals, rules that overlap. The
trees are those that :class:`.engine.FactsAt` runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from northing.portfolio.fact_table import FactTable
from northing.portfolio.facts import COST, PRICE, AttributionRule
from northing.portfolio.workspace import FiscalCalendar

from .asking import Fold
from .attributing import Rules, compiled
from .dialect import query
from .filtering import FactWords, condition
from .relation import Cuts
from .trees import fold_tree, rows_tree

ROWS = 600
CALENDAR = FiscalCalendar(id="golden", name="From April", start_month=4)
SPANS = (date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1), date(2026, 4, 1))
SERVICES = ("Chat", "chat ", "Übersetzung", 'It\'s "quoted"', "100% \\ done_", None, "数据")
WHERES = (
    "account = 1001",
    "not account = 1001 and tag.project = alpha",
    "service contains ü or service contains '%'",
    "tag.\"cost center\" in (42, '4 2') or tag.project is empty",
    "service starts with ch and ai = yes",
    "not (account is empty or ai = no)",
    'service = "it\'s \\"quoted\\""',
)
GROUPS = (("currency",), ("currency", "account", "tag.project"), ("currency", "service", "ai", "day"))
FILTERS = ("", "billed > 100 EUR or billed < 0", "day in FY26-Q4 and not service is empty", "day = 2026-01-15", "数据")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One query over the table ``facts``, and the table that this stands for."""

    name: str
    table: FactTable
    tree: Any


def rows(table: FactTable) -> Iterator[dict[str, Any]]:
    """The made-up facts of *table*, by column; ``file`` too."""
    for number in range(ROWS):
        mixed = (number * 7919 + number // 7) % 10_007
        day = date(2025, 10, 1) + timedelta(days=mixed % 200)
        common = {"source": f"s{mixed % 2}", "scope": f"{day:%Y-%m}", "line": number + 1, "file": f"f{mixed % 3}"}
        if table is PRICE:
            yield {
                **common, "provider": f"p{mixed % 5}", "model": f"m{mixed % 40}", "tokens": "input", "start": day,
                "until": day + timedelta(days=mixed % 90) if mixed % 3 else None, "currency": "USD",
                "price": Decimal(mixed).scaleb(-3), "condition": "batch" if mixed % 11 == 0 else None,
            }  # fmt: skip
            continue
        project = ("alpha", "beta", "Gämma", "")[mixed % 4]
        yield {
            **common, "day": day, "currency": ("EUR", "USD", "JPY")[mixed % 3],
            "billed": Decimal(mixed * 1_000_003 - 4_000_000_000).scaleb(-12) * (mixed % 17),
            "effective": None if mixed % 13 == 0 else Decimal(mixed).scaleb(-2),
            "account": None if mixed % 10 == 0 else str(1000 + mixed % 4), "service": SERVICES[mixed % len(SERVICES)],
            "ai": (True, False, None)[mixed % 3],
            "tags": None if mixed % 6 == 0 else f'{{"project":"{project}","cost center":"{mixed % 50}"}}',
        }  # fmt: skip


def golden_rules() -> Rules:
    """Seventy rules, so that a mark has more than one number: shares, days and conditions that overlap."""
    return compiled(
        (
            AttributionRule(
                id=f"r{number:02}", where=WHERES[number % len(WHERES)], investment=f"i{number % 9}",
                share=Decimal(number % 10 + 1).scaleb(-2), precedence=number % 5,
                start=SPANS[number % 4] + timedelta(days=number) if number % 3 else None,
                end=SPANS[-1] - timedelta(days=number) if number % 2 else None,
            )
            for number in range(70)
        ),
        "cost",
        CALENDAR,
    )  # fmt: skip


def questions() -> list[Question]:
    """Every query file, with spans, groups, filters and rules put into it as pages do."""
    words, rules = FactWords(COST, CALENDAR, ruled=False), golden_rules()
    few = compiled([asked.rule for asked in rules.asked[:5]], "cost", CALENDAR)
    asked = []
    for number, text in enumerate(FILTERS):
        found = condition(text, words) if text else None
        for attributed, groups in ((None, GROUPS), (rules, GROUPS[:2] if number < 2 else GROUPS[:1])):
            for by in groups:
                fold = Fold(table="cost", sums=("billed", "effective"), by=by, spans=SPANS, where=text)
                cuts = Cuts(SPANS, attributed.days if attributed else ())
                name = f"sums {number} by {', '.join(by)}{' with rules' if attributed else ''}"
                asked.append(
                    Question(name=name, table=COST, tree=fold_tree(fold, COST, words, cuts, attributed, found))
                )
        parts = [((mark,), few.parts((mark,))) for mark in range(1 << len(few.asked))]
        tree = rows_tree(COST, words, few, parts, where=text, span=(SPANS[0], SPANS[2]), today=None)
        asked.append(Question(name=f"rows {number}", table=COST, tree=tree))
    asked.append(Question(name="tags", table=COST, tree=query("tags")))
    asked.append(Question(name="prices", table=PRICE, tree=query("prices")))
    return asked
