"""Money on the pages of strategy and line of sight: what is spent beside what is planned, and what is outside."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict

from northing.measure.figures import figure_from_query, value_of
from northing.measure.spend_in_sight import line_of_sight_spend
from northing.report import words
from northing.report.viewing import look
from tests.web.facts_office import open_facts_office
from tests.web.office import Office

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = datetime.now(UTC).date()


@pytest.fixture
def office(db: None, settings: Any, tmp_path: Path) -> Office:
    settings.HOME = tmp_path
    return open_facts_office(TODAY)


def addresses(html: str) -> list[str]:
    return sorted({unescape(one) for one in re.findall(r'why\?(of=[^"]+)', html)})


def test_the_share_of_spend_in_sight_and_all_that_is_outside(office: Office) -> None:
    html = office.get("line-of-sight?period=all").content.decode()
    text = office.text("line-of-sight?period=all")
    found = line_of_sight_spend(look(office.workspace).view)
    assert f"{words.percent(found.share)} of spend is in line of sight" in text
    outside = text.partition("Outside:")[2]
    assert "Serves no objective" in outside and "No investment claims it" in outside
    assert "ChatGPT Team" in text.partition("What nobody claims")[2]
    view = look(office.workspace).view
    for one in addresses(html):
        value_of(view, figure_from_query(QueryDict(one)))


def test_what_is_spent_stands_beside_what_is_planned(office: Office) -> None:
    html, text = office.get("strategy?all=1").content.decode(), office.text("strategy?all=1")
    assert re.search(r"€400k planned · €[\d.]+k spent", text)
    assert "Spent on nothing named" in text
    view = look(office.workspace).view
    told = addresses(html)
    assert any("spend.on_aim" in one for one in told)
    for one in told:
        value_of(view, figure_from_query(QueryDict(one)))


def test_without_bills_nothing_is_said_of_spend(db: None, settings: Any, tmp_path: Path) -> None:
    from tests.web.office import open_office

    settings.HOME = tmp_path
    office = open_office()
    assert "of spend is in line of sight" not in office.text("line-of-sight")
    assert "Spent on" not in office.text("strategy")
