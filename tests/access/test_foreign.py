"""Nobody reaches into another workspace: every page, every operation, every command, with foreign names and ids.

What is somebody else's is "not found", told in the same words as what does not exist; who is not logged in is led to
the login. A new address, operation or command fails here until it has a case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from northing.access import invitations
from northing.access.models import Invitation, Token
from northing.api.operation import OPERATIONS
from northing.cli import COMMANDS, main
from northing.portfolio.edits import create
from northing.portfolio.entity import derived_id
from northing.web.changing import uploads
from tests.api.conftest import Place

pytestmark = pytest.mark.django_db

OPEN = {
    "alive", "home", "login", "look", "styleguide", "static", "openapi", "get_me", "unknown", "invitation", "favicon",
    "healthz", "language", "new-workspace",
}  # fmt: skip
"""Addresses that lead into no workspace."""

ACCOUNT = re.compile(r"^account/")
"""allauth's own pages: about the caller alone."""


@dataclass(frozen=True)
class Route:
    name: str
    path: str
    """With its parameters as ``<name>``."""

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"<(\w+)>", self.path)

    def filled(self, **values: str) -> str:
        return "/" + re.sub(r"<(\w+)>", lambda found: values[found[1]], self.path)


def routes() -> list[Route]:
    def walk(patterns: Any, before: str) -> Iterator[Route]:
        for pattern in patterns:
            here = before + re.sub(r"<\w+:(\w+)>", r"<\1>", str(pattern.pattern)).replace("^", "").replace("$", "")
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, here)
            elif isinstance(pattern, URLPattern):
                yield Route(pattern.name or "", here)

    return list(walk(get_resolver().url_patterns, ""))


ROUTES = [route for route in routes() if route.name not in OPEN and not ACCOUNT.match(route.path)]
IDS = {"id", "key", "no", "person", "number", "name", "file", "secret", "token"}
"""Parameters that name something inside a workspace; the rest choose between what Northing itself has."""
CHOICES = {"plural": "investments", "kind": "investment", "form": "csv"}
BODIES: dict[str, dict[str, Any]] = {
    "change_entity": {"fields": {}, "reason": "x", "on": 1},
    "create_entity": {"fields": {"name": "x"}, "reason": "x", "on": 1},
    "remove_entity": {"reason": "x", "on": 1},
    "revert_revision": {"reason": "x", "on": 1},
    "change_member": {"role": "viewer"},
    "close_scenario": {"state": "aside", "reason": "x"},
    "merge_scenario": {"reason": "x"},
    "update_scenario": {"reason": "x"},
    "judge_decision": {"verdict": "approve", "digest": "x"},
    "save_choice": {"name": "mine", "reason": "x"},
}


def known(place: Place) -> dict[str, str]:
    """Parameter → something of *place*."""
    member = place.actors["viewer"]
    pending, _ = invitations.invite(place.workspace, "x@x.example", "viewer", by=place.actors["owner"])
    for made in (
        Invitation.objects.filter(pk=pending.pk),
        Token.objects.filter(workspace=place.workspace).order_by("pk")[:1],
    ):
        kept = made.get()
        kept.pk, kept.hash = 10**9, f"{kept.hash[:-1]}x"  # one number for both, which nobody else has
        kept.save(force_insert=True)
    for stage in ("scale", "operate", "retired"):
        place.record.commit(
            [edit("change", place.ids["bot"], stage=stage)], on=None, by=place.actors["owner"], reason="on"
        )
    place.record.tag("theirs", by=place.actors["owner"])
    file = derived_id("test", place.workspace.slug, "file")
    brought = create("source_file", file, source="omb", name="Answer bot.csv", sha256="0" * 64)
    place.record.commit([brought], on=None, by=place.actors["owner"], reason="Brought in")
    waiting = uploads.receive(
        place.workspace.id, place.users["owner"].pk, SimpleUploadedFile("Answer bot.csv", b"Name\nAnswer bot\n")
    )
    return {
        "slug": place.workspace.slug, "ws": place.workspace.slug, "id": place.ids["bot"], "key": place.ids["bot"],
        "no": "4", "person": member.id, "number": str(10**9), "name": "theirs",
        "file": file, "token": waiting.token, **CHOICES,
    }  # fmt: skip


