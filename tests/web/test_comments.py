"""Comments: said and answered, to somebody by name, as plain text, changed and taken back by whom they are."""

from __future__ import annotations

import re

import pytest

from northing.facts.models import Job, State
from northing.portfolio.edits import create
from northing.record import Record
from northing.report.comments import pieces, spoken_to
from tests.web.office import Office, id_of, open_office, words_of

BOT = id_of("bot")
HOME = "/w/acme/"
ANA, BEN = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
PEOPLE = {ANA: "Ana Ruiz", BEN: "Ben Okoro", "3": "Ben Oko", "4": "Ån Öst"}


@pytest.mark.parametrize(
    ("text", "who", "nobody"),
    [
        ("@Ana Ruiz, look", (ANA,), ()),
        ("@ana look", (ANA,), ()),
        ("@Ben Okoro and @BEN OKO.", (BEN, "3"), ()),
        ("@Ben: which?", (), ("Ben",)),
        ("@ån öst!", ("4",), ()),
        ("mail a@ana.example, @Anabel, @", (), ("Anabel",)),
        ("@Ana @Ana Ruiz", (ANA,), ()),
    ],
)
def test_who_is_spoken_to(text: str, who: tuple[str, ...], nobody: tuple[str, ...]) -> None:
    assert spoken_to(text, PEOPLE) == (who, nobody)
    assert "".join(piece.text for piece in pieces(text, PEOPLE)) == text


@pytest.fixture
def office(db: None) -> Office:
    made = open_office()
    made.commit(
        create("investment", BOT, name="Answer bot", stage="pilot", owner=made.actors["owner"].id),
        create("person", made.actors["owner"].id),
        reason="Begin",
    )
    return made


def say(office: Office, by: str, text: str, home: str = HOME, **more: str) -> int:
    form = {"subject": BOT, "text": text, "next": f"{home}investments/{BOT}", **more}
    return office.clients[by].post(f"{home}comments", form).status_code


@pytest.mark.django_db
def test_said_answered_settled_changed_and_taken_back(office: Office) -> None:
    assert say(office, "viewer", "May I?") == 403
    assert say(office, "contributor", "  ") == 422
    assert say(office, "contributor", "x" * 10_001) == 422
    for _twice in range(2):  # a double click says it once
        words = "<script>alert(1)</script> @Ben, & now?\nSay."
        assert say(office, "contributor", words, csrfmiddlewaretoken="a-form") == 302
    (first,) = office.record.plan().comments.values()
    assert (first.by, first.mentions) == (office.actors["contributor"].id, (office.actors["planner"].id,))
    html = office.get(f"investments/{BOT}").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html and "<script>alert(1)" not in html
    assert re.search(r'<span class="mention">@Ben</span>, &amp; now\?', html)
    assert "Said to you · Cora Dahl" in office.text("inbox", "planner")
    assert "Said of what is yours · Cora Dahl" in office.text("inbox")

    assert say(office, "planner", "Now.", reply_to=first.id) == 302
    assert "Nothing waits for you" in office.text("inbox", "planner"), "answered"
    assert "Said of what is yours · Ben Okoro" in office.text("inbox", "contributor"), "it answers what they said"

    path = f"{HOME}comments/{first.id}"
    next = f"{HOME}investments/{BOT}"
    for by, act in (("planner", "change"), ("planner", "remove"), ("viewer", "settle")):
        answer = office.clients[by].post(path, {"act": act, "text": "Otherwise", "next": next})
        assert answer.status_code == 403, (by, act)
    assert office.clients["planner"].post(path, {"act": "settle", "next": next}).status_code == 302
    for text in ("One.", "Two.", "Three."):
        say(office, "planner", text)
    assert re.search(r"Say\..*Now\..*One\..*Two\..*Three\.", office.text(f"investments/{BOT}")), "as it was said"
    assert "settled" in office.text(f"investments/{BOT}")
    assert "Nothing waits for you" not in office.text("inbox", "contributor")
    assert office.clients["contributor"].post(path, {"act": "open", "next": next}).status_code == 302
    assert (
        office.clients["contributor"].post(path, {"act": "change", "text": "@Ana Ruiz?", "next": next}).status_code
        == 302
    )
    assert office.record.plan().comments[first.id].mentions == (office.actors["owner"].id,)
    texts = [str(one.after) for one in office.record.history("comment", first.id) if one.field == "text"]
    assert len(texts) == 2 and texts[1] == "@Ana Ruiz?", "what it said before is in the history"
    (answer,) = office.record.plan().comments.by("reply_to", first.id)
    assert office.clients["contributor"].post(path, {"act": "remove", "next": next}).status_code == 422, (
        "it is answered"
    )
    office.clients["planner"].post(f"{HOME}comments/{answer.id}", {"act": "remove", "next": next})
    assert office.clients["contributor"].post(path, {"act": "remove", "next": next}).status_code == 302
    assert first.id not in office.record.plan().comments
    assert office.record.verify() == []


@pytest.mark.django_db
def test_whom_nobody_knows_is_told(office: Office) -> None:
    say(office, "planner", "@Nadja, look")
    assert "@Nadja: nobody is told" in office.text(f"investments/{BOT}", "planner")
    (one,) = office.record.plan().comments.values()
    assert one.mentions == ()


@pytest.mark.django_db
def test_on_a_scenario_and_on_what_was_decided(office: Office) -> None:
    home = "/w/acme@less/"
    office.clients["planner"].post("/w/acme/scenarios/new", {"name": "less", "reason": "What if?"})
    page = office.clients["owner"].get(f"{home}scenario/decision").content.decode()
    subject = re.search(r'name="subject" value="([\w-]+)"', page)
    assert subject
    more = {"subject": subject[1], "next": f"{home}scenario/decision", "csrfmiddlewaretoken": "a-form"}
    assert say(office, "owner", "Is this all?", home, **more) == 302
    assert "Is this all?" in words_of(office.clients["planner"].get(f"{home}scenario/decision"))
    (one,) = Record(office.workspace.id, "less").plan().decisions.values()
    assert (one.status, one.scenario) == ("draft", "less")
    assert not office.record.plan().comments
    assert say(office, "owner", "Of nothing", subject=id_of("nothing")) == 422
    assert say(office, "owner", "Then?", home, subject=BOT) == 302
    assert "Then?" not in office.text(f"investments/{BOT}")


@pytest.mark.django_db
def test_a_delivery_that_was_read_waits_for_planners(office: Office) -> None:
    job = Job.objects.create(
        id="0190aaaa-0000-7000-8000-000000000001", ws=office.workspace.id, source="s", name="aws-october.csv",
        state=State.STAGED, octets=1, begun=0, person=office.actors["owner"].id,
    )  # fmt: skip
    assert "Read, and not taken in yet aws-october.csv" in office.text("inbox", "planner")
    assert words_of(office.get("inbox/count", by="planner")).strip() == "1"
    assert "Nothing waits for you" in office.text("inbox", "contributor")
    job.delete()
    assert words_of(office.get("inbox/count", by="planner")).strip() == "", "though nothing was recorded"
