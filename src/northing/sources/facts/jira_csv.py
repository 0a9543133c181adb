"""Jira's export to CSV: one row an issue, headers that repeat, dates as its user sees them, and no history.

The source's option ``zone`` says of which time zone the dates are (UTC where it is silent), ``date_order`` whether the
day or the month stands first where no date of the file tells it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import chain

from northing.portfolio.errors import Invalid
from northing.portfolio.fact_reading import About, Empty, Refused, Row

from .cells import FIRST, LAST, Unreadable, amount, shown
from .columns import header_of, spelled
from .day_order import FIGURES, given, order_of_days
from .expressions import Order
from .lines import Rows, records
from .reader import PageReader
from .redaction import csv_line
from .work_rows import YES, Told, marked, moment, zone_of

NAMES = {
    "item": ("issueid",), "key": ("issuekey", "key"), "title": ("summary",), "type": ("issuetype",),
    "state": ("status",), "category": ("statuscategory",), "project": ("projectkey", "projectname"),
    "priority": ("priority",), "resolution": ("resolution",), "created": ("created",), "updated": ("updated",),
    "resolved": ("resolved", "resolutiondate"), "due": ("duedate",), "sprint": ("sprint",), "labels": ("labels",),
    "components": ("components", "component", "componentss"), "versions": ("fixversions", "fixversion"),
    "parent": ("parentid", "parent"), "epic": ("customfieldepiclink", "epiclink"),
    "points": ("customfieldstorypoints", "customfieldstorypointestimate", "storypoints"),
    "blocked": ("customfieldflagged", "flagged"), "author": ("reporterid", "reporter", "creatorid", "creator"),
    "assignee": ("assigneeid", "assignee"),
}  # fmt: skip
"""Ours → Jira's headers in small letters without blanks, the first that is there."""
PEOPLE = frozenset(("reporter", "reporterid", "creator", "creatorid", "assignee", "assigneeid"))
DATES = ("created", "updated", "resolved", "due")
SAMPLE = 2_000
MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
NAMED = re.compile(r"\s*(\d{1,2})[-/. ]([A-Za-z]{3})[a-z]*[-/. ](\d{4}|\d{2})\b")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?\s*$")
NO_DATE = "This is no date that can be read; write it as 03/Sep/26 9:05 AM or 2026-09-03 09:05."
CATEGORIES = {"todo": "new", "new": "new", "inprogress": "started", "done": "done"}


class JiraCsv(PageReader):
    """Issues without their history."""

    name = "jira_csv"
    title = "Jira export (CSV)"
    tables: tuple[str, ...] = ("work",)

    def fits(self, name: str, head: bytes) -> float:
        names = {spelled(cell) for cell in header_of(head)}
        return 0.97 if {"issuekey", "status", "created"} <= names else 0.0

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        header, rows = records(pages)
        columns = _Columns(header, about)
        first: list[Rows] = []
        while len(first) < SAMPLE and (row := next(rows, None)) is not None:
            first.append(row)
        cells = [cell for row in first if row.fault is None for name in DATES for cell in columns.all(row.cells, name)]
        dates = _Dates(about, given(about.source.options) or order_of_days(cells, "Created"))
        told = Told(about)
        for row in chain(first, rows):
            if row.fault is not None or len(row.cells) != len(header):
                reason = row.fault or f"The row has {len(row.cells)} cells, and the header {len(header)}; mend it."
                yield Refused(line=row.number, column=row.column(header), value="", reason=reason)
                continue
            try:
                _issue(told, row, columns, dates)
            except Unreadable as wrong:
                yield Refused(
                    line=row.number, column=columns.called(wrong.column), value=shown(wrong.value), reason=wrong.reason
                )
        yield from told.rows()

    def redact(self, pages: Iterable[bytes], about: About) -> Iterator[bytes]:
        """The columns that are read, people as HMACs; comments, descriptions and fields of one's own are emptied."""
        header, rows = records(pages)
        columns = _Columns(header, about)
        yield csv_line(header)
        for row in rows:
            if row.fault is None and len(row.cells) == len(header):
                yield csv_line(
                    about.hide(cell.strip()) if at in columns.people and cell.strip() else
                    cell if at in columns.read else ""
                    for at, cell in enumerate(row.cells)
                )  # fmt: skip


