"""Filters, tables and measures over a plan in memory, against plain comprehensions that read the same rows.

Three sizes; 10,000 investments (50,000 entities) is the one that the limits speak of. *Warm* is a plan whose columns
were asked before, *first* is one that was just stepped to by a commit that touched every table.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from bench.measuring import Sheet, cpu
from bench.organisation import edits
from northing.measure.attention import attention
from northing.measure.columns import view_of
from northing.measure.difference import differences
from northing.measure.line_of_sight import line_of_sight
from northing.measure.roadmap import roadmap
from northing.measure.rollup import strategy
from northing.measure.search import fold, search
from northing.measure.table import ask
from northing.measure.view import View
from northing.portfolio.edits import apply, check_body
from northing.portfolio.entity import Entity
from northing.portfolio.filter import ask_plan
from northing.portfolio.investment import Stage
from northing.portfolio.plan import Plan

TODAY = date(2026, 6, 1)
SIZES = (1_000, 10_000, 30_000)
LIMITED = 10_000
COLUMNS = (
    "number", "name", "portfolio", "value_stream", "owner", "sponsor", "stage", "spend_class", "category", "health",
    "planned", "budget", "start", "end", "chain", "next_gate_due", "systems", "objectives", "whole_life_cost", "tags",
)  # fmt: skip


def entities(investments: int) -> list[Entity]:
    found = []
    for edit in edits(investments * 5):
        body = apply(None, edit)
        assert body is not None
        found.append(check_body(edit.kind, body)[0])
    return found


def fresh(made: list[Entity]) -> View:
    """A View of a plan of which nothing was asked yet."""
    return view_of(Plan.of("bench", "main", 1, made), {}, TODAY)


def filters(sheet: Sheet, made: list[Entity], size: int) -> None:
    view = fresh(made)
    plan = view.plan
    investments = list(plan.investments.values())
    march = date(2025, 3, 1)

    def sums() -> dict[str, Decimal]:
        total: dict[str, Decimal] = {}
        for line in plan.cost_plan_lines.values():
            total[line.investment] = total.get(line.investment, Decimal(0)) + (line.likely or 0)
        return total

    planned = sums()
    deployed = {system.investment for system in plan.ai_systems.values() if "fraud" in system.name}
    floors: dict[str, Callable[[], Any]] = {
        "stage = pilot": lambda: {one.id for one in investments if one.stage == Stage.PILOT},
        "stage = pilot and start >= 2025-03 and not portfolio is empty": lambda: {
            one.id
            for one in investments
            if one.stage == Stage.PILOT and one.start is not None and one.start >= march and one.portfolio is not None
        },
        'name contains fraud or portfolio = "Portfolio 3"': lambda: {
            one.id
            for one in investments
            if "fraud" in one.name.casefold() or plan.portfolios[one.portfolio].name == "Portfolio 3"
        },
        "planned > 50000": lambda: {one.id for one in investments if planned.get(one.id, Decimal(0)) > 50000},
        "ai_systems.name contains fraud": lambda: {one.id for one in investments if one.id in deployed},
        "claims backlogs": lambda: {
            one.id
            for one in investments
            if all(
                word in f"{one.name} {one.description} {one.problem} {' '.join(one.tags)}".casefold()
                for word in ("claims", "backlogs")
            )
        },
    }
    for text, floor in floors.items():
        assert ask_plan(text, view, "investment")[0] == floor(), text
        ours = cpu(lambda text=text: ask_plan(text, view, "investment"))
        sheet.against(f"{size:,} filter: {text}", ours, cpu(floor), 10, floor_name="comprehension")
        if size == LIMITED:
            sheet.within(f"{size:,} filter: {text}", ours, 0.05)
    box: list[View] = []

    def renew() -> None:
        box[:] = [fresh(made)]

    first = cpu(lambda: ask_plan("planned > 50000 and chain = unbroken", box[0], "investment"), before=renew)
    sheet.note(f"{size:,} filter, first: planned and chain", first)


def searches(sheet: Sheet, made: list[Entity], size: int) -> None:
    view = fresh(made)
    search(view, "warm", 10)
    texts = [fold(" ".join(_words(one))) for one in made]
    for text in ("fraud", "claims backlogs", "inv-77", "77", "nothing of it"):
        ours = cpu(lambda text=text: search(view, text, 10))
        floor = cpu(lambda text=text: [one for one in texts if all(word in one for word in text.split())])
        sheet.against(f"{size:,} search: {text}", ours, floor, 2, floor_name="all texts looked through")


def _words(entity: Entity) -> Iterator[str]:
    return (value for name in entity.__struct_fields__ if isinstance(value := getattr(entity, name), str))


def tables(sheet: Sheet, made: list[Entity], size: int) -> None:
    view = fresh(made)
    wishes: dict[str, dict[str, Any]] = {
        "all rows, 20 columns": {"columns": COLUMNS},
        "sorted by two, window of 200": {"columns": COLUMNS, "sort": ("-planned", "name"), "limit": 200},
        "grouped by two with sums, window of 200": {
            "columns": COLUMNS,
            "by": ("portfolio", "stage"),
            "sums": ("planned", "count", "mean planned"),
            "limit": 200,
        },
        "filtered, sorted, grouped by quarter": {
            "columns": COLUMNS,
            "where": "stage in (pilot, scale) and planned > 10k",
            "by": ("start:quarter",),
            "sums": ("planned",),
            "sort": ("-planned",),
            "limit": 200,
        },
    }
    for name, wish in wishes.items():
        ask(view, "investment", **wish)
        ours = cpu(lambda wish=wish: ask(view, "investment", **wish))
        if size == LIMITED:
            sheet.within(f"{size:,} × 20 table: {name}", ours, 0.1)
        else:
            sheet.note(f"{size:,} × 20 table: {name}", ours)


def measures(sheet: Sheet, made: list[Entity], size: int) -> None:
    box: list[View] = []

    def renew() -> None:
        box[:] = [fresh(made)]

    for name, measure in (
        ("line of sight", line_of_sight),
        ("strategy tree", strategy),
        ("attention", attention),
        ("roadmap", roadmap),
    ):
        sheet.note(f"{size:,} {name}, first", cpu(lambda measure=measure: measure(box[0]), before=renew))
        sheet.note(f"{size:,} {name}, warm", cpu(lambda measure=measure: measure(box[0])))
    before = fresh(made)
    changed = {}
    for investment in list(before.plan.investments.values())[: size // 10]:
        changed[investment.id] = type(investment)(id=investment.id, name=investment.name, stage=Stage.STOPPED)
    after = view_of(before.plan.step(2, {"investment": changed}), {}, TODAY)

    class Changed:
        kind = "investment"
        revisions = (2,)

        def __init__(self, id: str) -> None:
            self.id, self.before, self.after = id, before.plan.investments[id], after.plan.investments[id]

    changes = [Changed(id) for id in changed]
    sheet.note(f"{size:,} difference with a tenth changed", cpu(lambda: differences(before, after, changes)))


def main() -> int:
    sheet = Sheet("Measures over a plan in memory")
    for size in SIZES[:2] if "--short" in sys.argv else SIZES:
        made = entities(size)
        filters(sheet, made, size)
        searches(sheet, made, size)
        tables(sheet, made, size)
        measures(sheet, made, size)
    sheet.show()
    return sheet.failed


if __name__ == "__main__":
    sys.exit(main())
