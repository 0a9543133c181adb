"""Weights change by an approved merge alone, and the paper says who wins and who loses by them."""

from __future__ import annotations

import re

import pytest

from northing.portfolio.edits import change, create
from northing.record import Record
from tests.web.office import Office, id_of, open_office, words_of

pytestmark = pytest.mark.django_db

NAMES = ("bot", "reader", "mailer")
SCORES = {"bot": (9, 1), "reader": (5, 5), "mailer": (1, 9)}
HOME = "/w/acme@weigh/"
PAPER = f"{HOME}scenario/decision"


def criteria(value: str, ease: str) -> list[dict[str, str]]:
    return [
        {"key": "value", "name": "Value", "weight": value, "low": "0", "high": "10"},
        {"key": "ease", "name": "Ease", "weight": ease, "low": "0", "high": "10"},
    ]


@pytest.fixture
def office(db: None) -> Office:
    """Three investments of 100 each, a budget for two of them, and a model that asks for value above all."""
    made = open_office()
    model = id_of("model")
    made.commit(
        *(create("investment", id_of(name), name=name.title(), stage="pilot", currency="EUR") for name in NAMES),
        *(
            create("cost_plan_line", id_of(f"line-{name}"), investment=id_of(name), likely="100", start="2027-01-01",
                   end="2028-01-01")
            for name in NAMES
        ),
        create("limit", id_of("budget"), name="Budget 2027", type="budget", per="whole", start="2027-01-01",
               end="2028-01-01", most="200", currency="EUR"),
        create("scoring_model", model, name="Ours", criteria=criteria("3", "1")),
        *(
            create("score", id_of(f"{name}-{key}"), investment=id_of(name), model=model, criterion=key, value=str(value))
            for name, both in SCORES.items()
            for key, value in zip(("value", "ease"), both, strict=True)
        ),
        reason="Begin",
    )  # fmt: skip
    made.clients["planner"].post("/w/acme/scenarios/new", {"name": "weigh", "reason": "What if?"})
    edit = change("scoring_model", model, criteria=criteria("1", "3"))
    Record(made.workspace.id, "weigh").commit([edit], on=None, by=made.actors["planner"], reason="Ease first")
    return made


def test_the_request_says_who_wins_and_who_loses(office: Office) -> None:
    planner, owner = office.clients["planner"], office.clients["owner"]
    answer = planner.post(PAPER, {"act": "submit", "name": "Ease first", "why": "We finish nothing."}, follow=True)
    for words in (words_of(answer), words_of(owner.get(PAPER))):
        assert "“Ours” weighs otherwise Value 75% → 25% Ease 25% → 75%" in words
        assert "Above the line by it 1 Mailer Below the line by it 1 Bot" in words
        assert "Weights change with a second person's approval" in words
    assert planner.post(f"{HOME}scenario/merge", {"reason": "Go"}).status_code == 403
    digest = re.search(r'name="digest" value="(\w+)"', owner.get(PAPER).content.decode())
    assert digest
    owner.post(PAPER, {"act": "approve", "digest": digest[1]})
    planner.post(f"{HOME}scenario/merge", {"reason": "Go"})
    assert office.record.plan().scoring_models[id_of("model")].criteria[1].weight == 3
    (decided,) = office.record.plan().decisions.values()
    assert "Above the line by it 1 Mailer" in office.text(f"decisions/{decided.number}"), "also once it is in force"


def test_a_model_that_goes_is_said_to_go(office: Office) -> None:
    from northing.portfolio.edits import remove

    edits = [remove("score", id) for id in office.record.plan().scores] + [remove("scoring_model", id_of("model"))]
    Record(office.workspace.id, "weigh").commit(edits, on=None, by=office.actors["planner"], reason="No model")
    assert "“Ours” is removed" in words_of(office.clients["owner"].get(PAPER))
