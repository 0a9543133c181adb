"""A choice as edits of the plan: what is in and out, lines moved and made smaller, and the money that goes with it.

A line that reaches over the first day of the choice is cut there: its first part stays as it is, its rest goes the way
of the investment. The parts add up to the line, to the cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from northing.measure.fx import exchange
from northing.measure.ledger import balance_of
from northing.measure.money_flows import months, spread
from northing.measure.view import View
from northing.portfolio import ledger_edits
from northing.portfolio.choosing import Variant
from northing.portfolio.edits import Edit, change, create, remove
from northing.portfolio.entity import new_id
from northing.portfolio.funding import Account, AccountType, Fund
from northing.portfolio.investment import Choice, Investment
from northing.portfolio.money import EXACT

from .bounds import Chosen
from .choosing import Choosing, same
from .horizon import later
from .ways import ONE, Offer, Piece, Way, done, pieces, rounded

LINES = (("cost_plan_line", "likely"), ("benefit_plan_line", "likely"), ("resource_demand", "people"))
AMOUNTS = ("low", "likely", "high", "budget")
ZERO = Decimal(0)


class Moved(msgspec.Struct, frozen=True):
    """Money that goes from one account of the ledger to another, or to an investment that has none yet."""

    source: str
    target: str
    amount: Decimal
    currency: str
    investment: str
    back: bool
    """Whether it is given back; else it is given."""


def otherwise(found: Choosing, chosen: Chosen) -> Iterator[tuple[Offer, Way | None]]:
    """The investments that *chosen* decides otherwise than the plan does, each with its way; None: out."""
    now = found.now
    for offer in found.offers:
        way, before = chosen.get(offer.id), now.get(offer.id)
        if (way is None) != (before is None) or (way is not None and before is not None and not _alike(way, before)):
            yield offer, way


def _alike(way: Way, before: Way) -> bool:
    return way.name == before.name or (same(way, before) and way.value == before.value)


def edits(view: View, found: Choosing, chosen: Chosen) -> Iterator[Edit]:
    """What makes the plan of *view* the one that has chosen *chosen*, without the ledger."""
    for offer, way in otherwise(found, chosen):
        one = offer.investment
        fields: dict[str, Any] = {}
        if way is None:
            fields |= {"choice": Choice.OUT, "choice_from": found.ahead.start}
            yield from _redone(view, found, one, None, None)
        else:
            if not offer.chosen:
                fields |= {"choice": Choice.IN, "choice_from": None}
            if way.name != offer.ways[0].name:
                variant = view.plan.get("variant", way.variant) if way.variant else None
                fields |= _dates(view, found, one, way, variant)
                yield from _redone(view, found, one, way, variant)
        yield change("investment", one.id, **fields)


def _dates(view: View, found: Choosing, one: Investment, way: Way, variant: Variant | None) -> dict[str, Any]:
    """Its dates that still lie ahead, later; and so much less that it may wait."""
    fields: dict[str, Any] = {}
    for name in ("start", "end"):
        day: date | None = getattr(one, name)
        if day is not None and day >= found.ahead.start and way.delay:
            fields[name] = later(view, day, way.delay)
    waited = way.delay - (variant.delay if variant else 0)
    if waited and one.may_wait:
        fields["may_wait"] = max(one.may_wait - waited, 0) or None
    return fields


def _redone(view: View, found: Choosing, one: Investment, way: Way | None, variant: Variant | None) -> Iterator[Edit]:
    """The lines of an investment in its way; of one that goes out only those that have to be cut."""
    for kind, amount in LINES:
        share = ONE
        if variant is not None:
            share = {"cost_plan_line": variant.cost, "benefit_plan_line": variant.benefit}.get(kind, variant.people)
        for piece in pieces(view, found.ahead, view.plan.table(kind).by("investment", one.id), amount):
            if way is not None or piece.cut:
                yield from _line(view, piece, share, 0 if way is None else way.delay)
    if variant is not None:  # what the others are shares of is no longer what is planned
        for other in view.plan.table("variant").by("investment", one.id):
            yield remove("variant", other.id)


def _line(view: View, piece: Piece, share: Decimal, delay: int) -> Iterator[Edit]:
    line, kind = piece.line, piece.line.KIND
    if kind == "resource_demand":
        start, end, _ = done(view, piece, ONE, delay)
        fields: dict[str, Any] = {"start": start, "end": end, "people": EXACT.multiply(piece.amount, share)}
        first: dict[str, Any] = {}
    else:
        start, end, _ = done(view, piece, share, delay)
        fields, first = {"start": start, "end": end}, {}
        for name in AMOUNTS:
            amount: Decimal | None = getattr(line, name, None)
            if amount is not None and amount.is_finite():
                rest = _rest(view, piece, amount)
                first[name] = EXACT.subtract(amount, rest)
                fields[name] = rest if share == ONE else rounded(EXACT.multiply(rest, share))
    if not piece.cut:
        yield change(kind, line.id, **fields)
        return
    yield change(kind, line.id, end=piece.start, **first)
    kept = {
        name: value
        for name, value in msgspec.to_builtins(line).items()
        if name not in ("id", "number", "external_id", "start", "end", *AMOUNTS, "people")
    }
    yield create(kind, new_id(), **kept, **fields)


def _rest(view: View, piece: Piece, amount: Decimal) -> Decimal:
    """What of an amount of the line lies from the choice's first day on."""
    if not piece.cut:
        return amount
    parts = spread(amount, months(view).cut(piece.line.start, piece.line.end))
    return sum((part for month, part in parts if month is not None and month >= piece.start), ZERO)


