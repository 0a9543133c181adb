"""A broken rule: where, how badly, and in which words. The rules themselves are in ``rules`` and ``custom_values``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from .entity import Entity
from .errors import Finding
from .kinds import KINDS
from .plan import Plan
from .words import in_sentence

Touched = Mapping[str, Collection[str]]
"""Kind → ids that were created, changed or removed."""


class Breach(NamedTuple):
    """A broken rule, and how badly: an edit is refused only if it breaks a rule or makes a breach worse."""

    finding: Finding
    degree: Decimal

    @property
    def place(self) -> tuple[str, str | None, str | None, str | None]:
        return (self.finding.code, self.finding.kind, self.finding.id, self.finding.field)


def present(plan: Plan, touched: Touched, kind: str | None = None) -> Iterator[Any]:
    """The touched entities that are in the plan, of one kind or of all."""
    for name in (kind,) if kind else touched:
        table = plan.table(name)
        for id in touched.get(name, ()):
            entity = table.get(id)
            if entity is not None:
                yield entity


def absent(plan: Plan, touched: Touched) -> Iterator[tuple[str, str]]:
    """(kind, id) of what was touched and is not in the plan: removed, or never there."""
    for kind, ids in touched.items():
        if kind in KINDS and KINDS[kind].LOADED:
            table = plan.table(kind)
            yield from ((kind, id) for id in ids if id not in table)


def broken(
    code: str,
    message: str,
    entity: Entity,
    field: str | None = None,
    *,
    degree: Decimal = Decimal(1),
    value: str | None = None,
    remedy: str | None = None,
) -> Breach:
    """A breach at *entity*."""
    return broken_at(code, message, entity.KIND, entity.id, field, degree=degree, value=value, remedy=remedy)


def broken_at(
    code: str,
    message: str,
    kind: str,
    id: str,
    field: str | None = None,
    *,
    degree: Decimal = Decimal(1),
    value: str | None = None,
    remedy: str | None = None,
) -> Breach:
    """A breach at the entity with that kind and id."""
    return Breach(
        Finding(code=code, message=message, kind=kind, id=id, field=field, value=value, remedy=remedy), degree
    )


def called(entity: Entity) -> str:
    """What a sentence calls *entity*."""
    for field in ("name", "title"):
        name = getattr(entity, field, None)
        if name:
            return f"{KINDS[entity.KIND].TITLE} “{name}”"
    return KINDS[entity.KIND].TITLE


def name_of(plan: Plan, kind: str, id: str) -> str:
    """What a sentence calls the entity with that id."""
    entity = plan.get(kind, id)
    return called(entity) if entity is not None else f"a missing {in_sentence(KINDS[kind].TITLE)}"


def ring_of(plan: Plan, kind: str, ids: list[str]) -> str:
    """A circle in words: A → B → A."""
    names = [getattr(plan.get(kind, id), "name", None) or id for id in ids]
    return " → ".join([*names, names[0]])


def percent(share: Decimal) -> str:
    """A share in percent."""
    return f"{(share * 100).normalize():f} %"
