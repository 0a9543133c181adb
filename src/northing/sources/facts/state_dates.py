"""Any table of work with a date for each state, CSV or XLSX, by a remembered mapping of its columns.

A column that means ``work.entered`` says when an item came into the state that the column is called after (or that the
mapping names). A date before the one of an earlier state is taken as it is; the list of data quality tells it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import cast

import msgspec

from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.fact_reading import About, Empty, Refused, Row
from northing.sources import files, values
from northing.sources.mapping import Column, Layout, layout, onto
from northing.sources.tabular import TableFile, TableRow

from .cells import FIRST, LAST, Unreadable, number
from .day_order import given
from .jira_csv import CLOCK
from .ledger_table import read_table
from .lines import TOO_LONG
from .reader import PageReader
from .redaction import csv_line
from .state_meanings import perhaps, propose
from .work_rows import Told, marked, moment, zone_of

TEXTS = ("key", "title", "url", "project", "team", "type", "parent", "epic", "resolution", "priority", "sprint")
NO_DATE = "This is no date that can be read; write it as 2025-03-31, or leave the cell empty."
NO_BEGIN = "The row has no date of its creation and of no state; write one, or take the row out."


class StateDates(PageReader):
    """One row an item, one column a state."""

    name = "state_dates"
    title = "Table with a date for each state"
    tables: tuple[str, ...] = ("work", "transition")

    def fits(self, name: str, head: bytes) -> float:
        if head[:1] in (b"{", b"[") or head[:4] == b"PAR1" or head[:2] == b"PK":
            return 0.0
        try:
            made = propose(files.read(head[: head.rfind(b"\n") + 1] or head, name="head"))
        except Invalid:
            return 0.0
        states = len(made.layout.of("work.entered")) + len(made.questions)
        return 0.52 if made.layout.of("work.item") and states >= 2 else 0.0

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        file, cut_short = read_table(pages, about)
        made = _layout(file, about)
        faults = {finding.line: finding for finding in file.findings}
        told, lines = Told(about), _Lines(file, made, about)
        for row in file.rows:
            if row.ordinal in cut_short:
                at = min(len(row.cells), len(file.columns)) - 1
                yield Refused(line=row.ordinal, column=file.columns[max(at, 0)], value="", reason=TOO_LONG)
            elif not row.readable:
                fault = faults.get(row.line)
                reason = (
                    f"{fault.message} {fault.remedy or ''}".strip() if fault else "The row could not be cut; mend it."
                )
                yield Refused(line=row.ordinal, column=fault.column if fault else None, value="", reason=reason)
            elif not row.blank:
                try:
                    yield from lines.item(told, row)
                except Unreadable as wrong:
                    yield wrong.at(row.ordinal)
        yield from told.rows()

    def redact(self, pages: Iterable[bytes], about: About) -> Iterator[bytes]:
        """The columns that mean something, people as HMACs; what nobody has given a meaning is emptied."""
        file, cut_short = read_table(pages, about)
        made = _layout(file, about)
        people = {file.columns.index(name) for target in PEOPLE for name in made.of(target)}
        known = {file.columns.index(name) for name in made.columns}
        yield csv_line(file.header)
        for row in file.rows:
            if row.readable and row.ordinal not in cut_short:
                yield csv_line(
                    about.hide(cell) if at in people and cell.strip() else cell if at in known else ""
                    for at, cell in enumerate(row.cells)
                )


PEOPLE = ("work.author", "work.assignee")


def _layout(file: TableFile, about: About) -> Layout:
    """Which column means what: the mapping's word, else what names and dates say. Asks where that is not enough."""
    questions: tuple[str, ...] = ()
    if about.mapping is not None:
        made = onto(layout(about.mapping), file.columns)
    else:
        proposal = propose(file)
        made = proposal.layout
        if given(about.source.options) is None:
            questions = tuple(question.message for question in proposal.questions)
        else:  # the source's answer holds for all of them
            asked = {str(question.column): Column(to=perhaps(str(question.column))) for question in proposal.questions}
            made = msgspec.structs.replace(made, columns={**made.columns, **asked})
    told = list(questions)
    if not made.of("work.item"):
        told.append("No column is known to name the item.")
    if not questions and not made.of("work.entered") and not made.of("work.created"):
        told.append("No column is known to say when an item came into a state.")
    if not told:
        return made
    remedy = "Map its columns: work.item, work.created, and work.entered for each column with a state's date."
    raise Invalid(
        f"{about.name}: {' '.join(told)}",
        findings=[Finding(code="column-meaning", message=message, remedy=remedy) for message in told],
        remedy=remedy,
        file=about.name,
    )


