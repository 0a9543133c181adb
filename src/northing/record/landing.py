"""Landing: what a file says becomes a commit on its source's own branch, and that is merged into the plan.

The branch ``import/<source>`` holds what the source says and nothing else, so that the next file is compared with
the last one and not with what people made of it: their edits survive, and where both changed the same field it is
a conflict that a person settles. All of a landing is one transaction: it is in the record as a whole or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from northing.access import directory
from northing.access.actor import Actor
from northing.portfolio.edits import Body, Edit, apply
from northing.portfolio.entity import Entity, encode
from northing.portfolio.errors import FieldConflict, Finding
from northing.portfolio.kinds import name_field
from northing.portfolio.plan import Plan
from northing.portfolio.reading import Question, Reading
from northing.portfolio.workspace import SourceFile

from . import opening, versions
from .answers import Committed
from .merging import Resolve
from .own import own_versions
from .record import Record
from .revision import Revision
from .stating import differing, edit_of, nested, stated
from .versions import Key
from .writing import together

BOOKKEEPING = ("source_row", "inventory")
"""Fields that move with every edition and say nothing about the thing itself."""
STAGES = {"ai_system": "development_stage", "investment": "stage"}


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says otherwise of one entity than the one before: field → (before, after)."""

    kind: str
    id: str
    name: str
    fields: dict[str, tuple[Any, Any]]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A person's edit that the file leaves alone."""

    kind: str
    id: str
    name: str
    field: str
    plan: Any
    file: Any


class Landing(msgspec.Struct, frozen=True, kw_only=True):
    """What landing a reading does; or did, where it was landed."""

    reading: Reading
    added: tuple[tuple[str, str, str], ...] = ()
    """(kind, id, name) of what the plan did not have."""
    changed: tuple[Changed, ...] = ()
    unchanged: dict[str, int] = {}
    """How many of each kind are left alone."""
    vanished: tuple[tuple[str, str, str], ...] = ()
    """What the edition before listed and this one does not; it stays in the plan."""
    moves: tuple[tuple[str, str | None, str | None, int], ...] = ()
    """Stages that changed: kind, before, after, how many."""
    kept: tuple[Kept, ...] = ()
    conflicts: tuple[FieldConflict, ...] = ()
    """Fields that both the file and a person changed; theirs is the plan's, yours the file's."""
    rows: int = 0
    """New rows as they came."""
    edits: int = 0

    @property
    def nothing(self) -> bool:
        """Whether the plan holds all of it already."""
        return not self.edits

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.reading.findings

    @property
    def questions(self) -> tuple[Question, ...]:
        return self.reading.questions

    def count(self, of: str) -> dict[str, int]:
        """How many of each kind are ``added``, ``changed`` or ``vanished``."""
        listed: Iterable[Any] = getattr(self, of)
        return dict(Counter(item.kind if isinstance(item, Changed) else item[0] for item in listed))


class Landed(msgspec.Struct, frozen=True, kw_only=True):
    landing: Landing
    imported: Revision | None = None
    """The commit on the source's branch; None where the file said nothing new."""
    merged: Committed | None = None
    """Its merge into the plan; ``conflicts`` are those that were settled, or left out because a rule would break."""


def branch_of(source: str) -> str:
    return f"import/{source}"


def said(record: Record, source: str) -> Plan | None:
    """What *source* says by its files so far, and nothing else; None before its first."""
    own = _own(record, source)
    if own is None:
        return None
    entities = (
        versions.entity_of(kind, id, stored.schema, stored.body) for (kind, id), stored in own.items() if stored.body
    )
    return Plan.of(record.workspace, branch_of(source), 0, (entity for entity in entities if entity is not None))


def before(record: Record, source: str) -> Plan:
    """The plan as it is, with what *source* says in the place of what people made of that."""
    plan = record.plan()
    own = said(record, source)
    if own is None:
        return plan
    delta: dict[str, dict[str, Entity | None]] = {}
    for entity in own.all():
        delta.setdefault(entity.KIND, {})[entity.id] = entity
    return plan.step(plan.no, delta)


def preview(record: Record, readings: Reading | Sequence[Reading]) -> list[Landing]:
    """What landing would do, reading by reading; nothing is written."""
    state = _State(record, _several(readings))
    landings = []
    for reading in _several(readings):
        landing, edits = _compare(state, reading)
        state.foresee(edits)
        landings.append(landing)
    return landings


