"""A plan's choice as a problem: ``measure.choosing`` says what there is to choose, this says it to the solver.

Amounts are decimals with cents; money of a kind pays for capex or opex, and for an AI model where it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from math import ceil

import msgspec

from northing.decide.problem import (
    Budget,
    Capacity,
    Churn,
    Exposure,
    Group,
    Item,
    Limit,
    Mean,
    Number,
    Option,
    Problem,
    Requires,
    Share,
)
from northing.measure.choosing.bounds import Bound, Chosen
from northing.measure.choosing.choosing import Choosing, same
from northing.measure.choosing.horizon import STEP
from northing.measure.choosing.ways import Kind, Offer, Way
from northing.portfolio.choosing import LimitType
from northing.portfolio.errors import Finding

RISK = "risk"
NAMED = "limit"
"""The tag of an item by which a limit that counts it names it is "limit" and the limit's name."""


class Named(msgspec.Struct, frozen=True):
    """What the solver's names mean in the plan."""

    roles: Mapping[str, str]
    """Role → what its use is called."""
    kinds: Mapping[Kind, str]


class Planned(msgspec.Struct, frozen=True):
    """A plan's choice as a problem, and what of it could not be said."""

    problem: Problem
    keys: tuple[str, ...]
    """Of each limit of the problem, by position: the key of its bound, or the id of its group or dependency."""
    findings: tuple[Finding, ...]


def items_of(found: Choosing, names: Named) -> tuple[Item, ...]:
    """The investments with their ways. They change with the plan alone, not with its limits, pins and prices."""
    tags = {bound.key: tag(bound) for bound in found.bounds if bound.members is not None}
    return tuple(_item(found, offer, names, tags) for offer in found.offers)


def tag(bound: Bound) -> str:
    return f"{NAMED} {bound.name}"


def _item(found: Choosing, offer: Offer, names: Named, tags: Mapping[str, str]) -> Item:
    one = offer.investment
    return Item(
        id=one.id,
        title=one.name,
        options=tuple(_option(found, way, names) for way in offer.ways),
        must=bool(one.must_do),
        tags={
            tags[bound.key]: "yes" for bound in found.bounds if bound.members is not None and one.id in bound.members
        },
        measures={RISK: number(one.risk)} if one.risk is not None else {},
    )


def _option(found: Choosing, way: Way, names: Named) -> Option:
    step = 1 if found.ahead.unit == "month" else STEP
    return Option(
        name=way.name,
        value=number(way.value),
        start=ceil(way.delay / step),
        cost={names.kinds[kind]: _listed(by, found) for kind, by in way.cost.items()},
        uses={names.roles[role]: _listed(by, found) for role, by in way.people.items()},
    )


def _listed(by: Mapping[int, Decimal], found: Choosing) -> list[Number]:
    return [number(by.get(place, Decimal(0))) for place in range(len(found.ahead.periods))]


def number(exact: Decimal) -> Number:
    """As a file writes it: a decimal of a cent reads back as itself."""
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def names_of(found: Choosing, role: Callable[[str], str], model: Callable[[str], str]) -> Named:
    """Words for roles and kinds of money, each its own."""
    roles: dict[str, str] = {}
    kinds: dict[Kind, str] = {}
    for offer in found.offers:
        for way in offer.ways:
            for id in way.people:
                roles.setdefault(id, _fresh(role(id) or "role", roles))
            for kind in way.cost:
                said = (kind[0] or "other") + (f" {model(kind[1])}" if kind[1] else "")
                kinds.setdefault(kind, _fresh(said, kinds))
    return Named(roles, kinds)


def _fresh[K](said: str, known: Mapping[K, str]) -> str:
    taken = set(known.values())
    return (
        said
        if said not in taken
        else next(f"{said} {n}" for n in range(2, len(taken) + 3) if f"{said} {n}" not in taken)
    )


def planned(
    found: Choosing,
    names: Named,
    *,
    items: tuple[Item, ...] | None = None,
    pins: Mapping[str, str] | None = None,
    previous: Chosen | None = None,
    title: str = "",
) -> Planned:
    """The problem of a plan. *items*: as ``items_of`` made them before, which keeps the solver warm."""
    limits: list[Limit] = []
    keys: list[str] = []
    wrong: list[Finding] = []
    for bound in found.bounds:
        made = list(_limits(found, bound, names, previous, wrong))
        limits.extend(made)
        keys.extend([bound.key] * len(made))
    for group in found.groups:
        limits.append(Group(items=group.members, least=group.least, most=group.most, id=group.id, title=group.name))
        keys.append(group.id)
    for need in found.needs:
        limits.append(Requires(item=need.successor, needs=need.predecessor, id=need.id))
        keys.append(need.id)
    own = {offer.id: offer.investment.pin.value for offer in found.offers if offer.investment.pin is not None}
    problem = Problem(
        items=items if items is not None else items_of(found, names),
        limits=tuple(limits),
        pins=own if pins is None else dict(pins),
        previous=None if previous is None else dict(_before(found, previous)),
        prices={
            said: number(found.factors.of(kind)) for kind, said in names.kinds.items() if found.factors.of(kind) != 1
        },
        periods=found.ahead.labels,
        currency=found.currency,
        title=title,
    )
    return Planned(problem, tuple(keys), tuple(wrong))


