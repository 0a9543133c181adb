"""Changing the plan by forms: adding, editing, removing, and two people at one field."""

from __future__ import annotations

from datetime import timedelta

import pytest

from northing.portfolio.edits import create
from tests.web.desk import TODAY, Desk, id_of
from tests.web.office import words_of

pytestmark = pytest.mark.django_db


def test_an_investment_is_made_by_form_and_gets_a_number(small: Desk) -> None:
    answer = small.ana.post(
        "/w/acme/investments/new", {"name": "Fraud graph", "stage": "idea", "currency": "GBP", "tags": "fraud, graph"}
    )
    assert answer["Location"] == "/w/acme/investments/INV-0003"
    made = small.record.plan().investments.by("number", "INV-0003")[0]
    assert (made.name, made.tags) == ("Fraud graph", ("fraud", "graph"))


@pytest.mark.parametrize(
    ("kind", "typed", "shown"),
    [
        ("note", {"text": "Board asked twice"}, "Board asked twice"),
        ("link", {"title": "Business case", "url": "https://papers.example/1"}, "Business case"),
        ("milestone", {"name": "First users", "type": "milestone", "due": "2031-02-03"}, "3 Feb 2031"),
        ("health_report", {"on": "2026-01-02", "overall": "amber", "words": "Half the labels"}, "Half the labels"),
        ("strategic_contribution", {"aim": f"objective:{id_of('settle')}", "percent": "25"}, "25%"),
        ("cost_plan_line", {"period": "2031-01-01/2031-04-01", "type": "run", "likely": "12 345"}, "€112k"),
        ("ai_system", {"name": "Triage model", "vendor": "Halden"}, "Triage model"),
    ],
)
def test_what_belongs_to_an_investment_is_added_by_form(
    small: Desk, kind: str, typed: dict[str, str], shown: str
) -> None:
    subject = "subject" if kind in ("note", "link") else "investment"
    address = f"/w/acme/add/{kind}?{subject}={id_of('triage')}&next=/w/acme/investments/INV-0001"
    assert small.ana.get(address).status_code == 200
    answer = small.ana.post(address, typed)
    assert answer.status_code == 302, words_of(answer)
    assert shown in small.text("investments/INV-0001")


def test_wrong_input_comes_back_as_typed_with_what_is_wrong(small: Desk) -> None:
    address = f"/w/acme/edit/investment/{id_of('triage')}?fields=whole_life_cost,start,end"
    answer = small.ana.post(address, {"whole_life_cost": "a lot", "start": "2026-02-30", "end": "2026-05-01"})
    assert answer.status_code == 422
    said = words_of(answer)
    assert "“a lot” is not a number" in said
    assert "there is no day “2026-02-30”" in said
    assert 'value="a lot"' in answer.content.decode()
    assert small.record.head() == 1


def test_a_broken_rule_is_said_beside_the_form(small: Desk) -> None:
    address = f"/w/acme/add/strategic_contribution?investment={id_of('triage')}"
    answer = small.ana.post(address, {"aim": f"objective:{id_of('settle')}", "percent": "60"})
    assert answer.status_code == 422
    assert "add up to 120" in words_of(answer)


def test_two_people_change_one_field_and_the_second_chooses(small: Desk) -> None:
    address = f"/w/acme/edit/investment/{id_of('triage')}?fields=name,stage&next=/w/acme/"
    small.ben.post(address, {"name": "Claims sorting", "stage": "pilot", "on": "1"})
    typed = {"name": "Triage of claims", "stage": "scale", "on": "1"}
    answer = small.ana.post(address, typed)
    assert answer.status_code == 409
    said = words_of(answer)
    for words in ("Claims triage", "Claims sorting", "Triage of claims", "Ben Okoro, r2", "Yours"):
        assert words in said
    assert small.record.head() == 2
    choice = f"choice.{id_of('triage')}.name"
    small.ana.post(address, {**typed, "on": "2", choice: "theirs"})
    now = small.record.plan().investments[id_of("triage")]
    assert (now.name, now.stage) == ("Claims sorting", "scale"), "theirs stays, and what did not clash is done"
    small.ana.post(address, {**typed, "on": "2", choice: "yours"})
    blame = small.record.blame("investment", id_of("triage"))
    assert small.record.plan().investments[id_of("triage")].name == "Triage of claims"
    assert blame["name"].no == 4
    assert blame["stage"].no == 3


def test_what_refers_to_something_is_told_before_it_is_removed(small: Desk) -> None:
    address = f"/w/acme/drop/key_result/{id_of('share')}"
    assert "1 strategic contribution" in words_of(small.ana.get(address))
    address = f"/w/acme/drop/milestone/{id_of('gate')}?next=/w/acme/"
    assert "Nothing else refers to it" in words_of(small.ana.get(address))
    assert small.ana.post(address).status_code == 302
    assert not small.record.plan().milestones


def test_a_form_in_a_dialog_is_answered_with_where_to_go(small: Desk) -> None:
    address = f"/w/acme/edit/investment/{id_of('triage')}?fields=name&next=/w/acme/strategy"
    shown = small.ana.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in shown
    assert "<form" in shown
    answer = small.ana.post(address, {"name": "Claims sorting"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["X-Go-To"]) == (204, "/w/acme/strategy")


def test_a_model_is_added_to_a_system(small: Desk) -> None:
    small.commit(
        create("ai_system", id_of("s"), name="Triage model", investment=id_of("triage")),
        create("ai_model", id_of("m"), name="halden-3", status="deprecated", shutdown_on=TODAY + timedelta(days=30)),
    )
    address = f"/w/acme/add/model_use?system={id_of('s')}&next=/w/acme/investments/INV-0001"
    assert small.ana.post(address, {"model": id_of("m"), "share": "0.5"}).status_code == 302
    said = small.text("investments/INV-0001")
    assert "halden-3" in said
    assert "in 30 days" in said
    assert "Model is about to retire" in said


def test_an_investment_is_removed_with_what_belongs_to_it_and_brought_back(small: Desk) -> None:
    address = f"/w/acme/drop/investment/{id_of('triage')}?next=/w/acme/portfolio"
    said = words_of(small.ana.get(address))
    for words in ("1 strategic contribution", "1 milestone", "1 cost plan line", "1 health report"):
        assert words in said
    assert small.ana.post(address)["Location"] == "/w/acme/portfolio"
    plan = small.record.plan()
    assert id_of("triage") not in plan.investments
    assert not plan.milestones
    assert not plan.cost_plan_lines
