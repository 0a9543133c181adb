"""Line of sight: from each investment up to the board's objective, or the place where the chain breaks.

A chain is board objective ← (objective …) ← contribution ← investment. It is unbroken where a contribution
with a weight above zero names an objective (or a key result that has one) from which parents lead to an
objective of level *board*, and none of these had ended before the investment starts.
Share = unbroken / investments that are neither retired nor stopped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from northing.portfolio.filter.columns import position
from northing.portfolio.investment import ENDED, Investment
from northing.portfolio.money import Amounts
from northing.portfolio.plan import Plan
from northing.portfolio.strategy import Level, Objective, StrategicContribution
from northing.portfolio.words import word

from .derived import Derived, Term
from .sentence import Mend, Ref, Said
from .view import View

UNBROKEN, BROKEN = "unbroken", "broken"

CAUSES: Mapping[str, str] = {
    "objective-ended": word("Objective ended before the investment starts"),
    "objective-circle": word("Objectives serve each other in a circle"),
    "objective-without-parent": word("Objective serves no board objective"),
    "key-result-without-objective": word("Key result belongs to no objective"),
    "contribution-without-aim": word("Contribution names no objective"),
    "weight-zero": word("Contribution weighs nothing"),
    "no-contribution": word("Serves no objective"),
}
"""Cause → its title; the nearer to a whole chain, the earlier."""

RANK = {cause: index for index, cause in enumerate(CAUSES)}


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """Where one chain breaks, why, and the edit that would mend it."""

    cause: str
    at: Ref
    sentence: Said
    mend: Mend

    @property
    def title(self) -> str:
        return CAUSES[self.cause]


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """One contribution's way up, as far as it leads."""

    investment: str
    contribution: str | None
    weight: Decimal | None = None
    key_result: str | None = None
    objectives: tuple[str, ...] = ()
    """From the one served directly up to the last that is reached: the board's where unbroken."""
    broken: Break | None = None


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """An investment without an unbroken chain: the break nearest to whole, and all its chains."""

    investment: str
    break_: Break
    chains: tuple[Chain, ...]

    @property
    def cause(self) -> str:
        return self.break_.cause

    @property
    def title(self) -> str:
        return self.break_.title

    @property
    def mend(self) -> Mend:
        return self.break_.mend


class LineOfSight(msgspec.Struct, frozen=True, kw_only=True):
    """The share of investments with an unbroken chain, and the others by name and cause."""

    share: Decimal | None
    """Unbroken / all that are not ended; None where there is none."""
    unbroken: tuple[str, ...]
    broken: tuple[Broken, ...]
    """By cause, the most frequent first, then by planned money."""
    ended: int
    """Retired or stopped; not counted."""
    by_cause: Mapping[str, int]
    planned_unbroken: Amounts
    planned_all: Amounts
    planned_share: Mapping[str, Decimal]
    """Currency → planned money of unbroken / of all counted."""
    formula: str = word("Unbroken chains / investments that are neither retired nor stopped.")


def line_of_sight(view: View) -> LineOfSight:
    """The headline, with the list behind it."""
    return view.plan.memo("line of sight", READS | {"cost_plan_line"}, lambda: _line_of_sight(view))


