"""Timesheets at dated rates: hours of people on a day become cost lines.

Cost = hours × the rate card that holds on that day for the role and team, exactly. Negative hours are corrections.
The scope is the month, and the team where the table names one. People are kept as HMACs, and notes not at all.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain

import msgspec

from northing.portfolio.fact_reading import About, Empty, Refused, Row
from northing.sources.values import day as day_in

from .cells import FIRST, LAST, NOTHING, Unreadable, fits_amount, kept, number, text
from .columns import decimal_comma, header_of, spelled
from .day_order import given, order_of_days
from .documents import documents
from .expressions import Order
from .lines import records
from .named import Named
from .reader import PageReader
from .redaction import redacted_documents, redacted_table

WORDS = {
    "person": ("person", "employee", "employeename", "employeeid", "name", "user", "username", "email", "resource",
               "worker", "consultant", "medewerker", "mitarbeiter"),
    "date": ("date", "day", "workdate", "entrydate", "datum"),
    "hours": ("hours", "hrs", "uren", "stunden", "timespent", "duration", "quantity"),
    "role": ("role", "rol", "rolle", "function", "grade", "jobtitle"),
    "team": ("team", "squad", "department", "afdeling", "abteilung"),
    "project": ("project", "projectcode", "projectid", "projectname", "wbs", "code"),
    "cost_center": ("costcenter", "costcentre", "kostenplaats", "kostenstelle"),
    "order_ref": ("order", "orderref", "purchaseorder", "po"),
    "task": ("task", "activity", "activiteit"),
}  # fmt: skip
NOTES = ("note", "notes", "comment", "comments", "description", "remark", "remarks", "omschrijving", "opmerking")
A_DAY = Decimal(24)
SAMPLE = 2_000
MOST_HELD = 500_000
"""So many rows are looked at together, to see who has more than 24 hours on a day."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Hours of somebody on a day."""

    line: int
    named: Named
    """What the input calls the columns."""
    person: str | None
    day: date
    hours: Decimal
    said: dict[str, str | None]


class Timesheet(PageReader):
    """Hours by person and day, in CSV or JSON."""

    name = "timesheet"
    title = "Timesheet"
    tables: tuple[str, ...] = ("cost",)

    def fits(self, name: str, head: bytes) -> float:
        if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
            keys = [found.decode("utf-8", "replace") for found in re.findall(rb'"([^"\\]{1,40})"\s*:', head[:4096])]
        else:
            keys = header_of(head)
        named = Named(list(dict.fromkeys(keys)), WORDS, {}).columns
        if not {"date", "hours"} <= named.keys() or "amount" in map(spelled, keys):
            return 0.0
        return 0.9 if "person" in named or "role" in named else 0.6

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        told = _records(pages, about)
        first: list[Told] = []
        while len(first) < SAMPLE and (found := next(told, None)) is not None:
            first.append(found)
        sample = [one[1].record(one[2]) for one in first if not isinstance(one, Refused)]
        called = next((one[1].called("date") for one in first if not isinstance(one, Refused)), "date")
        order = given(about.source.options) or order_of_days([record.get("date", "") for record in sample], called)
        comma = decimal_comma([record.get("hours", "") for record in sample])
        held: list[Entry] = []
        for one in chain(first, told):
            if isinstance(one, Refused):
                yield one
                continue
            line, named, cells = one
            try:
                held.append(_entry(line, named, cells, order, comma=comma))
            except Unreadable as wrong:
                yield Unreadable(named.called(wrong.column), wrong.value, wrong.reason).at(line)
            if len(held) == MOST_HELD:
                yield from _costs(held, about)
                held = []
        yield from _costs(held, about)

    def redact(self, pages: Iterable[bytes], about: About) -> Iterator[bytes]:
        json, pages = _is_json(pages)
        stated = about.source.options.get("columns")
        own = stated.get("person") if isinstance(stated, dict) else None
        if json:
            people = frozenset((*WORDS["person"], *(each.capitalize() for each in WORDS["person"]), own or "person"))
            yield from redacted_documents(pages, about.hide, people=people, dropped=frozenset(NOTES))
        else:
            replayed = Replayed(pages)
            header, _ = records(replayed)
            named = Named(header, WORDS, about.source.options)
            people = frozenset((named.called("person").lower(),))
            dropped = frozenset(name.lower() for name in named.header.names if spelled(name) in NOTES)
            yield from redacted_table(replayed.whole(), about.hide, people=people, dropped=dropped)


class Replayed:
    """Pages that can be read a second time from where the header was found."""

    def __init__(self, pages: Iterable[bytes]) -> None:
        self._source = iter(pages)
        self._kept: list[bytes] = []

    def __iter__(self) -> Iterator[bytes]:
        for page in self._source:
            self._kept.append(page)
            yield page

    def whole(self) -> Iterator[bytes]:
        return chain(self._kept, self._source)


