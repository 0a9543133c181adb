"""Laws of deciding: in whichever order two scenarios are merged, limits hold, and no cent comes or goes."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from northing.access.models import Workspace
from northing.portfolio.edits import Edit, change, create
from northing.portfolio.errors import Conflict, Invalid
from northing.portfolio.ledger import added, balance
from northing.portfolio.plan import Plan
from northing.record.approving import Need
from northing.report import deciding
from northing.report.viewing import look
from tests.record.conftest import Cast, make_cast

INVESTMENTS = ("bot", "desk", "mail")
FREE = "free"
APPROVED = Decimal("1000.01")
CENTS = st.integers(1, 60_000).map(lambda cents: str(Decimal(cents) / 100))


def steps(name: str) -> st.SearchStrategy[list[Edit]]:
    """What a scenario changes: who is in, what is planned, what is assigned; a move of money has its own id."""
    which = st.sampled_from(INVESTMENTS)
    step = st.one_of(
        st.builds(lambda id: change("investment", id, choice="out", choice_from="2027-01-01"), which),
        st.builds(lambda id: change("investment", id, choice="in"), which),
        st.builds(lambda id, likely: change("cost_plan_line", f"line-{id}", likely=likely), which, CENTS),
        st.builds(lambda id, cents, n: moved(f"{name}-{n}", id, cents), which, CENTS, st.integers(0, 99)),
        st.builds(lambda most: change("limit", "budget", most=most), CENTS),
    )
    return st.lists(step, min_size=1, max_size=4)


def moved(id: str, to: str, amount: str) -> Edit:
    legs = [{"account": FREE, "amount": f"-{amount}"}, {"account": f"of-{to}", "amount": amount}]
    return create("transfer", id, type="transfer", on="2026-11-01", legs=legs)


def world(scenarios: dict[str, list[Edit]]) -> Cast:
    """A plan of three investments within its budget, and the scenarios; a step that means nothing is left out."""
    cast = make_cast()
    first = [{"account": "source", "amount": f"-{APPROVED}"}, {"account": FREE, "amount": str(APPROVED)}]
    cast.record.commit(
        [
            create("fund", "fund", name="Fund", currency="EUR"),
            create("account", "source", name="Source", fund="fund", type="source"),
            create("account", FREE, name="Free", fund="fund", type="fund"),
            create("transfer", "approved", type="approve", on="2026-01-01", legs=first),
            *(create("investment", id, name=id.title(), stage="pilot", currency="EUR") for id in INVESTMENTS),
            *(create("account", f"of-{id}", name=id, fund="fund", type="investment", investment=id) for id in INVESTMENTS),
            *(
                create(
                    "cost_plan_line", f"line-{id}", investment=id, likely="100.10", start="2027-01-01", end="2028-01-01"
                )
                for id in INVESTMENTS
            ),
            create(
                "limit", "budget", name="Budget 2027", type="budget", per="whole", start="2027-01-01", end="2028-01-01",
                most="500", currency="EUR",
            ),
            create("group", "one", name="One of two", where="name in (Bot, Desk)", least=1),
        ],
        on=None, by=cast.ana, reason="Plan",
    )  # fmt: skip
    for name, edits in scenarios.items():
        cast.record.fork(name, by=cast.bob)
        for edit in edits:
            try:
                cast.record.commit([edit], on=None, by=cast.bob, reason="-", branch=name)
            except (Invalid, Conflict):
                continue
    return cast


def merged(cast: Cast, order: tuple[str, ...]) -> Any:
    """The plan when all that can be merged is, tried in *order* and again; None where anything was refused."""
    workspace = Workspace.objects.get(pk=cast.workspace)
    left = list(order)
    for _ in order:
        for name in list(left):
            before = look(workspace).view
            head = cast.record.head()
            try:
                deciding.merge(workspace, name, by=cast.ana, reason="-")
            except (Invalid, Conflict) as refused:
                assert cast.record.head() == head, "nothing was changed"
                named = not isinstance(refused, Invalid) or refused.findings
                assert named, "what would not hold is named"
                continue
            left.remove(name)
            after = look(workspace).view
            assert [one for one in deciding.limits(before, after) if one.severity == "error"] == []
            same_money(after.plan)
    assert cast.record.verify() == []
    if left:
        return None
    plan = cast.record.plan().all()
    return sorted((one.KIND, one.id, _said(one)) for one in plan if one.KIND != "decision")


def _said(one: Any) -> str:
    body = msgspec.to_builtins(one)
    # Numbers are given in the order of the merges.
    return str({name: value for name, value in body.items() if name != "number" or one.KIND != "transfer"})


def same_money(plan: Plan) -> None:
    """What was approved is in the fund's accounts, to the cent."""
    assert balance(plan, "source") == -APPROVED
    assert added(balance(plan, account) for account in plan.accounts if account != "source") == APPROVED


@pytest.mark.usefixtures("db")
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(a=steps("a"), b=steps("b"))
def test_one_plan_in_either_order_or_both_refused(a: list[Edit], b: list[Edit]) -> None:
    results = [merged(world({"a": a, "b": b}), order) for order in itertools.permutations(("a", "b"))]
    assert results[0] == results[1]


@pytest.mark.usefixtures("db")
def test_a_limit_that_two_scenarios_break_only_together_refuses_the_second_by_its_name() -> None:
    more = {name: [change("cost_plan_line", f"line-{id}", likely="250")] for name, id in (("a", "bot"), ("b", "desk"))}
    for first, second in (("a", "b"), ("b", "a")):
        cast = world(more)
        workspace = Workspace.objects.get(pk=cast.workspace)
        deciding.merge(workspace, first, by=cast.ana, reason="-")
        with pytest.raises(Invalid, match="“Budget 2027” would not hold") as refused:
            deciding.merge(workspace, second, by=cast.ana, reason="-")
        assert refused.value.findings[0].code == "limit-broken"


@pytest.mark.usefixtures("db")
def test_what_a_rule_speaks_of_is_told_of_the_plan_that_is_merged_into() -> None:
    """A scenario that would raise the rule's own amount is held to the rule as it stands."""
    cast = world({"a": [change("cost_plan_line", "line-bot", likely="300.10")]})
    rule = create("approval_rule", "rule", name="Large", change="money", amount="200", currency="EUR", role="owner")
    cast.record.commit([rule], on=None, by=cast.ana, reason="-")
    cast.record.update("a", by=cast.bob)
    cast.record.commit([change("approval_rule", "rule", amount="9999")], on=None, by=cast.bob, reason="-", branch="a")
    workspace = Workspace.objects.get(pk=cast.workspace)
    branch = next(one for one in cast.record.branches() if one.name == "a")
    (asked,) = deciding.standing(workspace, branch).asked
    assert asked.need == Need(rule="rule", name="Large", role="owner", why="€200 move.")
