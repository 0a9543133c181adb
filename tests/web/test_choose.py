"""The page of choices: the best plan under the limits, why it is so, limits that clash, and the answer as a scenario."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from northing.decide.seats import Seats
from northing.measure.address import figure
from northing.measure.choosing.choosing import choosing, limits_broken
from northing.measure.figures import why
from northing.portfolio.edits import change, create
from northing.portfolio.errors import Invalid
from northing.portfolio.ledger import balance
from northing.portfolio.money import Amounts
from northing.record import Record
from northing.report.viewing import look
from tests.web.office import Office, id_of, open_office, words_of

pytestmark = pytest.mark.django_db

BOT, OCR, LAW, IDEA, LID = (id_of(name) for name in ("bot", "ocr", "law", "idea", "lid"))
FUND, SOURCE, FREE, OWN = (id_of(name) for name in ("fund", "source", "free", "own"))
YEAR = timezone.localdate().year + 1
"""The choice begins with its first quarter, or earlier."""
QUARTER = {"start": f"{YEAR}-01-01", "end": f"{YEAR}-04-01"}


@pytest.fixture
def office(db: None, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A budget of 1,000 a quarter; the bot has money that the idea would use better; the reader could be smaller."""
    # A page does not wait long for its first answer; on a loaded machine a solver is not even awake by then.
    for page in ("page", "taking"):
        for name in ("FIRST", "WAIT", "PATIENCE"):
            monkeypatch.setattr(f"northing.web.choose.{page}.{name}", 60.0, raising=False)
    made = open_office()

    def line(name: str, investment: str, likely: str, **more: Any) -> Any:
        return create("cost_plan_line", id_of(name), investment=investment, likely=likely, **{**QUARTER, **more})

    def gain(name: str, investment: str, likely: str) -> Any:
        return create("benefit_plan_line", id_of(name), investment=investment, likely=likely, **QUARTER)

    made.commit(
        create("portfolio", id_of("p"), name="All"),
        create("investment", BOT, name="Bot", stage="pilot", currency="EUR"),
        create("investment", OCR, name="Reader", stage="scale", currency="EUR", may_wait=6),
        create("investment", LAW, name="Law", stage="operate", currency="EUR", must_do=True),
        create("investment", IDEA, name="Idea", stage="idea", currency="EUR", choice="out", portfolio=id_of("p")),
        create("variant", id_of("half"), investment=OCR, name="Half", cost="0.5", benefit="0.6"),
        # The bot's line reaches over whatever day the choice begins on.
        line("c1", BOT, "400.01", start=f"{YEAR - 2}-01-01", end=f"{YEAR + 1}-01-01"), line("c1b", BOT, "500"),
        line("c2", OCR, "333.33"), line("c3", LAW, "300"), line("c4", IDEA, "500"),
        gain("b1", BOT, "400"), gain("b2", OCR, "900"), gain("b4", IDEA, "4000"),
        create("limit", LID, name="Lid", type="budget", per="quarter", most="1200",
               start=f"{YEAR}-01-01", end=f"{YEAR + 1}-01-01"),
        create("fund", FUND, name="Fund", currency="EUR", portfolio=id_of("p")),
        create("account", SOURCE, name="Source", fund=FUND, type="source"),
        create("account", FREE, name="Unassigned", fund=FUND, type="fund"),
        create("account", OWN, name="Bot", fund=FUND, type="investment", investment=BOT),
        create("transfer", id_of("t1"), type="approve", on="2026-01-01",
               legs=[{"account": SOURCE, "amount": "-700"}, {"account": FREE, "amount": "700"}]),
        create("transfer", id_of("t2"), type="transfer", on="2026-01-02",
               legs=[{"account": FREE, "amount": "-650"}, {"account": OWN, "amount": "650"}]),
        reason="Begin",
    )  # fmt: skip
    return made


def best(office: Office, tried: str) -> Any:
    """The answer as a script gets it that watches until nothing is better."""
    told, rest = None, ""
    for _ in range(20):
        told = office.get(f"choose/answer?{tried}{rest}").json()["told"]
        if told["final"]:
            return told
        rest = f"&rest={told['rest']}"
    raise AssertionError(told)


def test_the_best_plan_is_said_first_and_moves_with_a_limit(office: Office) -> None:
    said = office.text("choose", by="viewer")
    assert (
        "1 investment comes in and 1 goes out" in said and "Proved: no plan under these limits is worth more." in said
    )
    told = best(office, f"most.{LID}=5000")
    assert [(one["state"], one["count"], one["ids"], one["more"]) for one in told["lists"]] == [
        ("comes-in", 1, [IDEA], ""),
        ("goes-out", 0, [], ""),
        ("changes", 0, [], ""),
    ]
    told = best(office, f"pin.{OCR}=Half")
    assert {row["id"]: row["said"] for row in told["rows"]}[OCR] == "Smaller"
    moved = office.post("choose", **{f"most.{LID}": "5000", f"plan.most.{LID}": "1200", f"pin.{OCR}": ""})
    assert moved.redirect_chain[0][0].endswith(f"choose?most.{LID}=5000"), "without a script it is an address"
    assert "1 investment comes in:" in words_of(moved) or "1 investment comes in." in words_of(moved)


