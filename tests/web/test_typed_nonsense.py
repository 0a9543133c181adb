"""What no form may fall over: huge numbers, bytes that no database keeps, numbers in the other way of writing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from northing.portfolio.amount_text import decimal_text
from northing.portfolio.edits import create
from northing.portfolio.errors import Invalid
from tests.web.office import Office, id_of, open_office, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db: None) -> Office:
    office = open_office()
    office.commit(create("fund", id_of("fund"), name="Growth fund", currency="EUR"), reason="Opened")
    return office


@pytest.mark.parametrize("amount", ["1e30", "1E999999999", "9" * 40, "NaN", "1,2,3", "0" * 10_000])
def test_an_amount_that_is_none_is_said_at_its_control(office: Office, amount: str) -> None:
    fund = next(iter(office.record.plan().funds.values()))
    answer = office.post(f"funds/{fund.number}/approve", amount=amount, on="2026-03-01")
    assert answer.status_code == 422, answer.content[:300]
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not office.record.plan().transfers


def test_no_kind_takes_a_number_that_sums_cannot_hold(office: Office) -> None:
    line: dict[str, Any] = {"investment": id_of("a"), "currency": "EUR", "start": "2026-03-01", "end": "2026-04-01"}
    office.commit(create("investment", id_of("a"), name="A"), reason="A")
    for amount in ("1e30", "-1e15", "1e999999"):
        with pytest.raises(Invalid, match="too large"):
            office.commit(create("forecast_line", id_of(amount), amount=amount, **line), reason="Huge")
    legs = [{"account": id_of("x"), "amount": "1e20"}, {"account": id_of("y"), "amount": "-1e20"}]
    with pytest.raises(Invalid, match="too large"):
        office.commit(create("transfer", id_of("t"), type="approve", on="2026-03-01", legs=legs), reason="Huge")


def test_a_byte_that_no_database_keeps_is_refused_or_left_out(office: Office) -> None:
    answer = office.post("funds/new", name="a\0b", currency="EUR", reason="wh\0y")
    assert answer.status_code == 422 and "cannot be kept" in words_of(answer)
    made = office.post("funds/new", name="Second", currency="EUR", reason="wh\0y")
    assert made.status_code == 200
    assert "Second" in {fund.name for fund in office.record.plan().funds.values()}


def test_days_at_the_end_of_the_calendar_are_days(office: Office) -> None:
    office.commit(create("investment", id_of("a"), name="A", currency="EUR"), reason="A")
    path = f"add/cost_plan_line?investment={id_of('a')}"
    for period in ("2026-01-01/9999-12-31", "0001-01-01/2026-01-01", "9999-11-01/9999-12-31"):
        answer = office.post(path, likely="100", type="run", period=period)
        assert answer.status_code == 422 and "too long to spread" in words_of(answer)
    for period in ("x/y", "x", "2026-01-01/"):
        assert office.post(path, likely="100", type="run", period=period).status_code == 422
    assert office.post("funds/new", name="Open end", currency="EUR", end="9999-12-31").status_code == 200
    assert office.get("funds").status_code == 200
    assert office.post(path, likely="100", type="run", period="2026-01-01/2027-01-01").status_code == 200
    why = "why?of=money.plan&level=organisation&from="
    assert office.get(f"{why}9999-12-01&until=9999-12-31").status_code == 422
    assert office.get(f"{why}2026-01-01").status_code == 200
    assert office.get(f"{why}9999-12-01").status_code == 422


def test_a_currency_that_there_is_not_is_refused(office: Office) -> None:
    answer = office.post("funds/new", name="Second", currency="XXQ")
    assert answer.status_code == 422 and "is not a currency code" in words_of(answer)


@pytest.mark.parametrize("share", ["1E999999999", "NaN", "101", "0", "-5", "²"])
def test_a_share_that_is_none_is_said_at_its_control(office: Office, share: str) -> None:
    answer = office.post("rules/new", where="account = 1", investment="INV-0001", share=share)
    assert answer.status_code == 422 and "at most 100 %" in words_of(answer)


@pytest.mark.parametrize("on", ["²", "9" * 5000, "9" * 30, "-1", "abc"])
def test_a_revision_that_is_no_number_is_no_error_of_ours(office: Office, on: str) -> None:
    answer = office.post("funds/new", name="Second", currency="EUR", on=on)
    assert answer.status_code < 500


@pytest.mark.parametrize(
    ("text", "is_"),
    [("1,250,000.50", "1250000.50"), ("1.250.000,50", "1250000.50"), ("1,5", "1.5"), ("0,859", "0.859"),
     ("1,234", "1234"), ("12,34,567", "1234567"), ("1.1388", "1.1388"), ("-3,5", "-3.5"), (".5", ".5")],
)  # fmt: skip
def test_a_comma_is_read_as_whoever_wrote_it_meant(text: str, is_: str) -> None:
    assert Decimal(decimal_text(text) or "NaN") == Decimal(is_)


@pytest.mark.parametrize("text", ["1,2,3", "1,2.3,4", "1.2.3", "", "-", "1,,5", "١٢٣", "1e5", "12a"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert decimal_text(text) is None


def test_a_rate_with_a_comma_is_not_a_thousand_times_as_large(office: Office) -> None:
    office.post("add/fx_rate", base="EUR", quote="GBP", rate="0,859", on="2026-03-01")
    assert [rate.rate for rate in office.record.plan().fx_rates.values()] == [Decimal("0.859")]
