"""A workspace with an owner, a planner and a viewer, each at a browser; for the tests of the pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client

from northing.access.actor import Actor
from northing.access.members import new_user
from northing.access.models import Workspace
from northing.access.workspaces import actor_of, add_member, create_workspace
from northing.portfolio.edits import Edit
from northing.portfolio.entity import derived_id
from northing.record import Record

CAST = {"owner": "Ana Ruiz", "planner": "Ben Okoro", "contributor": "Cora Dahl", "viewer": "Vera Lind"}


def id_of(name: str) -> str:
    return derived_id("office", name)


@dataclass
class Office:
    """``get`` and ``post`` as one of the cast; ``text`` is what a reader sees."""

    workspace: Workspace
    clients: dict[str, Client] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    @property
    def record(self) -> Record:
        return Record(self.workspace.id)

    @property
    def home(self) -> str:
        return f"/w/{self.workspace.slug}/"

    def get(self, path: str, by: str = "owner", **more: Any) -> HttpResponse:
        return self.clients[by].get(self.home + path, **more)

    def post(self, path: str, by: str = "owner", **form: Any) -> HttpResponse:
        return self.clients[by].post(self.home + path, form, follow=True)

    def text(self, path: str, by: str = "owner") -> str:
        return words_of(self.get(path, by))

    def commit(self, *edits: Edit, by: str = "owner", reason: str = "A change", on: date | None = None) -> int:
        made = self.record.commit(list(edits), on=None, by=self.actors[by], reason=reason, effective_on=on)
        return made.revision.no


def open_office(name: str = "Acme", slug: str = "acme") -> Office:
    office = Office(create_workspace(name, slug, currency="EUR"))
    for role, person in CAST.items():
        user = new_user(f"{role}@{slug}.example", "a-long-enough-password-9", person)
        member = add_member(office.workspace, user, role)
        office.clients[role] = Client()
        office.clients[role].force_login(user)
        office.actors[role] = actor_of(member, office.workspace, user, "web")
    return office


def words_of(answer: HttpResponse) -> str:
    """What a reader sees: no tags, no attributes, no drawings."""
    html = re.sub(r"<(script|style|svg|template)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    html = re.sub(r"</a>(?=[,.;:)])", "", html)  # a link within a sentence
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))