def test_what_is_out_says_how_it_comes_in_and_what_is_in_whom_it_displaces(office: Office) -> None:
    out = office.text(f"choose/why?of={BOT}")
    assert "Why is “Bot” out?" in out and "It comes in with more of these: Lid" in out
    assert "Lid in" in out and "about" not in out.split("Each claim")[0].split("Why is")[1]
    inside = office.text(f"choose/why?of={IDEA}")
    assert "Why is “Idea” in?" in inside and "In its place: Bot." in inside
    assert "It is pinned out by hand." in office.text(f"choose/why?of={IDEA}&pin.{IDEA}=out")
    assert office.get("choose/why?of=nobody").status_code == 404


def test_limits_that_clash_are_named_with_the_cheapest_repair(office: Office) -> None:
    tried = f"most.{LID}=100"
    assert "must be done" in office.text(f"choose?{tried}")
    answer = office.get(f"choose/answer?{tried}", headers={"accept": "application/json"})
    assert answer.status_code == 422 and answer.json()["code"] == "impossible"
    html = office.get(f"choose/why?of=clash&{tried}").content.decode()
    assert "“Law” must be done" in html and "The cheapest repair" in html
    repaired = re.search(r'href="/w/acme/(choose\?[^"]+)" data-repair', html)
    assert repaired and "of value for" in office.text(unescape(repaired[1]))


def test_value_and_cost_say_which_lines_they_are_made_of(office: Office) -> None:
    page = office.get("choose").content.decode()
    shown = dict(
        re.findall(r'href="[^"]*/why\?of=choice\.(value|cost)&amp;id=' + IDEA + r'&amp;[^"]*"[^>]*>([^<]+)<', page)
    )
    assert set(shown) == {"value", "cost"} and shown["cost"] == "€500"
    view = look(office.workspace).view
    offers = choosing(view).by_id
    for id in (BOT, OCR, LAW, IDEA):
        for way in offers[id].ways:
            for name, whole in (("value", way.value), ("cost", way.money)):
                receipt = why(view, figure(f"choice.{name}", id=id, way=way.name))
                assert receipt.value == Amounts({"EUR": whole})
                assert Amounts.sum(term.value for term in receipt.terms) == receipt.value, (id, way.name, name)
    half = why(view, figure("choice.cost", id=OCR, way="Half"))
    assert [term.share for term in half.terms] == [Decimal("0.5")] and half.value == Amounts({"EUR": Decimal("166.66")})
    bot = why(view, figure("choice.cost", id=BOT))
    assert {term.ref.id for term in bot.terms if term.ref} == {id_of("c1"), id_of("c1b")}
    with pytest.raises(Invalid, match="Third"):
        why(view, figure("choice.cost", id=OCR, way="Third"))


@pytest.mark.parametrize("tried", ["most.nothing=1", f"most.{LID}=NaN", f"most.{LID}=1e15", f"most.{LID}=-1",
                                   f"pin.{BOT}=Third", "churn=x"])  # fmt: skip
def test_nonsense_is_answered_in_words(office: Office, tried: str) -> None:
    assert office.get(f"choose/answer?{tried}", headers={"accept": "application/json"}).status_code == 422
    assert office.get(f"choose?{tried}").status_code == 200


