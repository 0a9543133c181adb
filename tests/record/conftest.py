"""The cast: Ana owns the workspace, Bob plans, Carla contributes, Dan looks on; Eve is of another workspace."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from northing.access.actor import Actor
from northing.access.models import Workspace
from northing.portfolio.edits import create
from northing.portfolio.entity import new_id
from northing.record import Record


@dataclass
class Cast:
    """A workspace with its people and a record to write in."""

    workspace: str
    record: Record
    ids: dict[str, str] = field(default_factory=dict)

    def actor(self, name: str, role: str, workspace: str | None = None) -> Actor:
        person = self.ids.setdefault(name, new_id())
        return Actor(person, role, workspace or self.workspace, name, "web")

    @property
    def ana(self) -> Actor:
        return self.actor("Ana", "owner")

    @property
    def bob(self) -> Actor:
        return self.actor("Bob", "planner")

    @property
    def carla(self) -> Actor:
        return self.actor("Carla", "contributor")

    @property
    def dan(self) -> Actor:
        return self.actor("Dan", "viewer")

    @property
    def eve(self) -> Actor:
        return self.actor("Eve", "owner", new_id())

    def investment(self, name: str = "Chatbot", **fields: object) -> str:
        """Ana adds an investment; its id."""
        id = new_id()
        self.record.commit([create("investment", id, name=name, **fields)], on=None, by=self.ana, reason=f"Add {name}")
        return id

    def objective(self, name: str = "Serve faster", **fields: object) -> str:
        id = new_id()
        self.record.commit([create("objective", id, name=name, **fields)], on=None, by=self.ana, reason=f"Add {name}")
        return id


def make_cast(zone: str = "UTC") -> Cast:
    workspace = Workspace.objects.create(slug=f"w-{new_id()[-12:]}", name="Test", zone=zone).id
    return Cast(workspace, Record(workspace))


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def record(cast: Cast) -> Record:
    return cast.record
