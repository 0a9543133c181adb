"""The ledger and the closed periods in the record: what is refused, and what a revert does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from northing.portfolio import ledger_edits
from northing.portfolio.edits import Edit, change, create, remove
from northing.portfolio.entity import new_id
from northing.portfolio.errors import Conflict, Invalid, NotAllowed
from northing.portfolio.funding import AccountType, Transfer
from northing.portfolio.ledger import balance
from northing.portfolio.plan import Plan

from .conftest import Cast
from .test_branches import bring_in

DAY = date(2026, 3, 10)


class Books:
    """A cast with one fund of 1,000 EUR and two investments."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.record = cast, cast.record
        self.chatbot, self.search = cast.investment("Chatbot"), cast.investment("Search")
        self.fund, edits = ledger_edits.open_fund("AI fund", "EUR")
        self.do(edits, "Open the fund")
        self.unassigned = self.account(AccountType.FUND)
        self.approved = self.do(ledger_edits.approve(self.plan, self.plan.funds[self.fund], Decimal(1000), on=DAY))

    @property
    def plan(self) -> Plan:
        return self.record.plan()

    def account(self, type: AccountType, investment: str | None = None) -> str:
        found = ledger_edits.account_of(self.plan, self.fund, type, investment)
        assert found is not None
        return found.id

    def do(self, edits: Sequence[Edit], reason: str = "-", **more: Any) -> int:
        return self.record.commit(edits, on=None, by=self.cast.bob, reason=reason, **more).revision.no

    def assign(self, amount: int, to: str | None = None, on: date = DAY) -> int:
        edits = ledger_edits.transfer(self.plan, self.unassigned, to or self.chatbot, Decimal(amount), on=on)
        return self.do(edits, f"Assign {amount}")

    def free(self) -> Decimal:
        return balance(self.plan, self.unassigned)

    def of(self, investment: str) -> Decimal:
        return balance(self.plan, self.account(AccountType.INVESTMENT, investment))

    def newest(self) -> Transfer:
        return max(self.plan.transfers.values(), key=lambda transfer: transfer.number or "")

    def close(self, start: date, end: date) -> str:
        id = new_id()
        self.do([create("period_close", id, start=start, end=end)], "Close")
        return id


@pytest.fixture
def books(cast: Cast) -> Books:
    return Books(cast)


def codes(raised: pytest.ExceptionInfo[Any]) -> set[str]:
    return {finding.code for finding in raised.value.details["findings"]}


def test_money_is_approved_assigned_reserved_released_and_reversed(books: Books) -> None:
    books.assign(400)
    assert (books.free(), books.of(books.chatbot)) == (600, 400)
    plan = books.plan
    account = plan.accounts[books.account(AccountType.INVESTMENT, books.chatbot)]
    books.do(ledger_edits.reserve(plan, account, Decimal(150), on=DAY))
    kept = books.account(AccountType.RESERVE, books.chatbot)
    assert (balance(books.plan, kept), books.of(books.chatbot)) == (150, 250)
    books.do(ledger_edits.release(books.plan, books.plan.accounts[kept], Decimal(50), on=DAY))
    assert (balance(books.plan, kept), books.of(books.chatbot)) == (100, 300)
    books.do(ledger_edits.reverse_once(books.plan, books.newest(), on=DAY))
    assert (balance(books.plan, kept), books.of(books.chatbot)) == (150, 250)
    assert [transfer.number for transfer in sorted(books.plan.transfers.values(), key=lambda t: t.number or "")] == [
        f"TRF-{n:04}" for n in range(1, 6)
    ]


def test_no_account_goes_below_zero_on_any_day_unless_its_fund_allows_it(books: Books) -> None:
    books.assign(700, on=DAY + timedelta(days=10))
    with pytest.raises(Invalid, match="−100 EUR on 20 Mar 2026") as told:
        books.assign(400, books.search)
    assert codes(told) == {"account-overdrawn"}
    with pytest.raises(Invalid):
        books.assign(100, on=DAY - timedelta(days=1))
    books.do([change("fund", books.fund, overdraft=True)])
    books.assign(400, books.search)
    with pytest.raises(Invalid):
        books.do([change("fund", books.fund, overdraft=False)])


