"""What currencies are worth and what work costs: exchange rates and rate cards, each dated, each with its form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.measure.fx import exchange
from northing.measure.money import Money, money
from northing.portfolio.rates import FxRate, RateCard, RateUnit
from northing.report import words
from northing.report.labels import label
from northing.web.frame.context import Page, page

from .figures import Verdict
from .framing import framed
from .state import read

HISTORY = 12
"""Rates of one pair that are listed, the newest first."""


@dataclass(frozen=True)
class One:
    """One dated rate."""

    id: str
    on: date
    rate: str
    origin: str
    locked: bool
    """Whether it is what a closed day was told with."""
    edit: str
    drop: str


@dataclass(frozen=True)
class Pair:
    """What one unit of a currency is worth in another, and since when."""

    base: str
    quote: str
    newest: One
    earlier: list[One]
    add: str


@dataclass(frozen=True)
class Card:
    """What an hour or a day of somebody costs."""

    who: str
    rate: str
    per: str
    start: date | None
    end: date | None
    expense: str
    edit: str
    drop: str


@page("money")
def rates(page: Page) -> HttpResponse:
    """Both lists, what is missing, and the forms to mend it."""
    state = read(page.view, page.request.GET)
    found = money(page.view, state.scope, unit=state.unit, window=state.window, basis=state.basis)
    pairs = _pairs(page)
    return page.render(
        "money/rates.html",
        lead=_lead(page, pairs, found),
        **framed(page, state, "rates", found),
        pairs=pairs,
        crossed=_crossed(page),
        cards=_cards(page),
        add_rate=page.link("add/fx_rate", quote=page.workspace.currency, on=page.today, next=page.here),
        add_card=page.link("add/rate_card", currency=page.workspace.currency, next=page.here),
        add_role=page.link("add/role", next=page.here),
        add_team=page.link("add/team", next=page.here),
        any_who=bool(page.view.plan.roles or page.view.plan.teams),
    )


def _lead(page: Page, pairs: list[Pair], found: Money) -> Verdict | None:
    """Whether every amount can be told in the reader's currency; where not, the findings say what is missing."""
    if not pairs or found.findings:
        return None
    newest = max(pair.newest.on for pair in pairs)
    said = {"code": page.currency, "day": words.day(newest)}
    return Verdict(_("Every amount can be told in %(code)s. The newest rate is of %(day)s.") % said, "good")


def _pairs(page: Page) -> list[Pair]:
    by_pair: dict[tuple[str, str], list[FxRate]] = {}
    for rate in page.view.plan.fx_rates.values():
        by_pair.setdefault((rate.base, rate.quote), []).append(rate)
    pairs = []
    for (base, quote), found in sorted(by_pair.items()):
        found.sort(key=lambda one: one.on, reverse=True)
        shown = found[: HISTORY + 1]
        digits = max(-int(one.rate.normalize().as_tuple().exponent) for one in shown)
        told = [_one(page, one, found, max(0, digits)) for one in shown]
        add = page.link("add/fx_rate", base=base, quote=quote, on=page.today, next=page.here)
        pairs.append(Pair(base, quote, told[0], told[1:], add))
    return pairs


def _one(page: Page, rate: FxRate, pair: list[FxRate], digits: int) -> One:
    """One rate of its *pair*, with as many *digits* as its neighbours have, so that they stand under each other."""
    until = min((one.on for one in pair if one.on > rate.on), default=date.max)
    locked = any(rate.on < close.end and until > close.start for close in page.view.plan.period_closes.values())
    return One(
        rate.id, rate.on, words.fixed(rate.rate, digits), rate.origin or "", locked,
        page.link(f"edit/fx_rate/{rate.id}", next=page.here), page.link(f"drop/fx_rate/{rate.id}", next=page.here),
    )  # fmt: skip


def _crossed(page: Page) -> list[tuple[str, str, str]]:
    """What one unit of each other currency comes to in the reader's today, and how that is known."""
    rates = exchange(page.view)
    known = {one.base for one in page.view.plan.fx_rates.values()} | {
        one.quote for one in page.view.plan.fx_rates.values()
    }
    ways = {"direct": _("as recorded"), "inverse": _("turned around"), "cross": _("through %(code)s")}
    found = []
    for code in sorted(known - {page.currency}):
        rate = rates.rate(code, page.currency, page.today)
        if rate is not None:
            told = ways.get(rate.way, "")
            found.append(
                (code, words.number(rate.rate, 6), told % {"code": rates.pivot} if rate.way == "cross" else told)
            )
    return found


def _cards(page: Page) -> list[Card]:
    def name(card: RateCard) -> str:
        named = (words.name(page.view, "role", card.role), words.name(page.view, "team", card.team))
        return " · ".join(one for one in named if one) or _("Everybody")

    cards = sorted(page.view.plan.rate_cards.values(), key=lambda one: (name(one), one.start or date.min, one.id))
    return [
        Card(
            name(one), words.amount(one.rate, one.currency), _per(one), one.start, one.end,
            label(one.expense) if one.expense else "",
            page.link(f"edit/rate_card/{one.id}", next=page.here),
            page.link(f"drop/rate_card/{one.id}", next=page.here),
        )
        for one in cards
    ]  # fmt: skip


def _per(card: RateCard) -> str:
    if card.unit is RateUnit.HOUR:
        return _("per hour")
    return _("per day of %(hours)s hours") % {"hours": words.number(card.hours_a_day or Decimal(8))}