def edit(op: Any, id: str, **fields: Any) -> Any:
    from northing.portfolio.edits import Edit

    return Edit(op=op, kind="investment", id=id, fields=fields)


def ask(client: Client, route: Route, path: str) -> list[Any]:
    """The answers to every method that the address takes."""
    if path.startswith("/api/"):
        methods = [one.method for one in OPERATIONS if "/api/v1" + one.path == _braces(route)]
        body = {one.method: BODIES.get(one.name, {}) for one in OPERATIONS if "/api/v1" + one.path == _braces(route)}
        return [
            client.generic(
                method, path, "" if method == "GET" else _json(body[method]), content_type="application/json"
            )
            for method in methods
        ]
    answers = [client.get(path), client.post(path)]
    return [answer for answer in answers if answer.status_code != 405]


def _json(body: Any) -> str:
    import json

    return json.dumps(body)


def _braces(route: Route) -> str:
    return "/" + re.sub(r"<(\w+)>", r"{\1}", route.path)


def test_every_address_is_known_here() -> None:
    """A parameter that is in neither table is a new kind of address: say what it names."""
    strange = {
        (route.path, name)
        for route in ROUTES
        for name in route.parameters
        if name not in IDS | {"slug", "ws", *CHOICES}
    }
    assert strange == set()
    outside = {route.path for route in ROUTES if not {"slug", "ws"} & set(route.parameters)}
    assert outside == set(), "addresses in no workspace are named in OPEN"


def logged_in(place: Place) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(place.users["owner"])
    return client


def test_a_foreign_workspace_is_not_there(acme: Place, other: Place) -> None:
    """For the owner of another one, by session; the answer is that for a workspace that does not exist."""
    client, values = logged_in(acme), known(other)
    wrong = {}
    for route in ROUTES:
        foreign = ask(client, route, route.filled(**values))
        absent = ask(client, route, route.filled(**{**values, "slug": "nowhere", "ws": "nowhere"}))
        statuses = [answer.status_code for answer in foreign]
        if not statuses or set(statuses) != {404}:
            wrong[route.path] = f"{statuses}"
        elif [_told(answer, "other") for answer in foreign] != [_told(answer, "nowhere") for answer in absent]:
            wrong[route.path] = "told in other words than what does not exist"
    assert wrong == {}


def test_nobody_is_led_to_the_login(other: Place) -> None:
    client, values = Client(raise_request_exception=False), known(other)
    wrong = {}
    for route in ROUTES:
        for answer in ask(client, route, route.filled(**values)):
            led = answer.status_code == 302 and "/login" in answer["Location"]
            if not (answer.status_code == 401 or (led and not route.path.startswith("api/"))):
                wrong[route.path] = answer.status_code
    assert wrong == {}


def test_a_foreign_id_in_ones_own_workspace_is_not_there(acme: Place, other: Place) -> None:
    client, values = logged_in(acme), known(other)
    wrong = {}
    for route in ROUTES:
        if not IDS & set(route.parameters):
            continue
        for answer in ask(client, route, route.filled(**{**values, "slug": "acme", "ws": "acme"})):
            if answer.status_code != 404 or b"Answer bot" in answer.content:
                wrong[route.path] = (answer.status_code, answer.content[:200])
    assert wrong == {}


def test_a_token_opens_its_workspace_alone(acme: Place, other: Place, client: Client) -> None:
    """Also where its user has a place in the other one."""
    from northing.access import workspaces

    workspaces.add_member(other.workspace, acme.users["owner"], "owner")
    headers = {"Authorization": f"Bearer {acme.keys['owner']}"}
    assert client.get("/api/v1/w/acme", headers=headers).status_code == 200
    assert client.get("/api/v1/w/other", headers=headers).status_code == 404


