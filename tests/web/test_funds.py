"""The pages of funds: opening one, moving money with a look first, refusals at the field, reversing, the past."""

from __future__ import annotations

import re
from typing import Any

import pytest

from northing.portfolio import ledger_edits
from northing.portfolio.edits import change, create
from northing.portfolio.funding import AccountType
from northing.portfolio.ledger import balance
from northing.portfolio.plan import Plan
from tests.web.office import Office, open_office, words_of


@pytest.fixture
def office(db: None) -> Office:
    office = open_office()
    office.commit(create("investment", "chat", name="Chatbot", currency="EUR", owner=None))
    return office


@pytest.fixture
def funded(office: Office) -> Office:
    """1,000 EUR approved for one fund."""
    office.post("funds/new", name="AI fund", currency="EUR")
    do(office, "approve", amount="1000", reason="Budget 2026")
    return office


def plan(office: Office) -> Plan:
    return office.record.plan()


def fund(office: Office) -> str:
    return next(one.number or "" for one in plan(office).funds.values())


def account(office: Office, type: AccountType, investment: str | None = None) -> str:
    id = next(iter(plan(office).funds))
    found = ledger_edits.account_of(plan(office), id, type, investment)
    assert found is not None
    return found.id


def do(office: Office, act: str, by: str = "planner", **typed: Any) -> str:
    """Fill in a form, look, and do it; the words of the last answer."""
    path = f"transfers/{typed.pop('number')}/reverse" if act == "reverse" else f"funds/{fund(office)}/{act}"
    typed = {"on": "2026-03-10", "next": f"{office.home}funds/{fund(office)}", **typed}
    looked = office.post(path, by, **typed)
    seal = re.search(r'name="seal" value="(\w+)"', looked.content.decode())
    if seal is None:
        return words_of(looked)
    return words_of(office.post(path, by, seal=seal[1], **typed))


def test_a_fund_is_opened_and_money_approved_after_a_look(office: Office) -> None:
    assert "No fund yet" in office.text("funds", "viewer")
    office.post("funds/new", "planner", name="AI fund", currency="EUR", overdraft="no")
    assert [one.name for one in plan(office).funds.values()] == ["AI fund"]
    typed = {"amount": "1,000", "on": "2026-03-10", "reason": "Budget 2026"}
    looked = office.post(f"funds/{fund(office)}/approve", "planner", **typed)
    assert not plan(office).transfers, "looking records nothing"
    assert "Unassigned €0 +€1,000 €1,000" in words_of(looked)
    assert "Nothing is recorded yet" in words_of(looked)
    do(office, "approve", **typed)
    assert balance(plan(office), account(office, AccountType.FUND)) == 1000
    text = office.text(f"funds/{fund(office)}", "viewer")
    assert "TRF-0001 10 Mar 2026 Approval Source Unassigned €1,000" in text
    assert "Budget 2026" in text


def test_where_money_goes_is_found_by_a_part_of_its_name(funded: Office) -> None:
    home = f"funds/{fund(funded)}"
    offered = [one["value"] for one in funded.get(f"{home}/targets?q=chat").json()["options"]]
    assert offered == ["INV-0001 · Chatbot"]
    assert {"value": "AI fund · Unassigned"} in funded.get(f"{home}/targets?q=unass").json()["options"]
    typed = {"source": account(funded, AccountType.FUND), "amount": "100"}
    assert "no account or investment “Chatterbox”" in do(funded, "transfer", to="Chatterbox", **typed)
    for told in ("chatbot", "inv-0001", *offered):
        do(funded, "transfer", to=told, **typed)
    assert balance(plan(funded), account(funded, AccountType.INVESTMENT, "chat")) == 300


def test_what_was_changed_after_the_look_is_looked_at_again(funded: Office) -> None:
    path = f"funds/{fund(funded)}/transfer"
    typed = {"source": account(funded, AccountType.FUND), "to": "chat", "amount": "100", "on": "2026-03-10"}
    looked = funded.post(path, **typed).content.decode()
    seal = re.search(r'name="seal" value="(\w+)"', looked)
    assert seal is not None
    funded.post(path, **{**typed, "amount": "900"}, seal=seal[1])
    assert len(plan(funded).transfers) == 1
    funded.post(path, **typed, seal=seal[1])
    assert balance(plan(funded), account(funded, AccountType.INVESTMENT, "chat")) == 100


