"""The backlog beside the strategy: the share in line of sight, why an item is done, and links after a look at them."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from northing.measure.figures import read_figure, value_of, why
from northing.portfolio.edits import create
from northing.portfolio.errors import NorthingError as Refused
from northing.portfolio.facts import Source
from northing.report import linking, policies_data
from northing.report.delivering import deliver
from northing.report.viewing import look
from tests.laws.flow_worlds import JsonWork
from tests.web.office import Office, id_of, open_office, words_of

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime.now(UTC).replace(microsecond=0)
STATES = (("To do", "backlog"), ("Doing", "active"), ("Review", "wait"), ("Done", "done"))


def item(key: str, state: str, days: int, **said: Any) -> list[dict[str, Any]]:
    """An item that came into *state* so many days ago, and was created a week before."""
    at, id = NOW - timedelta(days=days), f"id-{key}"
    row = {
        "table": "work", "scope": "P", "item": id, "key": key, "title": f"Title of {key}", "type": "Story",
        "project": key.partition("-")[0], "created": (at - timedelta(days=7)).isoformat(), "state": state,
    }  # fmt: skip
    move = {
        "table": "transition", "scope": "P", "item": id, "change": f"{key}-1", "sequence": 1, "at": at.isoformat(),
        "field": "state", "was": "To do", "now": state,
    }  # fmt: skip
    return [row | said] if state == "To do" else [row | said, move]


BACKLOG = [
    *item("CHAT-1", "Doing", 60, type="Epic", level="parent", title="The chat"),
    *item("CHAT-2", "Doing", 12, epic="CHAT-1", parent="id-CHAT-1"),
    *item("CHAT-3", "Review", 5, epic="CHAT-1", parent="id-CHAT-1"),
    *item("CHAT-4", "Done", 3, epic="CHAT-1", parent="id-CHAT-1"),
    *item("WIKI-1", "Doing", 9),
    *item("OPS-1", "Doing", 30, tags={"audit": "yes"}),
    *item("OPS-2", "Doing", 2, tags={"audit": "yes"}, team="Red"),
    *item("OPS-3", "To do", 2),
]


@pytest.fixture
def office(db: None, settings: Any, tmp_path: Path) -> Office:
    settings.HOME = tmp_path
    office = open_office()
    states = [{"state": state, "phase": phase} for state, phase in STATES]
    office.commit(
        create("objective", id_of("settle"), name="Settle claims in two days", level="board"),
        create("investment", id_of("chat"), name="Chat for claims", currency="EUR", stage="pilot"),
        create("investment", id_of("wiki"), name="Old wiki", currency="EUR", stage="operate"),
        create("strategic_contribution", id_of("serves"), investment=id_of("chat"), objective=id_of("settle"), weight="1"),
        create("team", id_of("ops"), name="Operations", work='project = "OPS"'),
        create("workflow_policy", id_of("policy"), name="Every board", states=states, kinds={"Story": "feature"}, level=["Story"]),
        create("work_link", id_of("of chat"), name="Work on the chat", where="epic = CHAT-1", investment=id_of("chat")),
        create("work_link", id_of("of wiki"), name="Work on the wiki", where="project = WIKI", investment=id_of("wiki"), share="0.5"),
        reason="The plan, and how work is read",
    )  # fmt: skip
    text = "\n".join(map(json.dumps, BACKLOG)).encode()
    source = Source(id=id_of("tracker"), name="Tracker", reader="json_work")
    deliver(office.workspace, source, JsonWork(), [text], name="tracker.jsonl", by=office.actors["owner"])
    return office


def form(**said: str) -> dict[str, str]:
    return {"where": "project = OPS and tag.audit = yes", "investment": "Chat for claims", "share": "100", **said}


def test_the_answer_stands_in_one_sentence_and_orphans_on_top(office: Office) -> None:
    text = office.text("flow/work", "viewer")
    assert "40% of the work in progress is in line of sight: 2 of 5 items lead up to the board. 2 are nobody's." in text
    rows = re.findall(r"([A-Z]+-\d) Title", text)
    assert rows[:3] == ["OPS-1", "OPS-2", "WIKI-1"], "the oldest orphan first, then broken chains"
    assert "OPS-3" not in text
    assert "and 0.5 in parts of others" in text
    assert "and 50% nothing" in text
    only = office.text("flow/work?show=orphan&by=team", "viewer").rpartition("Epic")[2]
    assert "Operations" in only
    assert f"flow?level=team&amp;id={id_of('ops')}" in office.get("search?q=Operations").content.decode()
    assert "CHAT-2" not in only
    found = office.text("flow/work?q=type = Story and project = WIKI").rpartition("Epic")[2]
    assert "WIKI-1" in found
    assert "OPS-1" not in found
    assert "OPS-2" in office.text("flow/work?q=title of ops-2").rpartition("Epic")[2]
    wrong = office.get("flow/work?q=projct = WIKI")
    assert wrong.status_code == 422
    assert "Did you mean" in wrong.content.decode()


def test_every_figure_leads_to_its_items_and_they_add_up(office: Office) -> None:
    view, asked = look(office.workspace).view, set()
    for path in ("flow/work", "flow/links", f"investments/{id_of('chat')}", "line-of-sight"):
        found = {unescape(one) for one in re.findall(r'why\?(of=work\.[^"]+)', office.get(path).content.decode())}
        assert found, path
        asked |= found
    for one in asked:
        value, receipt = value_of(view, read_figure(one)), why(view, read_figure(one))
        if "share" not in one and "linked" not in one:
            assert sum(Decimal(term.value) for term in receipt.terms) == value, one
        assert all(term.ref is None or term.ref.kind == "work" for term in receipt.terms)
    assert "OPS-1 Title of OPS-1, since" in office.text("why?of=work.orphans")
    figures = {name: value_of(view, read_figure(f"work.{name}")) for name in ("in_sight", "broken", "unlinked")}
    assert figures == {"in_sight": 2, "broken": Decimal("0.5"), "unlinked": Decimal("2.5")}
    assert sum(figures.values()) == value_of(view, read_figure("work.in_progress")) == 5
    assert value_of(view, read_figure("work.orphans level=team id=Operations")) == 2
    assert value_of(view, read_figure(f"work.finished_lately level=investment id={id_of('chat')}")) == 1


def test_an_item_says_why_it_is_done_up_to_the_board(office: Office) -> None:
    text = office.text("flow/work/CHAT-2", "viewer")
    way = (
        "Settle claims in two days",
        "Chat for claims",
        "WL-0001 Work on the chat",
        "CHAT-1 The chat",
        "Title of CHAT-2",
    )
    assert [text.rindex(one, 0, text.index("Where it was")) for one in way] == sorted(
        text.rindex(one, 0, text.index("Where it was")) for one in way
    )
    assert "The board wants “Settle claims in two days”" in text
    assert "12 days" in text
    assert re.search(r"tracker\.jsonl\s+line \d+", text)
    assert "no chain leads up to the board" in office.text("flow/work/WIKI-1")
    assert "50% of it serves nothing" in office.text("flow/work/WIKI-1")
    assert "It is orphan work" in office.text("flow/work/id-OPS-1"), "by its id in the source, too"
    assert "its parts serve Chat for claims" in office.text("flow/work/CHAT-1")
    assert office.get("flow/work/NONE-1").status_code == 404
    assert office.get("flow/work/CHAT%2F2%22").status_code == 404


def test_what_the_preview_says_is_what_the_plan_then_says(office: Office) -> None:
    answer = office.clients["planner"].post(
        f"{office.home}flow/links/preview", form(), headers={"Accept": "application/json"}
    )
    said = words_of_html(answer.json()["html"])
    assert "Claims 2 items in progress" in said
    assert "Work in line of sight goes from 40% to 80%" in said
    assert "Nothing in progress stays an orphan" in said
    assert len(office.record.plan().work_links) == 2
    asked = office.clients["planner"].get(f"{office.home}flow/links/propose?item=OPS-1&item=OPS-2", follow=True)
    assert 'project = "OPS" and tag.audit = yes' in unescape(asked.content.decode())
    assert "orphans until now: all of them" in words_of(asked)
    assert office.clients["planner"].get(f"{office.home}flow/links/propose").status_code == 422
    assert "Links that would end orphans" not in office.text("flow/work", "viewer")
    answer = office.clients["planner"].post(
        f"{office.home}flow/links/preview", form(where='projct = "OPS"'), headers={"Accept": "application/json"}
    )
    assert "Did you mean “project”?" in answer.json()["errors"]["where"]
    assert office.post("flow/links/new", by="planner", **form(investment="Nobody knows it")).status_code == 422
    assert office.post("flow/links/new", by="planner", **form(where="")).status_code == 422
    assert office.clients["viewer"].post(f"{office.home}flow/links/new", form()).status_code == 403
    office.post("flow/links/new", by="planner", **form(name="Audit"))
    assert "80% of the work in progress is in line of sight" in office.text("flow/work")
    made = next(one for one in office.record.plan().work_links.values() if one.name == "Audit")
    assert made.number == "WL-0003"
    taking = office.clients["planner"].post(
        f"{office.home}flow/links/preview",
        form(where="key in (CHAT-2, OPS-2)", investment="Old wiki", precedence="5", share="40"),
        headers={"Accept": "application/json"},
    )
    said = words_of_html(taking.json()["html"])
    assert "Takes a part of 1 item in progress from WL-0001 Work on the chat" in said
    assert "from WL-0003 Audit" in said
    office.post(f"flow/links/{made.id}", by="planner", **form(share="50"))
    assert office.record.plan().work_links[made.id].share == Decimal("0.5")
    order = [one.id for one in linking.in_order(office.record.plan())]
    office.post("flow/links/move", by="planner", id=order[-1], to="0", on=str(office.record.head()))
    assert [one.id for one in linking.in_order(office.record.plan())] == [order[-1], *order[:-1]]
    assert "Ask WL-0001 later" in office.get("flow/links", by="planner").content.decode()
    assert "2 items in progress would be orphans" in office.text(f"flow/links/{made.id}/drop", "planner")
    office.post(f"flow/links/{made.id}/drop", by="planner")
    assert made.id not in office.record.plan().work_links


def words_of_html(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).replace(" ;", ";").replace(" .", ".")


def test_the_api_says_the_same(office: Office) -> None:
    api = f"/api/v1/w/{office.workspace.slug}"
    client = office.clients["planner"]
    work = client.get(f"{api}/work").json()["data"]
    assert Decimal(str(work["share"]["value"])) == Decimal("0.4")
    assert [one["standing"] for one in work["items"]].count("orphan") == work["orphans"]["value"] == 2
    orphans = client.get(f"{api}/work?standing=orphan&level=team&id=Operations").json()["data"]
    assert {one["key"] for one in orphans["items"]} == {"OPS-1", "OPS-2"}
    assert orphans["proposals"][0]["where"] == 'project = "OPS" and tag.audit = yes'
    story = client.get(f"{api}/work/CHAT-2").json()["data"]
    assert story["reasons"][0]["chains"][0]["objectives"][-1]["name"] == "Settle claims in two days"
    assert (story["above"], story["stays"][-1]["state"]) == (["CHAT-1"], "Doing")
    assert client.get(f"{api}/work/NONE-1").status_code == 404
    claims = client.get(f"{api}/work_links/claims").json()["data"]
    assert [(one["items"], one["in_progress"]) for one in claims] == [(3, 2), (1, 1)]
    body = {"where": "project = OPS", "investment": "Chat for claims"}
    seen = client.post(f"{api}/work_links/preview", body, content_type="application/json").json()["data"]
    assert seen["claimed"] == {"items": 3, "in_progress": 2}
    assert Decimal(str(seen["share_then"])) == Decimal("0.8")


def test_how_work_is_read_goes_out_and_in_as_one_document(office: Office) -> None:
    view = look(office.workspace).view
    there = policies_data.read(json.dumps(policies_data.document(view)))
    edits = policies_data.edits_of(view, there)
    before = office.record.head()
    assert len(edits) >= 1 and not office.record.preview(edits, on=before, by=office.actors["planner"]).changes
    (policy, *_others) = there["workflow_policies"]
    short = {"id": policy["id"], "states": policy["states"][1:], "name": "Read otherwise"}
    api, client = f"/api/v1/w/{office.workspace.slug}/flow/policies", office.clients["planner"]
    assert client.get(api).json()["data"][0]["states"] == []
    seen = client.post(f"{api}/check", {"workflow_policies": [short]}, content_type="application/json").json()["data"]
    assert [one["name"] for one in seen[0]["states"]] == [policy["states"][0]["state"]]
    made = {"workflow_policies": [short], "marked_events": [{"name": "Rolled out", "on": "2026-03-01"}]}
    office.commit(*policies_data.edits_of(view, made))
    plan = office.record.plan()
    assert plan.workflow_policies[policy["id"]].name == "Read otherwise"
    assert "Rolled out" in {one.name for one in plan.marked_events.values()}
    for wrong in ('{"teams": []}', "[", '{"calendars": [{"id": "none"}]}'):
        with pytest.raises(Refused):
            policies_data.edits_of(view, policies_data.read(wrong))


def test_without_work_the_page_says_what_to_bring_in(db: None, settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    office = open_office()
    assert "No work has come in yet" in office.text("flow/work")
    assert "No link yet" in office.text("flow/links")
    assert office.get("flow/work/X-1").status_code == 404
    assert "Line of sight" in office.text("line-of-sight")