def _before(found: Choosing, previous: Chosen) -> Iterator[tuple[str, str]]:
    """By investment the way of this plan that spends as the plan before did; else as it is planned."""
    for offer in found.offers:
        if offer.id in previous:
            alike = (way.name for way in offer.ways if same(way, previous[offer.id]))
            yield offer.id, next(alike, offer.ways[0].name)


def _limits(
    found: Choosing, bound: Bound, names: Named, previous: Chosen | None, wrong: list[Finding]
) -> Iterator[Limit]:
    """What one bound asks for."""
    limit = bound.limit
    if bound.type is LimitType.PRICE or not bound.spans:
        return
    if bound.type is LimitType.CHURN:
        if limit is not None and limit.most is not None and previous is not None:
            yield Churn(most=int(limit.most), id=bound.key, title=bound.name)
        return
    if bound.members is not None and not any(offer.id in bound.members for offer in found.offers):
        wrong.append(_empty(bound, "names no investment that can be chosen"))
        return
    if bound.type is LimitType.CAPACITY:
        yield from _capacity(found, bound, names, wrong)
    elif bound.type is LimitType.SHARE:
        yield from _shares(bound, wrong)
    elif bound.type is LimitType.RISK:
        yield from _risks(found, bound)
    else:
        yield from _money(found, bound, names, wrong)


def _empty(bound: Bound, said: str) -> Finding:
    return Finding(
        code="limit-empty", message=f"The limit “{bound.name}” {said}.", severity="warning",
        kind="limit" if bound.limit is not None else "role", id=bound.limit.id if bound.limit else bound.role,
    )  # fmt: skip


def _money(found: Choosing, bound: Bound, names: Named, wrong: list[Finding]) -> Iterator[Limit]:
    of = tuple(said for kind, said in names.kinds.items() if bound.paid(kind))
    if not of:
        wrong.append(_empty(bound, "is on money that nothing costs"))
        return
    every = set(of) == set(names.kinds.values())
    label, mark = (tag(bound), "yes") if bound.members is not None else ("", "")
    asked = [span for span in bound.spans if span.most is not None]
    if asked:
        wrong.extend(
            _empty(bound, f"is spent in {span.label} before anything is chosen")
            for span in asked
            if span.fixed > (span.most or 0) and not bound.roll_over
        )
        yield Budget(
            most=[number(max((span.most or Decimal(0)) - span.fixed, Decimal(0))) for span in asked],
            of=() if every else of, roll_over=bound.roll_over, spans=tuple((span.first, span.end) for span in asked),
            tag=label, tagged=mark, id=bound.key, title=bound.name,
        )  # fmt: skip
    if bound.members is not None and every:
        for span in bound.spans:
            if span.least is not None and span.least > span.fixed:
                yield Exposure(
                    tag=label, of=mark, least=number(span.least - span.fixed), span=(span.first, span.end),
                    id=bound.key, title=bound.name,
                )  # fmt: skip
    elif any(span.least is not None for span in bound.spans):
        wrong.append(_empty(bound, "asks for money at least, of all investments; it is left out"))


def _shares(bound: Bound, wrong: list[Finding]) -> Iterator[Limit]:
    if bound.members is None:
        wrong.append(_empty(bound, "is a share of all investments in all of them"))
        return
    for span in bound.spans:
        yield Share(
            tag=tag(bound), of="yes", least=_number(span.least), most=_number(span.most),
            span=(span.first, span.end), id=bound.key, title=bound.name,
        )  # fmt: skip


def _risks(found: Choosing, bound: Bound) -> Iterator[Limit]:
    if not any(offer.investment.risk is not None for offer in found.offers):
        return
    for span in bound.spans:
        if span.most is not None:
            yield Mean(of=RISK, most=number(span.most), span=(span.first, span.end), id=bound.key, title=bound.name)


def _capacity(found: Choosing, bound: Bound, names: Named, wrong: list[Finding]) -> Iterator[Limit]:
    used = names.roles.get(bound.role or "")
    if used is None:
        wrong.append(_empty(bound, "is on people that nothing asks for"))
        return
    if bound.members is not None:
        wrong.append(_empty(bound, "is on the people of some investments; it counts those of all"))
    bounded = {
        place: number(span.most)
        for span in bound.spans
        if span.most is not None
        for place in range(span.first, span.end)
    }
    places = range(len(found.ahead.periods))
    # Where no capacity was entered, there is no limit.
    free = found.wanted.get(bound.role or "", {}) if len(bounded) < len(places) else {}
    most = [bounded[place] if place in bounded else number(free.get(place, Decimal(0))) for place in places]
    yield Capacity(of=used, most=most, id=bound.key, title=bound.name)


def _number(exact: Decimal | None) -> Number | None:
    return None if exact is None else number(exact)


def chosen_ways(found: Choosing, plan: Mapping[str, str]) -> dict[str, Way]:
    """A solver's plan as ways of the plan's investments."""
    made = {}
    for id, name in plan.items():
        offer = found.by_id[id]
        way = offer.way(name)
        assert way is not None
        made[id] = way
    return made
