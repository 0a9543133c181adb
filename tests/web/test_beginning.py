"""A workspace of one's own: made by who owns one already, empty, inviting a file."""

from __future__ import annotations

import pytest

from northing.access.models import Membership, Workspace
from northing.record import Record
from tests.web.office import Office, open_office, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db: None) -> Office:
    return open_office()


def test_a_name_makes_an_empty_workspace_that_invites_a_file(office: Office) -> None:
    form = {"name": "Fleet AI", "zone": "Europe/Madrid", "currency": "gbp"}
    page = office.clients["owner"].post("/workspaces/new", form, follow=True)
    assert page.redirect_chain[-1][0] == "/w/fleet-ai/import"
    made = Workspace.objects.get(slug="fleet-ai")
    assert (made.name, made.zone, made.currency) == ("Fleet AI", "Europe/Madrid", "GBP")
    place = Membership.objects.get(workspace=made)
    assert place.role == "owner"
    assert place.person in Record(made.id).plan().people


def test_a_name_taken_gets_another_address(office: Office) -> None:
    office.clients["owner"].post("/workspaces/new", {"name": "Acme"})
    assert Workspace.objects.filter(name="Acme").count() == 2
    assert Workspace.objects.filter(slug="acme-2").exists()


@pytest.mark.parametrize(("field", "value"), [("name", " "), ("zone", "Mars/Base"), ("currency", "euros")])
def test_what_is_wrong_is_said_and_nothing_made(office: Office, field: str, value: str) -> None:
    form = {"name": "Fleet", "zone": "UTC", "currency": "EUR", field: value}
    answer = office.clients["owner"].post("/workspaces/new", form)
    assert answer.status_code == 422
    assert "alert" in answer.content.decode()
    assert Workspace.objects.count() == 1


def test_who_owns_none_is_told_whom_to_ask(office: Office) -> None:
    answer = office.clients["planner"].get("/workspaces/new")
    assert answer.status_code == 403
    assert "owns a workspace" in words_of(answer)  # type: ignore[arg-type]


def test_nobody_logged_in_is_led_to_the_login(office: Office, client: object) -> None:
    answer = client.get("/workspaces/new")  # type: ignore[attr-defined]
    assert answer.status_code == 302
    assert "login" in answer["Location"]
