"""What an investment lacks: owner, money, dates, stage, an objective to serve."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from northing.portfolio.investment import RUNNING, Investment
from northing.portfolio.words import word

from .derived_strategy import served
from .needs import Item, Look, Severity, field_of, item
from .sentence import Mend, Ref


def serves_nothing(look: Look) -> Iterable[Item]:
    """No contribution of it has a weight."""
    aims = served(look.plan)
    for investment in look.open:
        if not aims.get(investment.id):
            yield item(
                "serves-nothing",
                "high" if investment.stage in RUNNING else "medium",
                investment.id,
                word("{investment} serves no objective."),
                Mend(
                    op="create", kind="strategic_contribution", field="objective", given={"investment": investment.id}
                ),
            )


def owner_left(look: Look) -> Iterable[Item]:
    """Its owner has left, or is not in the plan any more."""
    for investment in look.open:
        owner = look.plan.people.get(investment.owner)
        if owner is not None and owner.left:
            template = word("{owner} owns {investment} and has left.")
        elif investment.owner is not None and owner is None:
            template = word("The owner of {investment} is no longer in the plan.")
        else:
            continue
        yield item(
            "owner-left",
            "high",
            investment.id,
            template,
            field_of(investment.id, "owner"),
            owner=Ref("person", investment.owner or ""),
        )


def lacks(
    code: str, field: str, template: str, lacking: Callable[[Investment], bool]
) -> Callable[[Look], Iterable[Item]]:
    """The rule that finds what is *lacking*, and offers *field* to be filled."""

    def rule(look: Look) -> Iterable[Item]:
        for investment in look.open:
            if lacking(investment):
                severity: Severity = "medium" if investment.stage in RUNNING else "low"
                yield item(code, severity, investment.id, template, field_of(investment.id, field))

    return rule


def lacks_money(look: Look) -> Iterable[Item]:
    """No line of its cost plan has a likely amount."""
    planned = look.view.derived_values("investment", "planned")
    for id, amounts in zip(look.view.rows("investment"), planned, strict=True):
        if amounts is None and look.is_open(id):
            yield item(
                "lacks-money",
                "medium" if look.plan.investments[id].stage in RUNNING else "low",
                id,
                word("{investment} has no planned money."),
                Mend(op="create", kind="cost_plan_line", field="likely", given={"investment": id}),
            )


def lacks_dates(look: Look) -> Iterable[Item]:
    """Its start or its end is empty."""
    for investment in look.open:
        if investment.start is not None and investment.end is not None:
            continue
        if investment.start is None and investment.end is None:
            template = word("{investment} has neither start nor end.")
        else:
            template = (
                word("{investment} has no start.") if investment.start is None else word("{investment} has no end.")
            )
        yield item(
            "lacks-dates",
            "medium" if investment.stage in RUNNING else "low",
            investment.id,
            template,
            field_of(investment.id, "start" if investment.start is None else "end"),
        )
