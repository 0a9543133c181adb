"""The invariants of choosing: limits that can be asked for, periods that have days, shares that are shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal

from .breach import Breach, Touched, broken, called, present
from .choosing import LimitType
from .entity import Entity
from .plan import Plan


def limits_can_be_asked_for(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """A limit says how much, not more at least than at most, and what its type needs."""
    for limit in present(plan, touched, "limit"):
        if limit.least is None and limit.most is None:
            yield broken(
                "limit-without-amount", f"{called(limit)} says neither how much at least nor at most.", limit, "most",
                remedy="Say one of the two.",
            )  # fmt: skip
        elif limit.least is not None and limit.most is not None and _above(limit.least, limit.most):
            yield broken(
                "limit-crossed", f"{called(limit)} asks for at least {limit.least} and at most {limit.most}.", limit,
                "most", degree=limit.least - limit.most, value=str(limit.most),
            )  # fmt: skip
        for name in ("least", "most"):
            amount = getattr(limit, name)
            if amount is not None and amount.is_finite() and amount < 0:
                yield broken(
                    "limit-below-none", f"{called(limit)}: {amount} is less than nothing.", limit, name,
                    degree=-amount, value=str(amount),
                )  # fmt: skip
        needed = {LimitType.CAPACITY: "role", LimitType.PRICE: "model"}.get(limit.type)
        if needed and not getattr(limit, needed):
            yield broken("limit-without-aim", f"{called(limit)} does not say of which {needed}.", limit, needed)
        if limit.type in (LimitType.SHARE, LimitType.RISK):
            yield from _between(limit, ("least", "most"))


def groups_can_be_kept(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """A group asks for none or more, and not for more at least than at most."""
    for group in present(plan, touched, "group"):
        if group.least < 0 or (group.most is not None and group.most < max(group.least, 0)):
            yield broken(
                "group-crossed", f"{called(group)} asks for at least {group.least} and at most {group.most}.", group,
                "most", degree=Decimal(max(-group.least, group.least - (group.most or 0))),
            )  # fmt: skip


def people_are_counted(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """Capacity and demand are of none or more people."""
    for kind in ("capacity", "resource_demand"):
        for line in present(plan, touched, kind):
            if line.people.is_finite() and line.people < 0:
                yield broken(
                    "fewer-than-nobody", f"{called(line)} is of {line.people} people.", line, "people",
                    degree=-line.people, value=str(line.people),
                )  # fmt: skip


def variants_are_ways(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """A variant takes and brings none or more of what is planned, and comes no sooner."""
    for variant in present(plan, touched, "variant"):
        for name in ("cost", "benefit", "people"):
            share = getattr(variant, name)
            if share.is_finite() and share < 0:
                yield broken(
                    "negative-share", f"{called(variant)}: a share of {share} is less than nothing.", variant, name,
                    degree=-share, value=str(share),
                )  # fmt: skip
        if variant.delay < 0:
            yield broken(
                "sooner-than-planned", f"{called(variant)} comes before the plan does.", variant, "delay",
                degree=Decimal(-variant.delay), value=str(variant.delay),
            )  # fmt: skip


def risks_are_shares(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """The risk of an investment lies between 0 and 1."""
    for one in present(plan, touched, "investment"):
        yield from _between(one, ("risk",))


def criteria_make_a_score(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """A scoring model names each criterion once, gives none a weight below 0 or a scale without length."""
    for model in present(plan, touched, "scoring_model"):
        twice = [key for key, count in Counter(one.key for one in model.criteria).items() if count > 1]
        if twice:
            yield broken(
                "criterion-twice", f"{called(model)} has two criteria with the key “{twice[0]}”.", model, "criteria",
                degree=Decimal(len(twice)), value=twice[0],
            )  # fmt: skip
        for one in model.criteria:
            if not one.weight.is_finite() or one.weight < 0:
                yield broken(
                    "no-weight", f"{called(model)}: “{one.name}” weighs {one.weight}; a weight is 0 or more.", model,
                    "criteria", value=str(one.weight),
                )  # fmt: skip
            if one.low is not None and one.high is not None and not one.low < one.high:
                yield broken(
                    "no-scale", f"{called(model)}: the scale of “{one.name}” has no length.", model, "criteria",
                    value=str(one.high), remedy="Let its high end be above its low one; “better” says which is good.",
                )  # fmt: skip
        if not model.discount.is_finite() or model.discount <= -1:
            yield broken("no-rate", f"{called(model)}: a discount rate is above −100 %.", model, "discount")


def scores_have_a_criterion(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """A score names a criterion of its model; one investment has one score a criterion."""
    judged = {score.id: score for score in present(plan, touched, "score")}
    for changed in present(plan, touched, "scoring_model"):
        judged.update((score.id, score) for score in plan.table("score").by("model", changed.id))
    for score in judged.values():
        model = plan.get("scoring_model", score.model)
        if model is not None and score.criterion not in {one.key for one in model.criteria}:
            yield broken(
                "no-criterion", f"{called(model)} has no criterion “{score.criterion}”.", score, "criterion",
                value=score.criterion,
            )  # fmt: skip
        same = [
            other
            for other in plan.table("score").by("investment", score.investment)
            if (other.model, other.criterion) == (score.model, score.criterion)
        ]
        if len(same) > 1:
            yield broken(
                "score-twice", "The investment has that score already.", min(same, key=lambda one: one.id), "value",
                degree=Decimal(len(same)), remedy="Change the one that is there.",
            )  # fmt: skip


def approvals_are_asked_of_somebody(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """An approval rule asks for one approval or more."""
    for rule in present(plan, touched, "approval_rule"):
        if rule.approvals < 1:
            yield broken(
                "no-approvals", f"{called(rule)} asks for {rule.approvals} approvals.", rule, "approvals",
                degree=Decimal(1 - rule.approvals), value=str(rule.approvals), remedy="Ask for one, or remove it.",
            )  # fmt: skip


def _above(least: Decimal, most: Decimal) -> bool:
    return least.is_finite() and most.is_finite() and least > most


def _between(entity: Entity, names: tuple[str, ...]) -> Iterator[Breach]:
    for name in names:
        share = getattr(entity, name)
        if share is not None and share.is_finite() and not 0 <= share <= 1:
            yield broken(
                "share-out-of-range", f"{called(entity)}: between 0 and 1, not {share}.", entity, name,
                degree=abs(share), value=str(share),
            )  # fmt: skip


CHOOSING_RULES: tuple[tuple[Callable[[Plan, Touched], Iterator[Breach]], frozenset[str]], ...] = (
    (limits_can_be_asked_for, frozenset({"limit"})),
    (groups_can_be_kept, frozenset({"group"})),
    (people_are_counted, frozenset({"capacity", "resource_demand"})),
    (variants_are_ways, frozenset({"variant"})),
    (risks_are_shares, frozenset({"investment"})),
    (criteria_make_a_score, frozenset({"scoring_model"})),
    (scores_have_a_criterion, frozenset({"score", "scoring_model"})),
    (approvals_are_asked_of_somebody, frozenset({"approval_rule"})),
)
