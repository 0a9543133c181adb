"""Why the answer is as it is: what brings an investment in, what another displaces, what a limit's next unit is worth,
and which limits clash, with the cheapest repair. What was not proved by solving again reads "about".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

import msgspec

from northing.decide.explain import LIMITS
from northing.decide.problem import Capacity, Mean, Share
from northing.decide.seats import SEATS
from northing.measure.choosing.bounds import ROLE
from northing.portfolio.choosing import LimitType
from northing.portfolio.errors import Invalid, NotFound

from .choosing import CHURN, Sheet, meaningful
from .choosing_moves import FREE, plain

SECONDS = 20.0
"""At most, of one question; each solving again gets a tenth."""


class ChangeSaid(msgspec.Struct, frozen=True):
    """One change by which an investment comes in."""

    kind: str
    """value, cost, capacity."""
    words: str
    proved: bool
    """Whether it was shown that 95 % of it is too little."""


class ReasonSaid(msgspec.Struct, frozen=True):
    """Why an investment is in or out."""

    id: str
    name: str
    chosen: bool
    changes: tuple[ChangeSaid, ...] = ()
    """Of one that is out: each by itself brings it in."""
    instead: tuple[str, ...] = ()
    """Of one that is in: names of those that would come in in its place."""
    leaves: tuple[str, ...] = ()
    """Of one that is in: names of those that would go out with it."""
    loses: Decimal | None = None
    """What the plan would lose without it; none where no plan is without it."""
    proved: bool = False
    pinned: bool = False
    """Whether a pin holds it where it is: nothing else would bring it in."""


class PriceSaid(msgspec.Struct, frozen=True):
    """One more unit of a limit in one period."""

    words: str
    gain: Decimal
    proved: bool


class RepairSaid(msgspec.Struct, frozen=True):
    """One limit that gives way."""

    words: str
    moves: tuple[tuple[str, str], ...]
    """What is to be tried for it, as an address says it; empty where no single number says it."""


class ClashSaid(msgspec.Struct, frozen=True):
    """Limits that cannot all be kept, and the cheapest repair."""

    limits: tuple[str, ...]
    smallest: bool
    """Whether any one of them, left out, was shown to help."""
    repair: tuple[RepairSaid, ...]


def _ask(asked: Sheet, owner: object, kind: Any, about: str = "") -> Any:
    # In a place of its own: a slider does not wait for what is being explained.
    meaningful(asked)
    try:
        return json.loads(SEATS.of((owner, "why")).why(asked.made.problem, kind, seconds=SECONDS, about=about))
    except TimeoutError:
        raise Invalid("It could not be worked out in time.", remedy="Ask again.") from None


def reason(asked: Sheet, owner: object, investment: str) -> ReasonSaid:
    """Why one investment is in the best plan, or out of it. Raises ``NotFound``, ``Invalid``."""
    offer = asked.found.by_id.get(investment)
    if offer is None:
        raise NotFound(f"There is no investment “{investment[:80]}” to choose.")
    name = offer.investment.name
    if asked.made.problem.pins.get(investment) == "out":
        return ReasonSaid(investment, name, False, proved=True, pinned=True)
    told = _ask(asked, owner, "explain", investment)
    if told and told["in"]:
        one = told["in"][0]
        return ReasonSaid(
            investment, name, True, instead=_names(asked, one["instead"]), leaves=_names(asked, one["leaves"]),
            loses=_money(one["worth"]), proved=one["shown"],
        )  # fmt: skip
    if told and told["out"]:
        changes = tuple(ChangeSaid(one["kind"], one["words"], one["shown"]) for one in told["out"][0]["changes"])
        return ReasonSaid(investment, name, False, changes)
    return ReasonSaid(investment, name, False)


def prices(asked: Sheet, owner: object) -> tuple[PriceSaid, ...]:
    """What one more unit of each limit that binds is worth, the dearest first."""
    told = _ask(asked, owner, "explain", LIMITS) or {"prices": []}
    found = [
        PriceSaid(one["words"], _money(one["about"] if one["gain"] is None else one["gain"]) or Decimal(0),
                  one["gain"] is not None)
        for one in told["prices"]
    ]  # fmt: skip
    return tuple(sorted((one for one in found if one.gain > 0), key=lambda one: -one.gain))


def clash(asked: Sheet, owner: object) -> ClashSaid | None:
    """The smallest set of limits that clash, and the cheapest repair; None where none was shown in time."""
    told = _ask(asked, owner, "clash")
    if told is None:
        return None
    return ClashSaid(tuple(told["limits"]), told["smallest"], tuple(_repairs(asked, told["repair"])))


def _repairs(asked: Sheet, mends: list[Mapping[str, Any]]) -> Iterator[RepairSaid]:
    """The mends, those of several periods of one limit together: a slider moves them all."""
    together: dict[str, tuple[list[str], Decimal]] = {}
    for mend in mends:
        limit, by = mend["limit"], Decimal(str(mend["by"]))
        if limit < 0:
            yield RepairSaid(mend["words"], (_spared(asked, mend["item"]),) if mend["item"] else ())
            continue
        key = asked.made.keys[limit]
        words, most = together.get(key, ([], Decimal(0)))
        together[key] = ([*words, mend["words"]], max(most, by))
    for key, (words, by) in together.items():
        move = _moved(asked, key, by, least=words[0].endswith(" less"))
        yield RepairSaid("; ".join(words), () if move is None else (move,))


def _spared(asked: Sheet, item: str) -> tuple[str, str]:
    if item in asked.made.problem.pins:
        return f"pin.{item}", FREE
    return f"spare.{item}", "1"


def _moved(asked: Sheet, key: str, by: Decimal, *, least: bool) -> tuple[str, str] | None:
    """What to try so that the limit *key* gives way by *by*."""
    if key == CHURN:
        return CHURN, str((asked.moves.churn or 0) + int(by.to_integral_value(ROUND_CEILING)))
    bound = next((one for one in asked.found.bounds if one.key == key), None)
    if bound is None:
        return None
    if key.startswith(ROLE):
        more = asked.moves.most.get(key, Decimal(0)) + by
        return f"most.{key}", plain(more.quantize(Decimal("0.01"), ROUND_CEILING))
    kinds = {type(limit) for limit, own in zip(asked.made.problem.limits, asked.made.keys, strict=True) if own == key}
    if kinds & {Share, Mean}:
        return None
    unit = Decimal("0.01") if kinds & {Capacity} else Decimal(1)
    if least:
        lows = [span.least for span in bound.spans if span.least is not None]
        return (f"least.{key}", plain(max(min(lows) - by, Decimal(0)))) if lows else None
    if bound.type is LimitType.CHURN and bound.limit is not None and bound.limit.most is not None:
        return CHURN, str(int(bound.limit.most + by))
    highs = [span.most for span in bound.spans if span.most is not None]
    return (f"most.{key}", plain((max(highs) + by).quantize(unit, ROUND_CEILING))) if highs else None


def _names(asked: Sheet, ids: list[str]) -> tuple[str, ...]:
    return tuple(asked.found.by_id[id].investment.name for id in ids)


def _money(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number)).quantize(Decimal("0.01"))
