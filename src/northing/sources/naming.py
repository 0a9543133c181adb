"""Names in a table become the things they name: what is there already is taken, what is not is made once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from northing.portfolio.edits import Edit
from northing.portfolio.entity import derived_id
from northing.portfolio.money import split
from northing.portfolio.plan import Plan
from northing.portfolio.reading import PersonDetails

from .matching import normal

MAIL = re.compile(r"[^@\s<>;,]+@[^@\s<>;,]+\.[\w-]+")


class Named:
    """Portfolios, value streams, units, objectives and people, by the names that cells give them."""

    def __init__(self, source: str, before: Plan | None, people: Mapping[str, str], separator: str) -> None:
        self.source, self.before, self.separator = source, before, separator
        self.there: dict[str, dict[str, str]] = {}
        self.known_people = {normal(name): id for id, name in people.items()}
        self.spellings: dict[tuple[str, str], str] = {}
        """The first spelling of a name stays, whatever a later report makes of it."""
        self.made: dict[tuple[str, str], dict[str, Any]] = {}
        self.details: dict[str, PersonDetails] = {}

    def start(self) -> None:
        """Begin a reading: only what it names is part of it."""
        self.made, self.details = {}, {}

    def says(self) -> Iterable[Edit]:
        return [Edit(op="create", kind=kind, id=id, fields=fields) for (kind, id), fields in self.made.items()]

    def people(self) -> dict[str, PersonDetails]:
        return dict(self.details)

    def thing(self, kind: str, name: str | None) -> str | None:
        """The id of what *name* calls; made where nothing of its kind has that name."""
        bare = " ".join((name or "").split())
        key = normal(bare)
        if not key:
            return None
        own = derived_id(self.source, kind, key)
        found = self._existing(kind).get(key)
        if found is not None and found != own:
            return found
        current = self.before.get(kind, own) if self.before is not None else None
        spelling = self.spellings.setdefault((kind, own), current.name if current is not None else bare)
        self.made.setdefault((kind, own), {"name": spelling})
        return own

    def _existing(self, kind: str) -> dict[str, str]:
        index = self.there.get(kind)
        if index is None:
            index = self.there[kind] = {}
            for entity in self.before.table(kind).values() if self.before is not None else ():
                for word in (entity.name, getattr(entity, "code", None)):
                    if word:
                        index.setdefault(normal(word), entity.id)
        return index

    def person(self, text: str | None) -> str | None:
        """The person whom a cell names, the first where it names several."""
        first = re.split(rf"[{re.escape(self.separator)}\n]", text or "")[0].strip()
        mail = MAIL.search(first)
        name = re.sub(r"[<>()\[\]]", " ", first.replace(mail[0], "") if mail else first)
        name = " ".join(name.split()) or (mail[0] if mail else "")
        if not normal(name):
            return None
        known = self.known_people.get(normal(name))
        id = known or derived_id(self.source, "person", normal(name))
        if known is None or (self.before is not None and id not in self.before.people):
            self.made.setdefault(("person", id), {})
        if known is None:
            self.details[id] = PersonDetails(name=name, email=mail[0] if mail else None)
        return id

    def objectives(self, investment: str, names: Iterable[str], row: str) -> list[Edit]:
        """A contribution to each objective that the cells name, the weight shared evenly."""
        parts = [part.strip() for name in names for part in name.split(self.separator)]
        ids = list(dict.fromkeys(filter(None, (self.thing("objective", part) for part in parts))))
        weights = split(Decimal(1), [(id, Decimal(1)) for id in ids])
        return [
            Edit(
                op="create",
                kind="strategic_contribution",
                id=derived_id(self.source, "contribution", investment, id),
                fields={"investment": investment, "objective": id, "weight": str(weights[id]), "source_row": row},
            )
            for id in ids
        ]
