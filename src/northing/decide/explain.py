"""Why a plan is as it is: what would bring an item in, what one that is in displaces, what a limit's next unit brings.

Each claim is a changed problem. That the change suffices is shown by a plan of it, checked in whole numbers; that 95 %
of it would not is shown by a bound, recomputed from prices, below the value of the plan that is shown. What could not
be shown in time is "about".
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor, log10
from typing import Any, Literal

import msgspec
import numpy as np

from northing.decide.build import build
from northing.decide.certificate import bound
from northing.decide.drawn import Drawn
from northing.decide.elastic import Extra, Given, give_way
from northing.decide.problem import Amounts, Budget, Capacity, Item, Number, Option, Problem, amounts
from northing.decide.resident import Resident
from northing.decide.rows import Ints, Model
from northing.decide.said import enough
from northing.decide.solve import Answer, choose

ALMOST = Fraction(95, 100)
"""The part of a change at which the item still stays out."""


@dataclass(frozen=True)
class Change:
    """What would bring an item in: more value, less cost, or more of some limits."""

    kind: Literal["value", "cost", "capacity"]
    words: str
    by: Mapping[str, Fraction]
    shown: bool
    """Whether it was shown that 95 % of it is too little; else it is "about" so much."""


@dataclass(frozen=True)
class Out:
    """An item that is out."""

    item: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class In:
    """An item that is in, and the best plan without it."""

    item: str
    instead: tuple[str, ...]
    """What would come in in its place."""
    leaves: tuple[str, ...]
    """What would go out with it."""
    worth: Fraction | None
    """What the plan loses without it; None: there is no plan without it, or none was found."""
    shown: bool


@dataclass(frozen=True)
class Price:
    """One more unit of a limit."""

    limit: int
    row: int
    words: str
    about: float
    """By the relaxation's prices."""
    gain: Fraction | None
    """By solving again with one more unit; None where that was not brought to an end."""


