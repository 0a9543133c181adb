"""What other weights of a scoring model do: who comes above its line by them, who falls below, who moves most."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from northing.measure.scoring.ranking import Ranking, ranking
from northing.measure.view import View
from northing.portfolio.errors import NorthingError
from northing.portfolio.scoring import ScoringModel
from northing.record.guarding import WEIGHTS

from .asking_money import Named, named

MOST_MOVED = 5
"""How many are named that rise, and that fall, without crossing the line."""


class WeightSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion's part of all weights, between 0 and 1; None where it was not, or is not any more."""

    name: str
    before: Decimal | None
    after: Decimal | None


class MoveSaid(msgspec.Struct, frozen=True, kw_only=True):
    """An investment's place, before and after."""

    investment: Named
    before: int
    after: int


class WeighingSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A scoring model that weighs otherwise, on one and the same plan."""

    model: Named
    removed: bool
    weights: list[WeightSaid]
    gained: list[Named]
    """What comes above the line of money and people."""
    lost: list[Named]
    risen: list[MoveSaid]
    fallen: list[MoveSaid]
    problem: str
    """Why it cannot be said who wins, where one of the two gives no ranking."""


def weighings(before: View, after: View) -> list[WeighingSaid]:
    """Each scoring model of *before* that weighs otherwise in *after*, or is gone there.

    Both are asked of the plan of *after*, so that nothing but the weights tells them apart.
    """
    return list(_weighings(before, after))


def _weighings(before: View, after: View) -> Iterator[WeighingSaid]:
    found: ScoringModel
    for id, found in before.plan.scoring_models.items():
        now = after.plan.scoring_models.get(id)
        if now is None or _weighs(found) != _weighs(now):
            yield _weighing(before if now is None else after, found, now)


def _weighs(model: ScoringModel) -> list[object]:
    return [getattr(model, name) for name in WEIGHTS]


def _weighing(view: View, was: ScoringModel, now: ScoringModel | None) -> WeighingSaid:
    parts = [_parts(was), _parts(now)]
    weights = [
        WeightSaid(name=name, before=parts[0].get(key), after=parts[1].get(key))
        for key, name in {one.key: one.name for one in (*was.criteria, *(now.criteria if now else ()))}.items()
    ]
    said = WeighingSaid(
        model=named(view, "scoring_model", was.id),
        removed=now is None,
        weights=weights,
        gained=[],
        lost=[],
        risen=[],
        fallen=[],
        problem="",
    )
    if now is None:
        return said
    try:
        one, two = ranking(view, was), ranking(view, now)
    except NorthingError as wrong:
        return msgspec.structs.replace(said, problem=wrong.message)
    above, places = (one.above, two.above), (_places(one), _places(two))
    crossed = above[0] ^ above[1]
    moves = sorted(
        (
            MoveSaid(investment=named(view, "investment", id), before=places[0][id], after=place)
            for id, place in places[1].items()
            if id in places[0] and id not in crossed and place != places[0][id]
        ),
        key=lambda move: (move.after - move.before, move.after),
    )
    return msgspec.structs.replace(
        said,
        gained=[named(view, "investment", id) for id in _order(two) if id in above[1] - above[0]],
        lost=[named(view, "investment", id) for id in _order(one) if id in above[0] - above[1]],
        risen=[move for move in moves if move.after < move.before][:MOST_MOVED],
        fallen=[move for move in reversed(moves) if move.after > move.before][:MOST_MOVED],
    )


def _parts(model: ScoringModel | None) -> dict[str, Decimal]:
    if model is None:
        return {}
    total = sum((one.weight for one in model.criteria), Decimal(0))
    return {one.key: one.weight / total if total else Decimal(0) for one in model.criteria}


def _places(found: Ranking) -> dict[str, int]:
    return {row.scored.investment: row.place for row in found.rows if row.place is not None}


def _order(found: Ranking) -> list[str]:
    return [row.scored.investment for row in found.rows]
