"""The roadmap page: groups, filter, comparison, and what it says in words."""

from __future__ import annotations

import re

import pytest

from northing.portfolio.edits import change, create
from tests.web.office import Office, id_of, open_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db: None) -> Office:
    made = open_office()
    made.commit(
        create("portfolio", id_of("service"), name="Service"),
        create("objective", id_of("aim"), name="Answer in a day", level="board"),
        create("investment", id_of("bot"), name="Answer bot", stage="pilot", portfolio=id_of("service"),
               start="2026-01-05", end="2026-12-18"),
        create("investment", id_of("index"), name="Search index", stage="discovery",
               start="2026-02-01", end="2027-03-31"),
        create("investment", id_of("dark"), name="Undated thing"),
        create("strategic_contribution", id_of("serves"), investment=id_of("bot"), objective=id_of("aim"), weight="1"),
        create("milestone", id_of("gate"), investment=id_of("bot"), name="Scale gate", type="gate", stage="scale",
               due="2026-04-30"),
        reason="Begin",
    )  # fmt: skip
    made.record.tag("q1", by=made.actors["owner"])
    made.commit(
        change("investment", id_of("bot"), end="2027-01-30"),
        create("dependency", id_of("waits"), predecessor=id_of("index"), successor=id_of("bot")),
        reason="Move",
    )
    return made


def drawn(office: Office, query: str = "") -> str:
    return office.get(f"roadmap?{query}").content.decode()


def test_every_investment_stands_under_its_group(office: Office) -> None:
    html = drawn(office)
    assert 'aria-label="Service, 1 investment"' in html
    assert 'aria-label="No portfolio, 2 investments"' in html
    by_aim = drawn(office, "by=objective")
    assert 'aria-label="Answer in a day, 1 investment"' in by_aim
    assert 'aria-label="Serves no objective, 2 investments"' in by_aim


def test_a_broken_dependency_is_drawn_and_said(office: Office) -> None:
    html = drawn(office)
    assert 'class="nr-line nr-broken"' in html
    words = office.text("roadmap")
    assert re.search(r"Answer bot starts on 5 Jan 2026, 450 days too early: Search index ends on 31 Mar 2027", words)


def test_the_plan_is_held_against_a_baseline_or_a_revision(office: Office) -> None:
    for against in ("tag:q1", "1"):
        html = drawn(office, f"against={against}")
        assert ">+43 d<" in html
        assert "nr-before" in html
    assert "End later than in q1 1" in office.text("roadmap?against=tag:q1")
    assert "nr-before" not in drawn(office)


def test_a_wrong_reference_or_filter_is_said_and_the_roadmap_is_drawn_all_the_same(office: Office) -> None:
    for query in ("against=tag:nothing", "where=stagee+%3D+pilot"):
        answer = office.get(f"roadmap?{query}")
        assert answer.status_code == 200
        assert "Answer bot" in answer.content.decode()
        assert 'role="alert"' in answer.content.decode()
    assert "Did you mean" in office.text("roadmap?where=stagee+%3D+pilot")


def test_the_filter_is_the_one_of_the_portfolio(office: Office) -> None:
    html = drawn(office, "where=stage+%3D+pilot")
    assert "Answer bot" in html
    assert "Search index" not in html
    assert "Nothing matches" in office.text("roadmap?where=stage+%3D+retired")


def test_groups_close_and_open_by_their_links(office: Office) -> None:
    fold = re.search(r'href="([^"]+)" data-fold="none"', drawn(office))
    assert fold
    closed = office.clients["owner"].get(fold[1].replace("&amp;", "&")).content.decode()
    assert 'data-fold="none" aria-expanded="false"' in closed
    assert "Search index</text>" not in closed


def test_the_picture_alone_is_laid_out_for_the_room_there_is(office: Office) -> None:
    picture = drawn(office, "part=picture&width=900")
    assert picture.lstrip().startswith("<northing-gantt")
    wide = [float(found) for found in re.findall(r'class="nr nr-(?:labels|time)" width="([\d.]+)"', picture)]
    assert sum(wide[:2]) == pytest.approx(900, abs=1)


def test_months_make_the_time_wider_than_the_page(office: Office) -> None:
    assert 'class="gantt-frame scrolls"' in drawn(office, "zoom=month")
    assert 'class="gantt-frame scrolls"' not in drawn(office)


def test_nothing_is_styled_inline(office: Office) -> None:
    assert " style=" not in drawn(office, "zoom=quarter&against=1")


def test_the_past_is_drawn_as_it_was(office: Office) -> None:
    html = drawn(office, "at=1")
    assert "nr-broken" not in html.partition('class="gantt-frame')[2]
    assert "18 Dec 2026" in html


def test_an_empty_workspace_says_what_to_do(db: None) -> None:
    assert "No investments yet" in open_office("Empty", "empty").text("roadmap")


def test_many_without_dates_are_one_line_that_leads_to_them(office: Office) -> None:
    office.commit(*(create("investment", id_of(f"idea-{n}"), name=f"Idea {n}", stage="idea") for n in range(20)))
    html = drawn(office)
    assert "21 without dates" in html
    assert ">Idea 7<" not in html.partition('class="gantt-narrow"')[0].partition('class="gantt-frame')[2]
    assert "start+is+empty+and+end+is+empty" in html


def test_of_very_many_the_groups_are_closed_until_somebody_opens_them(office: Office) -> None:
    office.commit(
        *(
            create("investment", id_of(f"old-{n}"), name=f"Old {n}", start="2025-01-01", end="2026-01-01")
            for n in range(410)
        )
    )
    assert 'data-fold="none" aria-expanded="false"' in drawn(office)
    assert 'data-fold="none" aria-expanded="true"' in drawn(office, "closed=-")
    assert len(drawn(office)) < 400_000