def _is_json(pages: Iterable[bytes]) -> tuple[bool, Iterator[bytes]]:
    source = iter(pages)
    first: list[bytes] = []
    while sum(len(page) for page in first) < 64 and (page := next(source, None)) is not None:
        first.append(page)
    return b"".join(first).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["), chain(first, source)


Told = tuple[int, Named, Sequence[str]] | Refused
"""An entry: its number, what its columns are called, its cells."""


def _records(pages: Iterable[bytes], about: About) -> Iterator[Told]:
    """The entries, one after the other."""
    json, pages = _is_json(pages)
    if json:
        yield from _from_json(pages, about)
        return
    header, rows = records(pages)
    named = Named(header, WORDS, about.source.options)
    named.require(("date", "hours"), about.name, '{"hours": "Time spent"}')
    for row in rows:
        if row.fault is not None or len(row.cells) != len(header):
            reason = row.fault or f"The row has {len(row.cells)} cells, and the header {len(header)}; mend it."
            # The row's text is not shown: nobody knows where in it the person stands.
            yield Refused(line=row.number, column=row.column(header), value="", reason=reason)
        else:
            yield row.number, named, row.cells


def _from_json(pages: Iterable[bytes], about: About) -> Iterator[Told]:
    number = 0
    forms: dict[tuple[str, ...], Named] = {}
    for document in documents(pages):
        entries: Sequence[object] = [document.value]
        if document.value is not None:
            entries = next((each for each in document.value.values() if isinstance(each, list)), entries)
        for entry in entries:
            number += 1
            if not isinstance(entry, dict):
                reason = document.fault or "This is no entry; each is an object with date and hours."
                yield Refused(line=number, column=None, value="", reason=reason)
            else:
                header = tuple(entry)
                if header not in forms:
                    forms = {header: Named(header, WORDS, about.source.options)}
                yield number, forms[header], ["" if entry[name] is None else str(entry[name]) for name in header]


def _entry(line: int, named: Named, cells: Sequence[str], order: Order | None, *, comma: bool) -> Entry:
    record = named.record(cells)
    said = record.get("date", "")
    day = day_in(said, order or "dmy")
    if day is None or not FIRST <= day <= LAST or (order is None and re.match(r"\s*\d{1,2}[-./ ]\d{1,2}[-./ ]", said)):
        raise Unreadable("date", said, "There is no day here that can be read; write it as 2025-03-31.")
    hours = _hours(record.get("hours", ""), comma=comma)
    if abs(hours) > A_DAY:
        raise Unreadable("hours", record["hours"], "A day has 24 hours; split the entry by day, or correct it.")
    return Entry(
        line=line, named=named, person=text(record, "person"), day=day, hours=hours,
        said={name: text(record, name) for name in ("role", "team", "project", "cost_center", "order_ref", "task")},
    )  # fmt: skip


def _hours(said: str, *, comma: bool) -> Decimal:
    clock = re.fullmatch(r"\s*(-?)(\d{1,3}):([0-5]\d)\s*", said)
    if clock:
        hours = Decimal(clock[2]) + Decimal(clock[3]) / 60
        return -hours if clock[1] else hours
    bare = re.sub(r"(?i)\s*(h|hrs?|hours?|uur|std)\.?\s*$", "", said)
    found = None if bare.strip().lower() in NOTHING else number(bare, comma=comma)
    if found is None or not fits_amount(found):
        raise Unreadable("hours", said, "These are no hours that can be read; write them as 7.5 or 7:30.")
    return found


def _costs(entries: Sequence[Entry], about: About) -> Iterator[Row | Refused]:
    worked: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for entry in entries:
        if entry.person is not None and entry.hours > 0:
            worked[entry.person, entry.day] += entry.hours
    for entry in entries:
        if entry.person is not None and worked.get((entry.person, entry.day), A_DAY) > A_DAY and entry.hours > 0:
            together = worked[entry.person, entry.day].normalize()
            reason = (
                f"The entries of this person on {entry.day.isoformat()} come to {together:f} hours, and a day has 24; "
                "correct them, or take out those that stand twice."
            )
            column = entry.named.called("hours")
            yield Refused(line=entry.line, column=column, value=f"{entry.hours.normalize():f}", reason=reason)
        else:
            yield _cost(entry, about)


def _cost(entry: Entry, about: About) -> Row | Refused:
    said = entry.said
    rate = about.rate(said["role"], said["team"], entry.day)
    if rate is None:
        whose = " in ".join(part for part in (said["role"], said["team"]) if part)
        reason = (
            f"No rate card holds for {whose or 'a person without role and team'} on {entry.day.isoformat()}; "
            "add one that begins on or before that day, and bring the timesheet in again."
        )
        return Refused(line=entry.line, column=entry.named.called("role"), value=said["role"] or "", reason=reason)
    billed = entry.hours * rate.an_hour
    if not fits_amount(billed):
        reason = "The cost comes to a million million or more; check the hours and the rate."
        return Refused(line=entry.line, column=entry.named.called("hours"), value=str(entry.hours), reason=reason)
    month = entry.day.strftime("%Y-%m")
    stated = about.source
    return Row(
        "cost",
        {
            "scope": f"{said['team']} · {month}" if said["team"] else month,
            "line": entry.line,
            "day": entry.day,
            "billing_period": entry.day.replace(day=1),
            "billed": kept(billed),
            "effective": kept(billed),
            "currency": rate.currency,
            "provider": stated.provider,
            "service": said["task"],
            "quantity": kept(entry.hours),
            "unit": "Hours",
            "project": said["project"],
            "cost_center": said["cost_center"],
            "order_ref": said["order_ref"],
            "person": about.hide(entry.person) if entry.person else None,
            "role": said["role"],
            "team": said["team"],
            "expense": rate.expense or (stated.expense.value if stated.expense else None),
            "kind": stated.kind.value if stated.kind else None,
            "ai": False,
            "price_basis": rate.basis,
        },
    )
