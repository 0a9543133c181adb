"""A plan as something to choose from, and whether the choice that it has made keeps its limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property

import msgspec

from northing.measure.fx import findings
from northing.measure.money_flows import remember
from northing.measure.view import View
from northing.portfolio.choosing import LimitType
from northing.portfolio.errors import Finding, NorthingError
from northing.portfolio.filter import ask_plan
from northing.portfolio.kinds import KINDS
from northing.portfolio.scoring import Method

from .bounds import Bound, Chosen, Prices, Reached, Taken, add, bounds, prices, reached
from .horizon import Horizon, horizon
from .ways import Drawing, Offer, Way

READS = frozenset(KINDS)


class Together(msgspec.Struct, frozen=True):
    """Of these investments at least and at most so many."""

    id: str
    name: str
    members: tuple[str, ...]
    least: int
    most: int | None


class Need(msgspec.Struct, frozen=True):
    """An investment only with another, and not started earlier beside it than planned."""

    id: str
    successor: str
    predecessor: str


class Choosing(msgspec.Struct, frozen=True, dict=True):
    """What there is to choose, and what a choice has to keep."""

    ahead: Horizon
    offers: tuple[Offer, ...]
    bounds: tuple[Bound, ...]
    groups: tuple[Together, ...]
    needs: tuple[Need, ...]
    factors: Prices
    currency: str
    discount: Decimal
    wanted: Mapping[str, Mapping[int, Decimal]]
    """By role and period the people of all ways of all investments: no choice asks for more."""
    findings: tuple[Finding, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Offer]:
        return {offer.id: offer for offer in self.offers}

    @cached_property
    def now(self) -> Chosen:
        """What the plan has chosen: each investment that is in, as it is planned."""
        return {offer.id: offer.ways[0] for offer in self.offers if offer.chosen}

    def taken(self, chosen: Chosen) -> Taken:
        """*chosen* added up at the prices that are tried."""
        return Taken(chosen, self.factors)

    def reached(self, bound: Bound, taken: Taken) -> list[Reached]:
        return reached(bound, self.by_id, taken)


class Broken(msgspec.Struct, frozen=True):
    """A limit that a plan breaks."""

    key: str
    """The limit's id, "role:" and a role's, or the id of a group or a dependency."""
    kind: str
    name: str
    words: str
    """One sentence, with the limit's name."""
    span: str = ""
    used: Decimal | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    type: LimitType | None = None
    """Of a limit or a capacity, which says the unit."""

    @property
    def above(self) -> bool:
        """Whether it is too much, and not too little."""
        return self.used is not None and self.most is not None and self.used > self.most

    @property
    def edge(self) -> Decimal | None:
        """What it should have kept to."""
        return self.most if self.above else self.least

    @property
    def off(self) -> Decimal:
        """By how much it is broken, in its unit."""
        return Decimal(0) if self.used is None or self.edge is None else abs(self.used - self.edge)


def discount(view: View) -> Decimal:
    """The discount rate of the plan's first model for risk-adjusted value; 8 % a year where it has none."""
    models = sorted(view.plan.table("scoring_model").values(), key=lambda one: (one.number or "~", one.id))
    return next((one.discount for one in models if one.method is Method.RNPV), Decimal("0.08"))


CLAIMED, CASH = "claimed", "cash"
"""What investments are worth: the present value of all that is claimed of them, or of what reaches the books."""


def choosing(view: View, worth: str = CLAIMED, value: Mapping[str, Decimal] | None = None) -> Choosing:
    """What can be chosen of *view*'s plan.

    *worth*: what an investment is worth, ``claimed``, ``cash``, or the name of anything else, which *value* then says.
    """
    return remember(view, "choosing", worth, lambda: _choosing(view, worth, value), READS)


def _as_planned(view: View) -> Choosing:
    """The same with no way but that of the plan: whether limits hold asks for no other."""
    return remember(view, "choosing as planned", "", lambda: _choosing(view, CLAIMED, None, planned=True), READS)


