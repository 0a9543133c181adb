"""People around one plan and a rule, for tests of what is decided."""

from __future__ import annotations

from typing import Any

from northing.access.actor import Actor
from northing.access.members import new_user
from northing.access.models import Membership, Workspace
from northing.access.workspaces import actor_of, add_member
from northing.portfolio.deciding import Verdict
from northing.portfolio.edits import Edit, change, create
from northing.record import Record
from northing.record.approving import House
from northing.record.guarding import decision_of

from .conftest import Cast

APPROVE, REJECT = Verdict.APPROVE, Verdict.REJECT
BOT, MODEL, RULE = "bot", "model", "rule"
CRITERION = {"key": "value", "name": "Value", "weight": "1"}


class Room:
    """Ana owns, Bob and Pia plan, Carla contributes; one rule asks for one approval of everything."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.record = cast, cast.record
        workspace = Workspace.objects.get(pk=cast.workspace)
        self.places: dict[str, Membership] = {}
        self.actors: dict[str, Actor] = {}
        for name, role in (("ana", "owner"), ("bob", "planner"), ("pia", "planner"), ("carla", "contributor")):
            user = new_user(f"{name}-{cast.workspace}@x.example", "a-long-enough-password-9", name.title())
            self.places[name] = add_member(workspace, user, role)
            self.actors[name] = actor_of(self.places[name], workspace, user, "api")
        self.commit(
            "ana",
            create("investment", BOT, name="Bot", stage="pilot"),
            create("scoring_model", MODEL, name="Ours", criteria=[CRITERION]),
            *(create("person", actor.id) for actor in self.actors.values()),
        )

    def commit(self, who: str, *edits: Edit, branch: str = "main") -> int:
        done = self.record.commit(list(edits), on=None, by=self.actors[who], reason="A change", branch=branch)
        return done.revision.no

    def rule(self, **fields: Any) -> None:
        self.commit("ana", create("approval_rule", RULE, name="Four eyes", **fields))

    def begin(self, name: str = "cut", by: str = "bob", **fields: Any) -> str:
        self.record.fork(name, by=self.actors[by])
        self.commit(by, change("investment", BOT, **(fields or {"stage": "scale"})), branch=name)
        return name

    def submit(self, name: str = "cut", by: str = "bob", **fields: Any) -> str:
        """Bob asks; the digest of what he asked for."""
        said = {"name": "Scale the bot", "why": "It works.", "alternatives": "Wait.", "effect": "More.", **fields}
        self.record.say(name, said, submit=True, by=self.actors[by])
        return self.record.standing(name).digest

    def judge(self, who: str, digest: str | None = None, verdict: Verdict = APPROVE, name: str = "cut") -> None:
        seen = digest or self.record.standing(name).digest
        self.record.judge(name, verdict, digest=seen, by=self.actors[who], reason="Looked at it")

    def merge(self, name: str = "cut", by: str = "bob", house: House | None = None) -> int:
        return self.record.merge(name, by=self.actors[by], reason="Agreed", house=house).revision.no

    def decision(self, name: str = "cut", branch: str = "main") -> Any:
        return Record(self.cast.workspace, branch).plan().decisions.get(decision_of(self.cast.workspace, name))
