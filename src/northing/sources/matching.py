"""Which row of a new edition is which entity of the last one, where ids are blank, repeated or changed.

Nothing is matched by likeness. Within one edition a row is known by the id derived from what it says, else by
its own id, else by its name, each only where it is unique on both sides. Between editions it is known by its
scope and its normalised name (and before that by its own id, where the source's ids last), again only where both
editions have it once; where the name occurs in both but more than once in either, it is ambiguous and left to a
person.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple


def normal(name: str) -> str:
    """*name* in NFKC and lower case, letters and digits only."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).lower()))


class Known(NamedTuple):
    """An entity of an earlier reading."""

    id: str
    edition: str
    scope: str
    native: str
    name: str
    """Normalised."""


class Wanted(NamedTuple):
    """A row that wants an id; ``fresh`` is the id it gets where it is new."""

    fresh: str
    scope: str
    native: str
    name: str


class Ambiguous(NamedTuple):
    scope: str
    name: str
    before: int
    now: int


class Matched(NamedTuple):
    ids: list[str]
    """For each row the id of its entity, ``fresh`` where it is new."""
    found: frozenset[str]
    """Ids that were known before."""
    ambiguous: tuple[Ambiguous, ...]
    vanished: tuple[str, ...]
    """Ids of the last edition before this one whose name no row has any more."""


def match(rows: Sequence[Wanted], known: Iterable[Known], edition: str, *, ids_last: bool = False) -> Matched:
    """Who each of *rows* is among *known*; ``ids_last`` says that an id means the same in every edition."""
    entities = list(known)
    same = [entity for entity in entities if entity.edition == edition]
    other = [entity for entity in entities if entity.edition != edition]
    ids: dict[int, str] = {}
    taken: set[str] = set()

    def take(position: int, id: str) -> None:
        ids[position] = id
        taken.add(id)

    here = {entity.id for entity in (entities if ids_last else same)}
    for position, row in enumerate(rows):
        if row.fresh in here and row.fresh not in taken:
            take(position, row.fresh)
    for key in (_native, _name):
        left = [entity for entity in same if entity.id not in taken]
        rest = [(position, row) for position, row in enumerate(rows) if position not in ids]
        for position, id in _unique(rest, left, key):
            take(position, id)

    if ids_last:
        left = [entity for entity in other if entity.id not in taken]
        rest = [(position, row) for position, row in enumerate(rows) if position not in ids]
        for position, id in _unique(rest, left, _native):
            take(position, id)

    counts = Counter((row.scope, row.name) for row in rows)
    before: defaultdict[tuple[str, str], list[Known]] = defaultdict(list)
    for entity in other:
        if entity.name and not (ids_last and entity.id in taken):
            before[entity.scope, entity.name].append(entity)
    ambiguous: dict[tuple[str, str], Ambiguous] = {}
    for position, row in enumerate(rows):
        there = before.get((row.scope, row.name), [])
        if ids_last and row.native:
            there = [entity for entity in there if entity.native in ("", row.native)]
        if position in ids or not there:
            continue
        here_times = counts[row.scope, row.name]
        if len(there) == 1 and here_times == 1:
            take(position, there[0].id)
        else:
            ambiguous[row.scope, row.name] = Ambiguous(row.scope, row.name, len(there), here_times)
    last = max((entity.edition for entity in other if entity.edition < edition), default=None)
    vanished = tuple(
        entity.id
        for entity in other
        if entity.edition == last and entity.id not in taken and (entity.scope, entity.name) not in counts
    )
    return Matched(
        ids=[ids.get(position, row.fresh) for position, row in enumerate(rows)],
        found=frozenset(taken),
        ambiguous=tuple(ambiguous.values()),
        vanished=vanished,
    )


def _native(thing: Known | Wanted) -> Hashable:
    return (thing.scope, thing.native) if thing.native else None


def _name(thing: Known | Wanted) -> Hashable:
    return (thing.scope, thing.name) if thing.name else None


def _unique(rows: Sequence[tuple[int, Wanted]], known: Sequence[Known], key: object) -> Iterable[tuple[int, str]]:
    """Pairs whose *key* occurs once on both sides."""
    call = _native if key is _native else _name
    mine = Counter(call(row) for _, row in rows)
    theirs: defaultdict[Hashable, list[str]] = defaultdict(list)
    for entity in known:
        theirs[call(entity)].append(entity.id)
    for position, row in rows:
        value = call(row)
        if value is not None and mine[value] == 1 and len(theirs.get(value, ())) == 1:
            yield position, theirs[value][0]