def _line_of_sight(view: View) -> LineOfSight:
    plan = view.plan
    place = position(plan, "investment")
    planned = view.derived_values("investment", "planned")
    unbroken: list[str] = []
    broken: list[Broken] = []
    ended = 0
    for investment in plan.investments.values():
        if investment.stage in ENDED:
            ended += 1
            continue
        chains = why(view, investment.id)
        if any(chain.broken is None for chain in chains):
            unbroken.append(investment.id)
        else:
            broken.append(Broken(investment=investment.id, break_=_nearest(chains), chains=chains))
    by_cause = {cause: count for cause in CAUSES if (count := sum(1 for one in broken if one.cause == cause))}
    worth = {one.investment: _size(planned[place[one.investment]]) for one in broken}
    broken.sort(key=lambda one: (-by_cause[one.cause], RANK[one.cause], -worth[one.investment], place[one.investment]))
    planned_unbroken = Amounts.sum(amounts for id in unbroken if (amounts := planned[place[id]]))
    planned_all = planned_unbroken + Amounts.sum(
        amounts for one in broken if (amounts := planned[place[one.investment]])
    )
    counted = len(unbroken) + len(broken)
    return LineOfSight(
        share=Decimal(len(unbroken)) / counted if counted else None,
        unbroken=tuple(unbroken),
        broken=tuple(broken),
        ended=ended,
        by_cause=by_cause,
        planned_unbroken=planned_unbroken,
        planned_all=planned_all,
        planned_share={
            currency: planned_unbroken.by_currency.get(currency, Decimal(0)) / amount
            for currency, amount in planned_all.by_currency.items()
            if amount
        },
    )


def why(view: View, investment: Investment | str) -> tuple[Chain, ...]:
    """Why an investment is done: each chain up to the board, the unbroken ones first, the heaviest first."""
    plan = view.plan
    found = plan.need("investment", investment) if isinstance(investment, str) else investment
    contributions: Sequence[StrategicContribution] = plan.strategic_contributions.by("investment", found.id)
    if not contributions:
        return (_nothing(found),)
    chains = [_chain(plan, found, contribution) for contribution in contributions]
    chains.sort(
        key=lambda chain: (
            chain.broken is not None,
            RANK[chain.broken.cause] if chain.broken else 0,
            -(chain.weight or 0),
            chain.contribution or "",
        )
    )
    return tuple(chains)


chain = why
"""The chains of one investment; another name for :func:`why`."""


def _nearest(chains: Sequence[Chain]) -> Break:
    return min((chain.broken for chain in chains if chain.broken), key=lambda found: RANK[found.cause])


def _nothing(investment: Investment) -> Chain:
    return Chain(
        investment=investment.id,
        contribution=None,
        broken=Break(
            cause="no-contribution",
            at=Ref("investment", investment.id),
            sentence=Said(word("{investment} serves no objective."), {"investment": Ref("investment", investment.id)}),
            mend=Mend(
                op="create",
                kind="strategic_contribution",
                field="objective",
                given={"investment": investment.id},
                words=Said(word("Say which objective it serves")),
            ),
        ),
    )


def _chain(plan: Plan, investment: Investment, contribution: StrategicContribution) -> Chain:
    def result(objectives: tuple[str, ...], broken: Break | None) -> Chain:
        return Chain(
            investment=investment.id,
            contribution=contribution.id,
            weight=contribution.weight,
            key_result=contribution.key_result,
            objectives=objectives,
            broken=broken,
        )

    here = Ref("strategic_contribution", contribution.id)
    of = {"investment": Ref("investment", investment.id)}
    objective: Objective | None = plan.objectives.get(contribution.objective)
    key_result = plan.key_results.get(contribution.key_result)
    if objective is None and key_result is not None:
        objective = plan.objectives.get(key_result.objective)
        if objective is None:
            aim = Ref("key_result", key_result.id)
            sentence = Said(
                word("{investment} serves the key result {key_result}, which belongs to no objective."),
                {**of, "key_result": aim},
            )
            return result(
                (),
                _change(
                    "key-result-without-objective",
                    aim,
                    "objective",
                    sentence,
                    word("Say which objective the key result proves"),
                ),
            )
    if objective is None:
        sentence = Said(word("A contribution of {investment} names no objective and no key result."), of)
        return result(
            (), _change("contribution-without-aim", here, "objective", sentence, word("Choose the objective"))
        )
    way, broken = _upward(plan, objective, investment)
    if contribution.weight <= 0:
        aim = Ref("objective", objective.id)
        sentence = Said(
            word("The contribution of {investment} to {objective} has a weight of 0."), {**of, "objective": aim}
        )
        return result(way, _change("weight-zero", here, "weight", sentence, word("Give the contribution a weight")))
    return result(way, broken)