def test_a_transfer_is_neither_changed_nor_removed_by_anybody(books: Books) -> None:
    books.assign(400)
    id = books.newest().id
    for edit in (
        remove("transfer", id),
        change("transfer", id, reason="Other"),
        change("transfer", id, on="2026-01-01"),
    ):
        with pytest.raises(Invalid) as told:
            books.record.commit([edit], on=None, by=books.cast.ana, reason="-")
        assert "append-only" in codes(told)
        assert "Reverse it" in (told.value.findings[0].remedy or "")
    books.do([change("fund", books.fund, name="Fund of AI")])
    with pytest.raises(Invalid) as told:
        books.do([change("fund", books.fund, currency="USD")])
    assert codes(told) == {"ledger-terms"}
    with pytest.raises(Invalid) as told:
        books.do([change("account", books.unassigned, type="source")])
    assert codes(told) == {"ledger-terms"}


def test_a_contributor_moves_no_money(books: Books) -> None:
    carla = books.cast.carla
    mine = books.cast.investment("Mine", owner=None)
    books.do([create("person", carla.id)])
    books.do([change("investment", mine, owner=carla.id)])
    edits = ledger_edits.transfer(books.plan, books.unassigned, mine, Decimal(1), on=DAY)
    for some in (edits, edits[:1], [create("attribution_rule", new_id(), where="ai is yes", investment=mine)]):
        with pytest.raises(NotAllowed):
            books.record.commit(some, on=None, by=carla, reason="-")


def test_a_revert_writes_the_reversal_and_a_revert_of_that_writes_it_again(books: Books) -> None:
    no = books.do(
        [
            *ledger_edits.transfer(books.plan, books.unassigned, books.chatbot, Decimal(400), on=DAY),
            change("investment", books.chatbot, category="Funded"),
        ],
        "Fund the chatbot",
    )
    made = books.newest()
    seen = books.record.preview_revert(no, by=books.cast.bob)
    assert {c.kind for c in seen.changes} == {"investment", "transfer", "account"} - {"account"}
    undone = books.record.revert(no, by=books.cast.bob)
    assert undone.revision is not None
    assert undone.conflicts == (), "the account that was opened for it stays, empty"
    assert books.of(books.chatbot) == 0
    reversal = books.newest()
    assert (reversal.reverses, reversal.type) == (made.id, "reverse")
    assert reversal.on == datetime.now(UTC).date()
    assert reversal.reason == f"Revert revision {no}: Fund the chatbot"
    assert books.free() == 1000
    assert books.plan.investments[books.chatbot].category is None
    assert books.plan.transfers[made.id] == made, "what was written stays"
    again = books.record.revert(undone.revision.no, by=books.cast.bob)
    assert again.revision is not None
    assert (books.free(), books.plan.investments[books.chatbot].category) == (600, "Funded")
    assert books.newest().reverses == reversal.id
    books.record.revert(no, by=books.cast.bob)
    assert books.free() == 1000, "reverted again, what is in force is reversed: the newest of the chain"
    assert books.record.revert(no, by=books.cast.bob).revision is None
    assert books.record.verify() == []


def test_a_revert_leaves_what_somebody_reversed_since(books: Books) -> None:
    no = books.assign(400)
    books.do(ledger_edits.reverse_once(books.plan, books.newest(), on=DAY))
    assert books.record.revert(no, by=books.cast.bob).revision is None
    with pytest.raises(Invalid, match="reversed already, by TRF-0003"):
        ledger_edits.reverse_once(books.plan, books.plan.transfers[books.newest().reverses or ""], on=DAY)


def test_a_revert_that_would_overdraw_leaves_the_transfer_and_says_so(books: Books) -> None:
    books.assign(400)
    no = books.approved
    undone = books.record.revert(no, by=books.cast.ana)
    (conflict,) = undone.conflicts
    assert (conflict.kind, undone.revision) == ("transfer", None)
    assert conflict.id in books.plan.transfers
    assert books.free() == 600


