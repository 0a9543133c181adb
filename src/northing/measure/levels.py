"""The levels at which money is looked at, and which share of each investment's money belongs where.

organisation: everything. portfolio: its investments and those of its sub-portfolios. value_stream: its investments.
investment: itself. objective: by the weights of contributions; key results count to their objective, objectives below
it are included. What the weights of an investment leave is unaligned; weights of more than one in sum are taken
relatively. Over all parts of a level, the shares of an investment and what is outside add up to one, exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Context, Decimal
from typing import Literal, get_args

import msgspec

from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.money import EXACT
from northing.portfolio.plan import Plan
from northing.portfolio.words import word

from .rollup import aim_of
from .sentence import Ref
from .view import View

Level = Literal["organisation", "portfolio", "objective", "value_stream", "investment"]
LEVELS: tuple[Level, ...] = get_args(Level)

TITLES: Mapping[str, str] = {
    "organisation": word("Organisation"),
    "portfolio": word("Portfolio"),
    "objective": word("Objective"),
    "value_stream": word("Value stream"),
    "investment": word("Investment"),
}

OUTSIDE: Mapping[str, str] = {
    "portfolio": word("In no portfolio"),
    "objective": word("Unaligned"),
    "value_stream": word("In no value stream"),
}
"""What is outside all parts of a level is called."""

RELATIVE = Context(prec=12)
"""Weights that sum to more than one are divided by their sum this exactly; the last takes what is left of one."""

Shares = Mapping[str, Decimal]
"""Investment → its share, above 0 and at most 1."""

READS = frozenset(("investment", "portfolio", "value_stream", "objective", "key_result", "strategic_contribution"))


class Scope(msgspec.Struct, frozen=True):
    """Whose money is asked for: a level, and which entity of it."""

    level: Level = "organisation"
    id: str | None = None

    @property
    def ref(self) -> Ref | None:
        """The entity; None for the organisation."""
        return None if self.id is None else Ref(self.level, self.id)


ORGANISATION = Scope()


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One entity of a level, with all that is below it."""

    scope: Scope
    depth: int
    shares: Shares


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """All entities of one level."""

    level: Level
    all: tuple[Part, ...]
    """Each followed by those below it, one deeper."""
    outside: Shares
    """What belongs to none of them."""

    @property
    def tops(self) -> Iterator[Part]:
        """Those that stand below no other: their shares and what is outside add up to one."""
        return (part for part in self.all if part.depth == 0)


def read_scope(view: View, level: str = "organisation", name: str | None = None) -> Scope:
    """The scope that *level* and an id or number name.

    Raises :class:`Invalid` for a level that there is none of and where it is not said which entity,
    :class:`NotFound` for an entity that there is none of.
    """
    if level not in LEVELS:
        raise Invalid(f"There is no level “{level}”.", remedy="Levels: " + ", ".join(LEVELS) + ".")
    known = next(one for one in LEVELS if one == level)
    if known == "organisation":
        return ORGANISATION
    table = view.plan.table(known)
    wanted = (name or "").strip()
    if not wanted:
        raise Invalid(f"Say which {TITLES[known].lower()}.", remedy="Name it by its number, its id or its name.")
    if wanted in table:
        return Scope(known, wanted)
    for entity in table.values():
        if (getattr(entity, "number", None) or "").casefold() == wanted.casefold():
            return Scope(known, entity.id)
    called = [id for id, entity in table.items() if entity.name.casefold() == wanted.casefold()]
    if len(called) == 1:
        return Scope(known, called[0])
    raise NotFound(f"There is no {TITLES[known].lower()} “{wanted}” at this revision.")


def shares(view: View, scope: Scope) -> Shares:
    """Which investments' money belongs to *scope*, and which share of it."""
    plan = view.plan
    if scope.level == "organisation":
        return plan.memo("everything", frozenset(("investment",)), lambda: dict.fromkeys(plan.investments, Decimal(1)))
    if scope.level == "investment":
        return {scope.id: Decimal(1)} if scope.id is not None and scope.id in plan.investments else {}
    found = _by_scope(view, scope.level)
    return found.get(scope.id or "", {})


def parts(view: View, level: Level) -> Parts:
    """Every entity of *level*, as a tree, and what belongs to none of them."""
    return view.plan.memo(("parts", level), READS, lambda: _parts(view, level))


def _by_scope(view: View, level: Level) -> Mapping[str, Shares]:
    return view.plan.memo(
        ("shares", level), READS, lambda: {part.scope.id or "": part.shares for part in parts(view, level).all}
    )


