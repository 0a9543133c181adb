"""The Rank page: the answer, the line, terms of a score, other weights, and scores that are typed."""

from __future__ import annotations

import pytest

from northing.portfolio.edits import create
from northing.record import Record
from tests.web.office import Office, id_of, open_office, words_of

pytestmark = pytest.mark.django_db

A, B, C, MODEL = id_of("a"), id_of("b"), id_of("c"), id_of("model")


@pytest.fixture
def office(db: None) -> Office:
    """Three investments of 100k each in the next year, a budget for two of them, two criteria."""
    made = open_office()
    criteria = [
        {"key": "fit", "name": "Fit", "low": "0", "high": "10"},
        {"key": "ease", "name": "Ease", "low": "0", "high": "10"},
    ]
    year = "2100-01-01", "2101-01-01"
    edits = [
        create("scoring_model", MODEL, name="Yearly", criteria=criteria),
        create("limit", id_of("limit"), name="The year", type="budget", per="whole", most="200000", currency="EUR"),
    ]
    for id, name, fit, ease in ((A, "Answer bot", 9, 1), (B, "Form reader", 6, 6), (C, "Call notes", 1, 8)):
        edits += [
            create("investment", id, name=name, currency="EUR"),
            create("cost_plan_line", id_of(f"line{name}"), investment=id, likely="100000", start=year[0], end=year[1]),
            create("score", id_of(f"fit{name}"), investment=id, model=MODEL, criterion="fit", value=fit),
            create("score", id_of(f"ease{name}"), investment=id, model=MODEL, criterion="ease", value=ease),
        ]
    made.commit(*edits, reason="Begin")
    return made


def test_nothing_to_rank_by_says_what_to_bring(db: None) -> None:
    assert "Nothing is ranked yet" in open_office().text("rank")


def test_the_answer_the_line_and_the_terms(office: Office) -> None:
    text = office.text("rank")
    assert "2 of 3 stand above the line. The money ends first, by “The year”" in text
    before, after = text.split("Money ends here: “The year”")
    assert "Form reader" in before and "Answer bot" in before and "Call notes" in after
    assert "Fit 9 0.45 of 0.50" in before, "a score unfolds its terms"


def test_other_weights_say_who_wins_and_who_loses_and_change_nothing(office: Office) -> None:
    text = office.text("rank?w.fit=1&w.ease=9")
    assert "Comes above the line 1 Call notes" in text and "Falls below it 1 Answer bot" in text
    assert "Weights of the plan of record change by a scenario" in text
    for wrong, words in (
        ("w.fit=NaN", "between 0 and a million"),
        ("w.fit=much", "is no number"),
        ("w.fit=-1", "between 0 and a million"),
        ("w.fit=0&w.ease=0", "weighs nothing"),
    ):
        answer = office.get(f"rank?{wrong}")
        assert answer.status_code == 422 and words in words_of(answer), wrong
    assert office.post("rank/weights", model=MODEL, **{"w.fit": "1"}).status_code == 422
    assert office.get("rank?model=nobody").status_code == 404


def test_weights_are_kept_in_a_scenario(office: Office) -> None:
    office.post("scenarios/new", name="ease")
    kept = office.clients["owner"].post(
        "/w/acme@ease/rank/weights", {"model": MODEL, "w.fit": "1", "w.ease": "9"}, follow=True
    )
    assert "2 of 3 stand above the line" in words_of(kept)
    made = Record(office.workspace.id, "ease").plan().table("scoring_model")[MODEL]
    assert [int(one.weight) for one in made.criteria] == [1, 9]
    assert [int(one.weight) for one in office.record.plan().table("scoring_model")[MODEL].criteria] == [1, 1]
    refused = office.clients["owner"].post("/w/acme@ease/scenario/merge", {"reason": "So"}, follow=True)
    assert refused.status_code == 403, "a second person has to approve other weights"


def test_scores_are_typed_once_and_within_their_scale(office: Office) -> None:
    form = {"model": MODEL, "s.fit": "2,5", "s.ease": ""}
    for _ in range(2):
        assert office.post(f"rank/scores/{A}", **form).status_code in (200, 302)
    assert "1 cannot be ranked: a score is missing." in office.text("rank")
    assert "Missing: Ease" in office.text("rank")
    wrong = office.post(f"rank/scores/{A}", **{**form, "s.ease": "11"})
    assert wrong.status_code == 422 and "outside its scale" in words_of(wrong)
    office.post(f"rank/scores/{A}", **{**form, "s.ease": "10"})
    office.post(f"rank/scores/{A}", **{**form, "s.ease": "10"})
    assert len(office.record.plan().table("score")) == 6
    assert office.post(f"rank/scores/{A}", by="viewer", **form).status_code == 403
