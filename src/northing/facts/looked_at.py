"""What a look at an input found, noted until somebody says yes to it: the input is then not read a second time.

A note holds for one input, read in one manner with one reader, and, where prices or rates were asked, for the plan's
as they were. Whether its files are still there and whole is seen when it is taken up. A sweep removes old ones.
"""

from __future__ import annotations

import contextlib
import hashlib
from decimal import Decimal
from pathlib import Path

import msgspec

from northing.portfolio.entity import encode
from northing.portfolio.errors import Finding
from northing.portfolio.facts import Delivery
from northing.portfolio.plan import Plan

from . import in_force
from .store import Store

PRICING = ("price_override", "rate_card", "role", "team")
"""Kinds that say what something costs, besides delivered prices."""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What was read, all but the moment at which it counts."""

    delivery: Delivery
    pricing: str | None
    """Digest of the plan's prices and rates; None where the reader asked for none."""
    findings: tuple[Finding, ...]
    totals: dict[str, dict[str, dict[str, Decimal]]]


def write(store: Store, note: Note) -> None:
    """Keep *note*, in the place of an older one on the same input; a disk that refuses it only costs time later."""
    path = _path(store, note.delivery.id)
    part = path.with_suffix(".part")
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.write_bytes(msgspec.json.encode(note))
        part.chmod(0o600)
        part.replace(path)


def find(store: Store, plan: Plan, id: str, *, name: str, manner: str) -> Note | None:
    """The note on the input that would be delivery *id*, where reading it anew would come to the same."""
    try:
        note = msgspec.json.decode(_path(store, id).read_bytes(), type=Note)
    except (OSError, msgspec.DecodeError):
        return None
    same = note.delivery.name == name and note.delivery.read_with == manner
    if not same or note.pricing not in (None, pricing(plan)) or store.missing(note.delivery):
        return None
    return note


def forget(store: Store, id: str) -> None:
    """Remove the note on an input that is taken in."""
    with contextlib.suppress(OSError):
        _path(store, id).unlink(missing_ok=True)


def pricing(plan: Plan) -> str:
    """A digest of all that prices and rates are found by in *plan*."""
    files = [(file.batch.sha256, file.scopes) for file in in_force.in_force(plan).table("price")]
    told = [files, *([msgspec.to_builtins(one) for _, one in sorted(plan.table(kind).items())] for kind in PRICING)]
    return hashlib.sha256(encode(told)).hexdigest()[:32]


def _path(store: Store, id: str) -> Path:
    return store.folder / "looked-at" / f"{id}.json"
