"""Time in state: the verdict before and after an event with its figures, each with its items; and marking one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from northing.measure.figures import figure_from_query, value_of, why
from northing.portfolio.edits import create
from northing.report import words
from northing.report.viewing import look
from tests.web.office import Office, id_of, open_office, words_of
from tests.web.work_office import board, bring_work, policy

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = datetime.now(UTC).date()
TURN = TODAY - timedelta(days=80)
"""The day on which the assistant came: fourteen items finished before it in ten weeks, fourteen after it."""


@pytest.fixture
def office(db: None, settings: Any, tmp_path: Path) -> Office:
    settings.HOME = tmp_path
    return open_office()


def marked(on: Any = TURN, **said: Any) -> Any:
    return create("marked_event", id_of("event"), name="Assistant for all", on=on.isoformat(), **said)


def figures(answer: Any) -> dict[str, str]:
    """Address of each figure → its text."""
    found = re.findall(r'<a class="why[^"]*" href="([^"]+)"[^>]*>(.*?)</a>', answer.content.decode(), re.S)
    return {unescape(href): re.sub(r"<[^>]+>", "", text) for href, text in found}


def test_the_bottleneck_only_moved_and_each_figure_names_its_items(office: Office) -> None:
    """Work takes 8 days less and 3 instead; review 2 and now 6: most of what was gained is lost again."""
    bring_work(office, board(TODAY, TURN, (8, 2), (3, 6)))
    office.commit(policy(), marked())
    answer = office.get("flow/states")
    text = words_of(answer)
    assert f"Since “Assistant for all” ({words.day(TURN)}) the bottleneck only moved" in text
    assert "from In progress (8.0 → 3.0 days) to Code review (2.0 → 6.0 days)." in text
    assert "Of 5.0 days gained per item, 80% is lost again in other states" in text
    assert "an item takes 9.0 days, before it 10.0 days" in text
    assert "was the bottleneck" in text and "is the bottleneck" in text and "None" not in text
    view, seen = look(office.workspace).view, 0
    for href, said in figures(answer).items():
        address = figure_from_query(parse_qsl(urlsplit(href).query))
        value = value_of(view, address)
        if address.measure.startswith("states."):
            seen += 1
            told = Decimal(re.sub(r"[^\d.]", "", said))
            assert abs(told - value) <= Decimal("0.05"), (href, said, value)
    assert seen > 15
    of_review = next(href for href in figures(answer) if "state=Code+review" in href and f"from={TURN}" in href)
    receipt = why(view, figure_from_query(parse_qsl(urlsplit(of_review).query)))
    items = [term for term in receipt.terms if term.sign]
    assert len(items) == 14 and all(term.value == 6 for term in items)
    assert sum(term.value for term in items) / 14 == receipt.value
    assert "S-15 Item 15" in office.text(of_review.removeprefix(office.home))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            (8, 2),
            (4, 2),
            "the bottleneck is still In progress (8.0 → 4.0 days). Of 4.0 days gained per item, 0% is lost",
        ),
        ((8, 4), (2, 4), "the bottleneck moved from In progress (8.0 → 2.0 days) to Code review (4.0 → 4.0 days)"),
        ((2, 2), (4, 5), "No state takes less time: an item takes 9.0 days, before it 4.0 days."),
        ((6, 2), (3, 9), "All of the 3.0 days gained per item, and more, is lost again"),
    ],
)
def test_each_verdict_is_said(office: Office, before: tuple[int, int], after: tuple[int, int], said: str) -> None:
    bring_work(office, board(TODAY, TURN, before, after))
    office.commit(policy(), marked())
    assert said in office.text("flow/states")


def test_weeks_an_event_of_ones_own_and_none_at_all(office: Office) -> None:
    """And what is said where there is nothing to say."""
    assert "No work has come in yet" in office.text("flow/states")
    bring_work(office, board(TODAY, TURN, (8, 2), (3, 6)))
    assert "Nobody has said yet how this work is read" in office.text("flow/states")
    office.commit(policy())
    text = office.text("flow/states")
    assert "Most time goes into In progress: 5.5 days of the 9.5 days that an item takes, 58%." in text
    page = office.get("flow/states", "planner").content.decode()
    mark = unescape(next(iter(re.findall(r'href="([^"]+add/marked_event[^"]*)"', page))))
    assert "add/marked_event" not in office.get("flow/states", "viewer").content.decode()
    office.post(
        mark.removeprefix(office.home), "planner", name="New reviewers", on=(TURN + timedelta(days=60)).isoformat()
    )
    assert "Since “New reviewers”" in office.text("flow/states"), "the latest is taken unasked"
    office.commit(marked())
    assert "Since “Assistant for all”" in office.text(f"flow/states?event={id_of('event')}&by=week")
    assert "Most time goes into" in office.text("flow/states?event=none")
    late = create("marked_event", id_of("late"), name="Yesterday", on=(TODAY - timedelta(days=1)).isoformat())
    office.commit(late)
    assert "are too few to say anything; 5 on either side are needed" in office.text("flow/states")
    assert office.get("flow/states?event=nothing").status_code == 404
    for query in (
        "by=week&period=last 90 days",
        "period=all",
        "by=cosy",
        "level=organisation&event=none&period=last month",
    ):
        assert office.get(f"flow/states?{query}").status_code == 200, query


def test_an_event_of_a_team_is_the_teams(office: Office) -> None:
    bring_work(office, board(TODAY, TURN, (8, 2), (3, 6)))
    team = create("team", id_of("shop"), name="Shop")
    other = create("team", id_of("other"), name="Other")
    office.commit(policy(), team, other)
    office.commit(marked(team=id_of("shop")))
    assert "Most time goes into" in office.text("flow/states"), "it did not happen to everybody"
    assert "Since “Assistant for all”" in office.text(f"flow/states?level=team&id={id_of('shop')}")
    assert "No work belongs here" in office.text(f"flow/states?level=team&id={id_of('other')}")


def test_a_program_is_told_the_same(office: Office) -> None:
    bring_work(office, board(TODAY, TURN, (8, 2), (3, 6)))
    office.commit(policy(), marked())
    address = f"/api/v1/w/{office.workspace.slug}/flow/states"
    said = office.clients["viewer"].get(address).json()["data"]
    assert said["said"] in office.text("flow/states")
    parted = said["split"]
    assert (parted["verdict"], parted["source"], parted["target"]) == ("only_moved", "In progress", "Code review")
    assert (Decimal(parted["gained"]), Decimal(parted["lost"]), Decimal(parted["returned"])) == (5, 4, Decimal("0.8"))
    review = next(one for one in parted["after"]["states"] if one["state"] == "Code review")
    assert Decimal(review["days"]["value"]) == 6 and review["days"]["address"].startswith("states.days")
    assert sum(one["items"]["value"] for one in said["periods"]) == said["whole"]["items"]["value"] == 28
    assert office.clients["viewer"].get(address, {"level": "team", "id": "Nobody"}).status_code == 404
    assert office.clients["viewer"].get(address, {"event": "none"}).json()["data"]["split"] is None