@dataclass
class Explained:
    """One plan of one problem, and the questions about it. Each answer takes up to *seconds*."""

    problem: Problem
    answer: Answer
    seconds: float = 3.0
    drawn: Drawn = field(init=False)
    model: Model = field(init=False)

    def __post_init__(self) -> None:
        self.drawn = Drawn(self.problem.items, len(self.problem.periods))
        self.model = build(self.problem, self.drawn)
        relaxed = Resident(self.model).solve(self.seconds)
        self.reduced = bound(self.model, relaxed.prices).reduced if relaxed is not None else self.model.worth

    @property
    def plan(self) -> Ints:
        assert self.answer.plan is not None
        return self.answer.plan

    @property
    def value(self) -> Fraction:
        assert self.answer.value is not None
        return self.answer.value

    @property
    def _best(self) -> bool:
        return self.answer.gap == 0

    def out(self, item: str) -> Out:
        """The smallest changes that bring *item* in, each by itself; of its ways the first for which there are any."""
        place = self.drawn.place[item]
        for column in sorted(self.drawn.columns_of(place), key=lambda one: -float(self.reduced[one])):
            found = [self._value(place, column), self._cost(place, column), self._capacity(place, column)]
            changes = tuple(change for change in found if change is not None)
            if changes:
                return Out(item, changes)
        return Out(item, ())

    def _value(self, place: int, column: int) -> Change | None:
        """So much more value: what the best plan with it is short of the plan shown."""
        forced = self._forced(self.problem, place, column)
        found = choose(build(forced), seconds=self.seconds)
        if found.value is None or found.value >= self.value:
            return None
        more = self.value - found.value
        shown = found.most is not None and found.most + more * ALMOST < self.value and self._best
        return Change("value", f"worth {enough(more, self.problem.currency)} more", {"value": more}, shown)

    def _cost(self, place: int, column: int) -> Change | None:
        """So much cheaper, in the same part of each amount."""
        free = self._with_way(place, column, lambda way: msgspec.structs.replace(way, cost=dict.fromkeys(way.cost, 0)))
        other = build(free)
        if other.rows != self.model.rows:
            return None
        full, none = _column(self.model, column), _column(other, column)
        rows = np.flatnonzero(full != none)
        given = give_way(
            self.model,
            (),
            seconds=self.seconds / 2,
            floor=self.value,
            within=[column],
            extra=Extra(rows, (full - none)[rows], 1.0),
        )
        if given is None:
            return None
        part = Fraction(min(1000, ceil(given.extra * 1000 - 1e-6)), 1000)
        cheaper = self._cheaper(place, column, part)
        model = build(cheaper)
        if model.broken(given.plan).size or model.value_of(given.plan) < self.value or not part:
            return None
        shown = self._best and self._stays_out(self._cheaper(place, column, part * ALMOST), place, column)
        cost = sum(
            Fraction(str(one)) for given_ in self.drawn.ways[column].cost.values() for one in self._listed(given_)
        )
        words = f"{enough(cost * part, self.problem.currency)} cheaper ({float(part):.1%})"
        return Change("cost", words, {"cost": cost * part}, shown)

    def _cheaper(self, place: int, column: int, part: Fraction) -> Problem:
        """The problem with *part* taken off each cost of a way, to a thousandth of its unit, never more than that."""

        def less(way: Option) -> Option:
            cost: dict[str, Amounts] = {
                kind: [_thousandth(Fraction(str(one)) * (1 - part)) for one in self._listed(given)]
                for kind, given in way.cost.items()
            }
            return msgspec.structs.replace(way, cost=cost)

        return self._with_way(place, column, less)

    def _capacity(self, place: int, column: int) -> Change | None:
        """So much more of budgets and capacities, each in its period."""
        rows = [
            row
            for row in range(self.model.rows)
            if int(self.model.limits[row]) >= 0
            and isinstance(self.problem.limits[int(self.model.limits[row])], Budget | Capacity)
        ]
        given = give_way(self.model, rows, seconds=self.seconds / 2, floor=self.value, within=[column])
        if given is None or not given.by or set(given.by) - set(rows) or self.model.value_of(given.plan) < self.value:
            return None
        shown = self._best and self._stays_out(self._wider(given, ALMOST), place, column)
        by = {self.model.name(row): more for row, more in given.by.items()}
        words = ", ".join(self._more(row, more) for row, more in given.by.items())
        return Change("capacity", words, by, shown)

    def _more(self, row: int, more: Fraction) -> str:
        budget = isinstance(self.problem.limits[int(self.model.limits[row])], Budget)
        unit = self.problem.currency if budget else ""
        return f"{self.model.name(row).rsplit(':', 1)[0]}: +{enough(more, unit)}"

    def _wider(self, given: Given, part: Fraction) -> Problem:
        """The problem with *part* of what each limit gives way."""
        limits = list(self.problem.limits)
        first = {
            limit: int(np.flatnonzero(self.model.limits == limit)[0])
            for limit in {int(self.model.limits[row]) for row in given.by}
        }
        for row, more in given.by.items():
            limit = int(self.model.limits[row])
            kind = limits[limit]
            assert isinstance(kind, Budget | Capacity)
            rows = len(kind.spans) if isinstance(kind, Budget) and kind.spans else len(self.problem.periods)
            most = [Fraction(str(one)) for one in amounts(kind.most, rows)]
            period = row - first[limit]
            most[period] += more * part
            limits[limit] = msgspec.structs.replace(kind, most=[float(one) for one in most])
        return msgspec.structs.replace(self.problem, limits=tuple(limits))

    def _stays_out(self, problem: Problem, place: int, column: int) -> bool:
        """Whether no plan of *problem* with the way in it is worth as much as the plan shown: by a bound."""
        goal = self.value

        def tell(answer: Answer) -> bool:
            return (answer.most is not None and answer.most < goal) or (
                answer.value is not None and answer.value >= goal
            )

        found = choose(build(self._forced(problem, place, column)), seconds=self.seconds, tell=tell)
        return found.status == "impossible" or (found.most is not None and found.most < goal)

    def _forced(self, problem: Problem, place: int, column: int) -> Problem:
        name = self.drawn.ways[column].name
        pins = problem.pins | {problem.items[place].id: name if name else "in"}
        return msgspec.structs.replace(problem, pins=pins)

    def _with_way(self, place: int, column: int, change: Any) -> Problem:
        """The problem with one way changed."""
        item = self.problem.items[place]
        number = column - int(self.drawn.first[place])
        changed: Item
        if item.options:
            options = tuple(change(way) if spot == number else way for spot, way in enumerate(item.options))
            changed = msgspec.structs.replace(item, options=options)
        else:
            way = change(item.ways[0])
            changed = msgspec.structs.replace(item, value=way.value, cost=way.cost, uses=way.uses)
        items = (*self.problem.items[:place], changed, *self.problem.items[place + 1 :])
        return msgspec.structs.replace(self.problem, items=items)

    def inside(self, item: str) -> In:
        """What the best plan without *item* would have in its place."""
        others = msgspec.structs.replace(self.problem, pins=self.problem.pins | {item: "out"})
        found = choose(build(others, self.drawn), seconds=self.seconds)
        if found.plan is None or found.value is None:
            return In(item, (), (), None, found.status == "impossible")
        now, then = self._items(self.plan), self._items(found.plan)
        shown = self._best and found.gap == 0
        return In(item, tuple(sorted(then - now)), tuple(sorted(now - then - {item})), self.value - found.value, shown)

    def _items(self, plan: Ints) -> set[str]:
        ways = len(self.drawn.ways)
        return {self.problem.items[int(self.drawn.item[column])].id for column in np.flatnonzero(plan[:ways])}

    def prices(self, most: int = 10) -> Iterator[Price]:
        """The limits whose next unit is worth the most, of those that the plan's bound names."""
        if self.answer.prices is None:
            return
        prices = self.answer.prices
        bind = [
            row
            for row in np.flatnonzero(prices).tolist()
            if (limit := int(self.model.limits[row])) >= 0 and isinstance(self.problem.limits[limit], Budget | Capacity)
        ]
        for row in sorted(bind, key=lambda row: -abs(float(prices[row]) * self._unit(row)))[:most]:
            limit, unit = int(self.model.limits[row]), Fraction(self._unit(row))
            wider = self._wider(Given(self.plan, {row: unit}), Fraction(1))
            found = choose(build(wider, self.drawn), seconds=self.seconds, start=self.plan)
            sure = self._best and found.gap == 0 and found.value is not None
            gain = found.value - self.value if sure and found.value is not None else None
            yield Price(limit, row, self._more(row, unit), float(prices[row]) * int(unit), gain)

    def _unit(self, row: int) -> int:
        """What is one more: of people one; of money the power of ten that is about a hundredth of the limit."""
        kind = self.problem.limits[int(self.model.limits[row])]
        most = float(self.model.row_high[row]) / float(self.model.scales[row]) if isinstance(kind, Budget) else 1.0
        return int(10 ** max(floor(log10(most)) - 2, 0)) if most >= 1 and np.isfinite(most) else 1

    def _listed(self, given: Amounts) -> list[Number]:
        return given if isinstance(given, list) else [given] * len(self.problem.periods)