def land(
    record: Record,
    readings: Reading | Sequence[Reading],
    *,
    by: Actor,
    reason: str | None = None,
    resolve: Resolve = None,
) -> list[Landed]:
    """Commit what the readings say, each in a revision of its own, and merge it into the plan.

    Raises :class:`Conflict` where a person has changed what the file changes, unless *resolve* settles it; what
    would break a rule of the plan is left out and listed. Either all of it is recorded or nothing.
    """
    by.require("plan", "bring in a file")
    listed = _several(readings)

    def job() -> list[Landed]:
        state = _State(record, listed)
        return [_land(state, reading, by=by, reason=reason, resolve=resolve) for reading in listed]

    return together(job)


def _land(state: _State, reading: Reading, *, by: Actor, reason: str | None, resolve: Resolve) -> Landed:
    record = state.record
    landing, edits = _compare(state, reading)
    branch = branch_of(reading.source)
    if not edits and not state.bases:
        return Landed(landing=landing)
    if state.own is None:
        record.fork(branch, kind="import", by=by, reason=f"What {reading.source} says")
        state.own = {}
    if reading.people:
        directory.remember(record.workspace, reading.people)
    why = reason or _reason(reading)
    committed = record.commit(
        edits, on=None, by=by, reason=why, branch=branch, via="import", effective_on=reading.effective_on
    )  # nothing new after a revert: what the branch holds is merged again
    merged = record.merge(branch, by=by, reason=why, resolve=resolve, whatever_fits=True)
    state.took(edits)
    return Landed(landing=landing, imported=committed.revision, merged=merged)


def _reason(reading: Reading) -> str:
    edition = f", {reading.file.edition}" if reading.file.edition else ""
    on = f" of {reading.effective_on.isoformat()}" if reading.effective_on and not reading.file.edition else ""
    return f"Import {reading.file.name}{edition}{on}"


def _several(readings: Reading | Sequence[Reading]) -> list[Reading]:
    return [readings] if isinstance(readings, Reading) else list(readings)


def _own(record: Record, source: str) -> dict[Key, versions.Stored] | None:
    found = next((branch for branch in record.branches() if branch.name == branch_of(source)), None)
    return None if found is None else own_versions(opening.line_of(record.workspace, found.name))


def _unmerged(record: Record, source: str) -> dict[Key, Body | None]:
    """Of what the branch holds and the plan has not merged: the bodies that it merged before."""
    if not any(branch.name == branch_of(source) for branch in record.branches()):
        return {}
    line = opening.line_of(record.workspace, branch_of(source))
    if line.merged_head == line.no:
        return {}
    keys = list(own_versions(line, after=line.merged_head or 0))
    held = (
        versions.stored(record.workspace, [versions.Level(line.name, line.merged_head)], keys)
        if line.merged_head
        else {}
    )
    return {key: versions.body_of(*key, held.get(key)) for key in keys}


class _State:
    """What the source's branch holds, carried along from reading to reading."""

    def __init__(self, record: Record, readings: Sequence[Reading]) -> None:
        self.record = record
        source = readings[0].source if readings else ""
        self.own = _own(record, source)
        self.bodies: dict[Key, Body | None] = {
            key: versions.body_of(*key, stored) for key, stored in (self.own or {}).items()
        }
        self.bases = _unmerged(record, source)
        """What the plan last took of entities of which it has not (or, after a revert, no more) taken the newest."""
        self.plan = record.plan()
        self.ahead: dict[Key, Body | None] = {}
        """What the plan would hold after the readings foreseen so far."""
        self.rows: dict[str, dict[str, Body]] = {}

    def there(self, key: Key) -> Body | None:
        """What the plan holds of an entity."""
        if key in self.ahead:
            return self.ahead[key]
        entity = self.plan.get(*key)
        return None if entity is None else msgspec.to_builtins(entity)

    def rows_of(self, file: SourceFile) -> dict[str, Body]:
        """The rows of *file* that are in the record already."""
        if file.id not in self.rows:
            known = ("source_file", file.id) in self.bodies
            held = self.record.source_rows(file.id) if known else []
            self.rows[file.id] = {row.id: msgspec.to_builtins(row) for row in held}
        return self.rows[file.id]

    def foresee(self, edits: Iterable[Edit]) -> None:
        """Go on as if *edits* had been committed and merged, people's edits kept."""
        listed = list(edits)
        for edit in listed:
            if edit.kind != "source_row":
                self.ahead[edit.kind, edit.id] = apply(self.there((edit.kind, edit.id)), edit)
        self.bases = {}
        self._take(listed)

    def took(self, edits: Iterable[Edit]) -> None:
        """Go on after *edits* were committed and merged."""
        self.bases = {}
        self._take(edits)
        self.plan = self.record.plan()

    def _take(self, edits: Iterable[Edit]) -> None:
        for edit in edits:
            if edit.kind == "source_row":
                held = self.rows.setdefault(str(edit.fields.get("file")), {})
                held[edit.id] = {"id": edit.id, **held.get(edit.id, {}), **edit.fields}
            else:
                self.bodies[edit.kind, edit.id] = apply(self.bodies.get((edit.kind, edit.id)), edit)


