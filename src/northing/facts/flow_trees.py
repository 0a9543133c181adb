"""The flow queries, made whole: work and its changes in force, and what is asked of them, put into the trees.

The queries count in whole microseconds; this is the one place where instants of our files become numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .dialect import query
from .filtering import FactWords, condition
from .flow_asking import Reading
from .relation import put_in

if TYPE_CHECKING:
    from sqlglot import exp

PLAIN = ("source", "item", "key", "title", "url", "line", "project", "team", "type", "parent", "epic", "points",
         "history", "delivery", "received")  # fmt: skip
NAMES = ("state", "resolution")
"""Compared by name: space around them is nothing, and so is an empty text."""
FIELDS = ("state", "blocked", "resolution", "project")
"""The changes that stays and episodes depend on."""


def works(rows: Any, reading: Reading, words: FactWords, horizon: int | None) -> exp.Select:
    """One row an item of *rows*: instants as numbers, whether it counts, whether the policy speaks of it."""
    from sqlglot import exp

    told: Any = exp.select(*(exp.column(name) for name in PLAIN))
    told.select(*(exp.alias_(_trimmed(name), name) for name in NAMES), copy=False)
    told.select(*(exp.alias_(_micros(name), name) for name in ("created", "resolved")), copy=False)
    inside = condition(reading.where, words).tree() if reading.where.strip() else exp.true()
    told.select(
        exp.alias_(_flag(exp.column("blocked")), "blocked"),
        exp.alias_(_flag(exp.column("deleted")), "deleted"),
        exp.alias_(_flag(exp.and_(exp.paren(inside), _level(reading))), "counts"),
        exp.alias_(_flag(inside.copy()), "inside"),
        copy=False,
    )
    told.from_(_facts(rows), copy=False)
    if horizon is not None:
        told.where(exp.LTE(this=_micros("created"), expression=_number(horizon)), copy=False)
    return told  # type: ignore[no-any-return]


def moves(rows: Any) -> exp.Select:
    """The changes among *rows* that matter here."""
    from sqlglot import exp

    told: Any = exp.select("source", "item", "change", "field", "received")
    told.select(exp.alias_(_micros("at"), "at"), copy=False)
    sequence = exp.Coalesce(this=exp.column("sequence"), expressions=[_number(0)])
    told.select(exp.alias_(sequence, "sequence"), copy=False)
    told.select(*(exp.alias_(_trimmed(name), name) for name in ("was", "now", "was_id", "now_id")), copy=False)
    told.from_(_facts(rows), copy=False)
    fields = [exp.Literal.string(field) for field in FIELDS]
    return told.where(exp.In(this=exp.column("field"), expressions=fields), copy=False)  # type: ignore[no-any-return]


def only(relation: Any, touched: Any) -> exp.Select:
    """The rows of *relation* that are about an item of *touched*."""
    from sqlglot import exp

    same = [
        exp.EQ(this=exp.column(name, "every"), expression=exp.column(name, "touched")) for name in ("source", "item")
    ]
    return (
        exp.select("every.*")
        .from_(exp.Subquery(this=relation, alias=exp.TableAlias(this=exp.to_identifier("every"))))
        .join(exp.Subquery(this=touched, alias=exp.TableAlias(this=exp.to_identifier("touched"))), on=exp.and_(*same))
    )


def some(name: str, start: int, end: int) -> Any:
    """The query *name* of the items numbered from *start* up to *end*."""
    from sqlglot import exp

    tree: Any = query(name)
    tree.where(exp.GTE(this=exp.column("number"), expression=exp.Literal.number(start)), copy=False)
    return tree.where(exp.LT(this=exp.column("number"), expression=exp.Literal.number(end)), copy=False)


def states_asked(items: Any, spans: Any) -> Any:
    """The states that spans of items were in."""
    return _before(query("flow_states"), {"items": items, "spans": spans})


def ask(name: str, relation: Any) -> Any:
    """The query *name* of what was worked out."""
    return put_in(query(name), relation)


def exactly(name: str) -> exp.Expr:
    """A column of what was worked out, whose digits no number of the machine can change."""
    from sqlglot import exp

    column = exp.column(name)
    return exp.alias_(exp.cast(column, "varchar"), name) if name == "points" else column


def _before(tree: Any, relations: Mapping[str, Any]) -> Any:
    """*tree* with *relations* as the first of its steps, each worked out once."""
    from sqlglot import exp

    steps = [
        exp.CTE(this=relation, alias=exp.TableAlias(this=exp.to_identifier(name)))
        for name, relation in relations.items()
    ]
    told = tree.args.get("with_")
    if told is None:
        tree.set("with_", exp.With(expressions=steps))
    else:
        told.set("expressions", [*steps, *told.expressions])
    return tree


def _level(reading: Reading) -> Any:
    from sqlglot import exp

    if reading.level:
        types: Sequence[Any] = [exp.Literal.string(type) for type in reading.level]
        return exp.In(this=exp.Lower(this=exp.Trim(this=exp.column("type"))), expressions=types)
    level = exp.Coalesce(this=exp.column("level"), expressions=[exp.Literal.string("item")])
    return exp.EQ(this=level, expression=exp.Literal.string("item"))


def _flag(test: Any) -> Any:
    from sqlglot import exp

    return exp.Case(ifs=[exp.If(this=test, true=_number(1))], default=_number(0))


def _facts(rows: Any) -> Any:
    from sqlglot import exp

    return exp.Subquery(this=rows, alias=exp.TableAlias(this=exp.to_identifier("facts")))


def _trimmed(name: str) -> Any:
    from sqlglot import exp

    return exp.Nullif(this=exp.Trim(this=exp.column(name)), expression=exp.Literal.string(""))


def _micros(name: str) -> Any:
    from sqlglot import exp

    return exp.Anonymous(this="epoch_us", expressions=[exp.column(name)])


def _number(value: int | None) -> Any:
    from sqlglot import exp

    return exp.cast(exp.null() if value is None else exp.Literal.number(value), "bigint")
