"""Rows of the facts of flow: instants as exports write them, scopes, and each item and each change once.

An export that is whole replaces what its project had before. A source whose option ``extent`` is ``changes`` delivers
increments: each of them is a scope of its own, and what it tells again replaces nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from northing.portfolio.errors import Invalid
from northing.portfolio.fact_reading import About, Empty, Row

from .cells import FIRST, LAST, NOTHING, Record, Unreadable
from .usage_rows import tags_text

NOT_SAID = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands where a row needs an instant or a day and its source has none to say; the row's tags tell it."""
ISO = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?"
    r"\s*(Z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})?$"
)
NO_INSTANT = "There is no instant here that can be read; write it as 2025-03-31T10:00:00Z."
YES = "yes"


def moment(said: object) -> datetime | None:
    """The instant in *said*, in UTC: ISO with or without its noughts and its zone, or Unix seconds or milliseconds."""
    try:
        if isinstance(said, (int, Decimal)) and not isinstance(said, bool):
            number = Decimal(said)
            seconds = number / 1000 if abs(number) >= 10**11 else number
            return _meant(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(seconds * 1_000_000)))
        found = ISO.match(said.strip()[:60]) if isinstance(said, str) else None
        if found is None:
            return None
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        fraction = int((found[7] or "0").ljust(6, "0")[:6])
        return _meant(datetime(year, month, day, hour, minute, second, fraction, _zone(found[8])).astimezone(UTC))
    except (ValueError, OverflowError, ArithmeticError):
        return None


def _zone(said: str | None) -> timezone:
    if not said or said in ("Z", "UTC"):
        return UTC
    digits = said[1:].replace(":", "").ljust(4, "0")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-away if said[0] == "-" else away)


def _meant(found: datetime) -> datetime | None:
    return found if FIRST <= found.date() <= LAST else None


def when(record: Record, column: str) -> datetime | None:
    """The instant under *column*; None where it says nothing. Raises :class:`Unreadable` where it cannot be read."""
    said = record.get(column)
    if said is None or (isinstance(said, str) and said.strip().lower() in NOTHING[:3]):
        return None
    found = moment(said)
    if found is None:
        raise Unreadable(column, said, NO_INSTANT)
    return found


def needed(record: Record, column: str) -> datetime:
    """The instant under *column*, which the row cannot be without."""
    found = when(record, column)
    if found is None:
        raise Unreadable(column, "", NO_INSTANT)
    return found


def day_of(record: Record, column: str) -> date | None:
    """The day under *column* as it is written there, whatever the zone; None where there is none."""
    said = record.get(column)
    found = ISO.match(said.strip()[:60]) if isinstance(said, str) else None
    try:
        return None if found is None else date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def zone_of(about: About) -> tzinfo:
    """The time zone of dates that name none: the source's option ``zone``, else UTC."""
    said = about.source.options.get("zone")
    try:
        return ZoneInfo(str(said)) if said else UTC
    except (KeyError, ValueError, OSError):
        raise Invalid(f"“{said}” is no time zone.", remedy="Write one such as Europe/Amsterdam.") from None


def marked(labels: Mapping[str, object]) -> str | None:
    """Labels (each with “yes”) and fields as tags; None where there are none."""
    return tags_text({name: str(value) for name, value in labels.items() if name and value not in (None, "")})


def scope(about: About, whole: str | None) -> str:
    """What a delivery replaces: all of *whole* (a project, a repository), or in increments only itself."""
    named = whole or str(about.source.options.get("project") or about.source.name)
    return f"{named}+{about.sha256[:12]}" if about.source.options.get("extent") == "changes" else named


class Told:
    """What one input tells of work: of each item the last row, of each change the first.

    Items are held until the input is over; of the changes only their keys.
    """

    def __init__(self, about: About) -> None:
        self.about = about
        self._work: dict[str, dict[str, Any]] = {}
        self._keys: set[int] = set()
        self._stated: dict[tuple[str, str], None] = {}
        self._changed: set[str] = set()
        self._keyed: dict[str, str] = {}

    def item(self, line: int, whole: str | None, item: str, created: datetime, **values: Any) -> None:
        """Note the work item *item*, of the project *whole*."""
        self._work.pop(item, None)
        if values.get("key"):
            self._keyed[values["key"]] = item
        self._work[item] = {
            "scope": scope(self.about, whole), "line": line, "day": created.date(), "item": item, "created": created,
            **values,
        }  # fmt: skip

    def project_of(self, item: str) -> str | None:
        """The project of an item that the input has told already."""
        found = self._work.get(item)
        return None if found is None else found.get("project")

    def item_of(self, key: str) -> str:
        """The item that people call *key*, where the input has told it; else *key* itself."""
        return self._keyed.get(key, key)

    def change(
        self, line: int, whole: str | None, item: str, change: str, field: str, at: datetime, **values: Any
    ) -> Iterator[Row]:  # fmt: skip
        """The row of a change; none where the input has told it before."""
        self._changed.add(item)
        key = hash((item, change, field))
        if key in self._keys:
            return
        self._keys.add(key)
        said = {
            "scope": scope(self.about, whole), "line": line, "day": at.date(), "at": at, "item": item,
            "change": change, "field": field, "project": whole, **values,
        }  # fmt: skip
        yield Row("transition", said)

    def states(self, table: str, whole: str | None) -> None:
        """Note that the input states all of *whole*, even if it has no row of *table*."""
        self._stated[table, scope(self.about, whole)] = None

    def rows(self) -> Iterator[Row | Empty]:
        """The items, and the scopes that are stated."""
        for item, values in self._work.items():
            if values.get("history") == "none" and item in self._changed:
                values["history"] = "whole"
            yield Row("work", values)
        self._work = {}
        yield from (Empty(table, named) for table, named in self._stated)
