"""The best plan under the limits of a plan, as all doors tell it: asked once, watched while it gets better."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

import msgspec

from northing.access.models import Workspace
from northing.decide.checking import check, check_items, unpayable
from northing.decide.drawn import Drawn
from northing.decide.file import chosen
from northing.decide.planned import Named, Planned, chosen_ways, items_of, names_of, planned
from northing.decide.problem import Churn, Item
from northing.decide.seats import SEATS
from northing.decide.solve import Answer
from northing.measure.choosing.bounds import Bound, Reached, Taken
from northing.measure.choosing.choosing import Broken, Choosing, broken, choosing, same
from northing.measure.choosing.ways import Offer, Way
from northing.measure.money_flows import remember
from northing.measure.view import View
from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.kinds import KINDS
from northing.record.revision import MAIN

from .choosing_moves import Moves, moved, pins
from .viewing import Look, look

CHURN = "churn"
"""The key of the limit on changes that is tried without the plan having one."""
READS = frozenset(KINDS)


@dataclass(frozen=True)
class Sheet:
    """What is chosen from, with what is tried on top."""

    view: View
    at: str
    """The place in the record: which plan."""
    moves: Moves
    plain: Choosing
    """As the plan says."""
    found: Choosing
    """With what is tried."""
    previous: Mapping[str, Way]
    """What the plan of record has chosen."""
    made: Planned
    wrong: tuple[Finding, ...]
    """Why it means nothing; empty where it can be worked out."""

    @cached_property
    def question(self) -> str:
        """The same where the same is asked."""
        asked = json.dumps([self.at, str(self.view.today), *self.moves.pairs()])
        return hashlib.sha256(asked.encode()).hexdigest()

    @cached_property
    def drawn(self) -> Drawn:
        return drawn(self.view, self.moves.worth, self.made.problem.items, len(self.found.ahead.periods))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the reader should know: what is left out, and why."""
        return (*self.found.findings, *self.made.findings)


class Moved(msgspec.Struct, frozen=True):
    """How an investment is decided, beside how the plan has it now."""

    offer: Offer
    way: Way | None
    """None: out."""
    before: Way | None

    @property
    def state(self) -> str:
        """stays-in, stays-out, comes-in, goes-out, changes."""
        if self.way is None:
            return "goes-out" if self.before is not None else "stays-out"
        if self.before is None:
            return "comes-in"
        return "stays-in" if same(self.way, self.before) else "changes"


class Outcome(msgspec.Struct, frozen=True):
    """A plan that keeps every limit, how good it is, and how far from the best it can be."""

    value: Decimal
    most: Decimal | None
    gap: float | None
    status: str
    final: bool
    seconds: float
    plan: Mapping[str, Way]
    rows: tuple[Moved, ...]
    money: Decimal
    """Of what is in, over the whole horizon, at the prices that are tried."""
    reached: tuple[tuple[Bound, tuple[Reached, ...]], ...]

    @property
    def changed(self) -> int:
        return sum(row.state in ("comes-in", "goes-out", "changes") for row in self.rows)


def sheet(workspace: Workspace, seen: Look, moves: Moves, value: Mapping[str, Decimal] | None = None) -> Sheet:
    """What can be chosen in the plan that is looked at. *value*: what ``moves.worth`` says of each investment.

    Raises ``Invalid`` where a limit, an investment or a number of *moves* means nothing.
    """
    view = seen.view
    plain = choosing(view, moves.worth, value)
    found = moved(plain, moves)
    record = view if seen.at.branch == MAIN else look(workspace).view
    previous = choosing(record).now if record is not view else plain.now
    names = _names(view, plain, moves.worth)
    items = _items(view, plain, names, moves.worth)
    if moves.spared:
        items = tuple(
            msgspec.structs.replace(item, must=False) if item.id in moves.spared and item.must else item
            for item in items
        )
    made = planned(found, names, items=items, pins=pins(found, moves), previous=previous, title=workspace.name)
    if moves.churn is not None:
        limits = [limit for limit in made.problem.limits if not isinstance(limit, Churn)]
        keys = [key for key, limit in zip(made.keys, made.problem.limits, strict=True) if not isinstance(limit, Churn)]
        problem = msgspec.structs.replace(made.problem, limits=(*limits, Churn(most=moves.churn, id=CHURN)))
        made = msgspec.structs.replace(made, problem=problem, keys=(*keys, CHURN))
    return Sheet(view, str(seen.at), moves, plain, found, previous, made, tuple(_wrong(view, made, moves.worth)))


