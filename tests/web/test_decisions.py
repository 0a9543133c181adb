"""A scenario is asked for, judged by others, merged with its decision, and found in the log with what came of it."""

from __future__ import annotations

import re

import pytest

from northing.access.models import Membership
from northing.portfolio.edits import change, create
from northing.record import Record
from tests.web.office import Office, id_of, open_office, words_of

pytestmark = pytest.mark.django_db

BOT, READER, MONEY = id_of("bot"), id_of("reader"), id_of("money")
HOME = "/w/acme@less/"
PAPER = f"{HOME}scenario/decision"
ASKED = {"name": "Stop the bot", "why": "Nobody uses it.", "alternatives": "Halve it.", "effect": "€100k freed."}


@pytest.fixture
def office(db: None) -> Office:
    """The planner has drawn a scenario that ends an investment; a rule asks for one approval of every stop."""
    made = open_office()
    made.commit(
        create("investment", BOT, name="Answer bot", stage="pilot", currency="EUR", owner=made.actors["viewer"].id),
        create("investment", READER, name="Form reader", stage="pilot", currency="EUR"),
        create("cost_plan_line", MONEY, investment=BOT, likely="100000", start="2027-01-01", end="2028-01-01"),
        create("approval_rule", id_of("rule"), name="Four eyes", change="stop", approvals=1),
        *(create("person", actor.id) for actor in made.actors.values()),
        reason="Begin",
    )
    made.clients["planner"].post("/w/acme/scenarios/new", {"name": "less", "reason": "What if?"})
    edit = change("investment", BOT, choice="out", choice_from="2027-01-01")
    Record(made.workspace.id, "less").commit([edit], on=None, by=made.actors["planner"], reason="Out")
    return made


def post(office: Office, by: str = "planner", **form: str) -> tuple[int, str]:
    answer = office.clients[by].post(PAPER, form, follow=True)
    return answer.status_code, words_of(answer)


def judge(office: Office, act: str, by: str = "owner", reason: str = "Read it") -> tuple[int, str]:
    html = office.clients[by].get(PAPER).content.decode()
    digest = re.search(r'name="digest" value="(\w+)"', html)
    return post(office, by, act=act, reason=reason, digest=digest[1] if digest else "gone")


def test_from_a_scenario_to_the_log(office: Office) -> None:
    html = words_of(office.clients["planner"].get(PAPER))
    assert "Not submitted yet. It asks for 1 approval of a planner or an owner." in html
    assert "say what is asked for, and submit it" in words_of(office.clients["planner"].get(f"{HOME}scenario/merge"))
    assert post(office, act="submit", **{**ASKED, "name": ""})[0] == 422
    status, words = post(office, act="submit", due="2027-06-01", **ASKED)
    assert status == 200
    assert "Waits for 1 approval of a planner or an owner." in words and "(“Four eyes”)" in words
    assert "Planned money −€100k" in words and "Ends 1 Answer bot" in words

    assert "Your word is asked for" not in words, "it is the planner's own"
    assert "(“Four eyes”) Ana Ruiz can" in words, "who could agree is named"
    assert "Your approval is asked for · Ben Okoro" in office.text("inbox")
    assert "Nothing waits for you" in words_of(office.clients["planner"].get("/w/acme/inbox"))
    assert words_of(office.clients["owner"].get("/w/acme/inbox/count")).strip() == "1"

    status, words = judge(office, "reject", by="contributor", reason="Halve it first.")
    assert status == 200 and "dissents" in words
    status, words = judge(office, "approve")
    assert "Approved: a planner may merge it." in words
    assert "Approved: it can be merged" in words_of(office.clients["planner"].get("/w/acme/inbox"))

    looked = office.clients["planner"].get(f"{HOME}scenario/merge").content.decode()
    assert "approvals" not in looked
    office.clients["planner"].post(f"{HOME}scenario/merge", {"reason": "Agreed"})
    decided = next(iter(office.record.plan().decisions.values()))
    assert office.record.plan().investments[BOT].choice == "out"
    log = office.text("decisions")
    assert "1 is in force." in log and "Decided 1 approval, 1 dissent" in log and "−€100k" in log
    paper = office.text(f"decisions/{decided.number}")
    for said in ("approved by Ana Ruiz, 1 dissent.", "Nobody uses it.", "Halve it.", "€100k freed.", "Halve it first.",
                 "Ends 1 Answer bot", "look again on 1 Jun 2027"):  # fmt: skip
        assert said in paper, said
    assert office.clients["viewer"].get(PAPER).headers["Location"] == f"/w/acme/decisions/{decided.number}"

    path = f"decisions/{decided.number}"
    assert office.post(path, by="contributor", outcome="x").status_code == 403
    office.post(path, outcome="Two people did something else.", outcome_on="2027-03-01")
    assert "Two people did something else. (1 Mar 2027)" in office.text(path)
    assert office.record.verify() == []


def test_a_change_after_the_approval_makes_it_void(office: Office) -> None:
    post(office, act="submit", **ASKED)
    judge(office, "approve")
    edit = change("investment", READER, choice="out", choice_from="2027-01-01")
    Record(office.workspace.id, "less").commit([edit], on=None, by=office.actors["planner"], reason="And this")
    words = words_of(office.clients["owner"].get(PAPER))
    assert "earlier approvals do not count. Submit it again." in words
    assert "about an earlier version" in words
    assert "has changed since you submitted it" in words_of(office.clients["planner"].get("/w/acme/inbox"))
    assert office.clients["planner"].post(f"{HOME}scenario/merge", {"reason": "x"}).status_code == 403
    assert office.record.plan().investments[BOT].choice is None


