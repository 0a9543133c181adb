"""Pages of buckets, as the administration APIs of model providers answer: a span of time, and results in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

import msgspec

from northing.portfolio.fact_reading import About, Empty, Refused, Row

from .cells import Record, Unreadable, day, shown
from .documents import documents
from .usage_rows import Usage

NO_BUCKET = "This is no page of the API; store its answers as they come, one after the other."
NO_RESULT = "The result is of no kind that is read here; ask the API for costs or usage."


class Bucket(msgspec.Struct, frozen=True):
    """One result, and the UTC day in which its bucket begins."""

    line: int
    day: date
    table: str
    result: dict[str, Any]


def buckets(
    pages: Iterable[bytes], *, start: str, table: Callable[[Record], str | None], otherwise: str | None
) -> Iterator[Bucket | Refused | Empty]:
    """The results in *pages*, numbered from 1; a bucket without results states that its day is empty.

    *start*: the field in which a bucket begins; *table*: of which table a result is; *otherwise*: of which one the
    empty days are, where no page has a result that tells it.
    """
    line, known = 0, None
    waiting: list[date] = []
    for document in documents(pages):
        page = document.value
        entries = page.get("data") if page is not None else None
        if page is None or not isinstance(entries, list):
            line += 1
            said = document.said or page
            yield Refused(line=line, column=None, value=shown(said), reason=document.fault or NO_BUCKET)
            continue
        kinds = (table(result) for entry in entries for result in _results(entry))
        known = next((kind for kind in kinds if kind is not None), known)
        for entry in entries:
            line += 1
            try:
                on = day(entry if isinstance(entry, dict) else {}, start)
            except Unreadable as wrong:
                yield wrong.at(line)
                continue
            results = _results(entry)
            if not results:
                waiting.append(on)
            for number, result in enumerate(results):
                line += number > 0
                kind = table(result)
                if kind is None:
                    yield Refused(line=line, column="object", value=shown(result), reason=NO_RESULT)
                else:
                    yield Bucket(line, on, kind, result)
        if known is not None:
            yield from (Empty(known, on.isoformat()) for on in waiting)
            waiting = []
    if otherwise is not None:
        yield from (Empty(otherwise, on.isoformat()) for on in waiting)


def table_of(name: str) -> str | None:
    """Of which table answers are that hold nothing, by the name or address of the input."""
    return "cost" if "cost" in name.lower() else "usage" if "usage" in name.lower() else None


def rows(
    found: Iterable[Bucket | Refused | Empty],
    about: About,
    *,
    cost: Callable[[Bucket, About], Row],
    usage: Callable[[Bucket, About, Usage], Iterable[Row]],
) -> Iterator[Row | Refused | Empty]:
    """The results as rows, those of usage priced at their date; a result that cannot be read is refused alone."""
    priced = Usage(about, priced=True)
    for one in found:
        if not isinstance(one, Bucket):
            yield one
            continue
        try:
            if one.table == "cost":
                yield cost(one, about)
            else:
                yield from usage(one, about, priced)
        except Unreadable as wrong:
            yield wrong.at(one.line)
    yield from priced.rows()


def _results(entry: Any) -> list[dict[str, Any]]:
    found = entry.get("results") if isinstance(entry, dict) else None
    return [result for result in found if isinstance(result, dict)] if isinstance(found, list) else []
