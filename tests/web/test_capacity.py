"""The Capacity page: the first line, the map, who asks in a cell, what was entered, and a scenario's own."""

from __future__ import annotations

import re
from html import unescape

import pytest

from northing.portfolio.edits import change, create
from northing.record import Record
from northing.report.viewing import look
from tests.web.office import Office, id_of, open_office, words_of

pytestmark = pytest.mark.django_db

BOT, DATA, OWNER, RED = id_of("bot"), id_of("data"), id_of("po"), id_of("red")


@pytest.fixture
def office(db: None) -> Office:
    return open_office()


def fill(office: Office) -> str:
    """A team of two data engineers, three asked for this month and the next two; the month's first day."""
    today = look(office.workspace).view.today
    first = today.replace(day=1)
    end = first.replace(year=first.year + 2)
    office.commit(
        create("role", DATA, name="Data engineer"), create("role", OWNER, name="Product owner"),
        create("team", RED, name="Red"), create("investment", BOT, name="Answer bot"),
        create("capacity", id_of("c"), role=DATA, team=RED, people="2", start=first, end=end),
        create("resource_demand", id_of("d"), investment=BOT, role=DATA, people="3", start=first, end=end),
        create("resource_demand", id_of("o"), investment=BOT, role=OWNER, people="0.5", start=first, end=end,
               booking="hard"),
    )  # fmt: skip
    return first.isoformat()


def test_an_empty_page_says_what_to_enter(office: Office) -> None:
    assert "Nobody is entered here yet" in office.text("capacity")


def test_the_answer_the_map_and_who_asks(office: Office) -> None:
    first = fill(office)
    text = office.text("capacity")
    assert re.search(r"Data engineer: 1 FTE short in [\w-]+, 3 asked for and 2 there\.", text)
    assert re.search(r"Asked for, and nobody has said how many there are: Product owner \(from [\w-]+\)\.", text)
    html = office.get("capacity").content.decode()
    assert (html.count("num is-short"), html.count("num is-unknown")) == (12, 12)
    href = unescape(re.search(rf'href="/w/acme/(capacity\?role={DATA}&amp;at_period={first})', html)[1])  # type: ignore[index]
    cell = office.text(href)
    assert "3 asked for, 2 there · 1 short" in cell and "Answer bot 3" in cell
    red = office.text(f"capacity?team={RED}")
    assert "There are enough people of every role" in red
    assert office.get("capacity?per=week").status_code == 422
    assert office.get("capacity?team=nobody").status_code == 422
    rows = office.get("capacity.csv?per=quarter").content.decode("utf-8-sig").splitlines()
    assert rows[0] == "role,period,start,end,capacity,demand,firm,free"
    assert len(rows) == 1 + 2 * 8 and any(row.startswith("Product owner") and ",0.500,0.500," in row for row in rows)


def test_a_scenario_has_people_of_its_own(office: Office) -> None:
    fill(office)
    office.post("scenarios/new", name="less")
    edit = change("investment", BOT, choice="out", choice_from="2020-01-01")
    Record(office.workspace.id, "less").commit([edit], on=None, by=office.actors["owner"], reason="Out")
    words = words_of(office.clients["viewer"].get("/w/acme@less/capacity"))
    assert "There are enough people of every role" in words
    assert "1 FTE short" in office.text("capacity")
    assert "Roles that are short More people asked for than there are, in a quarter ahead 1 Data engineer −1" in (
        office.text("scenarios/beside")
    )


def test_an_investment_says_whom_it_asks_for_and_how_else_it_could_be_done(office: Office) -> None:
    fill(office)
    office.commit(
        create("variant", id_of("half"), investment=BOT, name="Half of it", cost="0.5", benefit="0.4", delay=3)
    )
    office.commit(change("investment", BOT, choice="out", choice_from="2100-01-01"))
    people = office.text(f"investments/{BOT}").partition("People, and other ways to do it")[2]
    assert "Data engineer tentative" in people and "Product owner of any team" in people
    assert "Half of it 50% of the cost, 40% of the benefit, 100% of the people, 3 months later" in people
    assert "Chosen out from 1 Jan 2100 on: what is planned then counts no more." in people


def test_entered_by_forms(office: Office) -> None:
    fill(office)
    added = office.post("add/capacity", role=OWNER, people="0.25", start="2026-01-01", end="2036-01-01")
    assert added.status_code == 200, words_of(added)[-300:]
    assert "Product owner" in office.text("capacity").partition("Who is there, as entered")[2]
    assert (
        office.post(
            "add/capacity", by="viewer", role=OWNER, people="1", start="2026-01-01", end="2036-01-01"
        ).status_code
        == 403
    )
