"""Today, an investment's page, strategy and line of sight: what a person reads there and can do there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client

from northing.access.members import new_user
from northing.access.models import Workspace
from northing.access.workspaces import actor_of, add_member, create_workspace
from northing.portfolio.edits import Edit, change, create
from northing.portfolio.entity import derived_id
from northing.record import Record

pytestmark = pytest.mark.django_db

TODAY = datetime.now(UTC).date()
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def id_of(name: str) -> str:
    return derived_id("test", name)


@dataclass
class Desk:
    """A workspace, its owner Ana at a browser, and the planner Ben at another one."""

    workspace: Workspace
    record: Record
    ana: Client
    ben: Client
    vera: Client
    commit: Callable[..., int]

    def get(self, path: str, client: Client | None = None) -> HttpResponse:
        return (client or self.ana).get(f"/w/acme/{path}")

    def text(self, path: str, client: Client | None = None) -> str:
        return words_of(self.get(path, client))


def words_of(answer: HttpResponse) -> str:
    """What a reader sees: no tags, no attributes."""
    html = answer.content.decode()
    html = re.sub(r"<(script|style|svg|template)\b.*?</\1>", " ", html, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


@pytest.fixture
def desk(db: None) -> Desk:
    workspace = create_workspace("Acme", "acme", currency="EUR")
    record = Record(workspace.id)
    clients, actors = {}, {}
    for name, role in (("Ana Ruiz", "owner"), ("Ben Okoro", "planner"), ("Vera Lind", "viewer")):
        user = new_user(f"{name.split()[0].lower()}@acme.example", "a-long-enough-password-9", name)
        member = add_member(workspace, user, role)
        clients[name] = Client()
        clients[name].force_login(user)
        actors[name] = actor_of(member, workspace, user, "web")

    def commit(*edits: Edit, by: str = "Ana Ruiz", reason: str = "", on: date | None = None) -> int:
        return record.commit(list(edits), on=None, by=actors[by], reason=reason, effective_on=on).revision.no

    made = Desk(workspace, record, clients["Ana Ruiz"], clients["Ben Okoro"], clients["Vera Lind"], commit)
    made.people = {name: actor.id for name, actor in actors.items()}  # type: ignore[attr-defined]
    return made


@pytest.fixture
def small(desk: Desk) -> Desk:
    """One board objective with a key result; one investment that serves it, and one that serves nothing."""
    people = desk.people  # type: ignore[attr-defined]
    have = [create("person", person) for person in people.values() if person not in desk.record.plan().people]
    desk.commit(
        *have,
        create("objective", id_of("settle"), name="Settle claims in two days", level="board"),
        create("key_result", id_of("share"), name="Settled in two days", objective=id_of("settle"),
               unit="%", measure_baseline="30", target="70", current="50"),
        create("investment", id_of("triage"), name="Claims triage", problem="One queue for all claims", stage="pilot",
               owner=people["Ben Okoro"], currency="EUR",
               start=TODAY - timedelta(days=90), end=TODAY + timedelta(days=200)),
        create("strategic_contribution", id_of("c"), investment=id_of("triage"), key_result=id_of("share"),
               weight="0.6"),
        create("milestone", id_of("gate"), investment=id_of("triage"), name="Gate 3: scale", type="gate",
               stage="scale", due=TODAY - timedelta(days=12)),
        create("cost_plan_line", id_of("line"), investment=id_of("triage"), start=date(TODAY.year, 1, 1),
               end=date(TODAY.year, 4, 1), type="build", expense="capex", low="90000", likely="100000", high="140000"),
        create("health_report", id_of("report"), investment=id_of("triage"), on=TODAY - timedelta(days=5),
               overall="green", schedule="red", schedule_words="Vendor review is late", words="All well"),
        create("investment", id_of("minutes"), name="Meeting minutes", stage="scale", currency="USD"),
        reason="Set up",
    )  # fmt: skip
    return desk


def test_an_empty_workspace_invites_a_file(desk: Desk) -> None:
    said = desk.text("")
    assert "Nothing is planned here yet" in said
    assert "Import a file" in said
    assert "No objective yet" in desk.text("strategy")
    assert "Nothing to look at yet" in desk.text("line-of-sight")


@pytest.mark.parametrize(
    "path", ["", "strategy", "strategy?all=1", "line-of-sight", "investments/INV-0001", "investments/INV-0002", "?at=1"]
)
def test_pages_show_no_identifier_no_none_and_no_raw_word(small: Desk, path: str) -> None:
    answer = small.get(path)
    assert answer.status_code == 200
    said = words_of(answer)
    assert not UUID.search(said)
    assert not re.search(r"\bNone\b|on_hold|amber_red|strategic_contribution|nan\b", said)
    assert "style=" not in answer.content.decode()


def test_today_lists_causes_each_with_its_next_step(small: Desk) -> None:
    said = small.text("")
    for cause in ("Past due", "Green outside, red inside", "Serves no objective", "No owner", "No planned money"):
        assert cause in said
    assert "50%" in said, "one of two is in line of sight"
    html = small.get("").content.decode()
    assert f"/w/acme/edit/milestone/{id_of('gate')}?fields=due%2Cdone" in html
    assert f"/w/acme/add/strategic_contribution?investment={id_of('minutes')}" in html
    only = words_of(small.get("?cause=lacks-owner"))
    assert "Name an owner" in only
    assert "Close it or move it" not in only


def test_today_tells_what_changed_since_the_last_visit(small: Desk) -> None:
    small.get("")  # Ana has seen the plan as it is
    small.ana.logout()
    client = Client()
    from northing.access.models import User

    client.force_login(User.objects.get(email="ana@acme.example"))
    small.commit(
        change("milestone", id_of("gate"), due=TODAY + timedelta(days=31)), by="Ben Okoro", reason="Vendor late"
    )
    said = small.text("", client)
    assert "Since your last visit" in said
    assert "Gate 3: scale moved" in said
    assert "(+43 d)" in said
    assert "by Ben Okoro, r2" in said
    assert "Meeting minutes" not in said.split("What changed")[1].split("By stage")[0]


def test_the_page_of_an_investment_tells_its_story(small: Desk) -> None:
    said = small.text("investments/INV-0001?blame=1")
    for words in (
        "One queue for all claims", "Ben Okoro", "Pilot", "12 d late", "Settle claims in two days", "60%",
        "of this investment", "40% of it serves nothing that is written down", "Vendor review is late", "€100k",
        "between €90.0k and €140k",
        "Set by Ana Ruiz, r1", "Set up", "Gate 3: scale",
    ):  # fmt: skip
        assert words in said, words


def test_an_investment_is_found_by_its_number_whatever_the_case_or_not_at_all(small: Desk) -> None:
    assert small.get("investments/inv-0001").status_code == 200
    assert small.get(f"investments/{id_of('triage')}").status_code == 200
    assert small.get("investments/INV-0999").status_code == 404
    assert small.get("investments/INV-0001?at=0").status_code == 404


def test_a_field_is_changed_and_blamed(small: Desk) -> None:
    people = small.people  # type: ignore[attr-defined]
    address = f"/w/acme/edit/investment/{id_of('minutes')}?fields=owner&next=/w/acme/line-of-sight"
    form = words_of(small.ana.get(address))
    assert "Owner of Meeting minutes" in form
    answer = small.ana.post(address, {"owner": people["Ben Okoro"], "reason": "He asked for it", "on": "1"})
    assert answer.status_code == 302
    assert answer["Location"] == "/w/acme/line-of-sight"
    assert small.record.plan().investments[id_of("minutes")].owner == people["Ben Okoro"]
    blamed = small.record.blame("investment", id_of("minutes"))["owner"]
    assert (blamed.no, blamed.reason) == (2, "He asked for it")
    assert "Set by Ana Ruiz, r2" in small.text("investments/INV-0002?blame=1")


def test_a_custom_field_is_filled_in_and_emptied(small: Desk) -> None:
    own = id_of("ceiling")
    small.commit(create("custom_field", own, kind="investment", name="Ceiling", type="money", unit="EUR"))
    address = f"/w/acme/edit/investment/{id_of('triage')}?fields=custom.{own}"
    assert small.ana.post(address, {f"custom.{own}": "1,250,000"}).status_code == 302
    assert small.record.plan().investments[id_of("triage")].custom == {own: "1250000"}
    assert "€1,250,000" in small.text("investments/INV-0001")
    small.ana.post(address, {f"custom.{own}": ""})
    assert small.record.plan().investments[id_of("triage")].custom == {}


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


def test_a_past_view_offers_no_change_and_takes_none(small: Desk) -> None:
    small.commit(change("investment", id_of("triage"), name="Claims sorting"))
    html = small.get("investments/INV-0001?at=1").content.decode()
    assert "Claims triage" in html
    assert "/edit/" not in html
    assert "/add/" not in html
    assert (
        small.ana.post(f"/w/acme/edit/investment/{id_of('triage')}?fields=name&at=1", {"name": "x"}).status_code == 403
    )
    for path in ("?at=1", "strategy?at=1", "line-of-sight?at=1"):
        page = small.get(path).content.decode()
        assert "/edit/" not in page
        assert "/add/" not in page


def test_who_may_only_look_is_offered_nothing_and_refused(small: Desk) -> None:
    for path in ("", "investments/INV-0001", "strategy", "line-of-sight"):
        html = small.get(path, small.vera).content.decode()
        assert "/edit/" not in html, path
        assert "/add/" not in html, path
    assert small.vera.post(f"/w/acme/edit/investment/{id_of('triage')}?fields=name", {"name": "x"}).status_code == 403
    assert small.vera.post("/w/acme/investments/new", {"name": "x"}).status_code == 403
    assert small.record.head() == 1


def test_a_contributor_brings_in_ideas_notes_links_and_reports_and_looks_after_their_own(small: Desk) -> None:
    user = new_user("cora@acme.example", "a-long-enough-password-9", "Cora Dahl")
    actor = actor_of(add_member(small.workspace, user, "contributor"), small.workspace, user, "web")
    small.commit(create("person", actor.id))
    cora = Client()
    cora.force_login(user)
    assert "New idea" in small.text("", cora)
    form = words_of(small.get("investments/new", cora))
    assert "Stage" not in form
    made = cora.post("/w/acme/investments/new", {"name": "Parts by photo", "stage": "scale", "owner": actor.id})
    assert made["Location"] == "/w/acme/investments/INV-0003"
    mine = small.record.plan().investments.by("number", "INV-0003")[0]
    assert mine.stage == "idea"

    page = small.get("investments/INV-0001", cora).content.decode()
    offered = set(re.findall(r"/w/acme/(?:add|edit|drop)/[a-z_]+", page))
    assert offered == {f"/w/acme/add/{kind}" for kind in ("note", "link", "health_report")}
    about = f"investment={id_of('triage')}&subject={id_of('triage')}&next=/w/acme/"
    for kind, typed in {
        "note": {"text": "Seen it"},
        "link": {"title": "Film", "url": "https://films.example/1"},
        "health_report": {"on": "2026-01-02", "overall": "amber", "words": "Slow"},
    }.items():
        added = cora.post(f"/w/acme/add/{kind}?{about}", typed)
        assert added.status_code == 302, words_of(added)
    refused = cora.post(f"/w/acme/add/milestone?{about}", {"name": "No", "type": "milestone", "due": "2031-02-03"})
    assert refused.status_code == 403
    assert cora.post(f"/w/acme/edit/investment/{id_of('triage')}?fields=name", {"name": "x"}).status_code == 403
    assert cora.post(f"/w/acme/drop/investment/{mine.id}").status_code == 403

    own = small.get("investments/INV-0003", cora).content.decode()
    assert f"/edit/investment/{mine.id}" in own
    assert "/drop/investment" not in own
    assert cora.post(f"/w/acme/edit/investment/{mine.id}?fields=name", {"name": "Parts"}).status_code == 302


def test_nobody_is_sent_elsewhere_after_a_change(small: Desk) -> None:
    address = f"/w/acme/edit/investment/{id_of('triage')}?fields=name&next=https://evil.example/"
    assert small.ana.post(address, {"name": "Claims sorting"})["Location"] == "/w/acme/"
    assert small.ana.post(address.replace("https:", ""), {"name": "Claims triage 2"})["Location"] == "/w/acme/"


def test_a_link_that_is_no_address_is_not_followed(small: Desk) -> None:
    small.commit(create("link", id_of("l"), subject=id_of("triage"), url="javascript:alert(1)", title="Trap"))
    assert "javascript:" not in small.get("investments/INV-0001").content.decode()


def test_a_broken_chain_is_mended_where_it_is_listed(small: Desk) -> None:
    before = small.text("line-of-sight")
    assert "1 of 2 investments are in line of sight" in before
    assert "Serves no objective 1" in before
    html = small.get("line-of-sight").content.decode()
    action = unescape(re.search(r'action="([^"]*add/strategic_contribution[^"]*)"', html)[1])  # type: ignore[index]
    answer = small.ana.post(action, {"aim": f"objective:{id_of('settle')}", "percent": "100", "on": "1"})
    assert answer.status_code == 302
    after = small.text("line-of-sight")
    assert "2 of 2 investments are in line of sight" in after
    assert "No chain is broken" in after


def test_one_edit_mends_all_that_break_at_one_objective(small: Desk) -> None:
    small.commit(
        create("objective", id_of("loose"), name="Paperless", level="team"),
        create("investment", id_of("scan"), name="Scanning", stage="pilot"),
        create("strategic_contribution", id_of("d"), investment=id_of("scan"), objective=id_of("loose")),
        create("strategic_contribution", id_of("e"), investment=id_of("minutes"), objective=id_of("loose")),
    )
    assert "Mend all 2" in small.text("line-of-sight")
    small.ana.post(f"/w/acme/edit/objective/{id_of('loose')}?fields=parent", {"parent": id_of("settle")})
    assert "3 of 3 investments are in line of sight" in small.text("line-of-sight")


def test_strategy_rolls_up_and_lists_what_hangs_nowhere(small: Desk) -> None:
    said = small.text("strategy?all=1")
    for words in (
        "Settle claims in two days",
        "Settled in two days",
        "from 30 to 50; target 70 %",
        "50%",
        "1 investment",
        "€60.0k",
        "Claims triage",
    ):
        assert words in said, words
    beside = said.split("Investments that hang nowhere")[1]
    assert "Meeting minutes" in beside
    assert "€40.0k" in beside, "what the weights of Claims triage leave"


def test_a_key_result_is_measured_and_an_objective_added(small: Desk) -> None:
    small.ana.post(
        f"/w/acme/edit/key_result/{id_of('share')}?fields=current,measured_on",
        {"current": "60", "measured_on": "2026-11-01"},
    )
    assert "75%" in small.text("strategy")
    small.ana.post("/w/acme/add/objective?next=/w/acme/strategy", {"name": "Grow", "level": "board"})
    assert "Objectives that nothing works on 1" in small.text("strategy")


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


def test_many_that_serve_nothing_are_tied_at_once(small: Desk) -> None:
    small.commit(*(create("investment", id_of(f"n{n}"), name=f"Found by survey {n}") for n in range(9)))
    html = small.get("line-of-sight").content.decode()
    assert "Tie the ticked ones" in html
    ticked = [id_of("n1"), id_of("n2"), "not-an-id"]
    address = "/w/acme/line-of-sight/tie"
    answer = small.ana.post(address, {"investment": ticked, "aim": f"objective:{id_of('settle')}", "next": "/w/acme/"})
    assert answer.status_code == 302
    assert "3 of 11 investments are in line of sight" in small.text("line-of-sight")
    assert small.record.revision(small.record.head()).reason == "2 investments serve “Settle claims in two days”"
    assert small.ana.post(address, {"aim": f"objective:{id_of('settle')}"}).status_code == 422
    assert small.vera.post(address, {"investment": ticked}).status_code == 403


def test_what_nobody_has_said_yet_is_no_nought(desk: Desk) -> None:
    """A list just imported: no objective, no stage, no money, no health."""
    desk.commit(*(create("investment", id_of(f"n{n}"), name=f"Imported {n}") for n in range(1200)), reason="Import")
    said = desk.text("")
    for words in (
        "what the board wants is not written down yet", "none of 1,200 investments has a stage",
        "no plan line says how much and when", "nobody has reported health yet", "Imported 1",
    ):  # fmt: skip
        assert words in said, words
    assert "0%" not in said
    assert "What the board wants is not written down yet" in desk.text("line-of-sight")
    assert "0%" not in desk.text("line-of-sight")
    assert desk.get("strategy").status_code == 200


def test_figures_of_thousands_are_set_apart_and_nothing_is_nought_by_silence(desk: Desk) -> None:
    desk.commit(*(create("investment", id_of(f"n{n}"), name=f"Idea {n}") for n in range(1204)))
    strategy, roadmap = desk.text("strategy"), desk.text("roadmap")
    assert "hang nowhere 1,204" in strategy
    assert "All 1,204 in Line of sight" in strategy
    assert "Investments 1,204 1,204 without dates" in roadmap
    assert "nobody has said what waits for what" in roadmap


def test_a_long_list_in_a_sentence_names_a_few(small: Desk) -> None:
    small.commit(
        *(create("investment", id_of(f"same{n}"), name="Document reader", description="Reads documents", tags=["docs"])
          for n in range(7))
    )  # fmt: skip
    assert "and 3 others look like one thing" in small.text("?cause=alike")


def test_after_an_import_what_else_changed_is_told_first(small: Desk) -> None:
    small.get("")
    small.commit(*(create("investment", id_of(f"n{n}"), name=f"A {n}") for n in range(30)), reason="Import")
    small.commit(change("investment", id_of("triage"), stage="scale"), by="Ben Okoro")
    told = small.text("?since=1").split("What changed")[1]
    assert "30 investments added" in told
    assert told.index("Stage Pilot → Scale") < told.index("A 0")
    assert "A 29" not in small.text("?since=1")


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


def test_everybody_sees_what_is_theirs(small: Desk) -> None:
    assert "Mine" not in small.text("", small.vera), "she owns nothing, so there is nothing to choose"
    said = small.text("?mine=1", small.ben)
    needs = said.split("What needs somebody")[1].split("What changed")[0]
    assert "Claims triage" in needs
    assert "Meeting minutes" not in needs
    everybodys = re.search(r"of \d+ things that need somebody", small.text("", small.ben))
    assert everybodys
    assert everybodys[0] in said, "the figures stay everybody's"


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
