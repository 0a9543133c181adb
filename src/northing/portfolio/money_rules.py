"""The invariants of money that is planned, forecast, bound and priced: periods, ranges, currencies, rates, shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from .breach import Breach, Touched, absent, broken, broken_at, called, present
from .currencies import CURRENCIES
from .kinds import KINDS
from .plan import Plan

PERIODS = (
    "cost_plan_line",
    "forecast_line",
    "commitment",
    "period_close",
    "rate_card",
    "price_override",
    "attribution_rule",
    "work_link",
    "benefit_plan_line",
    "fund",
    "capacity",
    "resource_demand",
    "limit",
)
"""Kinds whose ``start`` and ``end`` are a half-open period."""


def periods_are_not_empty(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """A period, half-open, starts before it ends."""
    for kind in PERIODS:
        for entity in present(plan, touched, kind):
            if entity.start is not None and entity.end is not None and entity.end <= entity.start:
                yield broken(
                    "empty-period",
                    f"{called(entity)}: the period from {entity.start} until {entity.end} holds no day.",
                    entity,
                    "end",
                    degree=Decimal((entity.start - entity.end).days + 1),
                    value=str(entity.end),
                    remedy="“Until” is the first day after the period.",
                )


SPREAD = (
    "cost_plan_line",
    "forecast_line",
    "commitment",
    "period_close",
    "benefit_plan_line",
    "capacity",
    "resource_demand",
    "limit",
)
"""Kinds whose amount is spread over the months of their period."""

EARLIEST, LATEST = date(1970, 1, 1), date(2200, 1, 1)
LONGEST_YEARS = 50


def periods_can_be_spread(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """An amount is spread over months that somebody could look at: not from the year 1, not until the year 9999."""
    for kind in SPREAD:
        for entity in present(plan, touched, kind):
            start, end = entity.start or entity.end, entity.end or entity.start
            if start is None or end is None:
                continue
            if start < EARLIEST or end > LATEST or (end - start).days > LONGEST_YEARS * 366:
                yield broken(
                    "period-too-long",
                    f"{called(entity)}: the period from {start} until {end} is too long to spread an amount over.",
                    entity,
                    "end",
                    value=str(end),
                    remedy=f"Say days from {EARLIEST.year} to {LATEST.year - 1}, and at most {LONGEST_YEARS} years.",
                )


RANGES = ("cost_plan_line", "benefit_plan_line")


def ranges_are_ordered(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """The low of a line of costs or benefits is not above its likely, nor its likely above its high."""
    for entity in (line for kind in RANGES for line in present(plan, touched, kind)):
        said = [v for v in (entity.low, entity.likely, entity.high) if v is not None and v.is_finite()]
        if said != sorted(said):
            yield broken(
                "range-out-of-order",
                f"{called(entity)}: low ≤ likely ≤ high does not hold for {' / '.join(map(str, said))}.",
                entity,
                "likely",
                value=" / ".join(map(str, said)),
            )


def currencies_are_codes(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """A currency is one of ISO 4217, in capital letters."""
    for entity in present(plan, touched):
        named = [(name, getattr(entity, name, None)) for name in ("currency", "base", "quote")]
        if entity.KIND == "period_close":
            named.extend(("accruals", accrual.currency) for accrual in entity.accruals)
        for name, code in named:
            if code is not None and code not in CURRENCIES:
                yield broken(
                    "currency-code",
                    f"{called(entity)}: “{code}” is not a currency code.",
                    entity,
                    name,
                    value=code,
                    remedy="Use the three letters of ISO 4217: EUR, USD, GBP.",
                )


def rates_are_positive(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """Rates are above zero, an agreed price is not below it, and a day of work has at most 24 hours."""
    for kind, name, least in (
        ("rate_card", "rate", None),
        ("rate_card", "hours_a_day", None),
        ("fx_rate", "rate", None),
        ("price_override", "price", Decimal(0)),
    ):
        for entity in present(plan, touched, kind):
            value = getattr(entity, name)
            if value is None or not value.is_finite() or value > 0 or value == least:
                continue
            bound = "not below zero" if least is not None else "above zero"
            yield broken(
                "rate-not-positive",
                f"{called(entity)}: {value} cannot be; it is {bound}.",
                entity,
                name,
                degree=1 - value,
                value=str(value),
            )
    for entity in present(plan, touched, "rate_card"):
        hours = entity.hours_a_day
        if hours is not None and hours.is_finite() and hours > 24:
            yield broken(
                "hours-a-day", f"{called(entity)}: a day has 24 hours, not {hours}.", entity, "hours_a_day",
                degree=hours, value=str(hours),
            )  # fmt: skip


def one_rate_a_pair_and_day(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """An exchange rate is between two currencies, and each pair has one rate a day."""
    for entity in present(plan, touched, "fx_rate"):
        if entity.base == entity.quote:
            yield broken(
                "rate-to-itself", f"One {entity.base} is one {entity.quote}.", entity, "quote", value=entity.quote
            )
        same = sorted(
            other.id
            for other in plan.fx_rates.by("on", entity.on)
            if (other.base, other.quote) == (entity.base, entity.quote)
        )
        if len(same) > 1:
            yield broken_at(
                "rate-twice",
                f"There are {len(same)} rates from {entity.base} to {entity.quote} on {entity.on}.",
                "fx_rate",
                same[0],
                "on",
                degree=Decimal(len(same)),
                value=str(entity.on),
                remedy="Change the one that is there.",
            )


SHARES = ("attribution_rule", "work_link")


def attributed_shares_are_shares(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """The share that an attribution rule or a work link takes is above 0 and at most 1."""
    for entity in (rule for kind in SHARES for rule in present(plan, touched, kind)):
        if entity.share.is_finite() and not 0 < entity.share <= 1:
            yield broken(
                "share-out-of-range",
                f"{called(entity)}: a share is above 0 and at most 1, not {entity.share}.",
                entity,
                "share",
                degree=abs(entity.share),
                value=str(entity.share),
                remedy="Say 0.25 for a quarter.",
            )


def closes_do_not_overlap(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """No day is closed twice. A period may be closed while one before it is open: the lock holds where it is."""
    if not touched.get("period_close"):
        return
    closes = sorted(plan.period_closes.values(), key=lambda close: (close.start, close.id))
    mine = {close.id for close in present(plan, touched, "period_close")}
    places = {
        later.id: later
        for at, later in enumerate(closes)
        for earlier in closes[:at]
        if earlier.end > later.start and later.end > earlier.start and mine & {earlier.id, later.id}
    }
    for later in places.values():
        common = sum(
            max(0, (min(later.end, other.end) - later.start).days)
            for other in closes[: closes.index(later)]
            if other.end > other.start
        )
        yield broken(
            "closed-twice",
            f"The period from {later.start} until {later.end} is closed already, in part or as a whole.",
            later,
            "start",
            degree=Decimal(common),
            value=str(later.start),
            remedy="Close the period that follows, or reopen the other one first.",
        )


def accruals_have_investments(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """Every accrual of a close names an investment that is in the plan, and an amount."""
    found = {close.id: close for close in present(plan, touched, "period_close")}
    gone = {id for kind, id in absent(plan, touched) if kind == "investment"}
    if gone:
        found.update(
            (close.id, close)
            for close in plan.period_closes.values()
            if any(accrual.investment in gone for accrual in close.accruals)
        )
    for close in found.values():
        missing = [accrual.investment for accrual in close.accruals if accrual.investment not in plan.investments]
        if missing:
            yield broken(
                "missing-reference",
                f"The close of {close.start}: an accrual names an investment that is not in the plan.",
                close,
                "accruals",
                degree=Decimal(len(missing)),
                value=missing[0],
                remedy="Stop the investment instead of removing it: its cost stays in the closed period.",
            )
        if not all(accrual.amount.is_finite() for accrual in close.accruals):
            yield broken("not-a-number", f"An accrual of {close.start} is not a number.", close, "accruals")


MONEY_RULES: tuple[tuple[Callable[[Plan, Touched], Iterator[Breach]], frozenset[str]], ...] = (
    (periods_are_not_empty, frozenset(PERIODS)),
    (periods_can_be_spread, frozenset(SPREAD)),
    (ranges_are_ordered, frozenset(RANGES)),
    (currencies_are_codes, frozenset(KINDS)),
    (rates_are_positive, frozenset({"rate_card", "fx_rate", "price_override"})),
    (one_rate_a_pair_and_day, frozenset({"fx_rate"})),
    (attributed_shares_are_shares, frozenset(SHARES)),
    (closes_do_not_overlap, frozenset({"period_close"})),
    (accruals_have_investments, frozenset({"period_close", "investment"})),
)