def _upward(plan: Plan, objective: Objective, investment: Investment) -> tuple[tuple[str, ...], Break | None]:
    """The objectives from *objective* up to the board's, and the break on the way if there is one."""
    way: list[str] = []
    at: Objective | None = objective
    late: Objective | None = None
    while at is not None:
        if at.id in way:
            here = Ref("objective", at.id)
            sentence = Said(word("{objective} serves itself by way of the objectives above it."), {"objective": here})
            return tuple(way), _change(
                "objective-circle", here, "parent", sentence, word("Choose another objective above it")
            )
        way.append(at.id)
        if late is None and at.end is not None and investment.start is not None and at.end < investment.start:
            late = at
        if at.level == Level.BOARD:
            break
        above = plan.objectives.get(at.parent)
        if above is None:
            here = Ref("objective", at.id)
            sentence = Said(word("{objective} is not the board's and serves no other objective."), {"objective": here})
            return tuple(way), _change(
                "objective-without-parent", here, "parent", sentence, word("Say which objective it serves")
            )
        at = above
    if late is not None:
        here = Ref("objective", late.id)
        sentence = Said(
            word("{objective} ended on {end}, before {investment} starts on {start}."),
            {
                "objective": here,
                "end": late.end,
                "investment": Ref("investment", investment.id),
                "start": investment.start,
            },
        )
        return tuple(way), _change(
            "objective-ended",
            here,
            "end",
            sentence,
            word("Change the dates, or choose an objective that is still open"),
        )
    return tuple(way), None


def _change(cause: str, at: Ref, field: str, sentence: Said, words: str) -> Break:
    return Break(
        cause=cause,
        at=at,
        sentence=sentence,
        mend=Mend(op="change", kind=at.kind, id=at.id, field=field, words=Said(words)),
    )


def _size(amounts: Amounts | None) -> Decimal:
    """For ordering alone: amounts of all currencies as if they were one."""
    return sum(amounts.by_currency.values(), Decimal(0)) if amounts else Decimal(0)


def _states(view: View) -> list[str | None]:
    """The cause for each investment in the order of the table; None where unbroken."""
    return view.plan.memo("chain states", READS, lambda: [_state(view, id) for id in view.rows("investment")])


def _state(view: View, id: str) -> str | None:
    chains = why(view, id)
    return None if any(chain.broken is None for chain in chains) else _nearest(chains).cause


def _chain_column(view: View) -> Sequence[Any]:
    return [UNBROKEN if cause is None else BROKEN for cause in _states(view)]


def _terms(view: View, id: str) -> Iterable[Term]:
    """The chains: for each contribution, the objectives on its way up."""
    for found in why(view, id):
        if found.contribution is not None:
            yield Term(Ref("strategic_contribution", found.contribution), found.weight, "weight")
        if found.key_result is not None:
            yield Term(Ref("key_result", found.key_result))
        for objective in found.objectives:
            yield Term(Ref("objective", objective), view.plan.objectives[objective].level, "level")


READS = frozenset(("investment", "strategic_contribution", "objective", "key_result"))

COLUMNS = (
    Derived(
        kind="investment",
        name="chain",
        title=word("Line of sight"),
        type="choice",
        choices=(UNBROKEN, BROKEN),
        formula=word("Unbroken where a contribution with a weight leads by objectives up to one of the board's."),
        reads=READS,
        of=_chain_column,
        terms=_terms,
    ),
    Derived(
        kind="investment",
        name="chain_cause",
        title=word("Why the chain is broken"),
        type="choice",
        choices=tuple(CAUSES),
        formula=word("The break that is nearest to a whole chain; empty where it is unbroken."),
        reads=READS,
        of=_states,
        terms=_terms,
    ),
)
