"""What the same usage would have cost: on another model, from another provider, or at another date's prices.

Price of a token kind on a day = the price that the organisation agreed (PriceOverride) and that holds on it, one for
the provider before one for any; else the catalogues' in their order (``portfolio.prices``, which also says under which
names a model is found), in each the latest that has begun by the day, prices without a condition before those with
one. Prices are per million tokens, or per request. Reasoning tokens are a part of the output: where they have a price
of their own, output is priced without them. A kind of tokens that was used and has no price is a finding, and what it
would have cost is not in the sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

import msgspec

from northing.portfolio.errors import Finding
from northing.portfolio.money import EXACT, Amounts
from northing.portfolio.periods import Period
from northing.portfolio.prices import canonical, names_of, rank_of, sellers_of
from northing.portfolio.rates import TokenKind
from northing.portfolio.words import word

from .cost_rows import Asker, Told
from .fx import Missing, exchange, findings
from .levels import ORGANISATION, Scope
from .money_sums import scope_shares
from .usage import COUNTS
from .view import View

AGREED = "agreed"

FORMULA = word("Σ tokens of each kind × their price / 1 000 000, and requests × their price.")

USED: Mapping[TokenKind, str] = {
    TokenKind.INPUT: "input",
    TokenKind.OUTPUT: "output",
    TokenKind.CACHE_READ: "cache_read",
    TokenKind.CACHE_WRITE: "cache_write",
    TokenKind.REASONING: "reasoning",
    TokenKind.REQUEST: "requests",
}
"""Token kind → the column of usage that counts it."""


class Priced(msgspec.Struct, frozen=True, kw_only=True):
    """A price that holds on a day."""

    amount: Decimal
    """Of a million tokens, or of a request."""
    currency: str
    basis: str
    """“agreed”, or the catalogue that it is from."""
    start: date | None
    ref: str | None = None
    """The agreed price it is."""


class _Entry(msgspec.Struct, frozen=True):
    key: tuple[str, str]
    """Model in small letters, token kind."""
    provider: str | None
    start: date
    until: date | None
    plain: bool
    price: Priced
    rank: int = 0
    """Of the catalogue: the lower comes first."""


class Prices:
    """All prices that a View knows, ready to be asked."""

    def __init__(self, agreed: Iterable[_Entry], catalogue: Iterable[_Entry]) -> None:
        self._agreed = _by_key(agreed)
        self._catalogue = _by_key(catalogue)

    def price(self, provider: str | None, model: str | None, tokens: str, day: date) -> Priced | None:
        """The price of a token kind of a model on *day*; None where nobody knows it."""
        spellings = ((whose, name) for seller, name in names_of(provider, model or "") for whose in sellers_of(seller))
        found = (self._price(whose, name, tokens, day) for whose, name in spellings)
        return next((price for price in found if price is not None), None)

    def _price(self, wanted: str, model: str, tokens: str, day: date) -> Priced | None:
        key = (model, tokens)
        for table in (self._agreed, self._catalogue):
            holding = [
                entry
                for entry in table.get(key, ())
                if entry.start <= day
                and (entry.until is None or day < entry.until)
                and (not wanted or entry.provider is None or entry.provider == wanted)
            ]
            if holding:
                best = max(holding, key=lambda one: (one.provider is not None, one.plain, -one.rank, one.start))
                return best.price
        return None

    def changes(self, model: str | None) -> set[date]:
        """The days on which some price of *model* begins or ends."""
        wanted = (model or "").strip().casefold()
        days: set[date] = set()
        for table in (self._agreed, self._catalogue):
            for (own, _), entries in table.items():
                if own == wanted:
                    days.update(entry.start for entry in entries)
                    days.update(entry.until for entry in entries if entry.until is not None)
        return days

    def models(self) -> list[str]:
        """Every model that has a price."""
        return sorted({model for table in (self._agreed, self._catalogue) for model, _ in table})


def prices(view: View) -> Prices:
    """What models cost: agreed prices, and the catalogues in force."""
    kept: dict[bool, Prices] = view.plan.memo("prices", frozenset(("price_override", "delivery")), dict)
    key = view.facts is not None
    if key not in kept:
        kept[key] = _prices(view)
    return kept[key]


def _prices(view: View) -> Prices:
    agreed, catalogue = [], []
    for one in sorted(view.plan.price_overrides.values(), key=lambda found: found.id):
        priced = Priced(amount=one.price, currency=one.currency, basis=AGREED, start=one.start, ref=one.id)
        key = (_name(one.model) or "", str(one.tokens))
        agreed.append(_Entry(key, _seller(one.provider), one.start or date.min, one.end, True, priced))
    for row in view.facts.prices() if view.facts is not None else ():
        priced = Priced(
            amount=row["price"], currency=row["currency"], basis=row.get("origin") or row["source"], start=row["start"]
        )
        key = (_name(row["model"]) or "", str(row["tokens"]))
        catalogue.append(
            _Entry(
                key,
                _seller(row["provider"]),
                row["start"],
                row.get("until"),
                not row.get("condition"),
                priced,
                rank_of(row.get("scope") or ""),
            )
        )
    return Prices(agreed, catalogue)


def _by_key(entries: Iterable[_Entry]) -> Mapping[tuple[str, str], list[_Entry]]:
    found: dict[tuple[str, str], list[_Entry]] = {}
    for entry in entries:
        found.setdefault(entry.key, []).append(entry)
    return found


def _name(text: str | None) -> str | None:
    return (text or "").strip().casefold() or None


def _seller(provider: str | None) -> str | None:
    return canonical(provider) if provider and provider.strip() else None


class RepricedRow(msgspec.Struct, frozen=True, kw_only=True):
    """The usage of one model, as it was and as it would have been."""

    provider: str | None
    model: str | None
    requests: Decimal
    tokens: Decimal
    cost: Amounts
    repriced: Amounts
    unpriced: Mapping[str, Decimal]
    """Token kind → how many of them have no price there; they are not in ``repriced``."""

    @property
    def difference(self) -> Amounts:
        return self.repriced - self.cost


class Repriced(msgspec.Struct, frozen=True, kw_only=True):
    window: Period | None
    provider: str | None
    model: str | None
    """None: each stays on its own model."""
    on: date | None
    """None: each day at its own prices."""
    cost: Amounts
    repriced: Amounts
    rows: tuple[RepricedRow, ...]
    """The dearest first."""
    findings: tuple[Finding, ...]

    @property
    def difference(self) -> Amounts:
        return self.repriced - self.cost

    @property
    def complete(self) -> bool:
        """Whether every token that was used has a price there."""
        return not any(row.unpriced for row in self.rows)


def reprice(
    view: View,
    window: Period | None = None,
    *,
    scope: Scope = ORGANISATION,
    provider: str | None = None,
    model: str | None = None,
    on: date | None = None,
    where: str = "",
) -> Repriced:
    """The usage of *scope* in *window* priced as *model* (of *provider*), on its own days or all *on* one day."""
    known, asker = prices(view), Asker(view, window=window, table="usage")
    of = scope_shares(view, scope)
    starts = _cuts(view, asker, known, model) if on is None else ()
    rows: dict[tuple[str | None, str | None], _Repricing] = {}
    missing: set[Missing] = set()
    for line in asker.lines(("provider", "model"), amount="cost", sums=COUNTS, where=where, starts=starts):
        if line.investment is None:
            share = Decimal(1) if scope == ORGANISATION else Decimal(0)
        else:
            share = of.get(line.investment, Decimal(0))
        if share:
            row = rows.setdefault((line.by[0], line.by[1]), _Repricing())
            target = (provider or (line.by[0] if model is None else None), model or line.by[1])
            row.put(view, known, line, share, target, on or line.start, missing)
    found = [row.row(*key) for key, row in rows.items()]
    found.sort(key=lambda row: (-sum(row.cost.by_currency.values(), Decimal(0)), row.provider or "", row.model or ""))
    return Repriced(
        window=asker.window,
        provider=provider,
        model=model,
        on=on,
        cost=Amounts.sum(row.cost for row in found),
        repriced=Amounts.sum(row.repriced for row in found),
        rows=tuple(found),
        findings=(*_unpriced(found, provider, model), *findings({*asker.missing, *missing})),
    )


class _Repricing:
    """One model's usage in the making."""

    def __init__(self) -> None:
        self.counts: dict[str, Decimal] = dict.fromkeys(COUNTS, Decimal(0))
        self.cost, self.repriced = Amounts(), Amounts()
        self.unpriced: dict[str, Decimal] = {}

    def put(
        self,
        view: View,
        known: Prices,
        line: Told,
        share: Decimal,
        target: tuple[str | None, str | None],
        day: date,
        missing: set[Missing],
    ) -> None:
        counts = {name: EXACT.multiply(value, share) for name, value in zip(COUNTS, line.sums, strict=True)}
        for name, value in counts.items():
            self.counts[name] = EXACT.add(self.counts[name], value)
        self.cost += Amounts({line.currency: EXACT.multiply(line.told, share)})
        for kind, quantity in quantities(known, counts, target, day).items():
            found = known.price(*target, kind, day)
            if found is None:
                if kind != TokenKind.REQUEST:
                    self.unpriced[kind] = EXACT.add(self.unpriced.get(kind, Decimal(0)), quantity)
                continue
            amount = EXACT.multiply(quantity, found.amount)
            if kind != TokenKind.REQUEST:
                amount = amount.scaleb(-6, context=EXACT)
            lacking = exchange(view).missing(found.currency, view.currency, day)
            if lacking is not None:
                missing.add(lacking)
            self.repriced += Amounts(dict([exchange(view).told(amount, found.currency, view.currency, day)]))

    def row(self, provider: str | None, model: str | None) -> RepricedRow:
        return RepricedRow(
            provider=provider,
            model=model,
            requests=self.counts["requests"],
            tokens=sum((self.counts[name] for name in ("input", "output", "cache_read", "cache_write")), Decimal(0)),
            cost=self.cost,
            repriced=self.repriced,
            unpriced=self.unpriced,
        )


