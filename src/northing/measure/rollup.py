"""The strategy tree: objectives, key results and investments, with counts, planned money and progress rolled up.

Contributions form no tree: an investment may serve several aims. So counts are distinct, and an investment's
planned money is cut by the weights of its contributions; what the weights leave is shown as unaligned. The
parts and the unaligned rest add up to what is planned, to the cent, in every currency.

Progress of a key result = (current − baseline) / (target − baseline), not clipped.
Progress of an objective = the mean of its own key results that have one; empty where none has.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from northing.portfolio.money import Amounts, split
from northing.portfolio.plan import Plan
from northing.portfolio.strategy import Level, Objective, StrategicContribution
from northing.portfolio.words import word

from .derived_strategy import objective_progress, progress
from .sentence import Ref
from .view import View

FORMULAS = {
    "count": word("Distinct investments that serve it or anything below it."),
    "planned": word("Planned money of these investments, cut by the weights of their contributions."),
    "unaligned": word("What the weights leave: planned × (1 − sum of the weights), and all of what serves nothing."),
    "key_result": word("(current − baseline) / (target − baseline), not clipped."),
    "objective": word("Mean of the progress of its own key results that have one."),
}


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """One contribution at its aim: the investment, its weight, and the money that goes this way."""

    investment: str
    contribution: str
    weight: Decimal
    planned: Amounts


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """An objective or key result, and all that hangs on it."""

    ref: Ref
    depth: int
    progress: Decimal | None
    shares: tuple[Share, ...]
    """Contributions that name it; those to its key results stand there."""
    children: tuple[Node, ...]
    """Key results first, then objectives below it."""
    investments: frozenset[str]
    """Distinct investments here and below."""
    planned_here: Amounts
    planned: Amounts
    """Here and below."""

    @property
    def count(self) -> int:
        return len(self.investments)


class Strategy(msgspec.Struct, frozen=True, kw_only=True):
    """The whole tree, and beside it what hangs nowhere."""

    roots: tuple[Node, ...]
    """The board's objectives first."""
    planned: Amounts
    """All planned money; equals aligned + unaligned."""
    aligned: Amounts
    unaligned: Amounts
    unaligned_by_investment: dict[str, Amounts]
    """What each investment leaves unaligned, where it leaves money."""
    orphans: tuple[str, ...]
    """Investments that serve nothing, ended ones included."""
    orphan_objectives: tuple[str, ...]
    """Objectives that are not the board's and serve none: they are roots, too."""
    orphan_key_results: tuple[str, ...]
    """Key results of no objective; what serves them is shown with them in ``loose``."""
    loose: tuple[Node, ...]
    empty: tuple[str, ...]
    """Objectives that no investment serves, here or below."""

    def walk(self) -> Iterable[Node]:
        """All nodes, each before its children."""
        stack = list(reversed((*self.roots, *self.loose)))
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))


def strategy(view: View) -> Strategy:
    """The roll-up of the whole plan."""
    return view.plan.memo("strategy", READS, lambda: _strategy(view))


READS = frozenset(("investment", "cost_plan_line", "strategic_contribution", "objective", "key_result"))


def _strategy(view: View) -> Strategy:
    plan = view.plan
    shares, unaligned, orphans = _shares(view)
    seen: set[str] = set()

    def build(objective: Objective, depth: int) -> Node:
        seen.add(objective.id)
        results = sorted(plan.key_results.by("objective", objective.id), key=lambda result: (result.name, result.id))
        below = sorted(plan.objectives.by("parent", objective.id), key=_order)
        children = [_node(Ref("key_result", one.id), depth + 1, progress(one), shares, ()) for one in results]
        children += [build(child, depth + 1) for child in below if child.id not in seen]
        return _node(
            Ref("objective", objective.id), depth, objective_progress(plan, objective.id), shares, tuple(children)
        )

    tops = [objective for objective in plan.objectives.values() if plan.objectives.get(objective.parent) is None]
    roots = [build(objective, 0) for objective in sorted(tops, key=_order)]
    # Objectives in a circle have no top: the first by number stands in for it.
    for objective in sorted(plan.objectives.values(), key=_order):
        if objective.id not in seen:
            roots += [build(objective, 0)]
    loose = tuple(
        _node(Ref("key_result", result.id), 0, progress(result), shares, ())
        for result in sorted(plan.key_results.values(), key=lambda result: (result.name, result.id))
        if result.objective is None or result.objective not in plan.objectives
    )
    planned = Amounts.sum(amounts for amounts in view.derived_values("investment", "planned") if amounts)
    rest = Amounts.sum(unaligned.values())
    found = Strategy(
        roots=tuple(roots),
        planned=planned,
        aligned=planned - rest,
        unaligned=rest,
        unaligned_by_investment=unaligned,
        orphans=tuple(orphans),
        orphan_objectives=tuple(
            objective.id for objective in sorted(tops, key=_order) if objective.level != Level.BOARD
        ),
        orphan_key_results=tuple(node.ref.id for node in loose),
        loose=loose,
        empty=(),
    )
    empty = tuple(node.ref.id for node in found.walk() if node.ref.kind == "objective" and not node.investments)
    return msgspec.structs.replace(found, empty=empty)