class _Columns:
    """Where in a row what stands. The option ``columns`` names a column where its header is in another language."""

    def __init__(self, header: Sequence[str], about: About) -> None:
        self.header = header
        stated = about.source.options.get("columns")
        own = {ours: spelled(str(theirs)) for ours, theirs in stated.items()} if isinstance(stated, dict) else {}
        names = [spelled(cell) for cell in header]
        self._at: dict[str, list[int]] = {}
        for ours, theirs in NAMES.items():
            wanted = (own[ours],) if ours in own else theirs
            name = next((name for name in wanted if name in names), None)
            self._at[ours] = [at for at, each in enumerate(names) if each == name]
        missing = [ours for ours in ("key", "state", "created") if not self._at[ours]]
        if missing:
            raise Invalid(
                f"{about.name} has no column for {', '.join(missing)}.",
                remedy=f"Name it in the source's option columns. The table has: {', '.join(list(header)[:20])}.",
                file=about.name,
            )
        hidden = {at for ours in ("author", "assignee") for at in self._at[ours]}
        self.people = {at for at, name in enumerate(names) if name in PEOPLE} | hidden
        self.read = {at for each in self._at.values() for at in each}

    def all(self, cells: Sequence[str], ours: str) -> list[str]:
        """What stands in the columns of *ours*, where something does."""
        found = (cells[at].strip() for at in self._at[ours] if at < len(cells))
        return [cell for cell in found if cell]

    def one(self, cells: Sequence[str], ours: str) -> str | None:
        return next(iter(self.all(cells, ours)), None)

    def called(self, ours: str) -> str:
        at = self._at.get(ours)
        return self.header[at[0]] if at else ours


class _Dates:
    """Dates in one file's manner."""

    def __init__(self, about: About, order: Order | None) -> None:
        self.order = order
        self.zone = zone_of(about)

    def instant(self, column: str, said: str | None) -> datetime | None:
        """The instant in *said*; None where nothing is said."""
        if said is None:
            return None
        if re.match(r"\s*\d{4}-", said):
            found = moment(said)
            zoned = re.search(r"(Z|UTC|[+-]\d{2}:?\d{2})\s*$", said) is not None
            if found is not None:
                return found if zoned else found.replace(tzinfo=self.zone).astimezone(UTC)
        on, clock = self._day(said), CLOCK.search(said)
        if on is None or not FIRST <= on <= LAST:
            raise Unreadable(column, said, NO_DATE)
        hour, minute, second = (int(part or 0) for part in clock.groups()[:3]) if clock else (0, 0, 0)
        if clock and clock[4]:
            hour = hour % 12 + (12 if clock[4].lower() == "pm" else 0)
        try:
            return datetime(on.year, on.month, on.day, hour, minute, second, tzinfo=self.zone).astimezone(UTC)
        except ValueError:
            raise Unreadable(column, said, NO_DATE) from None

    def day(self, column: str, said: str | None) -> date | None:
        """The day in *said* as it is written there."""
        found = self.instant(column, said)
        return None if found is None else found.astimezone(self.zone).date()

    def _day(self, said: str) -> date | None:
        named, figures = NAMED.match(said), FIGURES.match(said)
        try:
            if named is not None:
                return date(_year(named[3]), MONTHS[named[2].lower()], int(named[1]))
            if figures is not None and self.order is not None:
                first, second = int(figures[1]), int(figures[2])
                day, month = (first, second) if self.order == "dmy" else (second, first)
                return date(_year(figures[3]), month, day)
        except (ValueError, KeyError):
            return None
        return None


def _year(said: str) -> int:
    return int(said) if len(said) > 2 else int(said) + (2000 if int(said) < 69 else 1900)


def _issue(told: Told, row: Rows, columns: _Columns, dates: _Dates) -> None:
    said = {name: columns.one(row.cells, name) for name in NAMES}
    key = said["key"]
    if key is None:
        raise Unreadable("key", "", "The row has no issue key; export the column, or take the row out.")
    created = dates.instant("created", said["created"])
    if created is None:
        raise Unreadable("created", "", NO_DATE)
    project = said["project"] or key.rpartition("-")[0] or None
    kind = (said["type"] or "").lower()
    labels = {word: YES for cell in columns.all(row.cells, "labels") for word in cell.split()}
    more = {
        name: ", ".join(columns.all(row.cells, ours))
        for ours, name in (("components", "components"), ("versions", "fixVersions"))
    }
    sprints = columns.all(row.cells, "sprint")
    author, assignee = said["author"], said["assignee"]
    told.item(
        row.number, project, said["item"] or key, created,
        key=key, title=said["title"], project=project, type=said["type"],
        level="parent" if kind == "epic" else "part" if re.sub(r"\W", "", kind) == "subtask" else "item",
        parent=said["parent"], epic=said["epic"], state=said["state"],
        category=CATEGORIES.get(re.sub(r"\W", "", said["category"] or "").lower()), resolution=said["resolution"],
        updated=dates.instant("updated", said["updated"]), resolved=dates.instant("resolved", said["resolved"]),
        due=dates.day("due", said["due"]), priority=said["priority"], sprint=sprints[-1] if sprints else None,
        points=amount({"points": said["points"]}, "points"),
        author=told.about.hide(author) if author else None, assignee=told.about.hide(assignee) if assignee else None,
        blocked=bool(said["blocked"]) or None, history="none", tags=marked({**labels, **more}),
    )  # fmt: skip
    told.states("work", project)
