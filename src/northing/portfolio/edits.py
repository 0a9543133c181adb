"""Edits: what a person, an import or a merge wants changed, field by field."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal

import msgspec

from .amount_text import LARGEST
from .entity import Entity, encode
from .errors import Finding, Invalid
from .kinds import KINDS, fields

Op = Literal["create", "change", "remove"]


class Edit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entity's edit. ``fields`` holds JSON values; None empties a field.

    ``custom`` and ``withheld`` are merged per key: name them whole as a map (None removes a key) and keys
    that are not named stay as they are. All other fields, lists included, are set whole.
    """

    op: Op
    kind: str
    id: str
    fields: dict[str, Any] = {}


def create(kind: str, id: str, /, **fields: Any) -> Edit:
    return Edit(op="create", kind=kind, id=id, fields=plain(fields))


def change(kind: str, id: str, /, **fields: Any) -> Edit:
    return Edit(op="change", kind=kind, id=id, fields=plain(fields))


def remove(kind: str, id: str) -> Edit:
    return Edit(op="remove", kind=kind, id=id)


def plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """*fields* as JSON values: dates in ISO form, decimals as text."""
    result = msgspec.to_builtins(fields)
    assert isinstance(result, dict)
    return result


MAPS = ("custom", "withheld")
"""Fields that are merged per key."""

SETS = ("tags",)
"""Fields whose items have no order: merged as sets, stored sorted."""

Body = dict[str, Any]
"""An entity's stored body as JSON values; may hold fields of a newer version, which are kept."""


def apply(body: Body | None, edit: Edit) -> Body | None:
    """The body after *edit*: None where it removes the entity. Unknown fields of *body* stay."""
    if edit.op == "remove":
        return None
    after: Body = dict(body or {"id": edit.id})
    for name, value in edit.fields.items():
        if name in MAPS:
            merged = {**after.get(name, {}), **(value or {})}
            value = {key: item for key, item in merged.items() if item is not None} or None
        elif name in SETS and value is not None:
            value = sorted(set(value)) or None
        if value is None:
            after.pop(name, None)
        else:
            after[name] = value
    return after


def check_body(kind: str, body: Body) -> tuple[Entity, bytes]:
    """The entity that *body* describes, and its canonical bytes.

    Raises :class:`Invalid` with the field's name and what is wrong with its value: also where a number is too large
    for sums, or a text holds a NUL, which no database keeps. Numbers given as JSON numbers are accepted for decimals
    and stored as text.
    """
    cls = KINDS[kind]
    try:
        entity = msgspec.convert(body, cls, strict=False)
    except msgspec.ValidationError as wrong:
        text, _, path = str(wrong).partition(" - at `$.")
        raise _wrong(kind, body, path.rstrip("`").split(".")[0].split("[")[0] or None, text) from None
    for name, value in _numbers(entity):
        if value is not None and value.is_finite() and abs(value) >= LARGEST:
            raise _wrong(kind, body, name, "A number is too large")
    known = msgspec.to_builtins(entity)
    for name in body.keys() - names_of(kind):
        known[name] = body[name]
    stored = encode(known)
    if b"\\u0000" in stored:
        for name, value in known.items():
            if "\0" in str(value):
                raise _wrong(kind, body, name, "A NUL character cannot be kept")
    return entity, stored


def _numbers(entity: Entity) -> Iterator[tuple[str, Decimal | None]]:
    """Every number that *entity* states, with the field that it stands in."""
    for name in _number_fields(entity.KIND):
        yield name, getattr(entity, name)
    for name in PARTS.get(entity.KIND, ()):
        for part in getattr(entity, name):
            yield name, part.amount


PARTS = {"transfer": ("legs",), "period_close": ("accruals",)}
"""Fields whose items state an amount each."""


@functools.cache
def _number_fields(kind: str) -> tuple[str, ...]:
    return tuple(name for name, field in fields(kind).items() if field.type == "number")


def _wrong(kind: str, body: Body, name: str | None, text: str) -> Invalid:
    value = None if name is None else body.get(name)
    finding = Finding(
        code="wrong-value",
        message=f"{KINDS[kind].TITLE}: {text}" + (f" in “{name}”" if name else "") + ".",
        kind=kind,
        id=str(body.get("id")),
        field=name,
        value=None if value is None else str(value)[:200],
    )
    return Invalid(finding.message, findings=[finding])


@functools.cache
def names_of(kind: str) -> frozenset[str]:
    """The names of *kind*'s fields."""
    return frozenset(KINDS[kind].__struct_fields__)


def unknown_fields(kind: str, edits: Iterable[Edit]) -> list[Finding]:
    """A finding for every field that *edits* name and *kind* does not have."""
    from rapidfuzz import process

    names = KINDS[kind].__struct_fields__
    findings = []
    for edit in edits:
        for name in edit.fields:
            if name not in names:
                near = process.extractOne(name, names, score_cutoff=60)
                findings.append(
                    Finding(
                        code="unknown-field",
                        message=f"{KINDS[kind].TITLE} has no field “{name}”.",
                        kind=kind,
                        id=edit.id,
                        field=name,
                        remedy=f"Did you mean “{near[0]}”?" if near else None,
                    )
                )
    return findings
