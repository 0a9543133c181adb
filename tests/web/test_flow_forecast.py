"""The Forecast page: its answers, their receipts, what is refused, and the same through the API."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
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


@pytest.fixture
def office(db: None, settings: Any, tmp_path: Path) -> Office:
    settings.HOME = tmp_path
    return open_office()


def one_a_day(days: int, left: int, team: str = "Shop") -> list[list[object]]:
    """An item finished on each of the last *days* days, each begun the day before, and *left* begun yesterday."""
    rows: list[list[object]] = []
    for ago in range(days, 0, -1):
        on = TODAY - timedelta(days=ago)
        began = on - timedelta(days=1)
        rows.append([f"{team}-{ago}", f"Item {ago}", "Story", team, began, began, began, on])
    since = TODAY - timedelta(days=1)
    rows += [[f"{team}-L{n}", f"Left {n}", "Story", team, since, since] for n in range(left)]
    return [[*row, *[""] * (8 - len(row))] for row in rows]


def told(day: date) -> str:
    return words.day(day)


def test_the_answers_each_with_their_receipt(office: Office) -> None:
    """One item a day: three are done in three days, and four weeks finish twenty-eight."""
    assert "No work has come in yet" in office.text("flow/forecast")
    bring_work(office, one_a_day(150, 3))
    assert "Nobody has said yet how this work is read" in office.text("flow/forecast")
    office.commit(policy(), create("team", id_of("shop"), name="Shop"))
    answer = office.get("flow/forecast")
    text, last = words_of(answer), TODAY + timedelta(days=2)
    assert f"3 open items: 85 in 100 futures are done by {told(last)}." in text
    assert f"By {told(TODAY + timedelta(days=27))}: 85 in 100 futures finish 28 items or more." in text
    held = re.search(r"Of (\d+) forecasts made in the past at 85 in 100, (\d+) held", text)
    assert held and held[1] == held[2] and int(held[1]) > 4
    assert "Items that nobody has created yet are not in it." in text and "Shop-L2 Left 2" in text
    assert "None" not in text and "Shop board" in text
    view, seen = look(office.workspace).view, set()
    for href, said in re.findall(r'<a class="why[^"]*" href="([^"]+)"[^>]*>(.*?)</a>', answer.content.decode(), re.S):
        address = figure_from_query(parse_qsl(urlsplit(unescape(href)).query))
        value = value_of(view, address)
        seen.add(address.measure)
        shown = words.day(value) if isinstance(value, date) else str(value)
        assert shown in said, (href, said)
    assert seen == {"forecast.when", "forecast.how_many", "forecast.held", "forecast.held_dates"}
    receipt = office.text("why?of=forecast.when&percent=85")
    assert "Left 2" in receipt and "seed" in receipt and "Shop board" in receipt
    ten = office.text("flow/forecast?items=10&grows=150-150")
    assert f"10 items: 85 in 100 futures are done by {told(TODAY + timedelta(days=14))}." in ten
    soon = office.text(f"flow/forecast?by={TODAY + timedelta(days=1)}&level=team&id={id_of('shop')}")
    assert f"Done by {told(TODAY + timedelta(days=1))}: in fewer than 1 of 100 futures." in soon
    for wrong in ("by=soon", "items=many", "grows=50", "parent=NONE", "risks=x", "days=1", "by=2020-01-01"):
        refused = office.get(f"flow/forecast?{wrong}")
        assert refused.status_code == 422 and 'role="alert"' in refused.content.decode(), wrong
    assert office.get("flow/forecast?level=team&id=nobody").status_code == 404


def test_what_does_not_bear_a_forecast_says_why_and_what_would(office: Office) -> None:
    bring_work(office, [*one_a_day(150, 2), *one_a_day(3, 2, "Till")])
    office.commit(policy(), *(create("team", id_of(name.lower()), name=name) for name in ("Shop", "Till")))
    text = office.text("flow/forecast")
    assert "No date can be told: the past of Till does not bear a forecast." in text
    assert "Only 3 days with a finished item" in text and "Take more days as the sample" in text
    done = told(TODAY + timedelta(days=1))
    assert f"Without Till, 2 of the 4 items: 85 in 100 futures are done by {done}." in text
    alone = office.text(f"flow/forecast?level=team&id={id_of('till')}")
    assert "No number can be told: the past of Till does not bear a forecast." in alone
    assert "No past forecast can be compared with what came." in alone
