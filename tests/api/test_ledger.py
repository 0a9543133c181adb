"""The ledger through the API: acts by name, balances, statements; and the same written as entities with legs."""

from __future__ import annotations

from typing import Any

import pytest

from northing.portfolio import ledger_edits
from northing.portfolio.funding import AccountType

from .conftest import Answer, Call, Place


@pytest.fixture
def funded(acme: Place) -> Place:
    """A fund without any money yet."""
    _, edits = ledger_edits.open_fund("AI fund", "EUR")
    acme.record.commit(edits, on=None, by=acme.actors["planner"], reason="Open")
    return acme


def enter(place: Place, call: Call, act: str, by: str = "planner", **more: Any) -> Answer:
    body = {"act": act, "reason": "r", "day": "2026-03-10", "on": place.record.head(), **more}
    return call("POST", "/w/acme/ledger/entries", place.keys[by], json=body)


def test_acts_by_name(funded: Place, call: Call) -> None:
    assert enter(funded, call, "approve", fund="FUND-0001", amount="1000").status == 201
    assert enter(funded, call, "transfer", fund="AI fund", amount="400", to="INV-0001").status == 201
    assert enter(funded, call, "reserve", fund="FUND-0001", amount="100").status == 201
    assert enter(funded, call, "release", fund="FUND-0001", amount="40").status == 201
    said = enter(funded, call, "reverse", transfer="TRF-0004")
    assert said.status == 201
    assert [one["number"] for one in said.data["entities"]] == ["TRF-0005"]
    (fund,) = call("GET", "/w/acme/ledger/funds", funded.keys["viewer"]).data
    assert {name: fund[name] for name in ("approved", "received", "assigned", "reserved", "free")} == {
        "approved": "1000", "received": "0", "assigned": "400", "reserved": "100", "free": "500",
    }  # fmt: skip
    before = call("GET", "/w/acme/ledger/funds/FUND-0001?day=2026-03-09", funded.keys["viewer"]).data
    assert before["approved"] == "0"


def test_the_statement_of_an_account_in_pages(funded: Place, call: Call) -> None:
    enter(funded, call, "approve", fund="FUND-0001", amount="1000")
    enter(funded, call, "transfer", fund="FUND-0001", amount="400.25", to="INV-0001")
    account = ledger_edits.account_of(funded.record.plan(), next(iter(funded.record.plan().funds)), AccountType.FUND)
    assert account is not None
    path = f"/w/acme/ledger/accounts/{account.id}"
    said = call("GET", f"{path}?limit=1", funded.keys["viewer"])
    assert (said.body["total"], said.body["currency"], said.body["account"]["balance"]) == (2, "EUR", "599.75")
    assert [(one["amount"], one["balance"]) for one in said.data] == [("1000", "1000")]
    following = call("GET", f"{path}?limit=1&cursor={said.body['next']}", funded.keys["viewer"])
    assert [(one["amount"], one["balance"]) for one in following.data] == [("-400.25", "599.75")]
    assert following.body["next"] is None
    assert call("GET", "/w/acme/ledger/accounts/nobody", funded.keys["viewer"]).status == 404


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"amount": "5000", "to": "INV-0001"}, "account-overdrawn"),
        ({"amount": "-1", "to": "INV-0001"}, "transfer-no-amount"),
        ({"amount": "NaN", "to": "INV-0001"}, "transfer-no-amount"),
        ({"to": "INV-0001"}, "transfer-no-amount"),
        ({"amount": "1"}, "missing"),
    ],
)
def test_what_is_refused_says_why(funded: Place, call: Call, more: dict[str, Any], code: str) -> None:
    enter(funded, call, "approve", fund="FUND-0001", amount="1000")
    said = enter(funded, call, "transfer", fund="FUND-0001", **more)
    assert said.status == 422
    assert code in {one["code"] for one in said.body["details"]["findings"]}


def test_who_may_enter(funded: Place, call: Call) -> None:
    assert enter(funded, call, "approve", by="contributor", fund="FUND-0001", amount="1").status == 403
    assert enter(funded, call, "approve", fund="FUND-9", amount="1").status == 404
    assert enter(funded, call, "reverse", transfer="TRF-9").status == 404


def test_a_transfer_as_an_entity_with_legs(funded: Place, call: Call) -> None:
    plan, key = funded.record.plan(), funded.keys["planner"]
    fund = next(iter(plan.funds))
    source, free = (ledger_edits.account_of(plan, fund, type) for type in (AccountType.SOURCE, AccountType.FUND))
    assert source is not None
    assert free is not None

    def post(*legs: tuple[str, str], **more: Any) -> Answer:
        fields = {"on": "2026-03-10", "legs": [{"account": id, "amount": amount} for id, amount in legs], **more}
        return call(
            "POST", "/w/acme/transfers", key, json={"fields": fields, "reason": "r", "on": funded.record.head()}
        )

    said = post((source.id, "-10"), (free.id, "10"), type="approve")
    assert said.status == 201, said.body
    (made,) = said.data["entities"]
    assert made["number"] == "TRF-0001"
    shown = call("GET", "/w/acme/transfers/TRF-0001", key).data
    assert shown["fields"]["legs"] == [
        {"account": source.id, "amount": "-10"}, {"account": free.id, "amount": "10"}
    ]  # fmt: skip
    for legs, code in (
        (((source.id, "-10"), (free.id, "9")), "transfer-unbalanced"),
        (((free.id, "0"), (source.id, "0")), "transfer-no-amount"),
        (((free.id, "sNaN"), (source.id, "1")), "transfer-no-amount"),
        (((free.id, "5"),), "transfer-one-sided"),
        (((free.id, "5"), ("nobody", "-5")), "missing-reference"),
    ):
        refused = post(*legs)
        assert refused.status == 422, legs
        assert code in {one["code"] for one in refused.body["details"]["findings"]}, legs
    for method, body in (("PATCH", {"fields": {"reason": "x"}}), ("DELETE", {})):
        refused = call(
            method, "/w/acme/transfers/TRF-0001", key, json={**body, "reason": "r", "on": funded.record.head()}
        )
        assert refused.status == 422
        assert {one["code"] for one in refused.body["details"]["findings"]} == {"append-only"}
    listed = call("GET", "/w/acme/transfers?fields=number,on,moved&where=on = 2026-03-10", key)
    assert [row["moved"] for row in listed.data] == [{"EUR": "10"}]
