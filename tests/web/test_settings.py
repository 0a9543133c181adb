"""Settings: workspace, calendar, custom fields, people, tokens, views, backup; who may do what."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
from django.core import mail

from northing.access.models import Token, Workspace
from northing.portfolio.edits import create
from northing.record import Record
from tests.web.office import Office, id_of, open_office, words_of

pytestmark = pytest.mark.django_db

SECTIONS = ("", "/calendar", "/fields", "/people", "/tokens", "/views", "/about", "/approvals")


@pytest.fixture
def office(db: None) -> Office:
    made = open_office()
    made.commit(create("investment", id_of("bot"), name="Answer bot"))
    return made


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("role", ["owner", "planner", "viewer"])
def test_everybody_can_look_at_every_section(office: Office, section: str, role: str) -> None:
    assert office.get(f"settings{section}", by=role).status_code == 200


def test_an_owner_renames_the_workspace_and_a_planner_cannot(office: Office) -> None:
    office.post("settings/save", name="Acme Works", zone="Europe/Madrid", currency="usd")
    found = Workspace.objects.get(slug="acme")
    assert (found.name, found.zone, found.currency) == ("Acme Works", "Europe/Madrid", "USD")
    assert office.post("settings/save", by="planner", name="X", zone="UTC", currency="EUR").status_code == 403
    wrong = office.post("settings/save", name="Acme", zone="Mars/Olympus", currency="EUR")
    assert wrong.status_code == 422
    assert "Mars/Olympus" in words_of(wrong)


def test_the_fiscal_calendar_is_set_and_shown(office: Office) -> None:
    office.post("settings/calendar/save", name="Fiscal year", start_month="4", pattern="months")
    assert office.record.plan().calendar.start_month == 4
    assert re.search(r"FY\d\d-Q1 1 Apr 20\d\d 30 Jun 20\d\d", office.text("settings/calendar"))
    weeks = office.post("settings/calendar/save", name="Weeks", start_month="1", pattern="4-4-5")
    assert "needs the first day" in words_of(weeks)
    office.post(
        "settings/calendar/save", name="W", start_month="1", pattern="4-4-5", first_day="2026-02-02", leap_years="2028"
    )
    assert office.record.plan().calendar.first_day == date(2026, 2, 2)


def test_accruals_are_proposed_from_an_amount_on(office: Office) -> None:
    said = {"name": "Year", "start_month": "1", "pattern": "months"}
    office.post("settings/calendar/save", **said, accrual_threshold="2.5k")
    assert office.record.plan().calendar.accrual_threshold == 2500
    assert 'value="2500"' in office.get("settings/calendar").content.decode()
    for wrong in ("lots", "-1", "5 EUR"):
        assert "is not an amount" in words_of(office.post("settings/calendar/save", **said, accrual_threshold=wrong))
    office.post("settings/calendar/save", **said, accrual_threshold="")
    assert office.record.plan().calendar.accrual_threshold == 0


def test_a_custom_field_is_added_filled_renamed_and_removed_with_its_values(office: Office) -> None:
    from northing.portfolio.edits import change

    office.post("settings/fields/save", name="Cost centre", kind="investment", type="text")
    (field,) = office.record.plan().custom_fields.values()
    office.commit(change("investment", id_of("bot"), custom={field.id: "4711"}))
    office.post("settings/fields/save", id=field.id, name="Cost center")
    assert office.record.plan().investments[id_of("bot")].custom == {field.id: "4711"}, "a rename loses nothing"
    assert re.search(r"Cost center .*? 1 Change", office.text("settings/fields"))
    office.post("settings/fields/remove", id=field.id)
    plan = office.record.plan()
    assert not plan.custom_fields
    assert plan.investments[id_of("bot")].custom == {}


def test_a_list_needs_choices(office: Office) -> None:
    refused = office.post("settings/fields/save", name="Region", kind="investment", type="choice")
    assert "A list needs its choices." in words_of(refused)


def test_an_invitation_is_mailed_and_its_link_shown_once(office: Office) -> None:
    shown = office.post("settings/people/invite", email="new@acme.example", role="planner")
    link = re.search(r'<code class="secret"[^>]*>([^<]+)</code>', shown.content.decode())
    assert link
    assert link[1] in mail.outbox[0].body
    assert link[1] not in office.get("settings/people").content.decode()
    assert "new@acme.example" in office.text("settings/people")
    assert "new@acme.example" not in office.text("settings/people", by="viewer")
    assert office.post("settings/people/invite", by="planner", email="x@acme.example", role="viewer").status_code == 403


def test_roles_change_and_the_last_owner_stays(office: Office) -> None:
    office.post("settings/people/change", email="viewer@acme.example", role="planner")
    assert "Vera Lind is now Planner." in words_of(
        office.post("settings/people/change", email="viewer@acme.example", role="planner")
    )
    last = office.post("settings/people/change", email="owner@acme.example", role="viewer")
    assert "A workspace needs an owner" in words_of(last)


def test_a_token_is_shown_once_and_can_be_revoked(office: Office) -> None:
    shown = office.post("settings/tokens/issue", by="planner", name="nightly", role="planner", days="30")
    key = re.search(r"nor_[\w-]{20,}", shown.content.decode())
    assert key
    assert shown["Cache-Control"] == "no-store"
    assert key[0] not in office.get("settings/tokens", by="planner").content.decode()
    higher = office.post("settings/tokens/issue", by="planner", name="sneaky", role="owner", days="30")
    assert higher.status_code == 422
    token = Token.objects.get(name="nightly")
    assert office.post("settings/tokens/revoke", by="viewer", id=str(token.pk)).status_code == 404
    office.post("settings/tokens/revoke", by="planner", id=str(token.pk))
    token.refresh_from_db()
    assert token.revoked is not None


def test_saved_views_are_renamed_kept_and_removed(office: Office) -> None:
    office.commit(create("saved_view", id_of("view"), name="Pilots", page="portfolio", query="where=stage+%3D+pilot"))
    office.post("settings/views/change", id=id_of("view"), do="save", name="My pilots", whose="mine")
    found = office.record.plan().saved_views[id_of("view")]
    assert (found.name, found.owner) == ("My pilots", office.actors["owner"].id)
    office.post("settings/views/change", id=id_of("view"), do="remove")
    assert not office.record.plan().saved_views


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_for_whoever_owns_everything(office: Office) -> None:
    answer = office.get("settings/backup")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert "manifest.json" in archive.namelist()
    answer.close()
    assert office.get("settings/backup", by="planner").status_code == 403
    open_office("Other", "other")
    assert office.get("settings/backup").status_code == 403, "it would hold what belongs to others"


def test_the_workspace_goes_only_when_its_name_is_typed(office: Office) -> None:
    kept = office.post("settings/remove", confirm="acme?")
    assert kept.status_code == 422
    assert office.post("settings/remove", by="planner", confirm="Acme").status_code == 403
    office.post("settings/remove", confirm="Acme")
    assert not Workspace.objects.filter(slug="acme").exists()
    assert Record(office.workspace.id).head() == 0


@pytest.mark.parametrize("section", SECTIONS)
def test_another_organisation_sees_nothing(office: Office, section: str) -> None:
    stranger = open_office("Other", "other")
    assert stranger.clients["owner"].get(f"/w/acme/settings{section}").status_code == 404


def test_owners_change_who_has_to_agree(office: Office) -> None:
    assert "Weights change with a second person's approval Always in force." in office.text(
        "settings/approvals", "viewer"
    )
    form = {"name": "Large moves", "change": "money", "amount": "250000", "currency": "EUR", "where": "stage = pilot",
            "approvals": "2", "role": "owner"}  # fmt: skip
    for by in ("planner", "contributor"):
        assert office.post("add/approval_rule", by=by, **form).status_code == 403
    assert office.post("add/approval_rule", **form).status_code == 200
    (rule,) = office.record.plan().approval_rules.values()
    text = office.text("settings/approvals")
    assert "Large moves €250,000 or more move of 0 investments: stage = pilot" in text
    assert "2 approvals of an owner" in text
    assert office.post(f"edit/approval_rule/{rule.id}", **{**form, "where": "stage ="}).status_code == 200
    assert "the rule speaks of every investment" in office.text("settings/approvals", "planner")
    assert "data-ask" not in office.get("settings/approvals", by="planner").content.decode().split("<main")[1]
    assert office.post(f"drop/approval_rule/{rule.id}", by="planner").status_code == 403
    assert office.post(f"drop/approval_rule/{rule.id}").status_code == 200
    assert not office.record.plan().approval_rules
