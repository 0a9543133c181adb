"""A form sent twice acts once; two people in one form are asked, and what only one of them changed stays."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse

import northing
from northing.portfolio import ledger_edits
from northing.portfolio.edits import change, create
from tests.web.office import Office, id_of, open_office, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db: None) -> Office:
    office = open_office()
    _id, edits = ledger_edits.open_fund("Growth fund", "EUR")
    rate = create("fx_rate", id_of("rate"), base="EUR", quote="GBP", rate="0.85", on="2026-03-01", origin="ECB")
    office.commit(*edits, rate, create("investment", id_of("a"), name="A"), reason="Opened")
    return office


def filled(answer: HttpResponse, **typed: str) -> dict[str, Any]:
    """What a browser would send of the form in *answer*, with *typed* in it."""
    html = answer.content.decode().partition("<main")[2]
    form: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and "radio" not in tag:
            form.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for name_, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        form[name_] = [chosen[1] if chosen else ""]
    return {**form, **typed}


@pytest.mark.parametrize(
    ("path", "table", "typed"),
    [
        ("funds/new", "funds", {"name": "Second fund", "currency": "EUR"}),
        ("add/role", "roles", {"name": "Tester"}),
        ("add/price_override", "price_overrides", {"model": "gpt-5", "tokens": "input", "price": "1", "currency": "EUR"}),
        ("add/fx_rate", "fx_rates", {"base": "EUR", "quote": "USD", "rate": "1.1"}),
        ("rules/new", "attribution_rules", {"where": "account = 1", "investment": "A", "name": "Rule"}),
        ("flow/links/new", "work_links", {"where": "project = CHAT", "investment": "A", "name": "Link"}),
        ("flow/policies/new", "workflow_policies", {"name": "Policy"}),
        ("add/service_level_expectation", "service_level_expectations", {"days": "10", "probability": "0.85"}),
        ("add/calendar", "calendars", {"name": "Office"}),
        ("add/marked_event", "marked_events", {"name": "Rolled out", "on": ["1", "2026-03-01"]}),
    ],
)  # fmt: skip
def test_a_form_sent_twice_adds_once(office: Office, path: str, table: str, typed: dict[str, str]) -> None:
    form = filled(office.get(path), **typed)
    if table == "fx_rates":
        form["on"] = [form["on"][0], "2026-03-01"]
    before = len(getattr(office.record.plan(), table))
    assert office.post(path, **form).status_code == 200
    again = office.post(path, **form)
    assert again.status_code == 200, words_of(again)[:400]
    assert len(getattr(office.record.plan(), table)) == before + 1
    if "name" in typed:
        assert office.post(path, **{**form, "name": "Another"}).status_code == 200
        assert len(getattr(office.record.plan(), table)) == before + 2, "Back, and other words: another wish"


def test_every_form_that_is_sent_carries_its_word() -> None:
    forms = 0
    for template in (Path(northing.__file__).parent / "web" / "templates").rglob("*.html"):
        for inside in re.findall(r'<form[^>]*method="post".*?</form>', template.read_text("utf-8"), re.S):
            forms += 1
            assert re.search(r"\bcsrf\(|csrfmiddlewaretoken", inside), f"{template.name}: {inside[:90]}"
    assert forms > 40


def test_an_approval_sent_three_times_moves_money_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    fund = next(iter(office.record.plan().funds.values()))
    path = f"funds/{fund.number}/approve"
    looked = filled(office.post(path, amount="100", on="2026-03-01"))
    from northing.web.funds import acts

    seal = looked["seal"][0]
    monkeypatch.setattr(acts, "_seal", lambda form, head: seal)  # three that come at the same moment see one head
    for _ in range(3):
        assert office.post(path, **looked).status_code == 200
    assert len(office.record.plan().transfers) == 1


def test_two_people_at_one_dated_rate_are_asked(office: Office) -> None:
    path = f"edit/fx_rate/{id_of('rate')}"
    mine = filled(office.get(path, by="planner"), rate="0.87")
    theirs = filled(office.get(path), rate="0.86", origin="Bank of England")
    assert office.post(path, **theirs).status_code == 200
    clash = office.post(path, by="planner", **mine)
    assert clash.status_code == 409 and "0.86" in words_of(clash)
    chosen = filled(clash, **{f"choice.{id_of('rate')}.rate": "yours"})
    assert office.post(path, by="planner", **chosen).status_code == 200
    rate = office.record.plan().fx_rates[id_of("rate")]
    assert (rate.rate, rate.origin, rate.on.isoformat()) == (Decimal("0.87"), "Bank of England", "2026-03-01")


def test_what_somebody_else_changed_in_a_link_meanwhile_stays(office: Office) -> None:
    new = filled(office.get("flow/links/new"), where="project = CHAT", investment="A", name="Link")
    office.post("flow/links/new", **new)
    (link,) = office.record.plan().work_links.values()
    path = f"flow/links/{link.id}"
    mine = filled(office.get(path), name="Mine", where="project = CHAT", investment="A")
    office.commit(change("work_link", link.id, note="theirs"), reason="Noted")
    # The form was shown again in between, at the later head: what counts is when it was first looked at.
    mine = {**mine, "on": [str(office.record.head())], "since": mine["on"]}
    assert office.post(path, **mine).status_code == 200
    link = office.record.plan().work_links[link.id]
    assert (link.name, link.note) == ("Mine", "theirs")


def test_a_custom_field_sent_twice_is_one(office: Office) -> None:
    form = {"csrfmiddlewaretoken": "w" * 64, "name": "Steering group", "kind": "investment", "type": "text"}
    assert [office.post("settings/fields/save", **form).status_code for _ in range(2)] == [200, 200]
    assert len(office.record.plan().custom_fields) == 1
    office.post("settings/fields/save", **{**form, "csrfmiddlewaretoken": "v" * 64})
    assert len(office.record.plan().custom_fields) == 2, "another form is another wish"
