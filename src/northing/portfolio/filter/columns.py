"""The values of a word for every entity of its kind, as one list in the order of the table; made once a plan."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from operator import attrgetter
from typing import Any, Protocol

from northing.portfolio.entity import Custom
from northing.portfolio.kinds import fields, name_field
from northing.portfolio.money import Amounts
from northing.portfolio.plan import Plan

from .vocabulary import Vocabulary, Word


class Subject(Protocol):
    """What a query is asked of: a plan, with what is not in it."""

    @property
    def plan(self) -> Plan: ...
    @property
    def today(self) -> date: ...
    @property
    def vocabulary(self) -> Vocabulary: ...
    def derived_values(self, kind: str, name: str) -> Sequence[Any]: ...
    def source_cells(self, kind: str, column: str) -> Sequence[str | None]: ...
    def name_of(self, kind: str, id: str | None) -> str | None: ...


def ids(plan: Plan, kind: str) -> tuple[str, ...]:
    """The ids of all entities of *kind*, in the order that every column of the kind has."""
    return plan.memo(("ids", kind), frozenset((kind,)), lambda: tuple(plan.table(kind)))


def position(plan: Plan, kind: str) -> dict[str, int]:
    """Id → place in that order."""
    return plan.memo(
        ("position", kind), frozenset((kind,)), lambda: {id: index for index, id in enumerate(ids(plan, kind))}
    )


def values(subject: Subject, word: Word) -> Sequence[Any]:
    """What *word* holds for each entity of its kind."""
    plan = subject.plan
    if word.origin == "derived":
        return subject.derived_values(word.kind, word.name)
    if word.origin == "source":
        return subject.source_cells(word.kind, word.name)
    if word.origin == "directory":
        return [subject.name_of(word.kind, id) for id in ids(plan, word.kind)]
    reads = frozenset((word.kind, *(kind for kind, _ in word.back), "custom_field", *_currency_kinds(word)))
    return plan.memo(("values", word.kind, word.name), reads, lambda: _stored(plan, word))


def folded(subject: Subject, word: Word) -> Sequence[str | None]:
    """Texts as they are compared: surrounding blanks and case ignored, nothing but blanks is empty."""
    if word.origin in ("field", "custom"):
        return subject.plan.memo(
            ("folded", word.kind, word.name),
            frozenset((word.kind, "custom_field")),
            lambda: [fold(value) for value in values(subject, word)],
        )
    return [fold(value) for value in values(subject, word)]


def fold(value: str | None) -> str | None:
    return (value.strip().casefold() or None) if value is not None else None


def searched(text: str) -> str:
    """*text* as search compares it: without capitals and accents."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    return "".join(char for char in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(char))


def haystacks(subject: Subject, kind: str) -> Sequence[str]:
    """For each entity the words that text search looks through: number, name, descriptions and other free text."""

    def make() -> list[str]:
        names = [
            field.name
            for field in fields(kind).values()
            if field.type == "text" and not field.hidden and field.name not in ("currency", "zone", "sha256", "url")
        ]
        columns = [list(map(attrgetter(name), subject.plan.table(kind).values())) for name in names]
        if "tags" in fields(kind):
            columns.append(["\n".join(entity.tags) or None for entity in subject.plan.table(kind).values()])
        return (
            [searched("\n".join(cell for cell in cells if cell)) for cells in zip(*columns, strict=True)]
            if columns
            else ["" for _ in subject.plan.table(kind)]
        )

    stored = subject.plan.memo(("haystacks", kind), frozenset((kind,)), make)
    if name_field(kind) is None:
        # People are called by the directory's name, contributions and lines by what they belong to.
        return [
            f"{text}\n{searched(subject.name_of(kind, id) or '')}"
            for id, text in zip(ids(subject.plan, kind), stored, strict=True)
        ]
    return stored


def backward(plan: Plan, word: Word, reached: Collection[str]) -> set[str]:
    """For a reverse link: the entities that some entity of *reached* points to."""
    found: set[str | None] = set()
    for kind, field in word.back:
        table = plan.table(kind)
        get = attrgetter(field)
        found.update([get(table[id]) for id in reached if id in table])
    known = plan.table(word.kind)
    return {id for id in found if id is not None and id in known}


OF_INVESTMENT = ("cost_plan_line", "forecast_line", "commitment")
"""Kinds whose amounts are in their investment's currency where they name none."""


def _currency_kinds(word: Word) -> tuple[str, ...]:
    return ("investment",) if word.money and word.kind in OF_INVESTMENT else ()


def _stored(plan: Plan, word: Word) -> list[Any]:
    entities = plan.table(word.kind).values()
    if word.origin == "custom":
        read = _custom_reader(word)
        return [None if (cell := entity.custom.get(word.name)) is None else read(cell) for entity in entities]
    if word.origin == "reverse":
        lists: dict[str, dict[str, None]] = {id: {} for id in plan.table(word.kind)}
        for kind, field in word.back:
            get = attrgetter(field)
            for entity in plan.table(kind).values():
                target = get(entity)
                if target in lists:
                    lists[target][entity.id] = None
        return [tuple(found) for found in lists.values()]
    column = list(map(attrgetter(word.name), entities))
    if word.money:
        currencies = currency_column(plan, word.kind, word.money)
        return [
            None if amount is None else Amounts.of(amount, currency)
            for amount, currency in zip(column, currencies, strict=True)
        ]
    return column


def currency_column(plan: Plan, kind: str, field: str) -> list[str | None]:
    """Each entity's currency; a line of an investment without one takes the investment's."""
    entities = plan.table(kind).values()
    if kind not in OF_INVESTMENT:
        return list(map(attrgetter(field), entities))
    investments = plan.investments
    return [
        line.currency or (found.currency if (found := investments.get(line.investment)) is not None else None)
        for line in entities
    ]


def _custom_reader(word: Word) -> Callable[[Custom], Any]:
    """From a custom field's JSON value to its type; what cannot be read as such is empty."""
    match word.type:
        case "number":
            return _decimal
        case "money":
            return lambda value: Amounts.of(number, word.unit) if (number := _decimal(value)) is not None else None
        case "date":
            return _date
        case "texts":
            return lambda value: tuple(value) if isinstance(value, list) else (str(value),)
        case "flag":
            return lambda value: value if isinstance(value, bool) else None
        case _:
            return lambda value: value if isinstance(value, str) else str(value)


def _decimal(value: Custom) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _date(value: Custom) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
