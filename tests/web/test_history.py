"""History: the revisions, what changed in words, revert with its conflicts, plan baselines, proof."""

from __future__ import annotations

import re
from datetime import date

import pytest

from northing.portfolio.edits import change, create, remove
from tests.web.office import Office, id_of, open_office, words_of

pytestmark = pytest.mark.django_db

BOT, GATE, MONEY = id_of("bot"), id_of("gate"), id_of("money")


@pytest.fixture
def office(db: None) -> Office:
    """An answer bot: begun (r1), its gate moved by Ben (r2), its money raised by Ana (r3)."""
    made = open_office()
    made.commit(
        create(
            "investment", BOT, name="Answer bot", stage="pilot", currency="EUR", start="2026-01-05", end="2026-12-18"
        ),
        create("milestone", GATE, investment=BOT, name="Scale gate", type="gate", stage="scale", due="2026-04-30"),
        create("cost_plan_line", MONEY, investment=BOT, likely="100000", start="2026-01-01", end="2027-01-01"),
        reason="Begin the answer bot",
    )
    made.commit(change("milestone", GATE, due="2026-06-12"), by="planner", reason="Testers were late")
    made.commit(change("cost_plan_line", MONEY, likely="130000"), reason="Licences cost more")
    return made


def test_revisions_are_listed_with_author_reason_and_size(office: Office) -> None:
    words = office.text("history")
    assert "Testers were late Ben Okoro" in words
    assert "1 investment, 1 milestone, 1 cost plan line" in words
    assert words.index("Licences cost more") < words.index("Begin the answer bot"), "newest first"


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        ("author={planner}", "Testers were late", "Licences cost more"),
        ("kind=cost_plan_line", "Licences cost more", "Testers were late"),
        ("q=testers+LATE", "Testers were late", "Licences cost more"),
        ("via=import", "Nobody has recorded anything like that", "Licences cost more"),
        ("kind=milestone&id=" + GATE, "Revisions that changed Scale gate", "Licences cost more"),
    ],
)
def test_the_list_can_be_narrowed(office: Office, query: str, there: str, not_there: str) -> None:
    words = office.text("history?" + query.format(planner=office.actors["planner"].id))
    assert there in words
    assert not_there not in words


def test_a_difference_is_told_in_words_under_its_investment_with_money_added_up(office: Office) -> None:
    words = office.text("history?from=1&to=3")
    assert "Scale gate moved 30 Apr → 12 Jun (+43 d) by Ben Okoro, r2" in words
    assert "+€30.0k" in words
    assert "€100k → €130k" in words
    assert words.index("Answer bot") < words.index("Scale gate moved")


def test_the_earlier_of_two_always_stands_first(office: Office) -> None:
    words = office.text("history?from=3&to=1")
    assert "The earlier one stands first." in words
    assert "(+43 d)" in words


def test_nothing_changed_is_said(office: Office) -> None:
    assert "The plan is the same at both." in office.text("history?from=2&to=2")


def test_a_revision_tells_what_it_did(office: Office) -> None:
    words = office.text("history/2")
    assert "Testers were late" in words
    assert "Scale gate moved 30 Apr → 12 Jun (+43 d)" in words
    assert office.record.revision(2).hash in words
    assert office.get("history/99").status_code == 404


def test_a_revert_lists_what_conflicts_and_undoes_the_rest(office: Office) -> None:
    office.commit(
        change("milestone", GATE, due="2026-07-01", name="Gate to scale"), change("investment", BOT, stage="scale"),
        reason="Two things at once",
    )  # fmt: skip
    office.commit(change("milestone", GATE, due="2026-08-01"), by="planner", reason="Later again")
    words = office.text("history/4/revert")
    assert "Changed since: stays as it is now" in words
    assert re.search(r"Due 12 Jun 2026 1 Jul 2026 1 Aug 2026 Ben Okoro r5", words)
    done = office.post("history/4/revert")
    plan = office.record.plan()
    assert (plan.investments[BOT].stage, plan.milestones[GATE].name) == ("pilot", "Scale gate")
    assert plan.milestones[GATE].due == date(2026, 8, 1), "what somebody changed since stays"
    assert "1 field was changed since and stays." in words_of(done)