def _wrong(view: View, made: Planned, worth: str) -> Sequence[Finding]:
    """What makes the problem mean nothing; its items are looked at once a plan."""
    wrong: list[Finding] = remember(view, "choosing wrong", worth, lambda: check_items(made.problem), READS)
    return wrong or check(made.problem, drawn=drawn(view, worth, made.problem.items, len(made.problem.periods)))


def _names(view: View, found: Choosing, worth: str) -> Named:
    def make() -> Named:
        return names_of(found, lambda id: view.name_of("role", id) or "", lambda id: view.name_of("ai_model", id) or "")

    return remember(view, "choosing names", worth, make, READS)


def _items(view: View, found: Choosing, names: Named, worth: str) -> tuple[Item, ...]:
    """The same object as long as the plan stands, by which the solver knows that they are the same."""
    return remember(view, "choosing items", worth, lambda: items_of(found, names), READS)


def drawn(view: View, worth: str, items: tuple[Item, ...], periods: int) -> Drawn:
    kept = remember(view, "choosing drawn", worth, lambda: Drawn(items, periods), READS)
    return kept if kept.items is items else Drawn(items, periods)


def ask(
    asked: Sheet, owner: Hashable, *, wait: float, better: float | None = None, patience: float = 0.0
) -> Outcome | None:
    """The best plan that is known after at most *wait* seconds; None where none is known yet.

    *better*, *patience*: as a seat is asked.

    Raises ``Invalid`` where the problem means nothing, ``Impossible`` where no plan keeps all limits.
    """
    meaningful(asked)
    seat = SEATS.of(owner)
    question = (owner, asked.question)  # two workspaces have revisions of the same number
    answer, final = seat.ask(question, asked.made.problem, wait=wait, better=better, patience=patience)
    if answer is None:
        return None
    if final and answer.plan is None:
        wrong = list(unpayable(asked.made.problem, asked.drawn))
        if wrong:
            raise Impossible(wrong[0].message, findings=wrong, remedy=wrong[0].remedy)
        if answer.status == "impossible":
            raise Impossible("No plan keeps all limits.")
        raise Invalid("No plan was found that keeps all limits, nor that there is none.", remedy="Loosen a limit.")
    return outcome(asked, answer, final)


def meaningful(asked: Sheet) -> None:
    """Raise ``Invalid`` where the problem means nothing; one that nobody can pay for does."""
    if asked.wrong:
        raise Invalid(asked.wrong[0].message, findings=asked.wrong, remedy=asked.wrong[0].remedy)


class Impossible(Invalid):
    """No plan keeps all limits."""

    code = "impossible"


def outcome(asked: Sheet, answer: Answer, final: bool) -> Outcome | None:
    """*answer* as a plan; None where it has none."""
    named = chosen(asked.made.problem, asked.drawn, answer.plan)
    if named is None or answer.value is None:
        return None
    plan = chosen_ways(asked.found, named)
    rows = tuple(Moved(offer, plan.get(offer.id), asked.plain.now.get(offer.id)) for offer in asked.found.offers)
    taken = asked.found.taken(plan)
    return Outcome(
        value=_decimal(answer.value), most=None if answer.most is None else _decimal(answer.most), gap=answer.gap,
        status=answer.status, final=final, seconds=answer.seconds, plan=plan, rows=rows, money=taken.spent,
        reached=reaches(asked, taken),
    )  # fmt: skip


def reaches(asked: Sheet, taken: Taken) -> tuple[tuple[Bound, tuple[Reached, ...]], ...]:
    """What a plan comes to in each limit."""
    return tuple((bound, tuple(asked.found.reached(bound, taken))) for bound in asked.found.bounds)


def breaks(asked: Sheet, plan: Mapping[str, Way]) -> list[Broken]:
    """Which limits a plan breaks, as they are tried."""
    return list(broken(asked.view, asked.found, plan, asked.previous))


def _decimal(exact: Fraction) -> Decimal:
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01"))
