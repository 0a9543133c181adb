"""Coming in: the login page, an invitation's link, the first address, and what is shown to whom it fails."""

from __future__ import annotations

import pytest
from django.test import Client

from northing.access import invitations
from northing.access.models import User
from tests.web.office import Office, open_office, words_of

pytestmark = pytest.mark.django_db

PASSWORD = "a fine long sentence to come in with"


@pytest.fixture
def office(db: None) -> Office:
    return open_office()


def invite(office: Office, email: str = "new@example.org") -> str:
    _, secret = invitations.invite(office.workspace, email, "planner", by=office.actors["owner"])
    return f"/invitation/{secret}/"


def test_a_new_person_comes_in_with_a_name_and_a_password(office: Office, client: Client) -> None:
    link = invite(office)
    text = words_of(client.get(link))
    assert "Join Acme" in text and "new@example.org" in text and "planner" in text
    answer = client.post(link, {"name": "Nadia New", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/w/acme/")
    assert client.get("/w/acme/portfolio").status_code == 200
    assert User.objects.get(email="new@example.org").get_full_name() == "Nadia New"


def test_a_weak_password_is_refused_with_the_reason_and_the_name_is_kept(office: Office, client: Client) -> None:
    answer = client.post(invite(office), {"name": "Nadia New", "password": "short"})
    assert answer.status_code == 422 and "12" in words_of(answer) and 'value="Nadia New"' in answer.content.decode()


def test_who_has_an_account_logs_in_first(office: Office, client: Client) -> None:
    link = invite(open_office("Other", "other"), "planner@acme.example")
    assert "has an account already" in words_of(client.get(link))
    assert "Come in" in words_of(office.clients["planner"].get(link))
    assert office.clients["planner"].post(link)["Location"] == "/w/other/"


def test_an_invitation_is_for_its_address_alone_and_good_once(office: Office, client: Client) -> None:
    link = invite(office)
    assert "another address" in words_of(office.clients["viewer"].get(link))
    assert office.clients["viewer"].post(link).status_code == 422
    client.post(link, {"name": "Nadia New", "password": PASSWORD})
    again = Client().get(link)
    assert again.status_code == 404 and "not open any more" in words_of(again)


def test_the_first_address_leads_to_ones_own_workspace(office: Office, client: Client) -> None:
    assert client.get("/")["Location"] == "/login"
    assert client.get("/login", follow=True).status_code == 200
    assert office.clients["viewer"].get("/")["Location"] == "/w/acme/"


@pytest.mark.parametrize(
    "path",
    [
        "/account/login/",
        "/account/password/reset/",
        "/account/password/reset/done/",
        "/account/password/reset/key/x-y/",
    ],
)
def test_the_pages_before_the_door_are_ours_and_keep_the_policy(client: Client, path: str) -> None:
    answer = client.get(path, follow=True)
    html = answer.content.decode()
    assert answer.status_code == 200 and "css/tokens.css" in html
    assert "style=" not in html and "<script>" not in html


def test_a_look_is_kept_and_leads_nowhere_else(office: Office) -> None:
    browser = office.clients["owner"]
    answer = browser.post("/look", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"
    browser.post("/look", {"density": "compact", "next": "/w/acme/portfolio"})
    html = browser.get("/w/acme/portfolio").content.decode()
    assert 'data-theme="dark"' in html and 'data-density="compact"' in html
    browser.post("/look", {"theme": "system"})
    assert "data-theme" not in browser.get("/w/acme/portfolio").content.decode().partition("<head>")[0]


def test_what_is_not_there_says_so_and_shows_a_way_out(office: Office) -> None:
    answer = office.get("portfolio?at=99999")
    assert answer.status_code == 404 and "Go to Today" in words_of(answer)
    answer = office.clients["owner"].get("/nothing/here")
    assert answer.status_code == 404 and "Not found" in words_of(answer)