class _Lines:
    """The rows of one table as items."""

    def __init__(self, file: TableFile, made: Layout, about: About) -> None:
        self.made, self.about = made, about
        self.at = {name: position for position, name in enumerate(file.columns)}
        self.order = given(about.source.options)
        self.zone = zone_of(about)

    def item(self, told: Told, row: TableRow) -> Iterator[Row]:
        item = self._text(row, "item")
        if item is None:
            name = self.made.of("work.item")[0]
            raise Unreadable(name, "", "The row does not name its item; write its key, or take the row out.")
        entered = [
            (at, index, self.made.columns[name].named or name)
            for index, name in enumerate(sorted(self.made.of("work.entered"), key=self.at.__getitem__))
            if (at := self._instant(row, name)) is not None
        ]
        created = self._of(row, "created") or (entered[0][0] if entered else None)
        if created is None:
            raise Unreadable((self.made.of("work.created") or self.made.of("work.entered"))[0], "", NO_BEGIN)
        points, project = self._text(row, "points"), self._text(row, "project")
        author, assignee = self._text(row, "author"), self._text(row, "assignee")
        tags = {name: row.cells[self.at[name]].strip() for name in self.made.of("work.tag")}
        told.item(
            row.ordinal, project, item, created,
            **{name: self._text(row, name) for name in TEXTS} | {"key": self._text(row, "key") or item},
            state=self._text(row, "state") or (entered[-1][2] if entered else None), level="item",
            resolved=self._of(row, "resolved"), updated=self._of(row, "updated"),
            points=number(points) if points else None, author=told.about.hide(author) if author else None,
            assignee=told.about.hide(assignee) if assignee else None,
            history="whole" if entered else "none", tags=marked(tags),
        )  # fmt: skip
        told.states("work", project)
        told.states("transition", project)
        before = self._text(row, "first")
        for at, index, state in entered:
            yield from told.change(
                row.ordinal, project, item, f"{index + 1}", "state", at, sequence=index + 1, was=before, now=state
            )
            before = state

    def _text(self, row: TableRow, target: str) -> str | None:
        for name in self.made.of(f"work.{target}"):
            cell = values.plain_text(row.cells[self.at[name]]).strip()
            if cell and not values.is_empty(cell):
                return cell
        return None

    def _of(self, row: TableRow, target: str) -> datetime | None:
        found = (self._instant(row, name) for name in self.made.of(f"work.{target}"))
        return next((at for at in found if at is not None), None)

    def _instant(self, row: TableRow, name: str) -> datetime | None:
        """When, by the cell of one column; a day without an hour is its first instant in the source's zone."""
        cell = values.plain_text(row.cells[self.at[name]]).strip()
        if not cell or values.is_empty(cell):
            return None
        column: Column = self.made.columns[name]
        found = moment(cell)
        if found is not None:
            zoned = cell.endswith("Z") or (cell[-6:-5] in ("+", "-") and ":" in cell[-6:])
            return found if zoned else found.replace(tzinfo=self.zone).astimezone(UTC)
        clock = CLOCK.search(cell)
        bare = cell[: clock.start()].strip() if clock else cell
        day = values.day(bare, cast("values.Order | None", column.order) or self.order)
        if day is None or not FIRST <= day <= LAST:
            raise Unreadable(name, cell, NO_DATE)
        hour, minute, second = (int(part or 0) for part in clock.groups()[:3]) if clock else (0, 0, 0)
        if clock and clock[4]:
            hour = hour % 12 + (12 if clock[4].lower() == "pm" else 0)
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return (midnight + timedelta(hours=hour, minutes=minute, seconds=second)).astimezone(UTC)
