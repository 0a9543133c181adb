"""A small workspace whose pages are read: three people, one investment that serves an objective, one that does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.http import HttpResponse
from django.test import Client

from northing.access.members import new_user
from northing.access.models import Workspace
from northing.access.workspaces import actor_of, add_member, create_workspace
from northing.portfolio.edits import Edit, create
from northing.portfolio.entity import derived_id
from northing.record import Record
from tests.web.office import words_of

TODAY = datetime.now(UTC).date()
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def id_of(name: str) -> str:
    return derived_id("test", name)


@dataclass
class Desk:
    """A workspace, its owner Ana at a browser, and the planner Ben at another one."""

    workspace: Workspace
    record: Record
    ana: Client
    ben: Client
    vera: Client
    commit: Callable[..., int]
    people: dict[str, str]
    """Name → id in the directory."""

    def get(self, path: str, client: Client | None = None) -> HttpResponse:
        return (client or self.ana).get(f"/w/acme/{path}")

    def text(self, path: str, client: Client | None = None) -> str:
        return words_of(self.get(path, client))


def open_desk() -> Desk:
    workspace = create_workspace("Acme", "acme", currency="EUR")
    record = Record(workspace.id)
    clients, actors = {}, {}
    for name, role in (("Ana Ruiz", "owner"), ("Ben Okoro", "planner"), ("Vera Lind", "viewer")):
        user = new_user(f"{name.split()[0].lower()}@acme.example", "a-long-enough-password-9", name)
        member = add_member(workspace, user, role)
        clients[name] = Client()
        clients[name].force_login(user)
        actors[name] = actor_of(member, workspace, user, "web")

    def commit(*edits: Edit, by: str = "Ana Ruiz", reason: str = "", on: date | None = None) -> int:
        return record.commit(list(edits), on=None, by=actors[by], reason=reason, effective_on=on).revision.no

    people = {name: actor.id for name, actor in actors.items()}
    return Desk(workspace, record, clients["Ana Ruiz"], clients["Ben Okoro"], clients["Vera Lind"], commit, people)


def fill(desk: Desk) -> Desk:
    """One board objective with a key result; one investment that serves it, and one that serves nothing."""
    people = desk.people
    have = [create("person", person) for person in people.values() if person not in desk.record.plan().people]
    desk.commit(
        *have,
        create("objective", id_of("settle"), name="Settle claims in two days", level="board"),
        create("key_result", id_of("share"), name="Settled in two days", objective=id_of("settle"),
               unit="%", measure_baseline="30", target="70", current="50"),
        create("investment", id_of("triage"), name="Claims triage", problem="One queue for all claims", stage="pilot",
               owner=people["Ben Okoro"], currency="EUR",
               start=TODAY - timedelta(days=90), end=TODAY + timedelta(days=200)),
        create("strategic_contribution", id_of("c"), investment=id_of("triage"), key_result=id_of("share"),
               weight="0.6"),
        create("milestone", id_of("gate"), investment=id_of("triage"), name="Gate 3: scale", type="gate",
               stage="scale", due=TODAY - timedelta(days=12)),
        create("cost_plan_line", id_of("line"), investment=id_of("triage"), start=date(TODAY.year, 1, 1),
               end=date(TODAY.year, 4, 1), type="build", expense="capex", low="90000", likely="100000", high="140000"),
        create("health_report", id_of("report"), investment=id_of("triage"), on=TODAY - timedelta(days=5),
               overall="green", schedule="red", schedule_words="Vendor review is late", words="All well"),
        create("investment", id_of("minutes"), name="Meeting minutes", stage="scale", currency="USD"),
        reason="Set up",
    )  # fmt: skip
    return desk
