"""The ledger after any sequence of acts: balances worked out again, and legs that sum to zero."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from northing.portfolio import ledger_edits
from northing.portfolio.edits import Edit, create
from northing.portfolio.entity import new_id
from northing.portfolio.errors import Invalid
from northing.portfolio.funding import Account, AccountType
from northing.portfolio.ledger import balance
from northing.portfolio.plan import Plan

from .conftest import make_cast
from .test_ledger import DAY, Books


class LedgerMachine(RuleBasedStateMachine):
    """Any sequence of acts; the balances are worked out again by a few lines that share nothing with the code."""

    def __init__(self) -> None:
        super().__init__()
        self.books = Books(make_cast())
        _, edits = ledger_edits.open_fund("Second", "EUR", overdraft=True)
        self.books.do(edits)
        self.books.do([create("period_close", new_id(), start="2026-01-01", end="2026-02-01")])

    def attempt(self, edits: Sequence[Edit]) -> None:
        preview = self.books.record.preview(edits, on=None, by=self.books.cast.bob)
        if preview.possible:
            self.books.do(edits)
            return
        refused = {finding.code for finding in preview.findings}
        assert refused <= {"account-overdrawn", "period-closed", "reversed-twice", "reversal-early"}
        with pytest.raises(Invalid):
            self.books.do(edits)

    def accounts(self) -> list[Account]:
        """In an order that does not depend on their ids, which are random."""
        plan = self.books.plan
        return sorted(
            plan.accounts.values(), key=lambda one: (plan.funds[one.fund].number or "", one.type.value, one.name)
        )

    days = st.sampled_from([date(2026, 1, 20), DAY, DAY + timedelta(days=1), date(2026, 6, 1), date(2027, 6, 1)])
    amounts = st.integers(1, 900).map(lambda cents: Decimal(cents) / 4)

    @rule(data=st.data(), amount=amounts, on=days)
    def approve(self, data: st.DataObject, amount: Decimal, on: date) -> None:
        funds = sorted(self.books.plan.funds.values(), key=lambda fund: fund.number or "")
        fund = data.draw(st.sampled_from(range(len(funds))))
        self.attempt(ledger_edits.approve(self.books.plan, funds[fund], amount, on=on))

    @rule(data=st.data(), amount=amounts, on=days, act=st.sampled_from(["transfer", "reserve", "release"]))
    def move(self, data: st.DataObject, amount: Decimal, on: date, act: str) -> None:
        plan = self.books.plan
        accounts = self.accounts()
        source = accounts[data.draw(st.integers(0, len(accounts) - 1))]
        if act == "transfer":
            targets = [*(account.id for account in accounts), self.books.chatbot, self.books.search]
            target = targets[data.draw(st.integers(0, len(targets) - 1))]
            to_itself = source.type is AccountType.INVESTMENT and source.investment == target
            if target != source.id and not to_itself:
                self.attempt(ledger_edits.transfer(plan, source.id, target, amount, on=on))
        elif source.type != "source" and not (act == "reserve" and source.type == "reserve"):
            make = ledger_edits.reserve if act == "reserve" else ledger_edits.release
            self.attempt(make(plan, source, amount, on=on))

    @rule(data=st.data(), on=days)
    def reverse(self, data: st.DataObject, on: date) -> None:
        transfers = sorted(self.books.plan.transfers.values(), key=lambda one: one.number or "")
        transfer = transfers[data.draw(st.integers(0, len(transfers) - 1))]
        self.attempt([ledger_edits.reverse(transfer, on=on)])

    @rule(data=st.data())
    def revert(self, data: st.DataObject) -> None:
        no = data.draw(st.integers(self.books.approved, self.books.record.head()))
        before = balances(self.books.plan)
        done = self.books.record.revert(no, by=self.books.cast.ana)
        if done.revision is None:
            assert balances(self.books.plan) == before

    @invariant()
    def the_books_are_right(self) -> None:
        plan = self.books.plan
        found = balances(plan)
        for transfer in plan.transfers.values():
            assert sum(leg.amount for leg in transfer.legs) == 0
        assert sum(found.values()) == 0
        for id, account in plan.accounts.items():
            assert balance(plan, id) == found.get(id, 0)
            running = Decimal(0)
            for day in sorted({transfer.on for transfer in plan.transfers.values()}):
                running = sum(
                    (leg.amount for t in plan.transfers.values() if t.on <= day for leg in t.legs if leg.account == id),
                    Decimal(0),
                )
                assert balance(plan, id, day) == running
                assert running >= 0 or account.type == "source" or plan.funds[account.fund].overdraft
        reversed_ones = [transfer.reverses for transfer in plan.transfers.values() if transfer.reverses]
        assert len(reversed_ones) == len(set(reversed_ones))

    def teardown(self) -> None:
        assert self.books.record.verify() == []


def balances(plan: Plan) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for transfer in plan.transfers.values():
        for leg in transfer.legs:
            found[leg.account] = found.get(leg.account, Decimal(0)) + leg.amount
    return found


SHORT = settings(max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.usefixtures("db")
def test_the_books_are_right_after_anything() -> None:
    run_state_machine_as_test(LedgerMachine, settings=SHORT)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("db")
def test_the_books_are_right_after_anything_for_long() -> None:
    run_state_machine_as_test(LedgerMachine, settings=settings(SHORT, max_examples=150, stateful_step_count=40))
