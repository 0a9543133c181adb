"""The page of policies and the form in which one is written: states in use that mean nothing yet are found and cured."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from northing.portfolio.edits import change, create
from northing.report import words
from northing.report.viewing import look
from tests.web.office import Office, id_of, open_office, words_of
from tests.web.work_office import board, bring_work, policy

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = datetime.now(UTC).date()


@pytest.fixture
def office(db: None, settings: Any, tmp_path: Path) -> Office:
    settings.HOME = tmp_path
    return open_office()


def form_of(answer: Any) -> dict[str, str]:
    """What a browser would send of the form as it stands."""
    html = answer.content.decode()
    html = html[html.index('class="policy-form') : html.index("</fieldset></form>")]
    sent = {}
    for tag in re.findall(r"<input\b[^>]*>", html):
        told = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if told.get("name") and (told.get("type") != "checkbox" or " checked" in tag):
            sent[told["name"]] = unescape(told.get("value", ""))
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        sent[name] = next(iter(re.findall(r'value="([^"]*)" selected', body)), "")
    for name, body in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', html, re.S):
        sent[name] = unescape(body)
    return sent


def named(sent: dict[str, str], state: str) -> str:
    """The number of the row of *state*."""
    return next(name.partition("-")[2] for name, value in sent.items() if value == state and name.startswith("state-"))


def test_a_state_that_nobody_has_given_a_meaning_is_found_and_cured_in_one_visit(office: Office) -> None:
    """Of the first delivery everything is proposed; a state that comes later is marked with its items, and cured."""
    assert "Nobody has said yet how work is read" in office.text("flow/policies")
    bring_work(office, board(TODAY, TODAY - timedelta(days=80), (4, 2), (2, 4)))
    answer = office.get("flow/policies/new", "planner")
    sent = form_of(answer)
    assert [sent[f"phase-{at}"] for at in range(4)] == ["backlog", "active", "active", "done"], (
        "proposed by their names"
    )
    assert sent["kind-0"] == "feature"
    made = office.post("flow/policies/new", "planner", **{**sent, "name": "Shop board", "start": "2020-01-01"})
    assert "1 policy says how work is read; each state in use has a meaning." in words_of(made)
    (kept,) = office.record.plan().workflow_policies.values()
    assert [(rule.state, rule.phase.value) for rule in kept.states] == [
        ("To do", "backlog"), ("In progress", "active"), ("Code review", "active"), ("Done", "done")
    ]  # fmt: skip

    rows = [["S-90", "Late", "Story", "Shop", TODAY - timedelta(days=9), None, TODAY - timedelta(days=5), None]]
    bring_work(office, rows, ("To do", "In progress", "Waiting for legal", "Done"))
    text = office.text("flow/policies")
    assert "of 1 state in use nobody has said what it means" in text and "Waiting for legal (1 item)" in text
    page = office.get(f"flow/policies/{kept.id}", "planner")
    assert "by its name perhaps: Waiting" in words_of(page)
    sent = form_of(page)
    at = named(sent, "Waiting for legal")
    assert sent[f"phase-{at}"] == "", "nothing is taken unasked"
    office.post(f"flow/policies/{kept.id}", "planner", **{**sent, f"phase-{at}": "wait", f"place-{at}": "2.5"})
    (kept,) = office.record.plan().workflow_policies.values()
    assert [rule.state for rule in kept.states][1:4] == ["In progress", "Waiting for legal", "Code review"]
    assert "each state in use has a meaning" in office.text("flow/policies")
    history = office.text(f"history/{office.record.head()}")
    assert "States: added Waiting for legal (Waiting)" in history and "StateRule" not in history


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(office: Office) -> None:
    office.commit(policy(start="2026-01-01"))
    key = id_of("policy")
    sent = form_of(office.get(f"flow/policies/{key}", "planner"))
    done = named(sent, "Done")
    answer = office.post(f"flow/policies/{key}", "planner", **{**sent, f"phase-{done}": "", "note": "typed"})
    assert answer.status_code == 422 and "names no state in which work has finished" in words_of(answer)
    assert form_of(answer)["note"] == "typed" and form_of(answer)[f"phase-{done}"] == ""
    for field, text, said in (
        (f"place-{done}", "last", "its place is a number"), (f"phase-{done}", "cosy", "choose what it means"),
        ("where", "colour = red", "colour"), ("name", "", "is needed"), ("start", "soon", "there is no day"),
    ):  # fmt: skip
        answer = office.post(f"flow/policies/{key}", "planner", **{**sent, field: text})
        assert answer.status_code == 422 and said in words_of(answer), field
    answer = office.post(f"flow/policies/new?from={key}", "planner", **{**sent, "start": "2025-12-01"})
    assert "begins after the one before it" in words_of(answer)
    assert office.post(f"flow/policies/{key}", "viewer", **sent).status_code == 403
    assert "disabled" in office.get(f"flow/policies/{key}", "viewer").content.decode()
    assert len(office.record.plan().workflow_policies) == 1


def test_a_next_version_holds_from_its_day_and_two_people_are_asked(office: Office) -> None:
    office.commit(policy(start="2026-01-01"))
    key = id_of("policy")
    sent = form_of(office.get(f"flow/policies/new?from={key}", "planner"))
    assert sent["start"] == TODAY.isoformat() and sent["name"] == "Shop board"
    office.post(f"flow/policies/new?from={key}", "planner", **{**sent, "name": "Shop board, two"})
    text = office.text("flow/policies")
    assert "1 other version" in text and "1 policy says" in text
    assert f"to {words.day(look(office.workspace).view.today - timedelta(days=1))}" in text

    sent = form_of(office.get(f"flow/policies/{key}", "planner"))
    review = named(sent, "Code review")
    theirs = [
        {"state": "To do", "phase": "backlog"},
        {"state": "Done", "phase": "done"},
        {"state": "In progress", "phase": "active"},
    ]
    office.commit(change("workflow_policy", key, states=theirs))
    answer = office.post(f"flow/policies/{key}", "planner", **{**sent, f"phase-{review}": "wait"})
    assert answer.status_code == 409
    said = words_of(answer)
    assert "Active: In progress" in said and "Waiting: Code review" in said


def test_calendars_expectations_and_events_are_written_by_forms(office: Office) -> None:
    """And said in words, here and in the history."""
    stream = create("value_stream", id_of("stream"), name="Shopping")
    office.commit(stream)
    office.post(
        "add/calendar",
        "planner",
        name="Lisbon",
        zone="Europe/Lisbon",
        workdays="Mon, Tue",
        holidays="2027-12-25\n2027-01-01",
    )
    office.post(
        "add/service_level_expectation",
        "planner",
        value_stream=id_of("stream"),
        days="10",
        probability="85",
        start="2026-02-01",
    )
    office.post("add/marked_event", "planner", name="Assistant for all", on="2026-03-01")
    plan = office.record.plan()
    (calendar,), (promise,) = plan.calendars.values(), plan.service_level_expectations.values()
    assert [day.isoformat() for day in calendar.holidays] == ["2027-01-01", "2027-12-25"]
    assert str(promise.probability) == "0.85"
    text = office.text("flow/policies")
    assert "85% within 10 days" in text and "Monday, Tuesday" in text and "1 Jan 2027" in text
    assert "Assistant for all" in text and "1 Mar 2026" in text and "None" not in text
    office.post(f"edit/calendar/{calendar.id}", "planner", name="Lisbon", workdays="Mon, Tue", holidays="2027-01-01")
    assert "Holidays: removed 25 Dec 2027" in office.text(f"history/{office.record.head()}")
    wrong = office.post("add/service_level_expectation", "planner", days="10", probability="often")
    assert "is not a number" in words_of(wrong)
