"""The View: a plan at one revision, with the day it is looked at from and the names of people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from northing.portfolio.entity import Entity
from northing.portfolio.filter.columns import ids
from northing.portfolio.filter.vocabulary import Vocabulary, Word
from northing.portfolio.kinds import KINDS, name_field
from northing.portfolio.plan import Plan
from northing.portfolio.workspace import SourceRow

from .asking_facts import Facts

ReadRows = Callable[[Sequence[str]], Iterable[SourceRow]]
"""Source rows by their ids, as the record has them at the plan's revision."""


@dataclass(frozen=True)
class Columns:
    """What is computed of each entity, as :mod:`.columns` has it: a View answers for it and knows none of it."""

    words: Callable[[], Mapping[str, Mapping[str, Word]]]
    """Kind → name → what a derived column is in a question."""
    values: Callable[[View, str, str], Sequence[Any]]
    """The values of one column of a kind, in the order of the kind's table."""


@dataclass(frozen=True, eq=False)
class View:
    """What every measure is a function of. Immutable; equal inputs give equal numbers.

    It is made by :func:`.columns.view_of`.
    """

    plan: Plan
    columns: Columns
    names: Mapping[str, str] = field(default_factory=dict)
    """Person id → name, from the directory outside the chain."""
    today: date = date(1970, 1, 1)
    """The day that the page speaks of: past due and ``last 90 days`` count from here."""
    zone: str = "UTC"
    source_rows: ReadRows | None = None
    """Reads rows as they came, for ``source."…"`` columns; without it these are empty."""
    read_stage_since: Callable[[], Mapping[str, date]] | None = None
    """Reads, from the record's history, the day each investment entered its stage; without it nobody knows."""
    facts: Facts | None = None
    """The facts that the plan's revision pins; None where nothing was ever delivered."""
    currency: str = "EUR"
    """What the reader wants money told in; what has no rate to it stays in its own currency, beside."""
    home_currency: str = "EUR"
    """The workspace's own: the pivot where two currencies have no rate of their own."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The words that a question may use of this plan: stored fields, links, and derived columns."""
        return Vocabulary.of(self.plan, self.columns.words())

    def derived_values(self, kind: str, name: str) -> Sequence[Any]:
        """A derived column, in the order of the kind's table; computed once a plan."""
        return self.columns.values(self, kind, name)

    @property
    def stage_since(self) -> Mapping[str, date]:
        """Investment id → the day it entered its stage; read once a plan."""
        read = self.read_stage_since
        return {} if read is None else self.plan.memo("stage since", frozenset(("investment",)), read)

    def source_cells(self, kind: str, column: str) -> Sequence[str | None]:
        """A column of the files as they came, for each entity of *kind* that was read from a row."""
        read = self.source_rows
        if read is None:
            return [None] * len(self.plan.table(kind))

        def make() -> dict[str, SourceRow]:
            wanted = [entity.source_row for entity in self.plan.table(kind).values() if entity.source_row]
            return {row.id: row for row in read(wanted)} if wanted else {}

        rows = self.plan.memo(("source rows", kind), frozenset((kind, "source_file", "source_row")), make)
        place = {
            file.id: file.header.index(column) for file in self.plan.source_files.values() if column in file.header
        }
        return [
            None
            if row is None or (at := place.get(row.file)) is None or at >= len(row.cells)
            else row.cells[at] or None
            for row in (rows.get(entity.source_row or "") for entity in self.plan.table(kind).values())
        ]

    def name_of(self, kind: str, id: str | None) -> str | None:
        """What people call the entity; None where there is none with this id."""
        entity = self.plan.get(kind, id) if kind != "*" else self.plan.find(id or "")
        return None if entity is None else self.call(entity)

    def call(self, entity: Entity) -> str:
        """What people call *entity*: its name, or what it ties together."""
        kind = entity.KIND
        own = name_field(kind)
        if own is not None and (kind != "benefit_plan_line" or getattr(entity, own)):
            return str(getattr(entity, own) or "")
        match kind:
            case "person":
                return self.names.get(entity.id) or getattr(entity, "job", None) or "Somebody"
            case "dependency":
                return " → ".join(self._named("investment", entity, end) for end in ("predecessor", "successor"))
            case "strategic_contribution":
                aim = self._named("key_result", entity, "key_result") or self._named("objective", entity, "objective")
                return f"{self._named('investment', entity, 'investment')} → {aim}".removesuffix(" → ")
            case "model_use":
                return f"{self._named('ai_system', entity, 'system')} · {self._named('ai_model', entity, 'model')}"
            case "health_report" | "cost_plan_line" | "forecast_line" | "benefit_plan_line":
                day = getattr(entity, "on", None) or getattr(entity, "start", None)
                return " · ".join(
                    filter(None, (self._named("investment", entity, "investment"), day and day.isoformat()))
                )
            case "transfer" | "attribution_rule":
                return str(getattr(entity, "number", None) or KINDS[kind].TITLE)
            case "fx_rate":
                return f"{getattr(entity, 'base', '')}/{getattr(entity, 'quote', '')}"
            case "price_override":
                return str(getattr(entity, "model", ""))
            case "rate_card":
                return " · ".join(filter(None, (self._named(end, entity, end) for end in ("role", "team"))))
            case "period_close":
                return str(getattr(entity, "start", ""))
            case "link":
                return str(getattr(entity, "title", None) or getattr(entity, "url", ""))
        return KINDS[kind].TITLE

    def _named(self, kind: str, entity: Entity, field: str) -> str:
        return self.name_of(kind, getattr(entity, field)) or ""

    def rows(self, kind: str) -> tuple[str, ...]:
        """The ids of *kind* in the order of its table."""
        return ids(self.plan, kind)
