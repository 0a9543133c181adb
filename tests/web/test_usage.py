"""The Usage pages: what was used, why it costs more or less, what it would have cost, and the prices."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict

from northing.measure.figures import MEASURES, figure_from_query, value_of
from northing.measure.price_effects import price_effects
from northing.measure.usage import usage
from northing.portfolio.edits import create
from northing.portfolio.money import Amounts
from northing.report import words
from northing.report.viewing import look
from northing.web.usage.told import each, fine, many
from tests.web.facts_office import bring, months, open_facts_office, used
from tests.web.office import Office, id_of, open_office

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = datetime.now(UTC).date()


@pytest.fixture
def office(db: None, settings: Any, tmp_path: Path) -> Office:
    settings.HOME = tmp_path
    return open_facts_office(TODAY)


def test_the_answer_stands_in_one_sentence(office: Office) -> None:
    text = office.text("usage")
    assert re.search(r"[\d.]+bn tokens in [\d.]+m requests for €[\d.]+k: €[\d.]+ a million", text)
    for name in ("A million tokens", "A request", "From a cache", "Unattributed"):
        assert name in text
    assert "have no price" not in text
    tomorrow = TODAY + timedelta(days=1)
    own = [used(day, "mistle-12b", 4_000_000, "0", project="lab") for day in (TODAY, tomorrow)]
    bring(office, "Own machines", own)
    for query in ("", "?by=project"):
        assert re.search(r"without [48]\.0m tokens of mistle-12b, which have no price", office.text(f"usage{query}"))
    assert "Bills until" in (bills := office.text("money")), "bills"
    assert words.day(tomorrow) not in bills, "usage is no bill"


@pytest.mark.parametrize(
    "query", ["", "by=provider", "by=investment", "by=project&unit=quarter", "by=api_key&unit=week&period=last 90 days",
              "by=team&unit=day&period=last 90 days&show=tokens", "level=investment&id=INV-0001", "in=USD"]
)  # fmt: skip
def test_every_page_answers_and_its_figures_are_addressed(office: Office, query: str) -> None:
    answer = office.get(f"usage?{query}")
    assert answer.status_code == 200
    asked = {unescape(one) for one in re.findall(r'why\?(of=[^"]+)', answer.content.decode())}
    assert len(asked) > 10
    view = look(office.workspace).view
    for one in sorted(asked)[:12]:
        figure = figure_from_query(QueryDict(one))
        assert figure.measure in MEASURES
        value_of(view, figure)


def test_the_export_adds_up_to_the_whole(office: Office) -> None:
    rows = list(csv.DictReader(io.StringIO(office.get("usage/export.csv?period=all").content.decode("utf-8-sig"))))
    total = usage(look(office.workspace).view).total
    assert sum(Decimal(row["input"] or 0) for row in rows) == total.input
    assert sum(Decimal(row["Cost in EUR"] or 0) for row in rows) == total.cost.by_currency["EUR"]


def test_price_stands_apart_from_volume(office: Office) -> None:
    """The price of gpt-5 fell in the sixth of seven months; everything else only grew."""
    text = office.text("usage/effects")
    assert re.search(r"cost €[\d.]+k? (more|less) than", text)
    before, after = months(TODAY, 3)[:2]
    calendar = office.record.plan().calendar
    from northing.portfolio.periods import label, period_of

    asked = f"before={label(calendar, period_of(calendar, before, 'month'))}&after={label(calendar, period_of(calendar, after, 'month'))}"
    found = price_effects(
        look(office.workspace).view, period_of(calendar, before, "month"), period_of(calendar, after, "month")
    )
    assert found.price.by_currency["EUR"] < 0 < found.volume.by_currency["EUR"]
    html = office.get(f"usage/effects?{asked}").content.decode()
    for name in ("volume", "mix", "price", "joint", "change"):
        assert f"of=effect.{name}" in html


def test_what_if_says_what_has_no_price(office: Office) -> None:
    text = office.text("usage/what-if?model=gpt-5-mini&period=all")
    assert re.search(r"It would have cost €[\d.]+k: €[\d.]+k \(\d+%\) less", text)
    lacking = office.text("usage/what-if?model=mistral-large&period=all")
    assert "Nobody knows what output tokens of mistral-large cost" in lacking
    assert "left out" in lacking
    assert "Did you mean “gpt-5-mini”?" in office.text("usage/what-if?model=gpt5-mini")
    assert "There is no day" in office.text("usage/what-if?on=someday")
    dated = office.text(f"usage/what-if?on={TODAY.isoformat()}&period=all")
    assert "It would have cost" in dated


def test_prices_of_a_model_over_time_and_agreed_ones(office: Office) -> None:
    text = office.text("usage/prices?model=gpt-5")
    assert "$1.25" in text and "$2.00" in text and "$10.00" in text
    assert "No price is agreed yet" in text
    office.commit(create("price_override", id_of("agreed"), model="gpt-5", tokens="input", price="0.9", currency="EUR"))
    assert "€0.90" in office.text("usage/prices")
    assert "edit/price_override" in office.get("usage/prices", by="planner").content.decode()
    assert "edit/price_override" not in office.get("usage/prices", by="viewer").content.decode()
    assert "No catalogue knows “nothing”" in office.text("usage/prices?model=nothing")


def test_without_usage_it_says_what_to_do_next(db: None, settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    office = open_office()
    for path in ("usage", "usage/effects"):
        assert "Bring in usage" in office.text(path)
    assert "No price is known yet" in office.text("usage/what-if")
    assert "Choose a model" in office.text("usage/prices")


def test_small_prices_keep_the_digits_that_say_something() -> None:
    assert fine(Decimal("0.00123456"), "USD") == "$0.00123"
    assert fine(Decimal("3.2"), "EUR") == "€3.20"
    assert fine(Decimal("1234.5"), "CHF") == "CHF 1,234.50"
    assert many(Decimal(41_000_000)) == "41.0m"
    assert each(Amounts({"EUR": Decimal(10)}), Decimal(0)) == "–"