def _compare(state: _State, reading: Reading) -> tuple[Landing, list[Edit]]:
    """The edits that bring the source's branch to what *reading* says, and what they come to in the plan."""
    added: list[tuple[str, str, str]] = []
    changed: list[Changed] = []
    unchanged: Counter[str] = Counter()
    moves: Counter[tuple[str, str | None, str | None]] = Counter()
    kept: list[Kept] = []
    conflicts: list[FieldConflict] = []
    edits: list[Edit] = []
    for says in reading.says:
        key = (says.kind, says.id)
        own = state.bodies.get(key)
        was = state.bases.get(key, own)
        there = state.there(key)
        if own is not None or there is not None:
            made = edit_of(says, differing(own or there or {}, says.fields))
        else:
            made = Edit(op="create", kind=says.kind, id=says.id, fields=stated(says.fields))
        edits += [made] if made is not None else []
        if was is None and there is None:
            added.append((says.kind, says.id, str(says.fields.get(name_field(says.kind) or "id") or "")))
            continue
        differs = differing(was or there or {}, says.fields)
        name = _name(says.kind, there or was or {})
        if was is not None:
            _judge(was, there, says, differs, name=name, kept=kept, conflicts=conflicts)
        told = {field: pair for field, pair in differs.items() if field not in BOOKKEEPING}
        if not told:
            unchanged[says.kind] += 1
            continue
        changed.append(Changed(kind=says.kind, id=says.id, name=name, fields=told))
        stage = STAGES.get(says.kind)
        if stage in told:
            moves[says.kind, *told[stage]] += 1
    rows = _row_edits(state, reading)
    edits += rows
    if edits or ("source_file", reading.file.id) not in state.bodies:
        edits = _file_edits(state, reading) + edits
    landing = Landing(
        reading=reading,
        added=tuple(added),
        changed=tuple(changed),
        unchanged=dict(unchanged),
        vanished=tuple((kind, id, _name(kind, state.bodies.get((kind, id)) or {})) for kind, id in reading.vanished),
        moves=tuple((*move, times) for move, times in moves.most_common()),
        kept=tuple(kept),
        conflicts=tuple(conflicts),
        rows=sum(1 for edit in rows if edit.op == "create"),
        edits=len(edits) + len(state.bases),
    )
    return landing, edits


def _judge(
    was: Body,
    there: Body | None,
    says: Edit,
    differs: Mapping[str, tuple[Any, Any]],
    *,
    name: str,
    kept: list[Kept],
    conflicts: list[FieldConflict],
) -> None:
    """Where the plan is not what the source said: an edit that is kept, or a conflict."""
    if there is None:
        if differs:
            conflicts.append(
                FieldConflict(kind=says.kind, id=says.id, field=None, base=was, theirs=None, yours=dict(says.fields))
            )
        return
    if there == was:
        return
    for field, (mine, base) in differing(there, {field: was.get(field) for field in says.fields}).items():
        new = differs.get(field)
        if new is None:
            kept.append(Kept(kind=says.kind, id=says.id, name=name, field=field, plan=mine, file=base))
        elif new[1] != mine:
            conflicts.append(
                FieldConflict(kind=says.kind, id=says.id, field=field, base=base, theirs=mine, yours=new[1])
            )


def _name(kind: str, body: Body) -> str:
    return str(body.get(name_field(kind) or "id") or "")


def _file_edits(state: _State, reading: Reading) -> list[Edit]:
    body: Body = msgspec.json.decode(encode(reading.file))
    was = state.bodies.get(("source_file", reading.file.id))
    fields = {field: value for field, value in body.items() if field != "id"}
    if was is None:
        return [Edit(op="create", kind="source_file", id=reading.file.id, fields=fields)]
    differs = differing(was, fields)
    if not differs:
        return []
    return [Edit(op="change", kind="source_file", id=reading.file.id, fields=nested(differs))]


def _row_edits(state: _State, reading: Reading) -> list[Edit]:
    held = state.rows_of(reading.file)
    edits = []
    for row in reading.rows:
        body: Body = msgspec.to_builtins(row)
        was = held.get(row.id)
        if was is None:
            fields = {field: value for field, value in body.items() if field != "id"}
            edits.append(Edit(op="create", kind="source_row", id=row.id, fields=fields))
        elif was.get("made") != body.get("made"):
            edits.append(Edit(op="change", kind="source_row", id=row.id, fields={"made": body.get("made")}))
    return edits
