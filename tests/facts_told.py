"""Facts in memory, attributed row by row: what the engine's answers are compared with, and what measures are tested on.

Deliberately plain: no folding, no files. Each row is asked every rule, each rule takes its share, and lines are sums
over the parts that come of it.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal
from typing import Any

from northing.facts.asking import ANY, Across, FactRow, Fold, Line
from northing.portfolio.facts import TABLES, AttributionRule, Batch, Delivery
from northing.portfolio.filter.reader import read
from northing.portfolio.filter.tree import Among, And, Blank, Compare, Everything, Match, Node, Not, Or
from northing.portfolio.plan import Plan

WIDE = Context(prec=200)


@dataclass(frozen=True)
class Part:
    investment: str | None
    rule: str | None
    share: Decimal


def beside(fold: Fold, lines: Iterable[Line]) -> list[Across]:
    """Lines of a fold with their spans beside each other."""
    found: dict[Any, dict[date | None, Line]] = {}
    for line in lines:
        found.setdefault((line.investment, line.rule, line.by), {})[line.span] = line
    return [
        Across(
            *key,
            tuple(of[day].sums[0] if day in of else None for day in fold.spans[:-1]),
            sum(one.lines for one in of.values()),
        )
        for key, of in found.items()
    ]


class FactsTold:
    """The facts of one plan: rows by delivery, and its rules."""

    def __init__(self, plan: Plan, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """*rows*: delivery → rows, each with ``table``, ``scope``, ``line`` and the table's columns."""
        self.plan, self.told = plan, rows
        winners: dict[tuple[str, str, str], str] = {}
        for delivery in sorted(plan.deliveries.values(), key=lambda one: (one.received, one.id)):
            for table, scopes in delivery.scopes.items():
                for scope in scopes:
                    winners[delivery.source, table, scope] = delivery.id
        self.found: list[FactRow] = []
        for (source, table, scope), delivery in winners.items():
            for row in rows.get(delivery, ()):
                if row["table"] == table and row["scope"] == scope:
                    values = {column.name: row.get(column.name) for column in TABLES[table].columns}
                    values["source"] = source
                    self.found.append(FactRow(table=table, values=values, delivery=delivery, line=row.get("line") or 0))
        self.found.sort(
            key=lambda row: (row.values[TABLES[row.table].day], row.values["source"], row.values["scope"], row.line)
        )

    def parts(self, row: FactRow) -> list[Part]:
        left, found = Decimal(1), []
        day = row.values[TABLES[row.table].day]
        for rule in in_order(self.plan.attribution_rules.values()):
            if rule.tables not in ("both", row.table):
                continue
            if (rule.start is not None and day < rule.start) or (rule.end is not None and day >= rule.end):
                continue
            if not named(_read(rule.where)) <= set(row.values) or not holds(rule.where, row.values):
                continue  # a rule that cannot be asked of a table claims nothing there
            share = min(rule.share, left)
            if share:
                found.append(Part(rule.investment, rule.id, share))
                left -= share
        return [*found, Part(None, None, left)] if left else found

    def fold(self, fold: Fold, /) -> list[Line]:
        sums: dict[Any, list[Decimal]] = {}
        lines: dict[Any, int] = {}
        for row in self._rows(fold.table, fold.where):
            span = _span(fold.spans, row.values[TABLES[fold.table].day])
            if fold.spans and span is None:
                continue
            by = tuple(_value(row.values, name) for name in fold.by)
            for part in self.parts(row) if fold.attribute else [Part(None, None, Decimal(1))]:
                key = (span, part.investment, part.rule, by)
                into = sums.setdefault(key, [Decimal(0)] * len(fold.sums))
                lines[key] = lines.get(key, 0) + 1
                for index, name in enumerate(fold.sums):
                    into[index] = WIDE.fma(Decimal(row.values[name] or 0), part.share, into[index])
        return [Line(*key, tuple(into), lines[key]) for key, into in sorted(sums.items(), key=str)]

    def across(self, fold: Fold, /) -> list[Across]:
        return beside(fold, self.fold(fold))

    def rows(
        self,
        table: str,
        *,
        where: str = "",
        span: tuple[date, date] | None = None,
        investment: Any = ANY,
        rule: str | None = None,
        offset: int = 0,
        limit: int = 100,
        today: date | None = None,
    ) -> list[FactRow]:
        return self._parts_of(table, where, span, investment, rule)[offset : offset + limit]

    def count(
        self,
        table: str,
        *,
        where: str = "",
        span: tuple[date, date] | None = None,
        investment: Any = ANY,
        rule: str | None = None,
        today: date | None = None,
    ) -> int:
        return len(self._parts_of(table, where, span, investment, rule))

    def of_delivery(self, id: str) -> FactsTold:
        others: dict[str, Delivery | None] = {other: None for other in self.plan.deliveries if other != id}
        return FactsTold(self.plan.step(self.plan.no, {"delivery": dict(others)}), self.told)

    def tags(self, table: str) -> list[str]:
        return sorted({key for row in self.found if row.table == table for key in row.values.get("tags") or {}})

    def prices(
        self, provider: str | None = None, model: str | None = None, on: date | None = None
    ) -> list[Mapping[str, Any]]:
        return [
            row.values
            for row in self.found
            if row.table == "price"
            and provider in (None, row.values["provider"])
            and model in (None, row.values["model"])
            and (
                on is None or (row.values["start"] <= on and (row.values["until"] is None or on < row.values["until"]))
            )
        ]

    def _rows(self, table: str, where: str) -> Iterable[FactRow]:
        return (row for row in self.found if row.table == table and holds(where, row.values))

    def _parts_of(
        self, table: str, where: str, span: tuple[date, date] | None, investment: Any, rule: str | None
    ) -> list[FactRow]:
        day = TABLES[table].day
        return [
            FactRow(
                table=table,
                values=row.values,
                delivery=row.delivery,
                line=row.line,
                share=part.share,
                investment=part.investment,
                rule=part.rule,
            )
            for row in self._rows(table, where)
            if span is None or span[0] <= row.values[day] < span[1]
            for part in self.parts(row)
            if (
                investment is ANY
                or part.investment in (investment if isinstance(investment, frozenset) else [investment])
            )
            and rule in (None, part.rule)
        ]


