"""Choosing: the best plan under the plan's limits and what is tried, why it is so, and the answer as a scenario."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec
from django.http import HttpResponse

from northing.decide.problem import Problem
from northing.portfolio.errors import Invalid
from northing.record import Revision
from northing.report.choosing import Impossible, Sheet, sheet
from northing.report.choosing_data import AnswerSaid, answered, as_file, investment_called
from northing.report.choosing_moves import Moves
from northing.report.choosing_saving import decisions, save, taking
from northing.report.choosing_why import PriceSaid, ReasonSaid, prices, reason

from .operation import Here, operation
from .parameters import Reason

Amount = Annotated[str, msgspec.Meta(max_length=40)]
Key = Annotated[str, msgspec.Meta(max_length=200)]
Seconds = Annotated[float, msgspec.Meta(ge=0.05, le=60)]
Ref = Annotated[str, msgspec.Meta(max_length=250)]


class Tried(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is tried on top of the plan's limits. Nothing is recorded by it."""

    most: dict[Key, Decimal] = {}
    """By limit, in the workspace's currency: its id, or "role:" and a role's id, of which how many more or fewer."""
    least: dict[Key, Decimal] = {}
    prices: dict[Key, Decimal] = {}
    """By AI model, a factor on the money that is planned for it."""
    pins: dict[Key, Key] = {}
    """By investment: in, out, free, or the name of one of its ways."""
    spared: list[Key] = []
    """Must-dos that need not be done."""
    churn: Annotated[int, msgspec.Meta(ge=0, le=10**6)] | None = None
    worth: Annotated[str, msgspec.Meta(pattern="^(claimed|cash)$")] = "claimed"
    at: Ref | None = None
    """Which plan: 42, scenario:cut-10; the newest of the plan of record if left out."""
    seconds: Seconds = 5.0
    gap: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.0
    """It is enough to be proved so near the best."""


class Asked(Tried, forbid_unknown_fields=True, kw_only=True):
    """A question about the answer."""

    about: Key = "limits"
    """An investment, by id or number; or ``limits``."""


class Saved(Tried, forbid_unknown_fields=True, kw_only=True):
    """The answer, to be taken into a new scenario."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    reason: Reason


class WhySaid(msgspec.Struct, frozen=True, kw_only=True):
    """Why an investment is in or out; or what one more unit of each limit would bring."""

    reason: ReasonSaid | None = None
    prices: tuple[PriceSaid, ...] = ()


def _sheet(here: Here, tried: Tried) -> Sheet:
    return sheet(here.workspace, here.look(tried.at), _moves(tried))


def _moves(tried: Tried) -> Moves:
    for table in (tried.most, tried.least, tried.prices):
        for amount in table.values():
            if not amount.is_finite() or abs(amount) >= Decimal(10) ** 15:
                raise Invalid(f"“{amount}” is no amount.")
    return Moves(
        most=tried.most, least=tried.least, prices=tried.prices, pins=tried.pins, spared=frozenset(tried.spared),
        churn=tried.churn, worth=tried.worth,
    )  # fmt: skip


def _owner(here: Here) -> object:
    return (here.workspace.id, here.actor.id)


@operation("POST", "/w/{ws}/choice", needs="read", says=AnswerSaid, tag="choosing", again=True)
def choose_plan(here: Here, asked: Tried) -> HttpResponse:
    """Work out the best plan under the plan's limits and what is tried. Nothing is recorded.

    Where no plan keeps all limits, ``clash`` names the smallest set that cannot all be kept, and the cheapest repair.
    """
    found = _sheet(here, asked)
    return here.answer(answered(found, _owner(here), seconds=asked.seconds, gap=asked.gap)[0], here.look(asked.at).at)


@operation("POST", "/w/{ws}/choice/why", needs="read", says=WhySaid, tag="choosing", again=True)
def explain_choice(here: Here, asked: Asked) -> HttpResponse:
    """Say what would bring an investment in, or whom it displaces; or what one more unit of each limit would bring."""
    found = _sheet(here, asked)
    if asked.about == "limits":
        said = WhySaid(prices=prices(found, _owner(here)))
    else:
        said = WhySaid(reason=reason(found, _owner(here), investment_called(found, asked.about)))
    return here.answer(said, here.look(asked.at).at)


@operation("POST", "/w/{ws}/choice/problem", needs="read", says=Problem, tag="choosing", again=True)
def get_choice_problem(here: Here, asked: Tried) -> HttpResponse:
    """Get the choice as the file that ``northing optimise`` reads: keep it in a repository, run it in a pipeline."""
    found = _sheet(here, asked)
    return here.answer(msgspec.json.decode(as_file(found), type=Problem), here.look(asked.at).at)


@operation("POST", "/w/{ws}/choice/scenario", needs="suggest", says=Revision, status=201, tag="choosing")
def save_choice(here: Here, asked: Saved) -> HttpResponse:
    """Take the best plan into a new scenario: decisions, plan lines, moved limits and transfers as one revision."""
    found = _sheet(here, asked)
    told, best = answered(found, _owner(here), seconds=asked.seconds, gap=asked.gap)
    if best is None:
        raise Impossible("No plan keeps all limits." if told.status == "impossible" else "No plan was found in time.")
    made = taking(found, decisions(found, best.plan), REASONS)
    if not made.edits:
        raise Invalid("The plan as it is is the answer: there is nothing to record.")
    done = save(here.workspace, made, here.look(asked.at).at, scenario=asked.name, by=here.actor, reason=asked.reason)
    return here.answer(done.revision, done.revision.no, status=201)


REASONS = {True: "Given back: chosen out or smaller", False: "Given: chosen in"}