def quantities(
    known: Prices, counts: Mapping[str, Decimal], target: tuple[str | None, str | None], day: date
) -> dict[str, Decimal]:
    """Token kind → how much of it is to be priced; reasoning apart from output only where it has its own price."""
    found = {str(kind): counts[name] for kind, name in USED.items() if counts[name]}
    reasoning = found.pop(TokenKind.REASONING, Decimal(0))
    if reasoning and known.price(*target, TokenKind.REASONING, day) is not None:
        found[TokenKind.REASONING] = reasoning
        found[TokenKind.OUTPUT] = max(Decimal(0), found.get(TokenKind.OUTPUT, Decimal(0)) - reasoning)
    return found


def _cuts(view: View, asker: Asker, known: Prices, model: str | None) -> tuple[date, ...]:
    """The days in the window on which a price that counts, or a rate, may change."""
    if asker.window is None:
        return ()
    models = [model] if model else [line.by[0] for line in asker.lines(("model",), amount="cost", attribute=False)]
    days = {day for one in dict.fromkeys(models) for day in known.changes(one)}
    held = {fx.base for fx in view.plan.fx_rates.values()} | {fx.quote for fx in view.plan.fx_rates.values()}
    for currency in held:
        days.update(exchange(view).changes(currency, view.currency))
    return tuple(sorted(day for day in days if day in asker.window))


def _unpriced(rows: Iterable[RepricedRow], provider: str | None, model: str | None) -> list[Finding]:
    found: dict[tuple[str, str], Decimal] = {}
    for row in rows:
        for kind, quantity in row.unpriced.items():
            name = model or row.model or "?"
            found[name, kind] = found.get((name, kind), Decimal(0)) + quantity
    return [
        Finding(
            code="no-price",
            message=f"Nobody knows what {kind.replace('_', ' ')} tokens of {name} cost; {quantity:,.0f} are left out.",
            severity="warning",
            remedy="Enter an agreed price, or take in a newer price catalogue.",
        )
        for (name, kind), quantity in sorted(found.items())
    ]
