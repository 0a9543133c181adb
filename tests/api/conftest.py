"""Two organisations: Acme, with one person of each role and a small plan, and Other, of which nobody there knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from northing.access import members, tokens, workspaces
from northing.access.actor import Actor
from northing.access.models import User, Workspace
from northing.portfolio.edits import create
from northing.portfolio.entity import derived_id
from northing.record import Record
from tests.actors import actor_for

CAST = {"owner": "Olga Berg", "planner": "Pavel Ito", "contributor": "Cleo Park", "viewer": "Vera Lund"}
"""Role → who has it at Acme."""


@dataclass
class Answer:
    """What came back, read."""

    status: int
    body: Any
    headers: Any

    @property
    def data(self) -> Any:
        return self.body["data"]


@dataclass
class Place:
    """A workspace, its people and their keys."""

    workspace: Workspace
    users: dict[str, User] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def record(self) -> Record:
        return Record(self.workspace.id)


def settle(slug: str, name: str) -> Place:
    place = Place(workspaces.create_workspace(name, slug))
    for role, person in CAST.items():
        user = members.new_user(f"{role}@{slug}.example", None, person)
        workspaces.add_member(place.workspace, user, role)
        place.users[role] = user
        place.actors[role] = actor = actor_for(user, slug, "api")
        _, place.keys[role] = tokens.issue(user, place.workspace, by=actor, name="test")
    return place


def plan(place: Place) -> None:
    """A board objective, two investments of which one serves it, money, a milestone and an AI system."""
    ids = {
        name: derived_id("test", place.workspace.slug, name)
        for name in ("aim", "bot", "idle", "serves", "money", "gate", "system", "note")
    }
    place.ids = ids
    person = place.actors["owner"].id
    place.record.commit(
        [
            create("person", person),
            create("objective", ids["aim"], name="Answer every customer in a day", level="board"),
            create("investment", ids["bot"], name="Answer bot", stage="pilot", currency="EUR", owner=person),
            create("investment", ids["idle"], name="Ünused licences", stage="idea"),
            create("strategic_contribution", ids["serves"], investment=ids["bot"], objective=ids["aim"], weight="1"),
            create(
                "cost_plan_line", ids["money"], investment=ids["bot"], likely="120000.50", start="2026-01-01",
                end="2027-01-01",
            ),
            create("milestone", ids["gate"], investment=ids["bot"], name="Scale gate", due="2026-06-12"),
            create("ai_system", ids["system"], investment=ids["bot"], name="Mail triage", development_stage="Deployed"),
            create("note", ids["note"], subject=ids["bot"], text="Ask the works council."),
        ],
        on=None,
        by=place.actors["owner"],
        reason="The plan as we start",
    )  # fmt: skip


@pytest.fixture
def acme(db: None) -> Place:
    place = settle("acme", "Acme")
    plan(place)
    return place


@pytest.fixture
def other(db: None) -> Place:
    place = settle("other", "Other")
    plan(place)
    return place


Call = Callable[..., Answer]


@pytest.fixture
def call(client: Client) -> Call:
    """``call("GET", "/w/acme/tags", key=…, json=…, on=312)``."""

    def send(method: str, path: str, key: str | None = None, json: Any = None, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            sent["Authorization"] = f"Bearer {key}"
        more: dict[str, Any] = {} if json is None else {"data": json, "content_type": "application/json"}
        response = client.generic if json is None else None
        if response is not None:
            said = client.generic(method, f"/api/v1{path}", headers=sent)
        else:
            said = getattr(client, method.lower())(f"/api/v1{path}", headers=sent, **more)
        is_json = said["Content-Type"].startswith("application/json")
        return Answer(said.status_code, said.json() if is_json else said.content, said.headers)

    return send
