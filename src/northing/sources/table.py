"""Any table by a mapping: what its rows say of investments, AI systems, health, money and milestones.

A table of several reports (a column is the report's period) becomes one reading a report, oldest first, each with
the date that it speaks for; who is who from one report to the next is settled by ``matching``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from northing.portfolio.edits import Edit
from northing.portfolio.entity import derived_id
from northing.portfolio.errors import Invalid
from northing.portfolio.plan import Plan
from northing.portfolio.reading import Question, Reading
from northing.portfolio.workspace import SourceFile, SourceRow

from .cells import Cells
from .kept import kept_file, kept_row
from .mapping import Column, Layout
from .matching import Known, Matched, Wanted, match, normal
from .naming import Named
from .tabular import Findings, TableFile, TableRow, shown

REPORTED = ("health_report", "cost_plan_line")
"""Kinds of which every report has its own."""
KINDS_OF_ROW = ("investment", "ai_system", "health_report", "cost_plan_line")


def slug(name: str) -> str:
    """The source that a mapping's name makes: letters and digits, the rest as one dash each."""
    bare = re.sub(r"[^\w]+", "-", name.lower()).strip("-_")
    return bare or "table-" + derived_id("slug", name)[:8]


def read(
    file: TableFile,
    layout: Layout,
    *,
    source: str,
    before: Plan | None = None,
    people: Mapping[str, str] | None = None,
    effective_on: date | None = None,
) -> tuple[Reading, ...]:
    """What *file* says under *layout*, one reading a report.

    *before* is the plan of the source's branch; *people* are names by person id, so that a name already known is
    not made a second person. Raises Invalid where nothing tells one row from another.
    """
    if not layout.columns:
        raise Invalid("No column has a meaning yet.", remedy="Answer the questions, or name a mapping.")
    return _Reader(file, layout, slug(source), before=before, people=people or {}).readings(effective_on)


def effective(label: str, day: str | None) -> date | None:
    """The last day of the period that *label* names; a year ends on *day* ("03-31"), December 31 without it."""
    years = re.findall(r"(?:19|20)\d\d", label)
    if not years:
        return None
    year = int(years[-1])
    tail = re.search(r"[-/](\d\d)$", label)
    if tail and int(tail[1]) == (year + 1) % 100:
        year += 1
    quarter = re.search(r"Q([1-4])$", label, re.IGNORECASE)
    if quarter:
        month = int(quarter[1]) * 3
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    month_, _, day_ = (day or "12-31").partition("-")
    try:
        return date(year, int(month_), int(day_))
    except ValueError:
        raise Invalid(f"“{day}” is no day of a year.", remedy="Give month and day: 03-31.") from None


