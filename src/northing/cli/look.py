"""``northing list`` and ``northing show``: what is in the plan, at any revision."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from northing.cli.desk import Desk

if TYPE_CHECKING:
    from northing.measure.cells import Column
    from northing.measure.table import Answer
    from northing.measure.view import View
    from northing.portfolio.entity import Entity

Command = TypeVar("Command", bound=Callable[..., Any])

SHOWN = 100
"""Rows of a table where no limit is given; ``--json`` gives all."""


def _several(name: str, help: str, **more: Any) -> Callable[[Command], Command]:
    return click.option(f"--{name}", multiple=True, metavar="COLUMN", help=help, **more)


@click.command("list")
@click.argument("kind")
@click.option("--where", default="", metavar="FILTER", help='Such as "stage is empty and owner.name = Ana".')
@click.option("--search", default="", metavar="WORDS", help="Words that occur in name, number or description.")
@_several("by", "Group by this column; dates by month, or start:quarter, start:year.")
@_several("sum", "Add up this column, over all and in each group.")
@_several("mean", "Its mean.")
@_several("median", "Its median.")
@_several("min", "Its smallest value.")
@_several("max", "Its greatest value.")
@_several("count", "How often it is filled; without a column, the rows.", is_flag=False, flag_value="*")
@_several("distinct", "How many different values it has.")
@_several("sort", "Sort by this column; -COLUMN for descending, -count or -sum:COLUMN for groups.")
@_several("columns", "Show these: names, paths such as owner.org_unit.name, or *.")
@click.option("--limit", type=click.IntRange(0), help=f"At most so many rows; {SHOWN} in a table if not said.")
@click.pass_obj
def list_(desk: Desk, /, kind: str, where: str, search: str, limit: int | None, **given: tuple[str, ...]) -> None:
    """List, filter, group and add up any kind of entity.

    KIND is a plural such as investments, objectives, ai_systems, people. With --by the groups are shown.
    """
    desk.actor.require("read", "look at the plan")
    looked = desk.look
    from northing.report.asking import FUNCTIONS, answer, question

    asked = question(
        kind,
        where=where,
        search=search,
        by=given["by"],
        sort=given["sort"],
        columns=given["columns"],
        figures=[(function, given[function]) for function in FUNCTIONS],
    )
    grouped = bool(asked.by)
    most = limit if limit is not None else 0 if grouped else None if desk.json else SHOWN
    found, said = answer(looked.view, asked, limit=most)
    if desk.json:
        desk.answer(
            said.rows,
            revision=looked.at.no,
            at=str(looked.at),
            columns=said.columns,
            total=said.total,
            groups=said.groups,
            aggregates=said.aggregates,
            names=said.names,
            where=said.where,
            findings=said.findings,
        )
        return
    for finding in found.findings:
        desk.tell(finding.message)
    if grouped:
        _groups(desk, looked.view, found)
    if not grouped or limit:
        _rows(desk, looked.view, found)


def _rows(desk: Desk, view: View, found: Answer) -> None:
    from northing.report import words

    rows = [
        [words.cell(view, column, cell) for column, cell in zip(found.columns, row.cells, strict=True)]
        for row in found.rows
    ]
    left = found.length - len(found.rows)
    total = _total(view, found)
    if left > 0:
        total += f"\n… and {left:,} more; --limit {found.length} shows all."
    desk.table([words.heading(column) for column in found.columns], rows, right=_figures(found.columns), total=total)


def _groups(desk: Desk, view: View, found: Answer) -> None:
    """One line a group, indented by its depth, with its count and figures."""
    from northing.report import words

    heads = [" › ".join(words.heading(level.column) for level in found.by), "Count"]
    asked = [figure for figure in found.aggregates if not (figure.function == "count" and not figure.column)]
    heads += [f"{figure.function} {figure.column}" for figure in asked]
    rows = []
    for group in found.groups:
        label = "  " * group.depth + words.group_label(view, found.by[group.depth], group)
        figures = [figure for figure in group.aggregates if not (figure.function == "count" and not figure.column)]
        rows.append([label, words.number(group.count), *(words.figure(view, figure) for figure in figures)])
    desk.table(heads, rows, right=range(1, len(heads)), total=_total(view, found))


def _figures(columns: tuple[Column, ...]) -> list[int]:
    return [place for place, column in enumerate(columns) if column.numeric]


def _total(view: View, found: Answer) -> str:
    from northing.portfolio.kinds import KINDS
    from northing.portfolio.words import in_sentence
    from northing.report import words

    cls = KINDS[found.kind]
    noun = cls.TITLE if found.total == 1 else cls.TITLE_PLURAL
    parts = [f"{words.number(found.total)} {in_sentence(noun)}"]
    for figure in found.aggregates:
        if figure.column:
            shown = words.figure(view, figure) or "empty"
            parts.append(f"{figure.function} {figure.column}: {shown} ({words.number(figure.filled)} filled)")
    return "; ".join(parts)


@click.command()
@click.argument("which", metavar="ENTITY")
@click.option("--kind", help="Look only among this kind.")
@click.pass_obj
def show(desk: Desk, which: str, kind: str | None) -> None:
    """Show one entity, with what belongs to it.

    ENTITY is a number (INV-0042), an id or its beginning, or a name.
    """
    desk.actor.require("read", "look at the plan")
    looked = desk.look
    from northing.measure.search import the_one
    from northing.portfolio.kinds import KINDS, kind_of

    found, id = the_one(looked.view, which, (kind_of(kind),) if kind else ())
    entity = looked.view.plan.need(found, id)
    if desk.json:
        from northing.report.shown import names_of, show

        shown = show(looked.view, entity)
        names = names_of(looked.view, [shown.fields, shown.links], {})
        desk.answer(shown, revision=looked.at.no, at=str(looked.at), names=names)
        return
    head = " ".join(filter(None, (getattr(entity, "number", None), looked.view.call(entity))))
    desk.tell(f"{KINDS[found].TITLE} {head}, at revision {looked.at}\n")
    desk.facts(_facts(looked.view, entity))


def _facts(view: View, entity: Entity) -> dict[str, str]:
    """Title → value of what is filled, then what is computed, then what is linked."""
    from northing.measure.cells import column
    from northing.portfolio.filter.columns import position, values
    from northing.report import words

    kind = entity.KIND
    at = position(view.plan, kind)[entity.id]
    facts: dict[str, str] = {}
    for origin in ("field", "custom", "derived", "reverse"):
        for word in view.vocabulary.words(kind).values():
            if word.origin != origin or word.hidden or word.name in ("id", "custom"):
                continue
            given = values(view, word)[at]
            if origin == "reverse" and given:
                shown = [words.name(view, word.ref, one) for one in given[:10]]
                more = f" … ({len(given)} in all)" if len(given) > len(shown) else ""
                facts[word.title] = "; ".join(shown) + more
            elif text := words.cell(view, column(view, kind, word.name), given):
                facts.setdefault(word.title, text)
    return facts
