"""The Flow page: the answer in a sentence, each figure with its receipt, pictures whose marks list their items."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from northing.measure.figures import figure_from_query, value_of
from northing.portfolio.edits import create
from northing.report import words
from northing.report.viewing import look
from tests.web.office import Office, id_of, open_office, words_of
from tests.web.work_office import bring_work, policy

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = datetime.now(UTC).date()
STATES = ("To do", "Ready", "Doing", "Review", "Done")
MEANT = (("To do", "backlog"), ("Ready", "queue"), ("Doing", "active"), ("Review", "wait"), ("Done", "done"))


def rows() -> list[list[object]]:
    """Thirty items, one every second day, each 1 day ready, 3 + n % 5 doing, 2 in review; the last five are not done."""
    found: list[list[object]] = []
    for number in range(30):
        ready = TODAY - timedelta(days=75 - 2 * number)
        doing = ready + timedelta(days=1)
        review = doing + timedelta(days=3 + number % 5)
        done = review + timedelta(days=2) if number < 25 else None
        type = "Bug" if number % 3 == 0 else "Story"
        found.append(
            [
                f"S-{number + 1}",
                f"Item {number + 1}",
                type,
                "Shop",
                ready - timedelta(days=2),
                ready,
                doing,
                review,
                done,
            ]
        )
    found.append(
        [
            "S-90",
            "Never started",
            "Story",
            "Shop",
            TODAY - timedelta(days=20),
            None,
            None,
            None,
            TODAY - timedelta(days=10),
        ]
    )
    return found  # fmt: skip


def read_by(key: str = "policy", **said: Any) -> Any:
    states = [{"state": state, "phase": phase} for state, phase in MEANT]
    told: dict[str, Any] = {"kinds": {"Story": "feature", "Bug": "defect"}, "level": ["Story", "Bug"], "states": states}
    made = policy(**told | said)
    return made if key == "policy" else create("workflow_policy", id_of(key), **made.fields)


@pytest.fixture
def office(db: None, settings: Any, tmp_path: Path) -> Office:
    settings.HOME = tmp_path
    return open_office()


@pytest.fixture
def full(office: Office) -> Office:
    bring_work(office, rows(), STATES)
    deaf = [{"state": state, "phase": "active" if phase in ("queue", "wait") else phase} for state, phase in MEANT]
    office.commit(
        read_by(number="WFP-0001", start="2026-01-01"),
        read_by("deaf", name="Without waiting", states=deaf, start="2020-01-01"),
        create("service_level_expectation", id_of("sle"), days=8, probability="0.5"),
    )
    return office


def marks(html: str) -> list[str]:
    """Where the marks of the pictures lead."""
    return [
        unescape(one) for one in re.findall(r'<a href="([^"]*show=[^"]*)#items" tabindex="-1" aria-label="[^"]', html)
    ]


def test_an_empty_page_says_what_to_bring_in(office: Office) -> None:
    assert "No work has come in yet" in office.text("flow")
    bring_work(office, rows(), STATES)
    assert "Nobody has said yet how this work is read" in office.text("flow")


def test_the_answer_figures_pictures_and_problems(full: Office) -> None:
    answer = full.get("flow")
    html, text = answer.content.decode(), words_of(answer)
    took = sorted(1 + 3 + n % 5 + 2 + 1 for n in range(25))
    half, most = took[12], took[-(-85 * 25 // 100) - 1]
    active = sum(3 + n % 5 for n in range(25)) / sum(1 + 3 + n % 5 + 2 for n in range(25))
    oldest = (TODAY - (TODAY - timedelta(days=75 - 50))).days + 1
    assert re.search(
        rf"26 items delivered, [\d.]+ a week, half of them within {half} days; 5 in progress, the oldest for {oldest} days",
        text,
    )
    share = words.percent(sum(1 for days in took if days <= 8) / 25)
    assert f"What is expected is just missed: {share} within 8 days, not 50%." in text
    for said in ("Velocity 26", f"Flow time {half} days", f"85% {most} days or less", f"Efficiency {round(100 * active)}%",
                 "Load 5", "Shop board · WFP-0001", "in force from 1 Jan 2026", "1 delivered item never started",
                 "It is finished without ever having started. S-90", "Data quality 1"):  # fmt: skip
        assert said in text, said
    assert "None" not in text and "FlowKind" not in text
    view, seen = look(full.workspace).view, set()
    for href, said in re.findall(r'<a class="why" href="([^"]+)">([^<]*)</a>', html):
        address = figure_from_query(parse_qsl(urlsplit(unescape(href)).query))
        value = value_of(view, address)
        assert value is not None, address
        if isinstance(value, int):
            assert said == str(value)
        if "kind" in dict(address.args):
            answer = full.clients["owner"].get(unescape(href))
            assert answer.status_code == 200, "a kind of work is no kind of entity"
        seen.add(address.measure)
    assert seen >= {f"flow.{one}" for one in ("velocity", "time", "efficiency", "load", "distribution", "age", "throughput",
                                              "residual", "late_share", "overdue")}  # fmt: skip


def test_each_mark_leads_to_a_table_of_its_items(full: Office) -> None:
    html = full.get("flow?backlog=1").content.decode()
    found = marks(html)
    by_name: dict[str, str] = {}
    for href in found:
        by_name.setdefault(dict(parse_qsl(urlsplit(href).query))["show"].split(":")[0], href)
    assert set(by_name) == {"progress", "took", "aged", "delivered"}
    rows = set(re.findall(r'<th scope="row"><a href="([^"]+)#items"', html.replace("&amp;", "&")))
    assert rows and {href.split("#")[0] for href in found if "took" in href or "aged" in href} <= rows
    for name, href in by_name.items():
        path = href.removeprefix(full.home)
        answer = full.get(path)
        table = answer.content.decode().split('id="items"')[1].split('id="problems"')[0]
        assert answer.status_code == 200 and ("flow/work/S-" in table or name == "progress"), name
    day = TODAY - timedelta(days=75 - 2) + timedelta(days=1 + 4 + 2)
    text = full.text(f"flow?show=took:{day}:8")
    assert f"Finished after 8 days, {words.day(day)}" in text and "S-2 Item 2" in text
    assert "S-26 Item 26" in full.text("flow?show=progress") and "S-90" in full.text("flow?show=no-start")
    assert full.get(f"flow?show=took:{day}:1/0").status_code == 422
    wrong = full.get("flow?show=sideways")
    assert wrong.status_code == 422 and "Items are not shown by" in words_of(wrong)
    assert full.get("flow?level=team&id=nowhere").status_code == 404


def test_two_policies_stand_side_by_side_and_any_days_answer(full: Office) -> None:
    text = full.text(f"flow?other={id_of('deaf')}")
    assert "By two policies" in text and "Efficiency 6" in text and "Not measurable" in text
    assert re.search(r"items? (is|are) seen otherwise", text)
    other = full.text(f"flow?policy={id_of('deaf')}")
    assert "Efficiency Not measurable no state of Without waiting means waiting" in other

    for period in (
        "0001-01-01..0001-01-02",
        "2026-01-01..2026-01-08",
        "all",
        "this month",
        f"{TODAY - timedelta(days=20)}..{TODAY}",
    ):
        assert full.get(f"flow?period={period}&before=1").status_code == 200, period
