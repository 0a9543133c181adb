"""What somebody tries out on the page of choices, on top of what the plan says: limits moved, pins, prices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation

import msgspec

from northing.measure.choosing.bounds import Bound, Prices, Span
from northing.measure.choosing.choosing import CASH, CLAIMED, Choosing
from northing.portfolio.choosing import LimitType
from northing.portfolio.errors import Finding, Invalid

FREE = "free"
"""A pin that the plan has, taken back."""
LARGEST = Decimal(10) ** 15


class Moves(msgspec.Struct, frozen=True, kw_only=True):
    """What is tried. Amounts in the workspace's currency; what is not named stands as the plan has it."""

    most: Mapping[str, Decimal] = {}
    """By key of a bound; of a role's capacity how many people more, or fewer."""
    least: Mapping[str, Decimal] = {}
    prices: Mapping[str, Decimal] = {}
    """By AI model a factor on the money that is planned for it."""
    pins: Mapping[str, str] = {}
    """By investment: in, out, free, or one of its ways."""
    spared: frozenset[str] = frozenset()
    """Must-dos that need not be done."""
    churn: int | None = None
    worth: str = CLAIMED

    def pairs(self) -> Iterator[tuple[str, str]]:
        """As an address has it."""
        for name, table in (("most", self.most), ("least", self.least), ("price", self.prices)):
            yield from ((f"{name}.{key}", plain(amount)) for key, amount in sorted(table.items()))
        yield from ((f"pin.{key}", to) for key, to in sorted(self.pins.items()))
        yield from ((f"spare.{key}", "1") for key in sorted(self.spared))
        if self.churn is not None:
            yield "churn", str(self.churn)
        if self.worth != CLAIMED:
            yield "worth", self.worth

    @property
    def any(self) -> bool:
        return any(True for _ in self.pairs())


def plain(amount: Decimal) -> str:
    """The shortest way to write a decimal: 1200000, 0.25."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read(pairs: Iterable[tuple[str, str]]) -> Moves:
    """What an address asks to try. Raises ``Invalid`` for what is no number."""
    tables: dict[str, dict[str, Decimal]] = {"most": {}, "least": {}, "price": {}}
    pins, spared, churn, worth = {}, set(), None, CLAIMED
    for name, text in pairs:
        what, _, key = name.partition(".")
        text = text.strip()
        if not text:
            continue
        if what in tables and key:
            tables[what][key] = _number(name, text)
        elif what == "pin" and key:
            pins[key] = text
        elif what == "spare" and key:
            spared.add(key)
        elif name == "churn":
            churn = max(int(_number(name, text)), 0)
        elif name == "worth":
            worth = text
    return Moves(
        most=tables["most"], least=tables["least"], prices=tables["price"], pins=pins, spared=frozenset(spared),
        churn=churn, worth=worth,
    )  # fmt: skip


def _number(name: str, text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) >= LARGEST:
        said = f"“{text[:40]}” is no amount."
        raise Invalid(said, findings=[Finding(code="choice-number", message=said, field=name, value=text[:40])])
    return found


def moved(found: Choosing, moves: Moves) -> Choosing:
    """*found* with its limits and prices as *moves* say. Raises ``Invalid`` for names that it does not know."""
    known = {bound.key for bound in found.bounds}
    for key in (*moves.most, *moves.least):
        if key not in known:
            raise _unknown("limit", key)
    for id, to in moves.pins.items():
        offer = found.by_id.get(id)
        if offer is None or (to not in ("in", "out", FREE) and offer.way(to) is None):
            raise _unknown("investment or way", f"{id} {to}" if offer else id)
    return msgspec.structs.replace(
        found,
        bounds=tuple(_moved(bound, moves) for bound in found.bounds),
        factors=Prices({**found.factors.by_model, **moves.prices}) if moves.prices else found.factors,
    )


def _unknown(what: str, key: str) -> Invalid:
    return Invalid(f"There is no {what} “{key[:80]}” to choose with.", remedy="Open the page again.")


def _moved(bound: Bound, moves: Moves) -> Bound:
    most, least = moves.most.get(bound.key), moves.least.get(bound.key)
    if most is None and least is None:
        return bound
    if bound.type is LimitType.CAPACITY and bound.limit is None:
        more = most or Decimal(0)
        spans = [
            _with(span, None if span.most is None else max(span.most + more, Decimal(0)), span.least)
            for span in bound.spans
        ]
    else:
        if any(amount is not None and amount < 0 for amount in (most, least)):
            raise Invalid(f"{bound.name}: a limit is not below nothing.", remedy="Say an amount of 0 or more.")
        spans = [
            _with(span, span.most if most is None else most, span.least if least is None else least)
            for span in bound.spans
        ]
    return msgspec.structs.replace(bound, spans=tuple(spans))


def _with(span: Span, most: Decimal | None, least: Decimal | None) -> Span:
    return msgspec.structs.replace(span, most=most, least=least)


def pins(found: Choosing, moves: Moves) -> dict[str, str]:
    """The pins in force: the plan's, then those that are tried."""
    own = {offer.id: offer.investment.pin.value for offer in found.offers if offer.investment.pin is not None}
    return {id: to for id, to in (own | dict(moves.pins)).items() if to != FREE}


WORTHS = (CLAIMED, CASH)
