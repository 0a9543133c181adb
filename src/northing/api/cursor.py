"""Cursors: where the next page starts, at the revision and on the day of the first one.

Opaque to whoever gets one. It carries its revision, so that a list is read to its end as it stood when it was
begun, whoever commits meanwhile; and a mark of its question, so that it continues no other.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import date

import msgspec

from northing.portfolio.errors import Invalid


class Cursor(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    at: str
    """The revision reference of the first page."""
    today: date
    offset: int
    question: str


def fingerprint(*question: object) -> str:
    """A mark of what was asked."""
    return hashlib.sha256(repr(question).encode()).hexdigest()[:12]


def page[T](
    items: Sequence[T], limit: int, *, at: str, today: date, question: str, begun: Cursor | None
) -> tuple[list[T], str | None]:
    """The items of one page, and the cursor of the one after it."""
    start = begun.offset if begun else 0
    end = start + limit
    return list(items[start:end]), write(Cursor(at, today, end, question)) if end < len(items) else None


def write(cursor: Cursor) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def read(text: str, question: str) -> Cursor:
    """The cursor in *text*; raises :class:`Invalid` where it is none, or belongs to another question."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        cursor = msgspec.json.decode(raw, type=Cursor)
    except (ValueError, msgspec.MsgspecError):
        raise Invalid("This is not a cursor.", remedy="Send the “next” of the page before, unchanged.") from None
    if cursor.question != question:
        raise Invalid(
            "This cursor belongs to another question.",
            remedy="Send the same parameters with every page; only the cursor changes.",
        )
    if not 0 <= cursor.offset <= 10_000_000:
        raise Invalid("This is not a cursor.")
    return cursor
