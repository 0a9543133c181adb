"""The numbers that people see (INV-0042): given once, from counters outside the branches, so that gaps are fine."""

from __future__ import annotations

import msgspec

from northing.portfolio.edits import check_body
from northing.portfolio.entity import Entity, encode
from northing.portfolio.kinds import KINDS

from .draft import Change, Draft


def number(made: Draft, counters: str) -> str:
    """Give every new entity of a numbered kind its number; the counters afterwards, as they are kept."""
    to_number = [change for change in made.changes if _counts(change)]
    if not to_number:
        return counters
    numbered: dict[str, dict[str, Entity | None]] = {}
    last: dict[str, int] = msgspec.json.decode(counters)
    for change in to_number:
        prefix = KINDS[change.kind].NUMBERED
        given = getattr(change.after, "number", None)
        if prefix is None or change.body is None:
            continue
        if given is None:
            taken = made.after.table(change.kind) if made.after else None
            while given is None or (taken is not None and taken.by("number", given)):
                last[prefix] = last.get(prefix, 0) + 1
                given = f"{prefix}-{last[prefix]:04d}"
            change.after, change.body = check_body(change.kind, {**msgspec.json.decode(change.body), "number": given})
            numbered.setdefault(change.kind, {})[change.id] = change.after
        else:
            word, _, digits = given.rpartition("-")
            if word == prefix and digits.isascii() and digits.isdigit() and len(digits) < 10:
                last[prefix] = max(last.get(prefix, 0), int(digits))
    if made.after is not None and numbered:
        made.after = made.after.step(made.after.no, numbered)
    return encode(last).decode()


def _counts(change: Change) -> bool:
    """Whether *change* brings an entity without a number, or a number that the counters may not know."""
    if KINDS[change.kind].NUMBERED is None or change.after is None or change.body is None:
        return False
    given, known = getattr(change.after, "number", None), getattr(change.before, "number", None)
    return change.before is None if given is None else given != known
