"""A mapping: which column of somebody's table means what. Data, remembered under a name and applied again.

``columns`` holds for each column ``{"to": "investment.name", …}``; a column that is not named keeps its cells
with the row, where filters reach them, and becomes no field. ``options`` say what holds for the whole table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingABC
from typing import Any

import msgspec

from northing.portfolio import workspace
from northing.portfolio.entity import derived_id
from northing.portfolio.errors import Finding, Invalid

from .matching import normal

FIT = 0.6
"""Two headers are alike where they share this part of their columns."""


class Column(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one column means."""

    to: str
    """Kind and field: ``investment.name``; or ``report.period``, ``objective``, ``link.url``."""
    scale: int | None = None
    """What an amount is multiplied by."""
    currency: str | None = None
    comma: bool = False
    """Whether a comma stands before the decimals."""
    order: str | None = None
    """Of day, month and year in figures: dmy or mdy."""
    words: dict[str, str] = {}
    """Words of the table → words of ours, for choices."""
    named: str | None = None
    """What a milestone or link made of the column is called."""
    reason: bool = False
    """The column says the same as another one; it only gives the reason where that is withheld."""


class Options(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What holds for the whole table."""

    rows: str = "investment"
    """What a row is: an ``investment``, or an ``ai_system`` under one."""
    key: tuple[str, ...] = ()
    """Columns that tell one row from another, where id and name do not."""
    currency: str | None = None
    day: str | None = None
    """Month and day for which a year's report speaks: "03-31"."""
    separator: str = ";"


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """Columns and options together, as a reader needs them."""

    columns: dict[str, Column] = {}
    options: Options = Options()

    def of(self, target: str) -> list[str]:
        """The columns that mean *target*, those that only give a reason last."""
        found = [name for name, column in self.columns.items() if column.to == target]
        return sorted(found, key=lambda name: self.columns[name].reason)


def layout(mapping: workspace.Mapping) -> Layout:
    """The layout that a remembered mapping holds; raises :class:`Invalid` where it is damaged."""
    try:
        return Layout(
            columns={name: msgspec.convert(value, Column) for name, value in mapping.columns.items()},
            options=msgspec.convert(mapping.options, Options),
        )
    except msgspec.ValidationError as wrong:
        raise Invalid(f"The mapping “{mapping.name}” cannot be read: {wrong}.", remedy="Make it anew.") from None


def entity(name: str, made: Layout, header: Sequence[str]) -> workspace.Mapping:
    """The entity that remembers *made* under *name*."""
    return workspace.Mapping(
        id=derived_id("mapping", name),
        name=name,
        header=tuple(header),
        columns=msgspec.to_builtins(made.columns),
        options=msgspec.to_builtins(made.options),
    )


def check_name(name: str) -> str:
    """*name* without outer blanks; a path or nothing at all is refused."""
    bare = name.strip()
    bad = next((char for char in bare if char in "/\\@:" or not char.isprintable()), None)
    if not bare or bad is not None or len(bare) > 100 or bare in (".", ".."):
        finding = Finding(
            code="wrong-name",
            message="A mapping's name is a word or a few, not a path.",
            column="mapping",
            value=name[:100],
            remedy="Choose a name such as “projects”.",
        )
        raise Invalid(finding.message, findings=[finding], remedy=finding.remedy)
    return bare


def fits(mapping: workspace.Mapping, columns: Sequence[str]) -> float:
    """How alike the mapping's header and *columns* are, 0 to 1."""
    mine, theirs = {normal(name) for name in mapping.header}, {normal(name) for name in columns}
    return len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0


def best(mappings: Sequence[workspace.Mapping], columns: Sequence[str]) -> workspace.Mapping | None:
    """The remembered mapping whose header is most like *columns*, if any is alike."""
    scored = [(fits(mapping, columns), mapping.name, mapping) for mapping in mappings]
    alike = [entry for entry in scored if entry[0] >= FIT]
    return max(alike, key=lambda entry: entry[:2])[2] if alike else None


def onto(made: Layout, columns: Sequence[str]) -> Layout:
    """*made* with its columns called as *columns* call them; those that are not there are left out."""
    names = {normal(name): name for name in columns}
    found = {names[normal(name)]: column for name, column in made.columns.items() if normal(name) in names}
    key = tuple(names[normal(name)] for name in made.options.key if normal(name) in names)
    return Layout(columns=found, options=msgspec.structs.replace(made.options, key=key))


def answered(
    made: Layout,
    answers: MappingABC[str, str],
    columns: Sequence[str],
    targets: Sequence[str],
    *,
    specify: Callable[[str, str], Column] | None = None,
) -> Layout:
    """*made* with a person's answers: ``column → target`` (“” leaves it out), ``option → value``.

    ``column.order``, ``column.scale`` and so on set one property of a column's meaning; *specify* tells from the
    cells what a meaning that was answered needs besides (scale, currency, order).
    """
    table: dict[str, dict[str, Any]] = {name: msgspec.to_builtins(column) for name, column in made.columns.items()}
    options: dict[str, Any] = msgspec.to_builtins(made.options)
    names = {normal(name): name for name in columns}
    for asked, answer in answers.items():
        column, _, part = asked.rpartition(".")
        if asked in options or asked in Options.__struct_fields__:
            options[asked] = [part.strip() for part in answer.split(",")] if asked == "key" else answer
        elif normal(asked) in names:
            _mean(table, names[normal(asked)], answer, targets, specify)
        elif normal(column) in names and part in Column.__struct_fields__:
            spec = table.setdefault(names[normal(column)], {"to": ""})
            spec[part] = _words(answer) if part == "words" else answer
        else:
            raise _unknown(asked, columns)
    try:
        return Layout(
            columns={name: msgspec.convert(spec, Column, strict=False) for name, spec in table.items() if spec["to"]},
            options=msgspec.convert(options, Options, strict=False),
        )
    except msgspec.ValidationError as wrong:
        raise Invalid(f"An answer has the wrong form: {wrong}.", remedy="See docs/imports.md.") from None


def _mean(
    table: dict[str, dict[str, Any]],
    column: str,
    target: str,
    targets: Sequence[str],
    specify: Callable[[str, str], Column] | None,
) -> None:
    if target in ("", "-", "none", "skip"):
        table.pop(column, None)
        return
    if target not in targets:
        from rapidfuzz import process

        near = process.extractOne(target, targets, score_cutoff=50)
        raise Invalid(
            f"“{target}” is nothing that a column can mean.",
            remedy=f"Did you mean “{near[0]}”?" if near else "See docs/imports.md for the list.",
        )
    told: dict[str, Any] = msgspec.to_builtins(specify(column, target)) if specify else {}
    table[column] = {**told, **table.get(column, {}), "to": target, "reason": False}
    if target.startswith("milestone."):
        table[column].setdefault("named", column)


def _words(answer: str) -> dict[str, str]:
    """``alpha=pilot, beta=scale`` as a table of words."""
    pairs = (pair.partition("=") for pair in answer.split(",") if "=" in pair)
    return {word.strip(): ours.strip() for word, _, ours in pairs}


def _unknown(asked: str, columns: Sequence[str]) -> Invalid:
    from rapidfuzz import process

    near = process.extractOne(asked, [*columns, *Options.__struct_fields__], score_cutoff=50)
    return Invalid(
        f"The table has no column “{asked}”.", remedy=f"Did you mean “{near[0]}”?" if near else ", ".join(columns)
    )