def hidden(html: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="((?:way|most|pin)\.[^"]+)" value="([^"]*)"', html))


def balances(office: Office, branch: str = "main") -> dict[str, Decimal]:
    plan = Record(office.workspace.id, branch).plan()
    return {id: balance(plan, id) for id in plan.accounts}


def test_the_answer_becomes_a_scenario_that_is_that_plan_to_the_cent(office: Office) -> None:
    tried = {f"pin.{OCR}": "Half+3", f"most.{LID}": "900"}
    shown = office.get("choose/take?" + urlencode(tried), by="planner")
    form = hidden(shown.content.decode())
    assert form[f"way.{BOT}"] == "out" and form[f"way.{OCR}"] == "Half+3" and form[f"way.{IDEA}"] == "planned"
    answer = office.post("choose/take", by="planner", name="best", reason="The best under 900", **form)
    assert answer.status_code == 200 and "best" in words_of(answer), "it stands beside the plan of record"

    before = choosing(look(office.workspace).view)
    view = look(office.workspace, branch="best").view
    found = choosing(view)
    assert set(found.now) == {OCR, LAW, IDEA} and not limits_broken(view)
    way = before.by_id[OCR].way("Half+3")
    assert way is not None and found.now[OCR].cost == way.cost and found.now[OCR].value == way.value
    assert [one.name for one in found.by_id[OCR].ways] == ["planned", "planned+3"], "three of the six months are gone"
    assert view.plan.limits[LID].most == 900, "the limit that was moved is part of the scenario"
    # The line that reached over the first day is cut there, and its parts are what it was.
    parts = [line for line in view.plan.cost_plan_lines.by("investment", BOT) if line.id != id_of("c1b")]
    assert len(parts) == 2 and sum(line.likely for line in parts) == Decimal("400.01")
    assert len({line.start for line in parts} & {line.end for line in parts}) == 1

    then, now = balances(office), balances(office, "best")
    assert sum(then.values()) == sum(now.values()) == 0
    assert now[OWN] == 650 - min(before.now[BOT].money, 650), "it gives back what was planned from that day on"
    assert now[SOURCE] == then[SOURCE] and sum(now.values()) - now[SOURCE] == 700
    assert {view.plan.accounts[id].investment: amount for id, amount in now.items()}[IDEA] == 500
    assert all(amount >= 0 for id, amount in now.items() if id != SOURCE)
    assert Record(office.workspace.id, "best").revision(office.record.head("best")).reason == "The best under 900"
    assert "stays as it is" in words_of(office.clients["planner"].get("/w/acme@best/choose"))
    assert office.record.verify() == []


def test_a_viewer_takes_nothing_in_and_what_breaks_a_limit_is_not_recorded(office: Office) -> None:
    assert office.post("choose/take", by="viewer", name="mine").status_code == 403
    form = {f"way.{IDEA}": "planned"}
    answer = office.post("choose/take", by="planner", name="over", **form)
    assert answer.status_code == 422 and "Lid" in words_of(answer)
    assert [one.name for one in office.record.branches()] == ["main"]
    office.commit(change("investment", IDEA, stage="stopped"))
    assert office.post("choose/take", by="planner", name="gone", **form).status_code == 422


def test_who_takes_the_place_of_another_gets_an_answer_to_his_own_plan(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both plans are “revision 1 of main”, both ask the same with nothing moved, and there is one place."""
    seats = Seats(most=1)
    monkeypatch.setattr("northing.report.choosing.SEATS", seats)
    here = best(office, "")
    other = open_office("Other", "other")
    other.commit(
        create("investment", BOT, name="Only", stage="pilot", currency="EUR"),
        create("cost_plan_line", id_of("c"), investment=BOT, likely="10", **QUARTER),
        create("benefit_plan_line", id_of("b"), investment=BOT, likely="20", **QUARTER), reason="Begin",
    )  # fmt: skip
    assert office.record.head() == other.record.head()
    there = best(other, "")
    assert [row["id"] for row in there["rows"]] == [BOT] and "The plan stays as it is" in there["lead"]
    assert best(office, "") == here
    seats.of(None).close()


def test_an_empty_workspace_has_nothing_to_choose(db: None) -> None:
    empty = open_office("Empty", "empty")
    assert "There is nothing to choose" in empty.text("choose")


ROLE = id_of("role")
ODD: dict[str, tuple[list[Any], str]] = {
    "a must-do that cannot be paid": ([change("limit", LID, most="10")], "“Law”: what must be done takes"),
    "a negative cost": ([create("cost_plan_line", id_of("odd"), investment=BOT, likely="-9000", **QUARTER)], "is negative"),
    "a limit on a role that nobody has": (
        [create("role", ROLE, name="Alchemist"),
         create("limit", id_of("odd"), name="Gold", type="capacity", role=ROLE, most="1",
                start=f"{YEAR}-01-01", end=f"{YEAR + 1}-01-01")],
        "The limit “Gold” is on people that nothing asks for.",
    ),
    "a limit on investments that do not exist": (
        [change("limit", LID, where="number = nothing")], "The limit “Lid” names no investment that can be chosen.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_plan_is_answered_in_words_and_nothing_changes(office: Office, odd: str) -> None:
    edits, words = ODD[odd]
    office.commit(*edits)
    head = office.record.head()
    page = office.get("choose")
    assert page.status_code == 200 and words in words_of(page), words_of(page)[:3000]
    assert office.get("choose/answer", headers={"accept": "application/json"}).status_code in (200, 422)
    assert office.record.head() == head


REFUSED: dict[str, tuple[list[Any], str]] = {
    "a circle of requirements": (
        [create("dependency", id_of("d1"), successor=BOT, predecessor=OCR),
         create("dependency", id_of("d2"), successor=OCR, predecessor=BOT)],
        "waits for the other",
    ),
    "an amount of 10^15": (
        [create("cost_plan_line", id_of("odd"), investment=BOT, likely="1000000000000000", **QUARTER)], "too large",
    ),
    "no number": ([create("cost_plan_line", id_of("odd"), investment=BOT, likely="NaN", **QUARTER)], "number"),
}  # fmt: skip


@pytest.mark.parametrize("refused", REFUSED)
def test_what_no_plan_can_hold_is_refused_in_words_before_anything_is_chosen(office: Office, refused: str) -> None:
    edits, words = REFUSED[refused]
    head = office.record.head()
    with pytest.raises(Invalid, match=words):
        office.commit(*edits)
    assert office.record.head() == head
    assert office.get("choose").status_code == 200
