"""The best plan under the limits as the API and the command line tell it, and what they call things by."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

import msgspec

from northing.decide.file import write
from northing.measure.choosing.bounds import Bound
from northing.measure.choosing.choosing import CLAIMED
from northing.portfolio.errors import Finding, Invalid, NotFound

from .choosing import CHURN, Impossible, Outcome, Sheet, ask
from .choosing_moves import FREE, Moves
from .choosing_why import ClashSaid, clash

SECONDS = 30.0


class ChosenSaid(msgspec.Struct, frozen=True, kw_only=True):
    """An investment as it is decided."""

    id: str
    number: str | None
    name: str
    state: str
    """stays-in, stays-out, comes-in, goes-out, changes: beside the plan that is looked at."""
    way: str
    """planned, planned+6 six months later, a variant's name; empty where it is out."""
    value: Decimal
    cost: Decimal


class SpanSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One period of a limit: what the plan comes to there."""

    period: str
    used: Decimal
    least: Decimal | None
    most: Decimal | None


class LimitSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A limit, or the capacity of a role (its key then begins with “role:”)."""

    key: str
    name: str
    type: str
    spans: tuple[SpanSaid, ...]


class AnswerSaid(msgspec.Struct, frozen=True, kw_only=True):
    """The best plan that is known, and how far from the best it can be."""

    status: str
    """best (no plan is worth more), near (the gap asked for is proved), stopped, searching, or impossible."""
    value: Decimal | None
    bound: Decimal | None
    """No plan is worth more."""
    gap: float | None
    """(bound − value) / value."""
    money: Decimal | None
    currency: str
    start: date
    """The first day of the choice."""
    discount: Decimal
    rows: tuple[ChosenSaid, ...]
    limits: tuple[LimitSaid, ...]
    findings: tuple[str, ...]
    """What is left out of the choice, and why."""
    clash: ClashSaid | None = None
    """Where no plan keeps all limits."""


def answered(
    asked: Sheet, owner: object, *, seconds: float = SECONDS, gap: float = 0.0
) -> tuple[AnswerSaid, Outcome | None]:
    """The best plan after at most *seconds*, or as soon as it is proved within *gap* of the best; and that plan."""
    until = time.monotonic() + seconds
    found: Outcome | None = None
    if not asked.found.offers:
        return _said(asked, None, "best"), None
    try:
        while True:
            left = max(until - time.monotonic(), 0.05)
            better = None if found is None else found.gap
            found = ask(asked, owner, wait=left, better=better) or found
            if found is not None and (found.final or (gap and found.gap is not None and found.gap <= gap)):
                break
            if time.monotonic() >= until:
                break
    except Impossible:
        told = _said(asked, None, "impossible")
        return msgspec.structs.replace(told, clash=clash(asked, owner)), None
    status = "unknown" if found is None else found.status
    if status == "searching" and found is not None:
        status = "near" if found.gap is not None and found.gap <= gap else "stopped"
    return _said(asked, found, status), found


def _said(asked: Sheet, found: Outcome | None, status: str) -> AnswerSaid:
    rows: tuple[ChosenSaid, ...] = ()
    limits: tuple[LimitSaid, ...] = ()
    if found is not None:
        rows = tuple(
            ChosenSaid(
                id=row.offer.id, number=row.offer.investment.number, name=row.offer.investment.name, state=row.state,
                way=row.way.name if row.way else "", value=(row.way or row.offer.ways[0]).value,
                cost=(row.way or row.offer.ways[0]).money,
            )
            for row in found.rows
        )  # fmt: skip
        limits = tuple(
            LimitSaid(
                key=bound.key, name=bound.name, type=bound.type.value,
                spans=tuple(
                    SpanSaid(period=one.span.label, used=one.used, least=one.least, most=one.most) for one in spans
                ),
            )
            for bound, spans in found.reached
        )  # fmt: skip
    return AnswerSaid(
        status=status,
        value=Decimal(0) if found is None and not asked.found.offers else found.value if found else None,
        bound=found.most if found else None, gap=found.gap if found else None, money=found.money if found else None,
        currency=asked.found.currency, start=asked.found.ahead.start, discount=asked.found.discount, rows=rows,
        limits=limits, findings=tuple(one.message for one in asked.findings),
    )  # fmt: skip


def as_file(asked: Sheet) -> bytes:
    """The choice as a file for ``northing optimise``: the plan's limits, what is tried, and all that is chosen from."""
    return write(asked.made.problem)


# What people call things


def named_moves(
    asked: Sheet,
    *,
    most: Mapping[str, str] = {},
    least: Mapping[str, str] = {},
    prices: Mapping[str, str] = {},
    pins: Mapping[str, str] = {},
    spared: Iterable[str] = (),
    churn: int | None = None,
    worth: str = CLAIMED,
) -> Moves:
    """Moves by what people call things: a limit's or role's name or number, an investment's number or name.

    Raises ``NotFound``, ``Invalid``.
    """
    return Moves(
        most={limit_called(asked, name): _amount(text) for name, text in most.items()},
        least={limit_called(asked, name): _amount(text) for name, text in least.items()},
        prices={id: _amount(text) for name, text in prices.items() for id in _models(asked, name)},
        pins={investment_called(asked, name): FREE if to == FREE else to for name, to in pins.items()},
        spared=frozenset(investment_called(asked, name) for name in spared),
        churn=churn,
        worth=worth,
    )


def limit_called(asked: Sheet, said: str) -> str:
    """The key of the limit, or role, that *said* names."""

    def names(bound: Bound) -> Iterator[str]:
        yield from (bound.key, bound.name, *((bound.limit.number or "",) if bound.limit else (f"role:{bound.name}",)))

    known = [(bound.key, name) for bound in asked.plain.bounds for name in names(bound)]
    if said.casefold() == CHURN:
        raise Invalid("How many decisions may change is said by itself.", remedy="Say churn with a number.")
    return _one(said, known, "limit", [bound.name for bound in asked.plain.bounds])


def investment_called(asked: Sheet, said: str) -> str:
    """The id of the investment that *said* names."""
    known = [
        (one.id, name)
        for one in asked.plain.offers
        for name in (one.id, one.investment.number or "", one.investment.name)
    ]
    return _one(said, known, "investment", [])


def _models(asked: Sheet, said: str) -> list[str]:
    found = [
        id for id, model in asked.view.plan.ai_models.items() if said == id or said.casefold() in model.name.casefold()
    ]
    if not found:
        raise NotFound(f"No AI model's name has “{said[:80]}” in it.")
    return found


def _one(said: str, known: Iterable[tuple[str, str]], what: str, all_: list[str]) -> str:
    found = {key for key, name in known if name and name.casefold() == said.strip().casefold()}
    if len(found) != 1:
        number = "several" if found else "no"
        remedy = f"There are: {', '.join(dict.fromkeys(all_))}." if all_ else None
        plural = f"{what}s" if found else what
        raise NotFound(f"There is {number} {plural} “{said[:80]}” to choose with.", remedy=remedy)
    return found.pop()


def _amount(text: str) -> Decimal:
    try:
        found = Decimal(text.replace("_", ""))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        said = f"“{text[:40]}” is no amount."
        raise Invalid(said, findings=[Finding(code="choice-number", message=said, value=text[:40])])
    return found