def test_a_revert_of_a_merge_that_holds_a_transfer_and_its_reversal_moves_nothing(books: Books) -> None:
    books.record.fork("try", by=books.cast.bob)
    plan = books.record.plan(books.record.at(None, branch="try"))
    books.do(ledger_edits.transfer(plan, books.unassigned, books.chatbot, Decimal(400), on=DAY), branch="try")
    plan = books.record.plan(books.record.at(None, branch="try"))
    made = max(plan.transfers.values(), key=lambda transfer: transfer.number or "")
    books.do(ledger_edits.reverse_once(plan, made, on=DAY), branch="try")
    books.do(ledger_edits.transfer(plan, books.unassigned, books.search, Decimal(30), on=DAY), branch="try")
    merge = books.record.merge("try", by=books.cast.ana, reason="Yes").revision.no
    assert (books.free(), len(books.plan.transfers)) == (970, 4)
    books.record.revert(merge, by=books.cast.ana)
    assert (books.free(), len(books.plan.transfers)) == (1000, 5)


def test_two_scenarios_cannot_spend_the_same_money(books: Books) -> None:
    for name in ("one", "two"):
        books.record.fork(name, by=books.cast.bob)
        books.do(ledger_edits.transfer(books.plan, books.unassigned, books.chatbot, Decimal(600), on=DAY), branch=name)
    books.record.merge("one", by=books.cast.ana, reason="-")
    with pytest.raises(Conflict, match="−200 EUR"):
        books.record.merge("two", by=books.cast.ana, reason="-")
    books.record.fork("three", by=books.cast.bob)
    made = books.newest()
    for name in ("three", "main"):
        books.do([ledger_edits.reverse(made, on=DAY)], branch=name)
    with pytest.raises(Conflict) as told:
        books.record.merge("three", by=books.cast.ana, reason="-")
    assert "reversed-twice" in codes(told)


MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def line(investment: str, id: str | None = None, **fields: Any) -> Edit:
    told = {"start": MARCH, "end": APRIL, "amount": "100", "currency": "EUR", **fields}
    return create("forecast_line", id or new_id(), investment=investment, **told)


def locked(books: Books, *edits: Edit, branch: str = "main") -> None:
    with pytest.raises(Invalid, match="is closed") as told:
        books.do(edits, branch=branch)
    assert codes(told) == {"period-closed"}
    assert "reopen" in (told.value.findings[0].remedy or "")


def test_what_speaks_of_a_closed_period_is_locked(books: Books) -> None:
    there, rate = new_id(), new_id()
    books.do(
        [line(books.chatbot, there), create("fx_rate", rate, base="EUR", quote="USD", on="2026-01-01", rate="1.1")]
    )
    close = books.close(MARCH, APRIL)
    locked(books, line(books.chatbot))
    locked(books, change("forecast_line", there, amount="90"))
    locked(books, change("forecast_line", there, start=APRIL, end=MAY))
    locked(books, remove("forecast_line", there))
    locked(books, change("fx_rate", rate, rate="1.2"))
    locked(books, remove("fx_rate", rate))
    locked(books, create("fx_rate", new_id(), base="EUR", quote="USD", on="2026-03-20", rate="1.2"))
    locked(books, *ledger_edits.transfer(books.plan, books.unassigned, books.chatbot, Decimal(1), on=DAY))
    locked(books, change("period_close", close, end="2026-03-20"))
    accrual = {"investment": books.chatbot, "amount": "5", "currency": "EUR"}
    locked(books, change("period_close", close, accruals=[accrual]))
    books.do([change("forecast_line", there, note="Told by finance"), line(books.chatbot, start=APRIL, end=MAY)])
    books.do([create("fx_rate", new_id(), base="EUR", quote="USD", on="2026-04-01", rate="1.2")])
    books.assign(1, on=APRIL)
    with pytest.raises(Invalid) as told:
        books.close(date(2026, 3, 20), MAY)
    assert codes(told) == {"closed-twice"}
    books.do([remove("period_close", close)], "Reopen: the bill of a supplier came late")
    books.do([change("forecast_line", there, amount="90")])


