"""Kubernetes enhancements: those that there are, and what changed in them, two tables.

An enhancement is known by its number. Its state is its status; the releases that it aims at (alpha, beta, stable) are
changes of the fields ``target.alpha``, ``target.beta`` and ``target.stable``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from northing.portfolio.errors import Invalid
from northing.portfolio.fact_reading import About, Empty, Refused, Row

from .cells import Unreadable, shown, text
from .columns import header_of
from .lines import records
from .reader import PageReader
from .redaction import csv_line
from .work_rows import NOT_SAID, Told, marked, moment, needed

CURRENT = ("path", "kep_number", "status", "stage", "creation_date", "ms_alpha", "ms_beta", "ms_stable")
HISTORY = ("date", "commit", "kep_number", "path", "field", "old", "new")
FIELDS = {
    "status": "state", "stage": "stage", "owning-sig": "project", "m.alpha": "target.alpha", "m.beta": "target.beta",
    "m.stable": "target.stable",
}  # fmt: skip
PEOPLE = ("authors", "approvers")
WHOLE = "enhancements"


class Keps(PageReader):
    """The enhancements, and the changes of their fields."""

    name = "keps"
    title = "Kubernetes enhancements"
    tables: tuple[str, ...] = ("work", "transition")

    def fits(self, name: str, head: bytes) -> float:
        header = set(header_of(head))
        return 0.98 if header.issuperset(CURRENT) or header.issuperset(HISTORY) else 0.0

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        header, rows = records(pages)
        current = _is_current(header, about)
        told = Told(about)
        taken: set[str] = set()
        for row in rows:
            if row.fault is not None or len(row.cells) != len(header):
                reason = row.fault or f"The row has {len(row.cells)} cells, and the header {len(header)}; mend it."
                yield Refused(line=row.number, column=row.column(header), value="", reason=reason)
                continue
            record = dict(zip(header, row.cells, strict=True))
            try:
                if current:
                    _enhancement(told, row.number, record, taken)
                else:
                    yield from _change(told, row.number, record)
            except Unreadable as wrong:
                yield Refused(line=row.number, column=wrong.column, value=shown(wrong.value), reason=wrong.reason)
        yield from told.rows()

    def redact(self, pages: Iterable[bytes], about: About) -> Iterator[bytes]:
        """The tables with the authors and approvers as HMACs."""
        header, rows = records(pages)
        _is_current(header, about)
        yield csv_line(header)
        for row in rows:
            if row.fault is None and len(row.cells) == len(header):
                yield csv_line(
                    ";".join(about.hide(each) for each in cell.split(";") if each) if name in PEOPLE else cell
                    for name, cell in zip(header, row.cells, strict=True)
                )


def _is_current(header: Sequence[str], about: About) -> bool:
    """Whether this is the table of enhancements, and not that of their changes."""
    for names, current in ((CURRENT, True), (HISTORY, False)):
        if set(header).issuperset(names):
            return current
    raise Invalid(
        f"{about.name} is neither the table of enhancements nor that of their changes.",
        remedy=f"The one has the columns {', '.join(CURRENT)}; the other {', '.join(HISTORY)}.",
        file=about.name,
    )


def _enhancement(told: Told, line: int, record: dict[str, str], taken: set[str]) -> None:
    """Note an enhancement. Where two share a number, the second is known by its path."""
    path, number = text(record, "path"), text(record, "kep_number")
    if path is None or number is None:
        raise Unreadable("kep_number", "", "The enhancement has no number or no path; write both.")
    item = path if number in taken else number
    taken.add(number)
    created = moment(record["creation_date"])
    authors = text(record, "authors")
    unclear = None if created else text(record, "creation_date") or "not said"
    told.item(
        line, WHOLE, item, created or NOT_SAID,
        key=number, title=text(record, "title"), project=text(record, "owning_sig"), team=text(record, "owning_sig"),
        type="enhancement", level="item", state=text(record, "status"), updated=moment(record.get("last_updated")),
        author=told.about.hide(authors.split(";")[0]) if authors else None, history="none",
        tags=marked({
            "created": unclear, "path": path, "stage": text(record, "stage"),
            "latest_milestone": text(record, "latest_milestone"),
            **{name: text(record, f"ms_{name}") for name in ("alpha", "beta", "stable")},
        }),
    )  # fmt: skip


def _change(told: Told, line: int, record: dict[str, str]) -> Iterator[Row]:
    item, change, at = text(record, "kep_number"), text(record, "commit"), needed(record, "date")
    if item is None or change is None:
        raise Unreadable("kep_number", "", "The change does not say of which enhancement it is, or in which commit.")
    changed: dict[str, tuple[str | None, str | None]] = {}
    if record["field"] == "created":
        changed = {field: (None, now) for field, now in _begun(record["new"]).items()}
    elif record["field"] in FIELDS:
        changed = {FIELDS[record["field"]]: (text(record, "old"), text(record, "new"))}
    for field, (was, now) in changed.items():  # two paths may share a number, and change in one commit
        yield from told.change(
            line, WHOLE, item, f"{change} {record['path']}", field, at, sequence=line, was=was, now=now, project=None
        )


def _begun(said: str) -> dict[str, str]:
    """At what an enhancement aimed from the beginning; its first state is told by its first change of state."""
    try:
        value: Any = msgspec.json.decode(said)
    except (msgspec.DecodeError, ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Unreadable("new", said, "What the enhancement began with is no JSON; export the history again.")
    aims = {name: field for name, field in FIELDS.items() if field.startswith("target.")}
    return {field: found for name, field in aims.items() if (found := text(value, name)) is not None}