class _Reader:
    def __init__(
        self, file: TableFile, layout: Layout, source: str, *, before: Plan | None, people: Mapping[str, str]
    ) -> None:
        self.file, self.layout, self.source, self.before = file, layout, source, before
        self.findings = Findings()
        self.cells = Cells(file, layout, self.findings)
        self.named = Named(source, before, people, layout.options.separator)
        self.system = layout.options.rows == "ai_system"
        self.file_id = derived_id(source, "file", file.sha256)
        self.known: dict[str, Known] = {known.id: known for known in self._remembered()}

    def readings(self, effective_on: date | None) -> tuple[Reading, ...]:
        period = next(iter(self.layout.of("report.period")), None)
        at = self.file.columns.index(period) if period else None
        groups: dict[str, list[TableRow]] = {}
        for row in self.file.rows:
            if row.readable and not row.blank:
                groups.setdefault(row.cells[at].strip() if at is not None else "", []).append(row)
        if not groups:
            raise Invalid(f"{self.file.name} has a header and no row that could be read.", findings=self.file.findings)
        labels = sorted(groups)
        readings = []
        for label in labels:
            on = effective(label, self.layout.options.day) if label else effective_on
            first = label == labels[0]
            readings.append(self._reading(label, groups[label], on, first=first))
        return tuple(readings)

    # -- who is who

    def _remembered(self) -> Iterable[Known]:
        """The entities that this source made before, with the report that last listed each."""
        if self.before is None:
            return
        editions: dict[str, str] = {}
        for file in self.before.source_files.values():
            if file.source == self.source:
                labels = {
                    int(n): label
                    for label, first, last in file.format.get("periods", ())
                    for n in range(first, last + 1)
                }
                for ordinal in range(1, file.rows + 1):
                    editions[derived_id(self.source, "cells", file.sha256, str(ordinal))] = labels.get(ordinal, "")
        for investment in self.before.investments.values():
            if investment.source_row in editions:
                unit = self.before.org_units.get(investment.org_unit)
                yield Known(
                    investment.id,
                    editions[investment.source_row],
                    normal(unit.name) if unit and self._scoped() else "",
                    (investment.external_id or "").strip(),
                    normal(investment.name),
                )

    def _scoped(self) -> bool:
        return bool(set(self.layout.of("investment.org_unit")) & set(self.layout.options.key))

    def _wanted(self, rows: Sequence[TableRow]) -> list[Wanted]:
        told = {name for target in ("external_id", "name") for name in self._columns(target)}
        unit = self._columns("org_unit")
        others = [name for name in self.layout.options.key if name not in told and name not in unit]
        seen: Counter[tuple[str, ...]] = Counter()
        wanted = []
        for row in rows:
            native = self.cells.text(row, self._columns("external_id")) or ""
            name = self._name(row)
            scope = normal(self.cells.text(row, unit) or "") if self._scoped() else ""
            rest = [self.cells.text(row, [column]) or "" for column in others]
            key = ("id", native) if native and not others else ("name", scope, normal(name), native, *rest)
            seen[key] += 1
            times = (str(seen[key]),) if seen[key] > 1 else ()
            wanted.append(Wanted(derived_id(self.source, *key, *times), scope, native, normal(name)))
        return wanted

    def _columns(self, field: str) -> list[str]:
        own = [column for column in self.layout.of(f"ai_system.{field}") if not self.layout.columns[column].reason]
        return own or [c for c in self.layout.of(f"investment.{field}") if not self.layout.columns[c].reason]

    def _name(self, row: TableRow) -> str:
        name = self.cells.text(row, self._columns("name")) or self.cells.text(row, self._columns("external_id"))
        return (name or "").strip() or f"Row {row.ordinal}"

    # -- one report

    def _reading(self, label: str, rows: Sequence[TableRow], on: date | None, *, first: bool) -> Reading:
        wants = self._wanted(rows)
        matched = match(wants, self.known.values(), label, ids_last=True)
        self.named.start()
        self.findings.clear()
        if first:
            for finding in self.file.findings:
                self.findings.append(finding)
        says: list[Edit] = []
        made: dict[int, dict[str, list[str]]] = {}
        for row, id, wanted in zip(rows, matched.ids, wants, strict=True):
            row_id = derived_id(self.source, "cells", self.file.sha256, str(row.ordinal))
            known = self.known.get(id)
            current = known is None or known.edition <= label
            edits = self._says(row, id, label, on, row_id=row_id)
            # Of the thing itself the latest report speaks; health and money belong to their own.
            says += edits if current else [edit for edit in edits if edit.kind in REPORTED]
            made[row.ordinal] = self._made(edits)
            if current:
                self.known[id] = Known(
                    id, label, wanted.scope, wanted.native or (known.native if known else ""), wanted.name
                )
        loose = [row for row in self.file.rows if first and (not row.readable or row.blank)]
        return Reading(
            source=self.source,
            file=self._source_file(),
            effective_on=on,
            says=(*self.named.says(), *says),
            rows=tuple(
                self._source_row(row, made.get(row.ordinal, {})) for row in sorted([*rows, *loose], key=_ordinal)
            ),
            people=self.named.people(),
            findings=tuple(self.findings.closed()),
            questions=self._questions(matched, rows, label),
            vanished=tuple(("investment", id) for id in matched.vanished),
        )

    def _says(self, row: TableRow, id: str, label: str, on: date | None, *, row_id: str) -> list[Edit]:
        """What one row says."""
        fields = {kind: self.cells.fields(row, kind) for kind in KINDS_OF_ROW}
        edits: list[Edit] = []
        investment = {**fields["investment"], "name": self._name(row), "source_row": row_id}
        investment.setdefault("external_id", self.cells.text(row, self._columns("external_id")))
        if self.layout.options.currency and "currency" not in investment:
            investment["currency"] = self.layout.options.currency
        for field, kind in (("org_unit", "org_unit"), ("portfolio", "portfolio"), ("value_stream", "value_stream")):
            if field in investment:
                investment[field] = self.named.thing(kind, investment[field])
        for field in ("owner", "sponsor"):
            if field in investment:
                investment[field] = self.named.person(investment[field])
        edits.append(_create("investment", id, investment))
        if self.system:
            system = {**fields["ai_system"], "name": self._name(row), "investment": id, "source_row": row_id}
            system["inventory"] = label or self.source
            system["org_unit"] = investment.get("org_unit")
            edits.append(_create("ai_system", derived_id(self.source, "ai_system", id), system))
        edits += self._milestones(row, id, row_id)
        edits += self._links(row, id, row_id)
        edits += self.named.objectives(id, self.cells.texts(row, "objective"), row_id)
        if _something(fields["health_report"]):
            report = {**fields["health_report"], "investment": id, "on": on and on.isoformat(), "source_row": row_id}
            edits.append(_create("health_report", derived_id(self.source, "health", id, label), report))
        if _something(fields["cost_plan_line"]):
            line = {**fields["cost_plan_line"], "investment": id, "source_row": row_id}
            line["currency"] = self.cells.currency("cost_plan_line")
            if label and on:
                end = on + timedelta(days=1)
                line |= {"start": end.replace(year=end.year - 1).isoformat(), "end": end.isoformat()}
            edits.append(_create("cost_plan_line", derived_id(self.source, "cost", id, label), line))
        return edits

    def _milestones(self, row: TableRow, id: str, row_id: str) -> Iterable[Edit]:
        for field in ("due", "done"):
            for column in self.layout.of(f"milestone.{field}"):
                value = self.cells.value(row, column)
                name = self.layout.columns[column].named or column
                fields = {"name": name, "investment": id, field: value, "source_row": row_id}
                made = derived_id(self.source, "milestone", id, name)
                if value is not None or (self.before is not None and made in self.before.milestones):
                    yield _create("milestone", made, fields)

    def _links(self, row: TableRow, id: str, row_id: str) -> Iterable[Edit]:
        for column in self.layout.of("link.url"):
            value = self.cells.value(row, column)
            if value:
                fields = {"subject": id, "url": value, "title": self.layout.columns[column].named, "source_row": row_id}
                yield _create("link", derived_id(self.source, "link", id, column), fields)
        for column in self.layout.of("note.text"):
            value = self.cells.value(row, column)
            if value:
                fields = {"subject": id, "text": value, "source_row": row_id}
                yield _create("note", derived_id(self.source, "note", id, column), fields)

    def _made(self, edits: Iterable[Edit]) -> dict[str, list[str]]:
        made: dict[str, list[str]] = {}
        for edit in edits:
            made.setdefault(edit.kind, []).append(edit.id)
        return made

    # -- the file as it came

    def _source_file(self) -> SourceFile:
        file = self.file
        return kept_file(
            file,
            self.file_id,
            source=self.source,
            format={
                "kind": file.kind,
                **file.format,
                "fields": {name: _target(column) for name, column in self.layout.columns.items() if not column.reason},
                "periods": self._periods(),
            },
        )

    def _periods(self) -> list[list[str | int]]:
        """Runs of rows of the same report: its label, its first and last row."""
        period = next(iter(self.layout.of("report.period")), None)
        if period is None:
            return []
        at = self.file.columns.index(period)
        runs: list[list[str | int]] = []
        for row in self.file.rows:
            label = row.cells[at].strip() if row.readable else ""
            if runs and runs[-1][0] == label:
                runs[-1][2] = row.ordinal
            else:
                runs.append([label, row.ordinal, row.ordinal])
        return runs

    def _source_row(self, row: TableRow, made: dict[str, list[str]]) -> SourceRow:
        id = derived_id(self.source, "cells", self.file.sha256, str(row.ordinal))
        return kept_row(row, id, file=self.file_id, made=made)

    def _questions(self, matched: Matched, rows: Sequence[TableRow], label: str) -> tuple[Question, ...]:
        names = {normal(self._name(row)): self._name(row) for row in rows}
        return tuple(
            Question(
                code="ambiguous-match",
                message=(
                    f"“{shown(names.get(entry.name, entry.name))}” stands {entry.before} times in what came before and "
                    f"{entry.now} times {'in ' + label if label else 'here'}; not matched, listed as new."
                ),
            )
            for entry in matched.ambiguous
        )


def _target(column: Column) -> list[str]:
    """Kind and field, and the scale where there is one: what writing the file again needs."""
    return [*column.to.split("."), *([str(column.scale)] if column.scale else [])]


def _create(kind: str, id: str, fields: dict[str, object]) -> Edit:
    return Edit(op="create", kind=kind, id=id, fields=fields)


def _something(fields: Mapping[str, object]) -> bool:
    """Whether any field says something or is withheld."""
    return any(any(value.values()) if isinstance(value, dict) else value is not None for value in fields.values())


def _ordinal(row: TableRow) -> int:
    return row.ordinal
