"""What is wrong with a problem before anything is solved: located findings, in words."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from math import isfinite

from northing.decide.drawn import Drawn
from northing.decide.needed import unaffordable
from northing.decide.problem import (
    Amounts,
    Budget,
    Capacity,
    Churn,
    Exposure,
    Group,
    Item,
    Limit,
    Linear,
    Mean,
    Number,
    Option,
    Problem,
    Requires,
    Share,
)
from northing.portfolio.errors import Finding

TOO_LARGE = 10**15
"""From here on a sum cannot be held to the cent in the numbers that files and solvers write."""
RESERVED = ("in", "out")


def check(problem: Problem, *, drawn: Drawn | None = None) -> list[Finding]:
    """Everything that makes *problem* mean nothing; empty where it can be solved.

    *drawn*: the items drawn before, which were then looked at before, too.
    """
    items = [] if drawn is not None else check_items(problem)
    found = [*_whole_problem(problem), *items, *_limits(problem), *_pins(problem)]
    return found or list(_circles(problem))


def check_items(problem: Problem) -> list[Finding]:
    """What makes the items of *problem* mean nothing."""
    return list(_items(problem))


def _found(code: str, message: str, where: str = "", remedy: str | None = None) -> Finding:
    return Finding(code=code, message=message, field=where or None, remedy=remedy)


def _whole_problem(problem: Problem) -> Iterator[Finding]:
    if not problem.items:
        yield _found("choice-empty", "There is nothing to choose from: no items.", "items")
    if not problem.periods:
        yield _found("choice-periods", "There is no period: name one at least.", "periods")
    for kind, price in problem.prices.items():
        yield from _number(price, f"prices.{kind}", f"the price of “{kind}”")
    kinds = _kinds(problem)
    for kind in problem.prices:
        if kind not in kinds:
            yield _unknown(kind, kinds, f"prices.{kind}", "No item costs money of the kind")


def _items(problem: Problem) -> Iterator[Finding]:
    seen: set[str] = set()
    for place, item in enumerate(problem.items):
        where = f"items[{place}]"
        if not item.id or item.id in seen:
            said = f"Two items are called “{item.id}”." if item.id else "An item has no id."
            yield _found("choice-twice", said, where)
        seen.add(item.id)
        if item.options and (item.value or item.cost or item.uses):
            said = f"“{item.called}” has options, and a value, cost or use beside them."
            yield _found("choice-form", said, where, "Say them in the options.")
        for name, measure in item.measures.items():
            yield from _number(measure, f"{where}.measures.{name}", f"{name} of “{item.called}”")
        yield from _ways(problem, item, where)


def _ways(problem: Problem, item: Item, where: str) -> Iterator[Finding]:
    names: set[str] = set()
    for number, way in enumerate(item.ways):
        inside = f"{where}.options[{number}]" if item.options else where
        called = f"“{item.called}”" + (f", {way.name}" if way.name else "")
        if way.name in names:
            said = f"Two ways of “{item.called}” are called “{way.name}”."
            yield _found("choice-twice", said, inside, "Give each a name of its own.")
        if way.name in RESERVED:
            yield _found("choice-form", f"A way of “{item.called}” is called “{way.name}”, as pins are.", inside)
        names.add(way.name)
        yield from _number(way.value, f"{inside}.value", f"the value of {called}", negative=True)
        yield from _way_amounts(problem, way, inside, called)


def _way_amounts(problem: Problem, way: Option, inside: str, called: str) -> Iterator[Finding]:
    for what, table in (("cost", way.cost), ("uses", way.uses)):
        for name, given in table.items():
            said = f"the cost ({name}) of {called}" if what == "cost" else f"what {called} uses of “{name}”"
            yield from _amounts(problem, given, f"{inside}.{what}.{name}", said)


def _spans(problem: Problem, limit: Limit, where: str) -> Iterator[Finding]:
    """Spans of a limit that are no periods of the problem."""
    spans = limit.spans if isinstance(limit, Budget) else [getattr(limit, "span", None)]
    for span in spans:
        if span is not None and not 0 <= span[0] < span[1] <= len(problem.periods):
            words = f"A limit goes from position {span[0]} to {span[1]}; there are {len(problem.periods)} periods."
            yield _found("choice-periods", words, where)


def _amounts(problem: Problem, given: Amounts, where: str, said: str, spans: int = 0) -> Iterator[Finding]:
    if isinstance(given, list):
        periods = spans or len(problem.periods)
        if len(given) != periods:
            words = f"There are {periods} periods, and {len(given)} amounts for {said}."
            yield _found("choice-periods", words, where)
        for place, one in enumerate(given):
            yield from _number(one, f"{where}[{place}]", said)
    else:
        yield from _number(given, where, said)


def _number(number: Number, where: str, said: str, *, negative: bool = False) -> Iterator[Finding]:
    if not isfinite(number):
        yield _found("choice-number", f"{_cased(said)} is no number: {number}.", where)
    elif abs(number) >= TOO_LARGE:
        words = f"{_cased(said)} is {number:,.0f}: from 10^15 on, sums are not exact to the cent."
        yield _found("choice-number", words, where, "Count in thousands or millions.")
    elif number < 0 and not negative:
        yield _found("choice-number", f"{_cased(said)} is negative: {number:,}.", where)


def _cased(said: str) -> str:
    return said[:1].upper() + said[1:]


def _kinds(problem: Problem) -> set[str]:
    kinds = {kind for _, way in problem.columns for kind in way.cost}
    return kinds | {limit.hire.cost_kind for limit in problem.limits if isinstance(limit, Capacity) and limit.hire}


def _unknown(name: str, known: Collection[str], where: str, said: str) -> Finding:
    near = difflib.get_close_matches(name, [*known], n=1)
    return _found("choice-unknown", f"{said} “{name}”.", where, f"Did you mean “{near[0]}”?" if near else None)


def _limits(problem: Problem) -> Iterator[Finding]:
    known = {item.id for item in problem.items}
    used = {name for _, way in problem.columns for name in way.uses}
    kinds = _kinds(problem)
    for place, limit in enumerate(problem.limits):
        where = f"limits[{place}]"
        yield from _spans(problem, limit, where)
        if isinstance(limit, Budget):
            yield from _amounts(problem, limit.most, f"{where}.most", "a budget", len(limit.spans))
            if limit.tag and not any(item.tags.get(limit.tag) == limit.tagged for item in problem.items):
                tags = {item.tags[limit.tag] for item in problem.items if limit.tag in item.tags}
                yield _unknown(limit.tagged, tags, where, f"No item has the {limit.tag}")
            yield from (
                _unknown(kind, kinds, where, "No item costs money of the kind")
                for kind in limit.of
                if kind not in kinds
            )
        elif isinstance(limit, Capacity):
            yield from _capacity(problem, limit, where, used)
        elif isinstance(limit, Share | Exposure | Mean | Linear):
            yield from _sides(problem, limit, where)
        yield from (_unknown(name, known, where, "A limit names the item") for name in _named(problem, limit, known))
        if isinstance(limit, Group) and limit.most is not None and limit.least > limit.most:
            yield _found("choice-form", f"At least {limit.least} and at most {limit.most} cannot be kept.", where)
        if isinstance(limit, Churn) and problem.previous is None:
            yield _found("choice-form", "A limit on changes needs the plan before: “previous”.", where)


def _capacity(problem: Problem, limit: Capacity, where: str, used: Collection[str]) -> Iterator[Finding]:
    yield from _amounts(problem, limit.most, f"{where}.most", f"the capacity of “{limit.of}”")
    if limit.of not in used:
        yield _unknown(limit.of, used, where, "A limit is on what no item uses:")
    if limit.hire is not None:
        for name in ("most", "step", "cost"):
            yield from _number(getattr(limit.hire, name), f"{where}.hire.{name}", f"{name} of the hire")


def _sides(problem: Problem, limit: Share | Exposure | Mean | Linear, where: str) -> Iterator[Finding]:
    least = None if isinstance(limit, Mean) else limit.least
    for side in (least, limit.most):
        if side is not None:
            yield from _number(side, where, "a limit", negative=isinstance(limit, Linear))
    if least is None and limit.most is None:
        yield _found("choice-form", "A limit says neither “least” nor “most”.", where)
    if least is not None and limit.most is not None and least > limit.most:
        yield _found("choice-form", f"At least {least} and at most {limit.most} cannot be kept.", where)
    if isinstance(limit, Share) and any(side is not None and side > 1 for side in (least, limit.most)):
        yield _found("choice-number", "A share is between 0 and 1.", where)
    if isinstance(limit, Share | Exposure):
        tags = {item.tags[limit.tag] for item in problem.items if limit.tag in item.tags}
        if limit.of not in tags:
            yield _unknown(limit.of, tags, where, f"No item has the {limit.tag}")
    if isinstance(limit, Mean) and not any(limit.of in item.measures for item in problem.items):
        measures = {name for item in problem.items for name in item.measures}
        yield _unknown(limit.of, measures, where, "No item has the measure")
    if isinstance(limit, Linear):
        for name, factor in limit.of.items():
            yield from _number(factor, f"{where}.of.{name}", f"the factor of “{name}”", negative=True)


def _named(problem: Problem, limit: Limit, known: Collection[str]) -> Iterator[str]:
    """The items that *limit* names and that there are not."""
    names: Collection[str] = ()
    if isinstance(limit, Group):
        names = limit.items
    elif isinstance(limit, Requires):
        names = (limit.item, limit.needs)
    elif isinstance(limit, Linear):
        ways = {f"{problem.items[place].id}/{way.name}" for place, way in problem.columns}
        names = [name for name in limit.of if name not in ways]
    yield from (name for name in names if name not in known)


def _pins(problem: Problem) -> Iterator[Finding]:
    known = {item.id: item for item in problem.items}
    for what, table in (("pins", problem.pins), ("previous", problem.previous or {})):
        for name, to in table.items():
            item = known.get(name)
            if item is None:
                if what == "pins":
                    yield _unknown(name, known, f"pins.{name}", "A pin names the item")
                continue
            ways = {way.name for way in item.ways}
            if to not in ways and (what == "previous" or to not in RESERVED):
                yield _unknown(to, ways | set(RESERVED), f"{what}.{name}", f"“{item.called}” has no way")
            if what == "pins" and to == "out" and item.must:
                yield _found("choice-pin", f"“{item.called}” must be done, and is pinned out.", f"pins.{name}")


def _circles(problem: Problem) -> Iterator[Finding]:
    """A cycle of requirements: each waits for the next."""
    needs: dict[str, list[str]] = {}
    for limit in problem.limits:
        if isinstance(limit, Requires):
            needs.setdefault(limit.item, []).append(limit.needs)
    state: dict[str, int] = {}
    for begin in needs:
        path = _circle_from(begin, needs, state)
        if path:
            called = {item.id: item.called for item in problem.items}
            said = " → ".join(f"“{called[name]}”" for name in path)
            yield _found("choice-circle", f"Requirements go in a circle: {said}.", "limits", "Take one of them out.")
            return


def _circle_from(begin: str, needs: Mapping[str, list[str]], state: dict[str, int]) -> list[str]:
    """A circle that is reached from *begin*; state 1: on the path, 2: done."""
    path: list[tuple[str, int]] = [(begin, 0)] if not state.get(begin) else []
    while path:
        name, place = path[-1]
        state[name] = 1
        after = needs.get(name, [])
        if place == len(after):
            state[name] = 2
            path.pop()
            continue
        path[-1] = (name, place + 1)
        if state.get(after[place]) == 1:
            names = [step for step, _ in path]
            return [*names[names.index(after[place]) :], after[place]]
        if not state.get(after[place]):
            path.append((after[place], 0))
    return []


def unpayable(problem: Problem, drawn: Drawn | None = None) -> Iterator[Finding]:
    """What must be done and cannot be paid, or not be staffed, whatever else is left out; of a *problem* that means
    something."""
    for limit, words in unaffordable(problem, drawn):
        yield _found("choice-unpayable", words, f"limits[{limit}]", "Raise the limit, or take the must-do or pin back.")
