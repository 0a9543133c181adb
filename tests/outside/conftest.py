"""The real files landed in a workspace, and a key to ask the API about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from northing.access import members, tokens, workspaces
from northing.access.actor import Actor
from northing.portfolio.reading import Reading
from northing.record import Record, landing
from tests.actors import actor_for


@dataclass
class House:
    """A workspace, its owner, and the API as a program calls it."""

    record: Record
    owner: Actor
    ask: Callable[..., Any]

    def land(self, readings: Reading | Sequence[Reading]) -> list[landing.Landed]:
        return landing.land(self.record, readings, by=self.owner)

    def count(self, kind: str, where: str = "", **more: str) -> int:
        """How many of *kind* match, as the API says."""
        total: int = self.ask(kind, where=where, limit="0", **more)["total"]
        return total

    def groups(self, kind: str, by: str, where: str = "", **more: str) -> dict[str | None, int]:
        said = self.ask(kind, where=where, by=by, limit="0", **more)
        return {group["values"][by]: group["count"] for group in said["groups"]}

    def figure(self, kind: str, of: str, where: str = "") -> tuple[Any, int]:
        """A sum (``sum``) over what matches, and for how many it stands."""
        function, _, column = of.partition(" ")
        said = self.ask(kind, where=where, limit="0", **{function: column})
        found = next(one for one in said["aggregates"] if (one["function"], one["column"]) == (function, column))
        return found["value"], found["filled"]


@pytest.fixture
def house(db: None, client: Client) -> House:
    workspace = workspaces.create_workspace("Real data", "real")
    user = members.new_user("ana@real.example", None, "Ana Silva")
    workspaces.add_member(workspace, user, "owner")
    owner = actor_for(user, "real", "api")
    _, key = tokens.issue(user, workspace, by=owner, name="test")

    def ask(kind: str, **query: str) -> Any:
        said = client.get(
            f"/api/v1/w/real/{kind}",
            {name: value for name, value in query.items() if value},
            headers={"Authorization": f"Bearer {key}"},
        )
        assert said.status_code == 200, said.json()
        return said.json()

    return House(Record(workspace.id), owner, ask)
