"""Scenarios on the pages: begun by name, changed on every page, held against the plan of record, merged or set aside."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from northing.portfolio.edits import change, create, remove
from northing.record import Record
from tests.web.office import Office, id_of, open_office, words_of

pytestmark = pytest.mark.django_db

BOT, READER, MONEY, AIM = id_of("bot"), id_of("reader"), id_of("money"), id_of("aim")
CUT = "cut 10 %"
HOME = "/w/acme@cut%2010%20%25/"


@pytest.fixture
def office(db: None) -> Office:
    """Two investments, money planned for one of them, and a scenario called “cut 10 %”."""
    made = open_office()
    made.commit(
        create("objective", AIM, name="Answer faster"),
        create("investment", BOT, name="Answer bot", stage="pilot", currency="EUR"),
        create("investment", READER, name="Form reader", stage="pilot", currency="EUR"),
        create("strategic_contribution", id_of("ties"), investment=BOT, objective=AIM, weight="1"),
        create("cost_plan_line", MONEY, investment=BOT, likely="100000", start="2026-01-01", end="2027-01-01"),
        reason="Begin",
    )
    made.post("scenarios/new", name=CUT, reason="What if?")
    return made


def there(office: Office, path: str = "", by: str = "owner") -> str:
    answer = office.clients[by].get(HOME + path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def send(office: Office, path: str, by: str = "owner", **form: str) -> tuple[int, str]:
    answer = office.clients[by].post(HOME + path, form, follow=True)
    return answer.status_code, words_of(answer)


def stage(office: Office, name: str, path: str = "scenario/merge", by: str = "owner", **form: str) -> tuple[int, str]:
    """Send the form at *path* with what it carries."""
    html = there(office, path, by)
    kept = {key: unescape(value) for key, value in re.findall(r'type="hidden" name="(of|on)" value="(\d+)"', html)}
    return send(office, path, by, **kept, **form)


def test_a_change_on_a_scenario_stays_on_it(office: Office) -> None:
    html = there(office, f"investments/{BOT}")
    assert "banner-scenario" in html
    status, _words = send(office, f"edit/investment/{BOT}?fields=stage", stage="scale")
    assert status == 200
    branch = Record(office.workspace.id, CUT)
    assert (branch.plan().investments[BOT].stage, office.record.plan().investments[BOT].stage) == ("scale", "pilot")
    assert branch.revisions()[0].branch == CUT


@pytest.mark.parametrize(
    "path",
    ["", "portfolio", "roadmap", "strategy", "line-of-sight", "money", "money/forecast", "unattributed", "usage",
     "flow", "funds", "history", f"investments/{BOT}"],
)  # fmt: skip
def test_every_page_shows_the_scenario_and_leads_to_no_other_plan(office: Office, path: str) -> None:
    html = there(office, path)
    assert "banner-scenario" in html
    main = html[html.index("<main") :]
    leads = re.findall(r'(?:href|action|hx-get|data-url)="(/w/[^"]*)"', main)
    assert [one for one in leads if not one.startswith(HOME)] == []


@pytest.mark.parametrize("path", ["sources", "import", "settings", "money/close"])
def test_what_belongs_to_the_plan_of_record_leads_there_and_is_not_changed_from_a_scenario(
    office: Office, path: str
) -> None:
    answer = office.clients["owner"].get(HOME + path)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/w/acme/{path}")
    assert office.clients["owner"].post(f"{HOME}settings/save", {"name": "Other"}).status_code == 403


def test_a_contributor_changes_a_scenario_and_does_not_merge_it(office: Office) -> None:
    status, _words = send(office, f"edit/investment/{READER}?fields=stage", by="contributor", stage="stopped")
    assert status == 200
    assert Record(office.workspace.id, CUT).plan().investments[READER].stage == "stopped"
    html = there(office, "scenario/merge", "contributor")
    assert "A planner or an owner" in html
    assert send(office, "scenario/merge", "contributor")[0] == 403
    assert office.clients["viewer"].post(f"{HOME}edit/investment/{BOT}", {"stage": "scale"}).status_code == 403


def test_side_by_side_tells_money_objectives_and_what_moves(office: Office) -> None:
    cut = Record(office.workspace.id, CUT)
    ana = office.actors["owner"]
    cut.commit(
        [
            change("cost_plan_line", MONEY, likely="90000"),
            change("investment", READER, stage="stopped"),
            create("investment", id_of("new"), name="Search", currency="EUR"),
            *(change("strategic_contribution", id_of("ties"), investment=id_of("new")),),
        ],
        on=None, by=ana, reason="Cut",
    )  # fmt: skip
    words = office.text("scenarios/beside")
    assert "“cut 10 %” plans €10.0k less and is claimed to bring as much as the plan of record." in words
    assert re.search(r"Planned money All plan lines €100k €90\.0k −€10\.0k", words)
    assert re.search(r"Investments Neither stopped, retired nor chosen out 2 2", words)
    assert re.search(r"Added Search Taken out or stopped Form reader Changed Answer bot", words)
    listed = office.text("scenarios")
    assert "3 investments" in listed
    assert "−€10.0k" in listed


def test_merging_makes_it_the_plan_of_record_in_one_revision(office: Office) -> None:
    send(office, f"edit/investment/{BOT}?fields=stage", stage="scale")
    before = office.record.head()
    status, words = stage(office, "merge", reason="Agreed")
    assert status == 200
    assert "is merged into the plan of record" in words
    assert office.record.plan().investments[BOT].stage == "scale"
    assert [one.no for one in office.record.revisions() if one.no > before] == [office.record.head()]
    closed = there(office)
    assert "a scenario that was merged in" in closed
    assert "data-past" in closed
    assert send(office, f"edit/investment/{BOT}", stage="operate")[0] in (403, 404)


def test_a_field_changed_on_both_sides_is_asked_about(office: Office) -> None:
    send(office, f"edit/investment/{BOT}?fields=stage", stage="scale")
    office.commit(change("investment", BOT, stage="stopped"), by="planner")
    assert "Changed on both sides" in there(office, "scenario/merge")
    status, words = stage(office, "merge")
    assert status == 409, "nothing was chosen"
    assert "Say for each field below which value stays" in words
    assert "while you looked" not in words
    status, words = stage(office, "merge", **{f"choice.investment.{BOT}.stage": "yours"})
    assert "is merged into the plan of record" in words
    assert office.record.plan().investments[BOT].stage == "scale"


def test_nothing_is_merged_that_moved_since_it_was_looked_at(office: Office) -> None:
    send(office, f"edit/investment/{BOT}?fields=stage", stage="scale")
    seen = re.findall(r'type="hidden" name="(of|on)" value="(\d+)"', there(office, "scenario/merge"))
    office.commit(change("investment", READER, stage="scale"), by="planner")
    status, words = send(office, "scenario/merge", **dict(seen))
    assert status == 409
    assert "look again" in words
    assert office.record.plan().investments[BOT].stage == "pilot"


def test_bringing_up_to_date_keeps_what_the_scenario_changed(office: Office) -> None:
    send(office, f"edit/investment/{BOT}?fields=stage", stage="scale")
    office.commit(change("investment", READER, stage="scale"), by="planner")
    assert "The plan has moved by 1 revision since" in words_of(office.clients["owner"].get(HOME))
    stage(office, "update", "scenario/update")
    plan = Record(office.workspace.id, CUT).plan()
    assert (plan.investments[BOT].stage, plan.investments[READER].stage) == ("scale", "scale")
    assert "The plan has moved" not in words_of(office.clients["owner"].get(HOME))


def test_set_aside_and_taken_up_again(office: Office) -> None:
    _status, words = send(office, "scenario/aside", reason="Not now")
    assert "is set aside" in words
    assert "set aside" in office.text("scenarios")
    assert "was set aside" in there(office)
    assert send(office, f"edit/investment/{BOT}", stage="scale")[0] in (403, 404)
    send(office, "scenario/again")
    assert send(office, f"edit/investment/{BOT}?fields=stage", stage="scale")[0] == 200
    assert Record(office.workspace.id, CUT).plan().investments[BOT].stage == "scale"


@pytest.mark.parametrize("name", ["", "a@b", "a/b", "a:b", "main", "import/x", CUT, "x" * 300, "..", "a\u202eb"])
def test_a_name_that_cannot_be_is_refused_in_words(office: Office, name: str) -> None:
    answer = office.clients["owner"].post("/w/acme/scenarios/new", {"name": name, "reason": ""})
    assert answer.status_code == 422
    assert "name" in words_of(answer).lower() or "called" in words_of(answer)


def test_a_scenario_that_is_not_there_is_not_found(office: Office, client: Client) -> None:
    for path in ("/w/acme@nothing/", "/w/acme@import%2Fomb/", "/w/acme@main/portfolio", "/w/acme@/"):
        assert office.clients["owner"].get(path).status_code == 404, path
    assert client.get(HOME).status_code == 302, "who is not logged in is led to the login"


@pytest.mark.parametrize("name", ["2026-03-31 board", "A & B (cut), it's +10 %; #1?", "ünï “q” <b> \\"])
def test_any_name_that_can_be_read_leads_to_its_pages_and_back(office: Office, name: str) -> None:
    begun = office.clients["owner"].post("/w/acme/scenarios/new", {"name": name, "reason": ""})
    home = begun.headers["Location"]
    html = office.clients["owner"].get(f"{home}money?unit=quarter").content.decode()
    leave = re.search(r'<a class="button small" href="([^"]*)">Leave', html)
    assert leave is not None
    assert leave[1] == "/w/acme/money"
    assert office.clients["owner"].get(f"{home}settings").headers["Location"] == "/w/acme/settings"
    for path in (home, f"{home}?at=1", f"{home}history/3", "/w/acme/scenarios", "/w/acme/scenarios/beside"):
        assert office.clients["owner"].get(path).status_code == 200, path


def test_a_revision_is_taken_back_only_on_its_own_plan(office: Office) -> None:
    no = office.commit(change("investment", BOT, stage="scale"))
    owner = office.clients["owner"]
    for path, form in ((f"history/{no}/revert", {}), ("undo", {"no": no})):
        answer = owner.post(HOME + path, form, content_type="application/json")
        assert answer.status_code == 422, path
    assert owner.get(f"{HOME}history/{no}/revert").status_code == 422
    assert (office.record.head(), office.record.plan().investments[BOT].stage) == (no, "scale")


def test_a_removal_on_one_side_is_told_as_what_it_is_and_of_whoever_did_it(office: Office) -> None:
    send(office, f"edit/investment/{READER}?fields=name", name="Reader of forms", by="owner")
    office.commit(remove("investment", READER), by="planner")
    words = words_of(office.clients["owner"].get(f"{HOME}scenario/update"))
    assert re.search(r"It was there Ben Okoro, r\d+ removed Yours Name: Reader of forms", words), words
    assert READER not in words
    Record(office.workspace.id, CUT).commit(
        [remove("cost_plan_line", MONEY)], on=None, by=office.actors["owner"], reason="Out"
    )
    office.commit(change("cost_plan_line", MONEY, likely="70000"), by="planner")
    words = words_of(office.clients["owner"].get(f"{HOME}scenario/merge"))
    assert re.search(r"It was there Ben Okoro, r\d+ Likely: 70,000 Yours removed", words), words


def test_a_scenario_on_a_scenario_is_merged_into_it_and_says_so(office: Office) -> None:
    begun = office.clients["owner"].post(f"{HOME}scenarios/new", {"name": "smaller", "reason": ""})
    home = begun.headers["Location"]
    office.clients["owner"].post(f"{home}edit/investment/{BOT}?fields=stage", {"stage": "scale"})
    words = words_of(office.clients["owner"].get(f"{home}scenario/merge"))
    assert "Merge “smaller” into “cut 10 %”?" in words
    assert "the plan of record, in one revision" not in words
    answer = office.clients["owner"].post(f"{home}scenario/merge", {"reason": "So"}, follow=True)
    assert "“smaller” is merged into “cut 10 %”" in words_of(answer)
    assert office.record.plan().investments[BOT].stage == "pilot"


def test_a_viewer_is_offered_nothing_that_a_viewer_may_not_do(office: Office) -> None:
    office.commit(change("investment", READER, stage="scale"))
    for html in (there(office, by="viewer"), office.get("scenarios", "viewer").content.decode()):
        assert "revision behind" in html or "banner-scenario" in html
        assert "scenario/merge" not in html
        assert "scenario/update" not in html


def test_another_plan_s_past_is_not_shown_as_this_one_s(office: Office) -> None:
    words = words_of(office.get("portfolio?at=scenario:cut%2010%20%25"))
    assert "You are looking at “cut 10 %”, another plan, of" in words


def test_side_by_side_says_what_is_behind_and_that_all_are_alike(office: Office) -> None:
    office.post("scenarios/new", name="second")
    words = office.text("scenarios/beside")
    assert "All plan the same money, €100k; all are claimed to bring the same, nothing." in words
    office.commit(create("investment", id_of("more"), name="More", currency="EUR"))
    assert re.search(r"r\d+, 1 revision behind", office.text("scenarios/beside"))