def _choosing(view: View, worth: str, value: Mapping[str, Decimal] | None, *, planned: bool = False) -> Choosing:
    ahead, rate = horizon(view), discount(view)
    drawing = Drawing(view, ahead, rate, cash_only=worth == CASH, planned=planned)
    offers = drawing.offers(value)
    known = {offer.id for offer in offers}
    found, wrong = bounds(view, ahead)
    groups: list[Together] = []
    for group in sorted(view.plan.table("group").values(), key=lambda one: (one.name, one.id)):
        try:
            members = ask_plan(group.where, view, "investment")[0] & known
        except NorthingError as problem:
            message = f"The group “{group.name}” is left out: {problem.message}"
            wrong.append(
                Finding(
                    code="group-unread", message=message, severity="warning", kind="group", id=group.id, field="where"
                )
            )
            continue
        groups.append(Together(group.id, group.name, tuple(sorted(members)), group.least, group.most))
    needs = tuple(
        Need(one.id, one.successor, one.predecessor)
        for one in sorted(view.plan.dependencies.values(), key=lambda one: one.id)
        if one.successor in known and one.predecessor in known and one.successor != one.predecessor
    )
    if drawing.undated:
        message = f"{drawing.undated} cost plan lines have no dates, and stand outside the choice."
        wrong.append(Finding(code="line-undated", message=message, severity="warning", kind="cost_plan_line"))
    return Choosing(
        ahead, offers, tuple(found), tuple(groups), needs, prices(view, found), view.home_currency, rate,
        _wanted(offers), (*wrong, *findings(drawing.missing)),
    )  # fmt: skip


def _wanted(offers: Sequence[Offer]) -> Mapping[str, Mapping[int, Decimal]]:
    total: dict[str, dict[int, Decimal]] = {}
    for offer in offers:
        for way in offer.ways:
            for role, by in way.people.items():
                add(total.setdefault(role, {}), by)
    return total


def limits_broken(view: View, before: View | None = None) -> tuple[Broken, ...]:
    """Which of its limits the plan of *view* breaks, each in words; *before*: the plan that its changes count from."""
    found = _as_planned(view)
    previous = None if before is None else _as_planned(before).now
    return tuple(broken(view, found, found.now, previous))


def broken(
    view: View, found: Choosing, chosen: Chosen, previous: Chosen | None = None, only: Sequence[Bound] | None = None
) -> Iterator[Broken]:
    """Which limits a choice breaks."""
    taken = found.taken(chosen)
    for bound in found.bounds if only is None else only:
        kind = "limit" if bound.limit is not None else "capacity"
        for one in found.reached(bound, taken):
            if one.broken:
                yield Broken(
                    bound.key, kind, bound.name, f"{bound.name}, {one.span.label}: {_said(found, bound, one)}.",
                    one.span.label, one.used, one.least, one.most, bound.type,
                )  # fmt: skip
        if bound.type is LimitType.CHURN and previous is not None and bound.limit is not None:
            changed = changes(chosen, previous)
            most = bound.limit.most
            if most is not None and changed > most:
                words = f"{bound.name}: {changed} investments are decided otherwise than before, {most} at most."
                yield Broken(bound.key, kind, bound.name, words, "", Decimal(changed), None, most, bound.type)
    yield from _broken_groups(found, chosen)
    for need in found.needs:
        if need.successor in chosen and need.predecessor not in chosen:
            item, needs = (found.by_id[id].investment.name for id in (need.successor, need.predecessor))
            yield Broken(need.id, "dependency", f"{item} → {needs}", f"“{item}” waits for “{needs}”, which is out.")
    for offer in found.offers:
        if offer.investment.must_do and offer.id not in chosen:
            name = offer.investment.name
            yield Broken(offer.id, "investment", name, f"“{name}” must be done, and is out.")


def _broken_groups(found: Choosing, chosen: Chosen) -> Iterator[Broken]:
    for group in found.groups:
        count = sum(id in chosen for id in group.members)
        if count < group.least:
            words = f"{group.name}: {count} are in, {group.least} at least."
            yield Broken(group.id, "group", group.name, words, "", Decimal(count), Decimal(group.least))
        if group.most is not None and count > group.most:
            words = f"{group.name}: {count} are in, {group.most} at most."
            yield Broken(group.id, "group", group.name, words, "", Decimal(count), None, Decimal(group.most))


def changes(chosen: Chosen, previous: Chosen) -> int:
    """Investments that are in here and out there, out here and in there, or done in another way."""
    return sum(
        (id in chosen) != (id in previous) or (id in chosen and not same(chosen[id], previous[id]))
        for id in chosen.keys() | previous.keys()
    )


def same(one: Way, other: Way) -> bool:
    """Whether two ways spend the same money and the same people at the same time."""
    return one.cost == other.cost and one.people == other.people


def _said(found: Choosing, bound: Bound, one: Reached) -> str:
    """ "1,204,000 EUR, 1,000,000 EUR at most"."""
    if bound.type in (LimitType.SHARE, LimitType.RISK):
        used, edge = f"{one.used:.1%}", one.most if one.over else one.least
        said = f"{edge:.1%}" if edge is not None else ""
    else:
        unit = "FTE" if bound.type is LimitType.CAPACITY else found.currency
        edge = one.most if one.over else one.least
        used, said = (f"{amount.normalize():,f} {unit}" for amount in (one.used, edge or Decimal(0)))
    return f"{used}, {said} {'at most' if one.over else 'at least'}"
