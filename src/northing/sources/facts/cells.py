"""Single values of a record, exact: from JSON or from a cell of text, or refused with the reason and a remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import Any

from northing.portfolio.fact_reading import Refused
from northing.sources.tabular import shown as _shown

Record = Mapping[str, Any]

MOST = Decimal(10) ** 12
STEP = Decimal(1).scaleb(-12)
EXACT = Context(prec=60)
MOST_COUNT = 2**63 - 1
FIRST, LAST = date(1990, 1, 1), date(2199, 12, 31)
NOTHING = ("", "null", "none", "nan", "n/a")
"""What stands where nothing is said, in text; “nan” only where a whole cell says it."""


class Unreadable(Exception):
    """A value that a record cannot be taken in with."""

    def __init__(self, column: str, value: object, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, value, reason

    def at(self, line: int) -> Refused:
        return Refused(line=line, column=self.column, value=shown(self.value), reason=self.reason)


def shown(value: object) -> str:
    """*value* as it is shown beside a refusal."""
    return _shown(value if isinstance(value, str) else str(value))


def text(record: Record, *columns: str) -> str | None:
    """The first of *columns* that says something, as text."""
    for column in columns:
        value = record.get(column)
        if value is None or isinstance(value, (dict, list)):
            continue
        said = str(value).strip()
        if said.lower() not in NOTHING[:3]:
            return said
    return None


def number(said: object, *, comma: bool = False) -> Decimal | None:
    """*said* as a number; None where it is none, is not finite, or is written in a way that could be two."""
    if isinstance(said, bool) or said is None:
        return None
    if isinstance(said, (int, Decimal)):
        return Decimal(said) if Decimal(said).is_finite() else None
    bare = re.sub(r"[\s\u00a0\u202f'$€£¥]", "", str(said))[:100]
    bare = re.sub(r"^\((.*)\)$", r"-\1", re.sub(r"^(.*\d)-$", r"-\1", bare))
    if comma:
        if not re.fullmatch(r"[-+]?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?", bare):
            return None
        bare = bare.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?", bare):
        bare = bare.replace(",", "")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,4})?", bare):
        return None
    try:
        return Decimal(bare)
    except InvalidOperation:
        return None


def fits_amount(value: Decimal) -> bool:
    """Whether *value* can be kept: twelve digits before the point."""
    return value.is_finite() and abs(value) < MOST


def kept(value: Decimal) -> Decimal:
    """*value* to twelve decimals, half-even: what files of facts hold."""
    return value.quantize(STEP, rounding=ROUND_HALF_EVEN, context=EXACT)


def amount(record: Record, column: str, *, needed: bool = False, comma: bool = False) -> Decimal | None:
    """The amount under *column*; None where it says nothing and is not *needed*."""
    said = record.get(column)
    if said is None or (isinstance(said, str) and said.strip().lower() in NOTHING[:3]):
        if needed:
            raise Unreadable(column, "", "There is no amount here, and the row needs one; write 0 for none.")
        return None
    value = number(said, comma=comma)
    if value is None:
        raise Unreadable(column, said, "This is no amount; write digits with a point, such as 1234.56.")
    if not fits_amount(value):
        raise Unreadable(column, said, "The amount is a million million or more; check it at its source.")
    return kept(value)


def currency(record: Record, stated: str | None) -> str:
    """The one currency under “currency”; where none stands there, what is *stated* of the source, else dollars."""
    said = text(record, "currency") or stated or "USD"
    if re.fullmatch("[A-Za-z]{3}", said) is None:
        raise Unreadable("currency", said, "This is not one currency; write an ISO 4217 code such as USD.")
    return said.upper()


def count(record: Record, column: str) -> int | None:
    """The whole number under *column*: tokens, requests."""
    said = record.get(column)
    if said is None or (isinstance(said, str) and said.strip().lower() in NOTHING[:3]):
        return None
    value = number(said)
    if value is None or (fits_count(value) and value != value.to_integral_value()):
        raise Unreadable(column, said, "This is no whole number; write digits only.")
    if not fits_count(value):
        raise Unreadable(column, said, "The number is too large to be a count; check it at its source.")
    return int(value)


def fits_count(value: Decimal) -> bool:
    return value.is_finite() and abs(value) <= MOST_COUNT


ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?$"
)


def day(record: Record, column: str) -> date:
    """The UTC day under *column*: an ISO date or instant (without a zone: UTC), or Unix seconds."""
    said = record.get(column)
    found = day_in(said)
    if found is None:
        reason = "There is no day here that can be read; write it as 2025-03-31 or 2025-03-31T10:00:00Z."
        raise Unreadable(column, "" if said is None else said, reason)
    return found


def day_in(said: object) -> date | None:
    """The UTC day in *said*; None where there is none, or none that can be meant."""
    try:
        if isinstance(said, (int, Decimal)) and not isinstance(said, bool):
            if not Decimal(said).is_finite() or not 0 < said < 10**12:
                return None
            seconds = int(said) // 1000 if said > 10**11 else int(said)
            return _meant(datetime.fromtimestamp(seconds, UTC).date())
        found = ISO.match(str(said).strip()[:60]) if isinstance(said, str) else None
        if found is None:
            return None
        if not found[7] or found[7] in ("Z", "UTC"):
            return _meant(date(int(found[1]), int(found[2]), int(found[3])))
        zoned = f"{found[1]}-{found[2]}-{found[3]}T{found[4]}:{found[5]}:{found[6] or '00'}{found[7]}"
        return _meant(datetime.fromisoformat(zoned).astimezone(UTC).date())
    except (ValueError, OverflowError):
        return None


def _meant(found: date) -> date | None:
    return found if FIRST <= found <= LAST else None