@pytest.mark.parametrize("op", ["change", "remove"])
def test_an_edit_of_a_foreign_entity_finds_nothing(acme: Place, other: Place, client: Client, op: str) -> None:
    body = {"edits": [{"op": op, "kind": "investment", "id": other.ids["bot"]}], "reason": "x", "on": 1}
    headers = {"Authorization": f"Bearer {acme.keys['owner']}"}
    said = client.post("/api/v1/w/acme/commits", body, content_type="application/json", headers=headers)
    assert said.status_code == 404
    assert other.record.plan().get("investment", other.ids["bot"])


def test_a_reference_to_a_foreign_entity_is_refused(acme: Place, other: Place, client: Client) -> None:
    body = {"fields": {"name": "Spy", "investment": other.ids["bot"]}, "reason": "x", "on": 1}
    headers = {"Authorization": f"Bearer {acme.keys['owner']}"}
    said = client.post("/api/v1/w/acme/milestones", body, content_type="application/json", headers=headers)
    assert said.status_code == 422
    assert "Answer bot" not in said.content.decode()


def _told(answer: Any, slug: str) -> str:
    """What an answer says, without the workspace's name and what differs from request to request."""
    text = answer.content.decode().replace(slug, "…")
    return re.sub(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|"csrf[^"]*":\s*"[^"]*"', "", text)


# -- the command line

INSTALLATION = {"demo", "serve", "migrate", "doctor", "backup", "restore", "optimise"}
"""Commands of who runs the installation: they enter no workspace."""

CASES: dict[str, list[list[str]]] = {
    "list": [["list", "investments"]],
    "show": [["show", "INV-0001"]],
    "why": [["why", "--list"], ["why", "money.plan", "level=investment", "id=INV-0001"]],
    "set": [["set", "INV-0001", "stage=scale", "--reason", "x"]],
    "import": [["import", "omb", "-"], ["import", "table", "-"]],
    "export": [["export", "investments", "-"]],
    "revert": [["revert", "1"]],
    "tag": [["tag"], ["tag", "mine"], ["tag", "theirs", "--remove"]],
    "log": [["log"], ["log", "INV-0001"]],
    "diff": [["diff", "1"]],
    "blame": [["blame", "INV-0001"]],
    "verify": [["verify"]],
    "engine": [["engine", "sweep"]],  # `check` enters no workspace
    "user": [
        ["user", "list"], ["user", "add", "y@acme.example"], ["user", "invite", "y@acme.example"],
        ["user", "role", "viewer@other.example", "owner"], ["user", "remove", "viewer@other.example"],
        ["user", "password", "viewer@other.example"], ["user", "forget", "viewer@other.example", "--yes"],
    ],
    "fund": [
        ["fund", "list"], ["fund", "show", "FUND-0001"], ["fund", "open", "X", "--reason", "x"],
        ["fund", "approve", "FUND-0001", "5", "--reason", "x"], ["fund", "reverse", "TRF-0001", "--reason", "x"],
        ["fund", "transfer", "FUND-0001", "5", "--to", "INV-0001", "--reason", "x"],
        ["fund", "reserve", "FUND-0001", "5", "--reason", "x"], ["fund", "release", "FUND-0001", "5", "--reason", "x"],
    ],
    "source": [
        ["source", "list"], ["source", "show", "X"], ["source", "add", "X", "--reader", "focus"],
        ["source", "set", "X", "--every", "40"],
    ],
    "money": [
        ["money"], ["money", "waterfall"], ["money", "burn"], ["money", "bridge", "--before", "1"], ["money", "close"],
        ["money", "close", "--yes"], ["money", "reopen", "2026-03", "--reason", "x"], ["money", "INV-0001"],
    ],
    "unattributed": [["unattributed"]],
    "rule": [
        ["rule", "list"], ["rule", "preview", "--where", "provider = x", "--investment", "INV-0001"],
        ["rule", "add", "--where", "provider = x", "--investment", "INV-0001", "--yes"],
        ["rule", "set", "RULE-0001", "--share", "0.5", "--yes"], ["rule", "end", "RULE-0001", "--yes"],
        ["rule", "remove", "RULE-0001", "--yes"],
    ],
    "usage": [
        ["usage"], ["usage", "reprice", "--model", "x"],
        ["usage", "effects", "--before", "2026-01-01", "2026-02-01", "--after", "2026-02-01", "2026-03-01"],
    ],
    "price": [["price", "gpt-4o"]],
    "return": [["return"], ["return", "investment", "INV-0001"]],
    "delivery": [["delivery"]],
    "flow": [["flow"], ["flow", "items", "progress"], ["flow", "problems"], ["flow", "states"]],
    "policy": [
        ["policy", "list"], ["policy", "show"], ["policy", "show", "X"], ["policy", "check"],
        ["policy", "edit", "-", "--yes"],
    ],
    "forecast": [["forecast", "when"], ["forecast", "how-many"]],
    "work": [
        ["work", "list"], ["work", "orphans"], ["work", "why", "CHAT-1"], ["work", "links"],
        ["work", "preview", "--where", "project = CHAT", "--investment", "INV-0001"],
        ["work", "link", "--where", "project = CHAT", "--investment", "INV-0001", "--yes"],
    ],
    "scenario": [
        ["scenario"], ["scenario", "new", "mine"], ["scenario", "beside"], ["scenario", "update", "theirs"],
        ["scenario", "merge", "theirs", "--reason", "x"], ["scenario", "aside", "theirs", "--reason", "x"],
        ["scenario", "again", "theirs"],
    ],
    "rank": [["rank"], ["rank", "Ours", "--weight", "fit=1"]],
    "capacity": [["capacity"], ["capacity", "--by", "quarter"]],
    "choose": [["choose"], ["choose", "--prices"], ["choose", "--save", "mine"], ["choose", "--write", "-"]],
    "decision": [
        ["decision", "list"], ["decision", "show", "theirs"], ["decision", "submit", "theirs"], ["decision", "inbox"],
        ["decision", "approve", "theirs"], ["decision", "reject", "theirs", "--reason", "x"],
        ["decision", "withdraw", "theirs"], ["decision", "merge", "theirs"], ["decision", "outcome", "DEC-0001", "x"],
    ],
    "deliver": [["deliver", "bill.csv"], ["deliver", "--prices"]],
    "token": [["token", "list"], ["token", "create", "x"], ["token", "revoke", "nor_"]],
}  # fmt: skip
"""Command → a call of each of its forms."""

FOREIGN_IDS = ["show", "set", "log", "blame", "revert"]
CALLS = [(name, call) for name, calls in CASES.items() for call in calls]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    said = capsys.readouterr()
    return int(left.value.code or 0), said.out + said.err


def test_every_command_has_a_case() -> None:
    assert set(COMMANDS) == INSTALLATION | set(CASES)


@pytest.mark.parametrize(("name", "call"), CALLS, ids=[" ".join(call) for _, call in CALLS])
def test_a_command_finds_no_foreign_workspace(
    acme: Place, other: Place, capsys: pytest.CaptureFixture[str], name: str, call: list[str]
) -> None:
    known(other)
    head = other.record.head()
    foreign = run(capsys, *call, "--as", "owner@acme.example", "--workspace", "other")
    absent = run(capsys, *call, "--as", "owner@acme.example", "--workspace", "nowhere")
    assert foreign == absent
    assert foreign[0] == 4
    assert other.record.head() == head


@pytest.mark.parametrize("name", FOREIGN_IDS)
def test_a_command_finds_no_foreign_id(
    acme: Place, other: Place, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    theirs = known(other)
    call = [
        theirs["no" if name == "revert" else "id"] if part in ("INV-0001", "1") else part for part in CASES[name][-1]
    ]
    code, said = run(capsys, *call, "--as", "owner@acme.example", "--workspace", "acme")
    assert code == 4, said
    assert "Answer bot" not in said