def _parts(view: View, level: Level) -> Parts:
    plan = view.plan
    one = Decimal(1)
    if level in ("organisation", "investment"):
        whole = shares(view, ORGANISATION)
        scopes = [(ORGANISATION, whole)] if level == "organisation" else [(Scope(level, id), {id: one}) for id in whole]
        return Parts(level=level, all=tuple(Part(scope=at, depth=0, shares=of) for at, of in scopes), outside={})
    own: dict[str, dict[str, Decimal]] = {id: {} for id in plan.table(level)}
    outside: dict[str, Decimal] = {}
    if level == "objective":
        _by_weight(view, own, outside)
    else:
        for investment in plan.investments.values():
            into = own.get(getattr(investment, level) or "")
            (outside if into is None else into)[investment.id] = one
    above = {} if level == "value_stream" else {id: entity.parent for id, entity in plan.table(level).items()}
    return Parts(level=level, all=tuple(_tree(view, level, own, above)), outside=outside)


def aim_shares(view: View) -> Mapping[Ref, Shares]:
    """Each objective and key result → the shares of the investments that name it; those below it not included.

    A key result of no objective has none: what serves it is unaligned.
    """
    return view.plan.memo("aim shares", READS, lambda: _aim_shares(view.plan))


def _aim_shares(plan: Plan) -> Mapping[Ref, Shares]:
    found: dict[Ref, dict[str, Decimal]] = {}
    one = Decimal(1)
    for id in plan.investments:
        aimed: list[tuple[Ref, Decimal]] = []
        for contribution in sorted(plan.strategic_contributions.by("investment", id), key=lambda found: found.id):
            aim = aim_of(plan, contribution) if contribution.weight > 0 else None
            if aim is not None and objective_of(plan, aim) is not None:
                aimed.append((aim, contribution.weight))
        total = sum((weight for _, weight in aimed), Decimal(0))
        left = one
        for index, (aim, weight) in enumerate(aimed):
            if total > one:
                weight = left if index == len(aimed) - 1 else RELATIVE.divide(weight, total)
            left = EXACT.subtract(left, weight)
            own = found.setdefault(aim, {})
            own[id] = EXACT.add(own.get(id, Decimal(0)), weight)
    return found


def objective_of(plan: Plan, aim: Ref) -> str | None:
    """The objective that an aim is, or that its key result proves."""
    if aim.kind == "objective":
        return aim.id
    result = plan.key_results.get(aim.id)
    return result.objective if result is not None and result.objective in plan.objectives else None


def _by_weight(view: View, own: dict[str, dict[str, Decimal]], outside: dict[str, Decimal]) -> None:
    """Each investment's share at the objectives that it serves directly or by a key result; the rest is outside."""
    left: dict[str, Decimal] = dict.fromkeys(view.plan.investments, Decimal(1))
    for aim, of in aim_shares(view).items():
        into = own[objective_of(view.plan, aim) or ""]
        for id, share in of.items():
            into[id] = EXACT.add(into.get(id, Decimal(0)), share)
            left[id] = EXACT.subtract(left[id], share)
    outside.update({id: rest for id, rest in left.items() if rest})


def _tree(
    view: View, level: Level, own: dict[str, dict[str, Decimal]], above: Mapping[str, str | None]
) -> Iterator[Part]:
    """The entities of a level, each before those below it; of a circle, the first by name stands on top."""
    below: dict[str | None, list[str]] = {}
    names = {
        id: ((getattr(view.plan.get(level, id), "number", None) or "~"), view.name_of(level, id) or "", id)
        for id in own
    }
    for id in own:
        parent = above.get(id)
        below.setdefault(parent if parent in own else None, []).append(id)
    for ids in below.values():
        ids.sort(key=lambda id: names[id])
    seen: set[str] = set()

    def walk(id: str, depth: int) -> tuple[list[Part], dict[str, Decimal]]:
        seen.add(id)
        total = dict(own[id])
        under: list[Part] = []
        for child in below.get(id, ()):
            if child not in seen:
                found, of = walk(child, depth + 1)
                under += found
                for investment, share in of.items():
                    total[investment] = EXACT.add(total.get(investment, Decimal(0)), share)
        return [Part(scope=Scope(level, id), depth=depth, shares=total), *under], total

    for id in below.get(None, ()):
        yield from walk(id, 0)[0]
    for id in sorted(own, key=lambda id: names[id]):
        if id not in seen:
            yield from walk(id, 0)[0]