def test_whose_role_is_taken_away_has_approved_nothing(office: Office) -> None:
    post(office, act="submit", **ASKED)
    judge(office, "approve")
    count = f"/w/{office.workspace.slug}/inbox/count"
    assert words_of(office.clients["planner"].get(count)).strip() == "1", "it can be merged"
    Membership.objects.filter(person=office.actors["owner"].id).update(role="viewer")
    assert words_of(office.clients["planner"].get(count)).strip() == "", "it lacks an approval again"
    assert "Waits for 1 approval" in words_of(office.clients["planner"].get(PAPER))
    assert office.clients["planner"].post(f"{HOME}scenario/merge", {"reason": "Go"}).status_code == 403


def test_one_looked_at_something_else(office: Office) -> None:
    post(office, act="submit", **ASKED)
    assert post(office, "owner", act="approve", digest="0" * 64)[0] == 409
    assert post(office, "planner", act="approve", digest="x")[0] in (403, 409)
    assert not office.record.plan().approvals


def test_withdrawn_nothing_waits(office: Office) -> None:
    post(office, act="submit", **ASKED)
    post(office, act="withdraw", name="Stop the bot")
    assert "Nothing waits for you" in office.text("inbox")
    assert "What a scenario asks for, who agreed and what came of it stands here." in office.text("decisions")


def test_what_is_said_to_me_or_of_what_is_mine_waits_until_i_answer(office: Office) -> None:
    said = create("comment", id_of("said"), subject=READER, text="How many forms a day?", by=office.actors["planner"].id,
                  mentions=[office.actors["owner"].id])  # fmt: skip
    office.commit(said, by="planner")
    office.commit(create("comment", id_of("of"), subject=BOT, text="Who uses it?", by=office.actors["owner"].id))
    assert "Said to you · Ben Okoro" in office.text("inbox")
    viewer = words_of(office.clients["viewer"].get("/w/acme/inbox"))
    assert "Said of what is yours · Ana Ruiz" in viewer and "Who uses it?" in viewer
    answer = create("comment", id_of("answer"), subject=READER, text="Forty.", by=office.actors["owner"].id,
                    reply_to=id_of("said"))  # fmt: skip
    office.commit(answer)
    assert "Nothing waits for you" in office.text("inbox")
    assert "Said of what is yours · Ana Ruiz" in words_of(office.clients["planner"].get("/w/acme/inbox"))


def test_the_merge_says_what_is_missing(office: Office) -> None:
    merge = f"{HOME}scenario/merge"
    post(office, act="submit", **ASKED)
    words = words_of(office.clients["planner"].get(merge))
    assert "Lacking: 1 approval of a planner or an owner (“Four eyes”)." in words
    assert "1 investment." in words, "the paper itself is no change of the plan"
    judge(office, "approve")
    limit = create("limit", id_of("least"), name="At least two", type="budget", least="150000", currency="EUR",
                   per="whole", start="2027-01-01", end="2028-01-01")  # fmt: skip
    edit = change("cost_plan_line", MONEY, likely="160000")
    office.commit(limit, edit)
    words = words_of(office.clients["planner"].get(merge))
    assert "Lacking" not in words and "“At least two” would not hold" in words
    refused = office.clients["planner"].post(merge, {"reason": "Go"})
    assert refused.status_code == 422 and "“At least two” would not hold" in words_of(refused)
    assert office.record.plan().investments[BOT].choice is None


def test_money_of_what_is_taken_in_counts(office: Office) -> None:
    office.commit(change("investment", BOT, choice="out", choice_from="2027-01-01"))
    office.clients["planner"].post("/w/acme/scenarios/new", {"name": "more", "reason": "What if?"})
    edit = change("investment", BOT, choice="in", choice_from=None)
    Record(office.workspace.id, "more").commit([edit], on=None, by=office.actors["planner"], reason="In")
    words = words_of(office.clients["planner"].get("/w/acme@more/scenario/merge"))
    assert "Planned €100k: it counts now" in words and "plan lines" not in words


def test_what_both_changed_is_chosen_in_the_scenario_and_asked_again(office: Office) -> None:
    post(office, act="submit", **ASKED)
    judge(office, "approve")
    office.commit(change("investment", BOT, choice="in"))
    planner = office.clients["planner"]
    words = words_of(planner.get(f"{HOME}scenario/merge"))
    assert "Changed on both sides 1" in words and "Approvals that were given fall." in words
    words = words_of(planner.get(f"{HOME}scenario/update"))
    assert "approvals that were given fall, and it is submitted again" in words
    assert "The plan has changed the same fields since" in words_of(planner.get(PAPER))
    assert "It, or the plan, has changed since you submitted it" in words_of(planner.get("/w/acme/inbox"))
    planner.post(f"{HOME}scenario/update", {f"choice.investment.{BOT}.choice": "yours"})
    words = words_of(planner.get(PAPER))
    assert "earlier approvals do not count. Submit it again." in words
    assert planner.post(f"{HOME}scenario/merge", {"reason": "Go"}).status_code == 403
    post(office, act="submit", **ASKED)
    judge(office, "approve")
    planner.post(f"{HOME}scenario/merge", {"reason": "Go"})
    assert office.record.plan().investments[BOT].choice == "out"