def test_a_conflict_can_be_taken_back_too(office: Office) -> None:
    office.commit(change("milestone", GATE, due="2026-07-01"), reason="Once")
    office.commit(change("milestone", GATE, due="2026-08-01"), by="planner", reason="Twice")
    office.post("history/4/revert", take=f"milestone {GATE} due")
    assert office.record.plan().milestones[GATE].due == date(2026, 6, 12)


def test_a_viewer_cannot_revert(office: Office) -> None:
    assert office.get("history/2/revert", by="viewer").status_code == 403
    assert office.post("history/2/revert", by="viewer").status_code == 403
    assert office.record.head() == 3


def test_plan_baselines_are_made_renamed_and_removed(office: Office) -> None:
    office.post("history/tags", name="q1-board", ref="2", note="As the board saw it")
    assert [(tag.name, tag.no) for tag in office.record.tags()] == [("q1-board", 2)]
    assert "Scale gate" not in office.text("history?from=tag:q1-board"), "only what changed since"
    office.post("history/tags", do="rename", tag="q1-board", name="board-q1")
    assert [(tag.name, tag.no, tag.note) for tag in office.record.tags()] == [("board-q1", 2, "As the board saw it")]
    office.post("history/tags", do="remove", tag="board-q1")
    assert office.record.tags() == []
    assert office.post("history/tags", by="viewer", name="mine").status_code == 403


def test_the_chain_is_verified_and_its_head_shown(office: Office) -> None:
    words = office.text("history/verify")
    assert "Genuine. 3 revisions are as they were written." in words
    assert office.record.revision(3).hash in words
    assert "Not genuine" in office.text("history/verify?expected=" + "0" * 64)


def test_what_was_removed_is_told_by_the_name_that_it_had(office: Office) -> None:
    office.commit(remove("cost_plan_line", MONEY), remove("milestone", GATE), remove("investment", BOT), reason="Gone")
    words = office.text("history/4")
    assert "Answer bot removed" in words
    assert "−€130k" in words


def test_a_past_page_is_read_only(office: Office) -> None:
    html = office.get("history?at=1").content.decode()
    assert "Nothing can be changed here" in words_of(office.get("history?at=1"))
    assert 'action="/w/acme/history/tags"' not in html
    refused = office.clients["owner"].post("/w/acme/history/tags?at=1", {"name": "x"})
    assert refused.status_code == 403


@pytest.mark.parametrize("path", ["history", "history/1", "history/verify", "history?from=1", "history/1/revert"])
def test_another_organisation_sees_nothing(office: Office, path: str) -> None:
    stranger = open_office("Other", "other")
    assert stranger.clients["owner"].get(f"/w/acme/{path}").status_code == 404


def test_what_was_brought_in_for_an_earlier_day_leads_with_that_day(office: Office) -> None:
    office.commit(change("milestone", GATE, name="Gate to scale"), reason="From the old list", on=date(2025, 3, 4))
    office.post("history/tags", name="old", ref="4")
    assert "Plan at r4 · 4 Mar 2025 by Ana Ruiz" in office.text("")
    assert "old 4 Mar 2025 · r4" in office.text("history")
    assert "old · 4 Mar 2025" in office.text("baselines")
    assert "r4 · 4 Mar 2025" in office.text("timeline?no=4")


def test_a_day_before_everything_says_so_and_shows_the_way_to_what_was_reported_for_it(office: Office) -> None:
    today = office.text("?at=2020-01-01")
    assert "Nothing was recorded by then" in today
    assert "Nothing needs you" not in today
    assert "Compare as reported" in office.text("history?from=2020-01-01")
    assert "Compare as reported" not in office.text("history?from=1&to=3")


def test_a_revert_of_what_was_added_says_in_words_what_became_of_it(office: Office) -> None:
    many = [create("investment", id_of(f"many {n}"), name=f"Listed {n}") for n in range(1250)]
    office.commit(*many, reason="From a list")
    office.commit(*(change("investment", id_of(f"many {n}"), name=f"Named {n}") for n in range(210)), by="planner")
    words = office.text("history/4/revert")
    assert "1,040 entries go back" in words
    assert "The whole entry not there added changed since Ben Okoro r5" in words
    assert "and 10 more that stay" in words
    assert "more that stay" not in office.text("history/4/revert?all=1")