def test_a_line_through_the_cut_off_may_change_after_it(books: Books) -> None:
    """1,220 EUR from 1 March to 1 July are 310 in March: these stay, the other three months may come to anything."""
    year = new_id()
    whole = {"start": MARCH, "end": date(2026, 7, 1), "currency": "EUR"}
    books.do([create("cost_plan_line", year, investment=books.chatbot, likely="1220", **whole)])
    books.close(MARCH, APRIL)
    locked(books, change("cost_plan_line", year, likely="2000"))
    locked(books, change("cost_plan_line", year, currency="USD"))
    rest = {"start": APRIL, "end": date(2026, 7, 1), "currency": "EUR", "investment": books.chatbot}
    locked(
        books,
        change("cost_plan_line", year, end=APRIL, likely="300"),
        create("cost_plan_line", new_id(), likely="1", **rest),
    )
    books.do(
        [
            change("cost_plan_line", year, end=APRIL, likely="310"),
            create("cost_plan_line", new_id(), likely="1700", **rest),
        ]
    )


def test_reopening_and_correcting_may_be_one_revision(books: Books) -> None:
    there = new_id()
    books.do([line(books.chatbot, there)])
    close = books.close(MARCH, APRIL)
    books.do(
        [
            remove("period_close", close),
            change("forecast_line", there, amount="90"),
            create("period_close", new_id(), start=MARCH, end=APRIL),
        ],
        "Restate March",
    )
    locked(books, change("forecast_line", there, amount="80"))


def test_a_close_refuses_what_a_scenario_says_of_the_period(books: Books) -> None:
    there, other = new_id(), new_id()
    books.do([line(books.chatbot, there)])
    for name in ("early", "late"):
        books.record.fork(name, by=books.cast.bob)
        books.do([change("forecast_line", there, amount="90")], branch=name)
    books.do([line(books.chatbot, other, start=APRIL, end=MAY)], branch="late")
    books.record.merge("early", by=books.cast.ana, reason="In time")
    books.do([change("forecast_line", there, amount="100")])
    books.close(MARCH, APRIL)
    for act in (books.record.merge, books.record.update):
        with pytest.raises(Conflict) as told:
            act("late", by=books.cast.ana, reason="-", resolve="yours")
        assert codes(told) == {"period-closed"}
    books.do([change("forecast_line", there, amount="100")], branch="late")
    books.record.update("late", by=books.cast.ana, reason="-", resolve="theirs")
    locked(books, change("forecast_line", there, amount="90"), branch="late")
    books.record.merge("late", by=books.cast.ana, reason="-")
    assert other in books.plan.forecast_lines


def test_a_revert_leaves_what_is_closed_since_and_undoes_the_rest(books: Books) -> None:
    there = new_id()
    no = books.do([line(books.chatbot, there), line(books.chatbot, start=APRIL, end=MAY)])
    books.close(MARCH, APRIL)
    undone = books.record.revert(no, by=books.cast.bob)
    assert [(item.kind, item.id) for item in undone.conflicts] == [("forecast_line", there)]
    assert set(books.plan.forecast_lines) == {there}


def test_a_revert_of_a_transfer_of_a_closed_period_is_dated_today(books: Books) -> None:
    no = books.assign(400)
    books.close(MARCH, APRIL)
    books.record.revert(no, by=books.cast.bob)
    assert (books.free(), books.newest().on) == (1000, datetime.now(UTC).date())
    assert balance(books.plan, books.unassigned, DAY) == 600, "what March looked like stays"


def test_an_import_leaves_out_what_is_closed(books: Books) -> None:
    books.close(MARCH, APRIL)
    inside, outside = new_id(), new_id()
    done = bring_in(books.cast, line(books.chatbot, inside), line(books.chatbot, outside, start=APRIL, end=MAY))
    assert set(books.plan.forecast_lines) == {outside}
    assert [(item.kind, item.id) for item in done.conflicts] == [("forecast_line", inside)]