def test_an_overdraft_is_refused_at_the_amount(funded: Office) -> None:
    answer = funded.post(
        f"funds/{fund(funded)}/transfer",
        source=account(funded, AccountType.FUND), to="chat", amount="1400", on="2026-03-10",
    )  # fmt: skip
    assert answer.status_code == 422
    page = answer.content.decode()
    assert re.search(r'id="f-amount"[^>]*aria-invalid="true"', page)
    assert "−400 EUR" in page
    assert "let the fund be overdrawn" in page
    assert "seal" not in page
    for wrong, field in (
        ({"amount": "-5"}, "amount"),
        ({"amount": "x"}, "amount"),
        ({"to": ""}, "to"),
        ({"on": "?"}, "on"),
    ):
        typed = {"source": account(funded, AccountType.FUND), "to": "chat", "amount": "1", "on": "2026-03-10", **wrong}
        answer = funded.post(f"funds/{fund(funded)}/transfer", **typed)
        assert answer.status_code == 422
        assert re.search(rf'id="f-{field}"[^>]*aria-invalid="true"', answer.content.decode()), wrong
    assert len(plan(funded).transfers) == 1


def test_money_is_reserved_released_and_reversed(funded: Office) -> None:
    free = account(funded, AccountType.FUND)
    do(funded, "reserve", source=free, amount="300")
    reserve = account(funded, AccountType.RESERVE)
    assert balance(plan(funded), reserve) == 300
    do(funded, "release", source=reserve, amount="100")
    assert balance(plan(funded), free) == 800
    said = do(funded, "reverse", number="TRF-0003", reason="Wrong amount")
    assert balance(plan(funded), reserve) == 300
    assert "reversed by TRF-0004" in said
    assert "of TRF-0003" in said
    assert "reversed already, by TRF-0004" in funded.text("transfers/TRF-0003/reverse", "planner")
    assert "It is reversed already" in do(funded, "reverse", number="TRF-0003")


def test_a_closed_day_is_refused_at_the_day(funded: Office) -> None:
    funded.commit(create("period_close", "march", start="2026-03-01", end="2026-04-01"))
    answer = funded.post(f"funds/{fund(funded)}/approve", amount="5", on="2026-03-10")
    page = answer.content.decode()
    assert re.search(r'id="f-on"[^>]*aria-invalid="true"', page)
    assert "March 2026 is closed" in page


def test_the_statement_of_an_account_runs(funded: Office) -> None:
    do(funded, "transfer", source=account(funded, AccountType.FUND), to="chat", amount="250.50", on="2026-04-01")
    text = funded.text(f"funds/{fund(funded)}?account={account(funded, AccountType.FUND)}")
    assert "Statement of Unassigned" in text
    assert "−€250.50 €749.50" in text
    assert "+€1,000 €1,000" in text
    assert funded.get(f"funds/{fund(funded)}?account=nobody").status_code == 404


def test_who_may_not_move_money_sees_no_forms(funded: Office) -> None:
    for by in ("viewer", "contributor"):
        page = funded.get(f"funds/{fund(funded)}", by).content.decode()
        assert "/approve" not in page
        assert "/reverse" not in page
        assert "funds/new" not in funded.get("funds", by).content.decode()
        assert funded.get(f"funds/{fund(funded)}/approve", by).status_code == 403
        assert funded.post("transfers/TRF-0001/reverse", by, on="2026-03-10").status_code == 403


def test_the_past_is_as_it_was_and_offers_nothing(funded: Office) -> None:
    before = funded.record.head()
    do(funded, "transfer", source=account(funded, AccountType.FUND), to="chat", amount="250")
    page = funded.get(f"funds/{fund(funded)}?at={before}").content.decode()
    assert "TRF-0002" not in page
    assert "data-ask" not in page
    assert "€250" not in page
    assert funded.get(f"funds/{fund(funded)}/approve?at={before}").status_code == 404


def test_a_fund_that_may_be_overdrawn_says_so(funded: Office) -> None:
    funded.commit(change("fund", next(iter(plan(funded).funds)), overdraft=True))
    do(funded, "transfer", source=account(funded, AccountType.FUND), to="chat", amount="1400")
    text = funded.text(f"funds/{fund(funded)}")
    assert "May be overdrawn" in text
    assert "−€400" in text
    assert "€1,400" in funded.text("funds")


def test_a_revert_of_money_that_has_moved_on_says_that_it_stays(funded: Office) -> None:
    approved = funded.record.head()
    do(funded, "transfer", source=account(funded, AccountType.FUND), to="chat", amount="400")
    moved = funded.record.head()
    assert "Transfer “TRF-0002: 400 EUR, Unassigned → Chatbot” added" in funded.text(f"history/{moved}")
    text = funded.text(f"history/{approved}/revert")
    assert "stays: its money has moved on" in text
    assert 'name="take"' not in funded.get(f"history/{approved}/revert").content.decode()
    said = words_of(funded.post(f"history/{moved}/revert", reason="A mistake"))
    assert f"r{moved} is undone by this revision. " in said
    assert "stay" not in said.split("is undone by this revision.")[1][:60]
    assert balance(plan(funded), account(funded, AccountType.FUND)) == 1000
