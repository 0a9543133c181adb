"""The page of return, and the benefit lines of an investment: one workspace with work, timesheets and claims."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from northing.measure.returns.work_costs import last_months
from northing.portfolio.edits import create
from northing.portfolio.entity import derived_id
from northing.portfolio.facts import Source
from northing.report.delivering import deliver
from northing.report.viewing import look
from tests.laws.flow_worlds import JsonWork
from tests.web.facts_office import bring, cost
from tests.web.office import Office, id_of, open_office, words_of

pytestmark = pytest.mark.django_db(transaction=True)


def at(day: date) -> str:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC).isoformat()


def issue(key: str, start: date, days: int, kind: str, title: str) -> list[dict[str, Any]]:
    """An item that waited two days and was worked on for *days*."""
    steps = [("Ready", 0), ("Doing", 2), ("Done", 2 + days)]
    names = ["To do", *(name for name, _ in steps)]
    row = {"table": "work", "scope": "P", "item": key, "key": key, "created": at(start - timedelta(days=1)), "title": title,
           "state": "Done", "type": kind, "team": "Claims", "project": "CLM", "epic": "CLM-1"}  # fmt: skip
    moves = [
        {"table": "transition", "scope": "P", "item": key, "change": f"{n:03}", "sequence": n, "at": at(start + timedelta(days=after)),
         "field": "state", "was": names[n], "now": name}
        for n, (name, after) in enumerate(steps)
    ]  # fmt: skip
    return [row, *moves]


@pytest.fixture
def office(settings: Any, tmp_path: Path) -> Office:
    settings.HOME = tmp_path
    office = open_office()
    office.commit(
        create("value_stream", id_of("home"), name="Home claims"),
        create("team", id_of("claims"), name="Claims", value_stream=id_of("home")),
        create("investment", id_of("chat"), name="Claims chat", currency="EUR", stage="scale", value_stream=id_of("home")),
        create("ai_system", id_of("bot"), name="Bot", investment=id_of("chat")),
        create("workflow_policy", id_of("policy"), name="Every board", start="2020-01-01", kinds={"Story": "feature", "Bug": "defect"},
               states=[{"state": "To do", "phase": "backlog"}, {"state": "Ready", "phase": "queue"},
                       {"state": "Doing", "phase": "active"}, {"state": "Done", "phase": "done"}]),
        create("work_link", id_of("link"), name="Chat", where="epic = CLM-1", investment=id_of("chat")),
        reason="The plan",
    )  # fmt: skip
    return office


def work(office: Office) -> date:
    """A story and a bug of the month before last, and what the team booked in it; the first day of that month."""
    month = last_months(look(office.workspace).view, 2).start
    rows = [
        *issue("CLM-2", month, 8, "Story", "Read the photo"),
        *issue("CLM-3", month + timedelta(days=3), 4, "Bug", "Blank page"),
    ]
    source = Source(id=derived_id("source", "tracker"), name="Tracker", reader="json_work")
    text = "\n".join(json.dumps(row) for row in rows).encode()
    deliver(office.workspace, source, JsonWork(), [text], name="work.jsonl", by=office.actors["owner"])
    bring(office, "Timesheets", [cost(month, "1200", team="Claims", project="chat")])
    return month


def claim(office: Office, **said: Any) -> Any:
    line = {"investment": id_of("chat"), "start": "2026-01-01", "end": "2027-01-01", "type": "saving", "low": "5000", "likely": "9000", "high": "12000",
            "next": "/"}  # fmt: skip
    return office.post("add/benefit_plan_line", **{**line, **said})


def test_return_says_what_is_there_and_leaves_empty_what_is_not(office: Office) -> None:
    page = office.text("flow/return")
    assert "No work has come in yet" in page and "None" not in page
    month = work(office)
    page = office.text("flow/return")
    assert "Nobody claims anything here" in page
    # One team, 1,200 booked, by twelve active days: eight of the story, four of the bug.
    assert "The work of these months cost €1.2k; 25% of it fell on waiting." in page
    assert "Features 1 800 67% 800" in page and "Defects 1 400 33% 400" in page
    assert "CLM-2 Read the photo Claims Features" in page
    assert "together 1,200" in page and "1 booked" in page

    assert claim(office).status_code == 200
    assert claim(office, type="capacity", low="", likely="7000", high="").status_code == 200
    office.commit(
        create(
            "cost_plan_line",
            id_of("plan"),
            investment=id_of("chat"),
            start="2030-01-01",
            end="2031-01-01",
            likely="6000",
        ),
        reason="More to come",
    )
    answer = office.get("flow/return")
    page = words_of(answer)
    assert "Claimed to return €9.0k in cash for €6.0k of cost over the whole life: +50%, between −17% and +100%" in page
    assert "Nothing of it is evidenced or confirmed yet" in page
    assert "Home claims 6,000 9,000 €5.0k to €12.0k +50% −17% to +100%" in page
    assert re.search(r"\+100% – empty – empty – nothing 7,000", page), "capacity beside cash, never in it"
    for scope in (f"level=value_stream&id={id_of('home')}", f"level=investment&id={id_of('chat')}"):
        told = office.text(f"flow/return?{scope}")
        assert "Claims chat" in told and "+50%" in told and "CLM-2" in told and "None" not in told
    team = office.text(f"flow/return?level=team&id={id_of('claims')}")
    assert "Claims belong to investments" in team and "CLM-3" in team
    only = office.text("flow/return?kind=defect")
    assert "CLM-3 Blank page Claims" in only and "CLM-2 Read" not in only
    assert "No month of these days is over yet" in office.text("flow/return?period=this+month")
    _every_figure_is_explained(office, answer.content.decode())
    assert month.isoformat()[:4] in office.text(
        f"why?of=returns.item&item=CLM-2&from={month}&until={month + timedelta(days=70)}"
    )


def _every_figure_is_explained(office: Office, html: str) -> None:
    addresses = set(re.findall(r'href="[^"]*/(why\?[^"]+)"', html))
    assert len(addresses) > 12
    for address in addresses:
        answer = office.get(address.replace("&amp;", "&"))
        assert answer.status_code == 200 and "None" not in words_of(answer), (address, words_of(answer)[-700:])


def test_benefit_lines_are_kept_on_the_investments_page(office: Office) -> None:
    there = f"investments/{office.record.plan().investments[id_of('chat')].number or id_of('chat')}"
    assert "Nobody has written down what it is to bring" in office.text(there)
    assert claim(office, name="Fewer calls").status_code == 200
    (line,) = office.record.plan().benefit_plan_lines.values()
    assert (line.start, line.end, str(line.likely)) == (date(2026, 1, 1), date(2027, 1, 1), "9000")
    page = office.text(there)
    assert "€9.0k in cash, likely, between €5.0k and €12.0k; claimed, not measured" in page
    assert (
        "Saving: Fewer calls 2026 €9,000 €5,000 – €12,000" in page
        or "Saving: Fewer calls FY26 €9,000 €5,000 – €12,000" in page
    )
    form = office.text(f"edit/benefit_plan_line/{line.id}")
    assert "Where it arises; empty takes the investment's." in form and "What the claim rests on." in form
    wrong = claim(office, low="10000")
    assert "low" in words_of(wrong).lower() and len(office.record.plan().benefit_plan_lines) == 1
    assert "Fewer calls" in office.text(there, "viewer") and "Benefit line" not in office.text(there, "viewer")
    office.post(f"drop/benefit_plan_line/{line.id}", next="/")
    assert not office.record.plan().benefit_plan_lines
