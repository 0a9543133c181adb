"""Funds as of a day, statements and the journal, on a small ledger that can be reckoned by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from northing.measure import ledger
from northing.measure.columns import view_of
from northing.measure.figures import figure, value_of, why
from northing.measure.levels import Scope
from northing.measure.view import View
from northing.portfolio import ledger_edits
from northing.portfolio.edits import Edit, apply, check_body
from northing.portfolio.errors import NotFound
from northing.portfolio.funding import AccountType
from northing.portfolio.investment import Investment
from northing.portfolio.money import Amounts
from northing.portfolio.plan import Plan
from northing.portfolio.strategy import Portfolio

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


class Told:
    """A plan to which edits are applied as a commit would, numbers included."""

    def __init__(self) -> None:
        self.plan = Plan.of(
            "w", "main", 1,
            [
                Portfolio(id="top", name="Top"),
                Portfolio(id="below", name="Below", parent="top"),
                Investment(id="chat", name="Chatbot", portfolio="below"),
                Investment(id="find", name="Search"),
            ],
        )  # fmt: skip
        self.transfers = 0

    def do(self, edits: list[Edit]) -> None:
        for edit in edits:
            body = apply(None, edit)
            assert body is not None
            if edit.kind == "transfer":
                self.transfers += 1
                body["number"] = f"TRF-{self.transfers:04}"
            self.plan = self.plan.step(self.plan.no + 1, {edit.kind: {edit.id: check_body(edit.kind, body)[0]}})

    def view(self, today: date = MAY) -> View:
        return view_of(plan=self.plan, today=today)

    def account(self, fund: str, type: AccountType, investment: str | None = None) -> str:
        found = ledger_edits.account_of(self.plan, fund, type, investment)
        assert found is not None
        return found.id


@pytest.fixture
def told() -> Told:
    """1,000 approved in March, 400 to the chatbot in April of which 150 are reserved, 100 to another fund in May."""
    told = Told()
    for name, portfolio in (("First", "below"), ("Second", None)):
        _, edits = ledger_edits.open_fund(name, "EUR", portfolio=portfolio)
        told.do(edits)
    first, second = sorted(told.plan.funds.values(), key=lambda fund: fund.name)
    told.do(ledger_edits.approve(told.plan, first, Decimal(1000), on=MARCH))
    free = told.account(first.id, AccountType.FUND)
    told.do(ledger_edits.transfer(told.plan, free, "chat", Decimal(400), on=APRIL))
    chat = told.plan.accounts[told.account(first.id, AccountType.INVESTMENT, "chat")]
    told.do(ledger_edits.reserve(told.plan, chat, Decimal(150), on=APRIL))
    told.do(ledger_edits.transfer(told.plan, free, told.account(second.id, AccountType.FUND), Decimal(100), on=MAY))
    return told


def first(told: Told) -> str:
    return next(fund.id for fund in told.plan.funds.values() if fund.name == "First")


def test_a_fund_as_of_a_day(told: Told) -> None:
    now = ledger.fund_money(told.view(), first(told))
    assert (now.approved, now.received, now.assigned, now.reserved, now.free) == (1000, -100, 250, 150, 500)
    assert now.approved + now.received == now.assigned + now.reserved + now.free
    before = ledger.fund_money(told.view(), first(told), MARCH)
    assert (before.approved, before.received, before.assigned, before.free) == (1000, 0, 0, 1000)
    free = next(one for one in before.balances if one.account.type is AccountType.FUND)
    assert (free.balance, free.available) == (1000, 500), "what leaves later cannot go twice"
    assert [one.fund.name for one in ledger.funds(told.view())] == ["First", "Second"]


def test_a_statement_runs(told: Told) -> None:
    free = told.account(first(told), AccountType.FUND)
    found = ledger.statement(told.view(), free)
    assert [(one.transfer.number, one.amount, one.balance) for one in found.entries] == [
        ("TRF-0001", 1000, 1000),
        ("TRF-0002", -400, 600),
        ("TRF-0004", -100, 500),
    ]
    assert (found.balance, found.currency) == (500, "EUR")
    assert found.entries[1].others == (told.account(first(told), AccountType.INVESTMENT, "chat"),)
    assert len(ledger.statement(told.view(), free, APRIL).entries) == 2
    with pytest.raises(NotFound):
        ledger.statement(told.view(), "nowhere")


def test_the_journal_marks_what_is_reversed_and_what_lies_ahead(told: Told) -> None:
    second = next(one for one in told.plan.transfers.values() if one.number == "TRF-0002")
    told.do(ledger_edits.reverse_once(told.plan, second, on=MAY))
    found = ledger.journal(told.view(APRIL), fund=first(told))
    assert [one.transfer.number for one in found] == ["TRF-0005", "TRF-0004", "TRF-0003", "TRF-0002", "TRF-0001"]
    assert [one.ahead for one in found] == [True, True, False, False, False]
    assert found[3].reversed_by is not None
    assert found[3].reversed_by.number == "TRF-0005"
    assert {one.amount for one in found} == {1000, 400, 150, 100}


def test_the_funding_of_a_level(told: Told) -> None:
    view = told.view()

    def eur(amount: int) -> Amounts:
        return Amounts.of(Decimal(amount), "EUR")

    whole = ledger.funding(view)
    assert (whole.approved, whole.assigned, whole.reserved, whole.free) == (eur(1000), eur(250), eur(150), eur(600))
    top = ledger.funding(view, Scope("portfolio", "top"))
    assert (top.approved, top.assigned, top.free) == (eur(900), eur(250), eur(500))
    chat = ledger.funding(view, Scope("investment", "chat"))
    assert (chat.approved, chat.assigned, chat.reserved, chat.free) == (None, eur(250), eur(150), None)
    assert not ledger.funding(view, Scope("investment", "find")).assigned
    assert dict(ledger.funded(view)) == {"chat": eur(250)}


def test_the_terms_of_every_receipt_are_legs_that_add_up_to_the_figure(told: Told) -> None:
    """Read again by a few lines of its own: the legs of the transfers named, times the sign."""
    for view in (told.view(), told.view(MARCH)):
        funds = sorted(view.plan.funds)
        asked = [
            figure(f"fund.{name}", id=id)
            for name in ("approved", "assigned", "reserved", "free")
            for id in (*funds, None)
        ]
        asked += [figure("ledger.balance", id=id) for id in view.plan.accounts]
        for one in asked:
            receipt = why(view, one)
            assert Amounts.sum(term.value for term in receipt.terms) == receipt.value, str(one)
            for term in receipt.terms:
                assert term.ref is not None
                transfer = view.plan.transfers[term.ref.id]
                assert transfer.on <= view.today
                assert abs(term.value.by_currency["EUR"]) in {abs(leg.amount) for leg in transfer.legs}
    assert value_of(told.view(), figure("fund.free")) == Amounts.of(Decimal(600), "EUR")