def explain(problem: Problem, answer: Answer, *, seconds: float, each: float = 3.0) -> dict[str, Any]:
    """Every item and limit, as far as *seconds* reach: those nearest to being decided otherwise first."""
    until = time.monotonic() + seconds
    told = Explained(problem, answer, each)
    chosen = told._items(told.plan)
    nearness = {
        item.id: min(abs(float(told.reduced[one])) for one in told.drawn.columns_of(place))
        for place, item in enumerate(problem.items)
    }
    result: dict[str, Any] = {"prices": [], "out": [], "in": []}
    for price in told.prices():
        if time.monotonic() >= until:
            break
        result["prices"].append(price)
    for item in sorted(nearness, key=nearness.__getitem__):
        if time.monotonic() >= until:
            break
        if item in chosen:
            result["in"].append(told.inside(item))
        else:
            result["out"].append(told.out(item))
    return result


LIMITS = "limits"
"""Asked about in place of an item: what one more unit of each limit brings."""


def explain_one(problem: Problem, answer: Answer, about: str, *, each: float = 3.0) -> dict[str, Any]:
    """As ``explain``, of one item or of the limits."""
    told = Explained(problem, answer, each)
    result: dict[str, Any] = {"prices": [], "out": [], "in": []}
    if about == LIMITS:
        result["prices"].extend(told.prices())
    elif about in told._items(told.plan):
        result["in"].append(told.inside(about))
    else:
        result["out"].append(told.out(about))
    return result


def _column(model: Model, column: int) -> Any:
    """What a column takes from each row."""
    own = model.index == column
    taken = np.zeros(model.rows)
    taken[model.row_of[own]] = model.data[own]
    return taken


def _thousandth(exact: Fraction) -> float:
    return ceil(exact * 1000) / 1000