def in_order(rules: Iterable[AttributionRule]) -> list[AttributionRule]:
    def digits(number: str | None) -> int:
        found = "".join(char for char in number or "" if char.isdigit())
        return int(found) if found else 0

    return sorted(rules, key=lambda rule: (rule.precedence, digits(rule.number), rule.id))


def delivery(
    id: str, source: str, rows: Sequence[Mapping[str, Any]], received: str = "2026-01-01T00:00:00Z", **more: Any
) -> Delivery:
    """The delivery that states *rows*, one batch a table and month."""
    scopes: dict[str, list[str]] = {}
    months: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        scopes.setdefault(row["table"], [])
        if row["scope"] not in scopes[row["table"]]:
            scopes[row["table"]].append(row["scope"])
        day = row[TABLES[row["table"]].day]
        months.setdefault((row["table"], day.isoformat()[:7]), []).append(row)
    days = [row[TABLES[row["table"]].day] for row in rows]
    return Delivery(
        id=id,
        source=source,
        name=more.pop("name", f"{id}.csv"),
        input_sha256=hashlib.sha256(id.encode()).hexdigest(),
        reader="told 1",
        received=received,
        scopes=scopes,
        rows_in=len(rows),
        start=min(days, default=None),
        end=max(days) + timedelta(days=1) if days else None,
        batches=tuple(
            Batch(
                table=table,
                month=month,
                sha256=hashlib.sha256(f"{id} {table} {month}".encode()).hexdigest(),
                rows=len(found),
                octets=0,
                start=min(row[TABLES[table].day] for row in found),
                end=max(row[TABLES[table].day] for row in found) + timedelta(days=1),
                scopes=tuple(dict.fromkeys(row["scope"] for row in found)),
            )
            for (table, month), found in sorted(months.items())
        ),
        **more,
    )


def holds(where: str, values: Mapping[str, Any]) -> bool:
    return _holds(_read(where), values)


@functools.cache
def _read(where: str) -> Node:
    return read(where).root


def named(node: Node) -> set[str]:
    """The columns that a condition asks for; tags are one of them."""
    if isinstance(node, Not):
        return named(node.part)
    if isinstance(node, (And, Or)):
        return {name for part in node.parts for name in named(part)}
    path = getattr(node, "path", ())
    return {"tags" if path[0] == "tag" else path[0]} if path else set()


def _holds(node: Node, values: Mapping[str, Any]) -> bool:
    match node:
        case Everything():
            return True
        case And(parts=parts):
            return all(_holds(part, values) for part in parts)
        case Or(parts=parts):
            return any(_holds(part, values) for part in parts)
        case Not(part=part):
            return not _holds(part, values)
        case Blank(path=path, negated=negated):
            value = _value(values, ".".join(path))
            return (value is None or value == "") != negated
        case Among(path=path, values=wanted, negated=negated):
            own = _text(_value(values, ".".join(path)))
            return own is not None and (own in [word.strip().casefold() for word in wanted]) != negated
        case Match(path=path, how=how, text=text):
            own = _text(_value(values, ".".join(path)))
            if own is None:
                return False
            return text.casefold() in own if how == "contains" else own.startswith(text.casefold())
        case Compare(path=path, op=op, value=value):
            own = _text(_value(values, ".".join(path)))
            if own is None:
                return False
            other = value.strip().casefold()
            return {"=": own == other, "!=": own != other, "<": own < other, ">": own > other}.get(
                op, own <= other if op == "<=" else own >= other
            )
    raise AssertionError(f"no such condition in these tests: {node}")


def _value(values: Mapping[str, Any], name: str) -> Any:
    if name.startswith("tag."):
        return (values.get("tags") or {}).get(name.removeprefix("tag."))
    return values[name]


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip().casefold() or None


def _span(spans: Sequence[date], day: date) -> date | None:
    if not spans:
        return None
    found = None
    for start in spans[:-1]:
        if start <= day:
            found = start
    return found if day < spans[-1] else None