def _shares(view: View) -> tuple[dict[Ref, list[Share]], dict[str, Amounts], list[str]]:
    """Each aim's shares; what each investment leaves unaligned; and the investments that serve nothing."""
    plan = view.plan
    shares: dict[Ref, list[Share]] = {}
    unaligned: dict[str, Amounts] = {}
    orphans: list[str] = []
    for id, planned in zip(view.rows("investment"), view.derived_values("investment", "planned"), strict=True):
        aimed = [
            (contribution, aim)
            for contribution in plan.strategic_contributions.by("investment", id)
            if contribution.weight > 0 and (aim := aim_of(plan, contribution)) is not None
        ]
        if not aimed:
            orphans.append(id)
        parts, rest = by_weight(planned or Amounts(), [contribution for contribution, _ in aimed])
        for contribution, aim in aimed:
            share = Share(
                investment=id,
                contribution=contribution.id,
                weight=contribution.weight,
                planned=parts[contribution.id],
            )
            shares.setdefault(aim, []).append(share)
        if any(rest.by_currency.values()):
            unaligned[id] = rest
    return shares, unaligned, orphans


def aim_of(plan: Plan, contribution: StrategicContribution) -> Ref | None:
    """What a contribution serves: its key result, else its objective; None where neither exists."""
    if contribution.key_result is not None and contribution.key_result in plan.key_results:
        return Ref("key_result", contribution.key_result)
    if contribution.objective is not None and contribution.objective in plan.objectives:
        return Ref("objective", contribution.objective)
    return None


REST = "~rest"
"""Sorts after every id, so that ties of a cent go to the aims."""


def by_weight(planned: Amounts, contributions: Iterable[StrategicContribution]) -> tuple[dict[str, Amounts], Amounts]:
    """*planned* cut by weight: contribution → its part, and the rest that no weight claims.

    Parts and rest add up to *planned* exactly. Weights above one in sum leave no rest and are taken relatively.
    """
    weights = [(contribution.id, contribution.weight) for contribution in contributions]
    left = max(Decimal(0), Decimal(1) - sum((weight for _, weight in weights), Decimal(0)))
    parts: dict[str, Amounts] = {id: Amounts() for id, _ in weights}
    rest = Amounts()
    for currency, amount in planned.by_currency.items():
        cut = split(amount, [*weights, (REST, left)] if left or not weights else weights)
        for id, _ in weights:
            parts[id] += Amounts({currency: cut[id]})
        if REST in cut:
            rest += Amounts({currency: cut[REST]})
    return parts, rest


def _node(
    ref: Ref, depth: int, made: Decimal | None, shares: dict[Ref, list[Share]], children: tuple[Node, ...]
) -> Node:
    own = shares.get(ref, [])
    here = Amounts.sum(share.planned for share in own)
    return Node(
        ref=ref,
        depth=depth,
        progress=made,
        shares=tuple(own),
        children=children,
        investments=frozenset(share.investment for share in own).union(*(child.investments for child in children)),
        planned_here=here,
        planned=Amounts.sum([here, *(child.planned for child in children)]),
    )


def _order(objective: Objective) -> tuple[bool, str, str, str]:
    return (objective.level != Level.BOARD, objective.number or "~", objective.name.casefold(), objective.id)
