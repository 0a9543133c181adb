"""The queries, made whole: what was asked is put into the syntax trees of ``queries/*.sql``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from northing.portfolio.fact_table import FactTable

from .asking import Fold, Part
from .attributing import Marks, Rules
from .dialect import query
from .filtering import TAGS, Condition, FactWords, condition, operand
from .relation import Cuts, between

if TYPE_CHECKING:
    from sqlglot import exp

Span = tuple[date, date]
FoldTree = Callable[..., Any]
"""Lays a fold out as a query."""


def fold_tree(
    fold: Fold, table: FactTable, words: FactWords, cuts: Cuts, rules: Rules | None, where: Condition | None
) -> Any:
    """The query of a fold: (piece, by …, marks …, sums …, lines)."""
    from sqlglot import exp

    tree: Any = query("fold")
    folded, kinds, answered, marked = (cte.this for cte in tree.find_all(exp.CTE))
    by = [_by(name, words) for name in fold.by]
    kept_apart = sorted({name for name, _ in by} | (rules.columns if rules else set()))
    columns = [exp.column(name) for name in kept_apart]
    sums = [exp.alias_(exp.Sum(this=exp.column(name)), f"s{index}") for index, name in enumerate(fold.sums)]
    folded.select(exp.alias_(cuts.number(table.day), "cut"), *columns, *sums, copy=False)
    days = between(table.day, cuts.start, cuts.end)
    for test in ([where.tree()] if where else []) + ([days] if days is not None else []):
        folded.where(test, copy=False)
    folded.group_by("cut", *(column.copy() for column in columns), copy=False)

    shown = [exp.alias_(_of(operand(*name), "folded"), f"b{index}") for index, name in enumerate(by)]
    marks = [exp.alias_(mark, f"m{index}") for index, mark in enumerate(rules.marks(cuts.window) if rules else ())]
    added = [exp.column(f"s{index}") for index in range(len(fold.sums))]
    _answer(
        tree, kinds, answered, marked, sorted(rules.columns) if rules else [], marks, dated=bool(rules and rules.days)
    )
    marked.select(exp.column("cut", "folded"), *shown, *(exp.column(mark.alias, "answered") for mark in marks),
                  *(_of(column.copy(), "folded") for column in added), copy=False)  # fmt: skip

    names = ["cut", *(f"b{index}" for index in range(len(shown))), *(f"m{index}" for index in range(len(marks)))]
    totals = [exp.alias_(exp.Sum(this=column.copy()), column.name) for column in added]
    lines = tree.expressions[0]
    tree.set("expressions", [*(exp.column(name) for name in names), *totals, lines])
    return tree.group_by(*(exp.column(name) for name in names), copy=False)


def across_tree(
    fold: Fold, table: FactTable, words: FactWords, cuts: Cuts, rules: Rules | None, where: Condition | None
) -> Any:
    """The query of a fold with its pieces of time beside each other: (by …, marks …, sum of piece 0, 1 …, lines)."""
    from sqlglot import exp

    tree = fold_tree(fold, table, words, cuts, rules, where)
    _cut, *kept, _total, lines = tree.expressions
    pieces = [
        exp.Sum(
            this=exp.Case(
                ifs=[
                    exp.If(
                        this=exp.EQ(this=exp.column("cut"), expression=exp.Literal.number(number)),
                        true=exp.Coalesce(this=exp.column("s0"), expressions=[exp.Literal.number(0)]),
                    )
                ]
            )
        )
        for number in range(len(cuts.days) + 1)
    ]
    named = [exp.alias_(piece, f"p{number}") for number, piece in enumerate(pieces)]
    tree.set("expressions", [*kept, *named, lines])
    tree.set("group", None)
    return tree.group_by(*(column.copy() for column in kept), copy=False)


def _answer(
    tree: Any, kinds: Any, answered: Any, marked: Any, columns: list[str], marks: list[Any], *, dated: bool
) -> None:
    """Ask the rules of each kind of row once: a thousand rules take longer to ask than the kinds take to find.

    *dated*: whether the piece of time that a row is in can make a difference to a rule.
    """
    from sqlglot import exp

    if not marks:
        gone = {id(kinds), id(answered)}
        ctes = tree.args["with_"]
        ctes.set("expressions", [cte for cte in ctes.expressions if id(cte.this) not in gone])
        marked.set("joins", [])
        return
    told = [*(["cut"] if dated else []), *columns]
    kinds.set("expressions", [exp.column(name) for name in told])
    answered.set("expressions", [*(exp.column(name) for name in told), *marks])
    same = [exp.NullSafeEQ(this=exp.column(name, "folded"), expression=exp.column(name, "answered")) for name in told]
    marked.args["joins"][0].set("on", exp.and_(*same) if same else exp.true())


def _of(tree: Any, table: str) -> Any:
    """*tree* with its columns said to be *table*'s."""
    from sqlglot import exp

    for column in list(tree.find_all(exp.Column)):
        column.set("table", exp.to_identifier(table))
    return tree


def rows_tree(
    table: FactTable, words: FactWords, rules: Rules, parts: Sequence[tuple[Marks, Sequence[Part]]], *, where: str,
    span: Span | None, today: date | None,
) -> Any:  # fmt: skip
    """The query of rows: (columns …, file, number of the part), in their order.

    *parts*: for each mark that may occur, the parts that are asked for; they are numbered through.
    """
    from sqlglot import exp

    tree: Any = query("rows")
    marked, names = tree.find(exp.CTE).this, [column.name for column in table.columns]
    marks = rules.marks(lambda start, end: between(table.day, start, end))
    numbered = [exp.alias_(mark, f"m{index}") for index, mark in enumerate(marks)]
    marked.set("expressions", [*(exp.column(name) for name in (*names, "file")), *numbered])
    for test in _tests(words, where, today, table.day, span):
        marked.where(test, copy=False)
    each = [mark for mark, mine in parts for _ in mine]
    values = [(*mark, number) for number, mark in enumerate(each)]
    same = [f"m{index}" for index in range(len(marks))]
    join = tree.find(exp.Join)
    join.set("this", exp.values(values, alias="parts", columns=[*same, "part"]))
    if same:
        tests = [exp.EQ(this=exp.column(name, "marked"), expression=exp.column(name, "parts")) for name in same]
        join.set("on", exp.and_(*tests))
    shown = [exp.column(name, "marked") for name in (*names, "file")]
    part = exp.column("part", "parts")
    tree.set("expressions", [*shown, part])
    order = [exp.column(name, "marked") for name in (table.day, "source", "scope", "line", "file")]
    return tree.order_by(*order, part.copy(), append=False, copy=False)


def _tests(words: FactWords, where: str, today: date | None, day: str, span: Span | None) -> list[exp.Expr]:
    tests = [condition(where, words, today=today).tree()] if where.strip() else []
    days = between(day, *span) if span else None
    return [*tests, *([days] if days is not None else [])]


def _by(name: str, words: FactWords) -> tuple[str, str | None]:
    """The column, and the tag's key, that a line is kept apart by."""
    first, _, key = name.partition(".")
    if first in TAGS and key:
        return "tags", key
    if words.table.column(name) is None:
        raise ValueError(f"{words.table.name} has no column {name}")
    return name, None