def transfers(view: View, found: Choosing, chosen: Chosen) -> list[Moved]:
    """The money that goes with a choice, on its first day: given back first, then given as far as there is any.

    What goes out, or is made smaller, gives back what it no longer needs and has; what comes in is given what it asks
    for, from what its fund has free. Funds are those in which an investment has an account, else that of its portfolio.
    """
    free = _Free(view, found.ahead.start)
    made: list[Moved] = []
    changed = list(otherwise(found, chosen))
    for offer, way in changed:
        before, after = found.now.get(offer.id), way
        less = (before.money if before else ZERO) - (after.money if after else ZERO)
        if less > 0:
            made.extend(free.given_back(offer.investment, less))
    for offer, way in changed:
        if way is not None and not offer.chosen:
            made.extend(free.given(offer.investment, way.money))
    return made


class _Free:
    """What can be moved of each account on a day and ever after, less what was moved here."""

    def __init__(self, view: View, day: date) -> None:
        self.view, self.day = view, day
        self._taken: dict[str, Decimal] = {}
        self._rates = exchange(view)

    def of(self, account: Account) -> Decimal:
        there = balance_of(self.view, account, self.day).available
        return max(there - self._taken.get(account.id, ZERO), ZERO)

    def given_back(self, one: Investment, money: Decimal) -> Iterator[Moved]:
        for account in self._own(one):
            fund: Fund = self.view.plan.need("fund", account.fund)
            free = ledger_edits.account_of(self.view.plan, fund.id, AccountType.FUND)
            asked = self._told(money, self.view.home_currency, fund.currency)
            if free is None or asked is None:
                continue
            part = min(self.of(account), asked)
            if part > 0:
                yield self._moved(account.id, free.id, part, fund, one, back=True)
                money -= self._told(part, fund.currency, self.view.home_currency) or ZERO

    def given(self, one: Investment, money: Decimal) -> Iterator[Moved]:
        for account in self._own(one):
            fund = self.view.plan.need("fund", account.fund)
            money -= self._told(self.of(account), fund.currency, self.view.home_currency) or ZERO
        for fund in self._funds(one):
            free = ledger_edits.account_of(self.view.plan, fund.id, AccountType.FUND)
            asked = self._told(money, self.view.home_currency, fund.currency)
            if free is None or asked is None or asked <= 0:
                continue
            part = min(self.of(free), asked)
            if part > 0:
                own = ledger_edits.account_of(self.view.plan, fund.id, AccountType.INVESTMENT, one.id)
                yield self._moved(free.id, own.id if own else one.id, part, fund, one, back=False)
                money -= self._told(part, fund.currency, self.view.home_currency) or ZERO

    def _moved(self, source: str, target: str, part: Decimal, fund: Fund, one: Investment, *, back: bool) -> Moved:
        self._taken[source] = self._taken.get(source, ZERO) + part
        self._taken[target] = self._taken.get(target, ZERO) - part
        return Moved(source, target, part, fund.currency, one.id, back)

    def _told(self, amount: Decimal, base: str, quote: str) -> Decimal | None:
        told = self._rates.convert(amount, base, quote, self.day)
        return None if told is None else rounded(told)

    def _own(self, one: Investment) -> list[Account]:
        """Its accounts, without reserves and tranches: those are given for something of their own."""
        found = self.view.plan.accounts.values()
        own = [account for account in found if account.investment == one.id and account.type is AccountType.INVESTMENT]
        return sorted(own, key=lambda account: account.id)

    def _funds(self, one: Investment) -> Iterable[Fund]:
        own = dict.fromkeys(account.fund for account in self._own(one))
        if own:
            return [self.view.plan.need("fund", id) for id in own]
        funds = sorted(self.view.plan.funds.values(), key=lambda fund: (fund.number or "~", fund.id))
        return [fund for fund in funds if fund.portfolio is not None and fund.portfolio == one.portfolio]


def booked(view: View, moves: Iterable[Moved], on: date, words: Mapping[bool, str]) -> Iterator[Edit]:
    """*moves* as transfers of the ledger; *words*: the reason of what is given back, and of what is given."""
    for one in moves:
        yield from ledger_edits.transfer(view.plan, one.source, one.target, one.amount, on=on, reason=words[one.back])
