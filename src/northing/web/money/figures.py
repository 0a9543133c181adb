"""The row of figures at the head of the page: whether a scope is on the money, in five seconds."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from northing.measure.address import Figure
from northing.measure.levels import ORGANISATION
from northing.measure.money import Money
from northing.portfolio.money import Amounts
from northing.report import words
from northing.web.frame.context import Page
from northing.web.frame.figured import figured
from northing.web.frame.freshness import Sourced, late, sourced

from .state import State
from .told import Addresses, own, short

__all__ = ["Headline", "Sourced", "Verdict", "headlines", "late", "sourced", "verdict"]


@dataclass(frozen=True)
class Headline:
    """One figure: what it is called, how it reads, what it is made of."""

    key: str
    name: str
    value: str
    why: str
    figure: Figure | None
    exact: str = ""
    tone: str = ""
    share: float | None = None
    """Between 0 and 1, where a bar is drawn under it."""
    href: str = ""
    """The page that does something about it."""


@dataclass(frozen=True)
class Verdict:
    """The answer in one sentence, with its tone: good, warn, bad, or empty where nobody can say."""

    text: str
    tone: str


def headlines(page: Page, state: State, found: Money) -> list[Headline]:
    whole, at = found.whole, Addresses(page, state)

    def of(key: str, name: str, amounts: Amounts, why: str, tone: str = "", signed: bool = False) -> Headline:
        figure = at.of(key, state.scope) if amounts else None
        return Headline(key, name, short(amounts, signed=signed), why, figure, words.money(amounts), tone)

    budget, estimate, spent = own(whole.bac, page), own(whole.eac, page), own(whole.ac, page)
    over = estimate - budget
    tone = _tone(budget, estimate) if whole.bac else ""
    share = float(min(Decimal(1), max(Decimal(0), spent / budget))) if budget > 0 else None
    bound = any(whole.committed.by_currency.values())
    return [
        of("bac", _("Budget"), whole.bac, _budget_why(whole.bac, whole.budget, page)),
        Headline(
            "ac", _("Spent"), short(whole.ac), _spent_why(page, at, state, found, budget, spent),
            at.of("ac", state.scope) if whole.ac else None, words.money(whole.ac), share=share,
        ),
        of("committed", _("Committed"), whole.committed,
           _("open orders and contracts, not billed yet") if bound else _("no order or contract is open")),
        of("etc", _("To go"), whole.etc,
           _("forecast from %(day)s on") % {"day": words.day(found.cut_off)}),
        of("eac", _("At completion"), whole.eac, _("spent + to go")),
        of("vac", _("Variance"), whole.vac if whole.bac else Amounts(),
           _variance_why(whole.bac, budget, over),
           tone, signed=True),
        _unattributed(page, state, found, at),
    ]  # fmt: skip


def _variance_why(bac: Amounts, budget: Decimal, over: Decimal) -> str:
    if bac and not budget:
        return _("each currency by itself")
    if not budget:
        return _("there is no budget to hold it against")
    return _("over the budget") if over > 0 else _("left of the budget")


def _budget_why(bac: Amounts, budget: Amounts, page: Page) -> str:
    if not bac:
        return _("no plan line says how much")
    if page.currency not in bac.by_currency:
        return _("in the currencies of the plan")
    if not own(budget, page):
        return _("nothing is approved: the plan's likely amounts")
    if own(bac, page) == own(budget, page):
        return _("approved, in all years")
    return _("approved; the plan where nothing is")


def _spent_why(page: Page, at: Addresses, state: State, found: Money, budget: Decimal, spent: Decimal) -> str:
    until = _("until %(day)s") % {"day": words.day(found.cut_off)}
    if budget > 0 and found.whole.ac:
        said = {"share": words.percent(spent / budget), "until": until}
        of = {"share": at.of("spent_share", state.scope)}
        return figured(page, _("%(share)s of the budget, %(until)s"), said, of)
    return until if found.whole.ac else _("no bill has come in yet")


def _unattributed(page: Page, state: State, found: Money, at: Addresses) -> Headline:
    share = found.unattributed_share
    figure = at.of("unattributed_share", ORGANISATION, found.window) if share is not None else None
    why = _("no bill in these periods")
    if share is not None:
        of = {"money": at.of("unattributed", ORGANISATION, found.window)}
        text = _("%(money)s of the organisation's bills in these periods")
        why = figured(page, text, {"money": short(found.unattributed)}, of)
    tone = "" if share is None or share < Decimal("0.05") else "warn" if share < Decimal("0.2") else "bad"
    href = page.link("unattributed") if share else ""
    value = "–" if share is None else words.percent(share, 1 if 0 < share < Decimal("0.1") else 0)
    return Headline("unattributed_share", _("Unattributed"), value, why, figure, tone=tone, href=href)


def _tone(budget: Decimal, estimate: Decimal) -> str:
    """Over the budget by more than a tenth is bad, over it at all a warning."""
    if estimate <= budget:
        return "good"
    return "bad" if budget <= 0 or (estimate - budget) / budget > Decimal("0.1") else "warn"


def verdict(page: Page, state: State, found: Money) -> Verdict | None:
    """ "Expected to end at €12.6m, €0.6m over the budget." None where there is nothing to hold against each other."""
    whole = found.whole
    if not whole.eac:
        return None
    at = Addresses(page, state)
    of = {one: at.of(name, state.scope) for one, name in (("eac", "eac"), ("off", "vac"), ("share", "vac_share"))}
    budget, estimate = own(whole.bac, page), own(whole.eac, page)
    if page.currency not in whole.eac.by_currency or (whole.bac and page.currency not in whole.bac.by_currency):
        return Verdict(
            _("Nobody can say: without exchange rates to %(code)s this is no one sum.") % {"code": page.currency},
            "warn",
        )
    if not whole.bac or not budget:
        text = _("Expected to end at %(eac)s; there is no budget to hold it against.")
        return Verdict(figured(page, text, {"eac": short(whole.eac)}, of), "")
    off = estimate - budget
    said = {"eac": short(whole.eac), "off": words.amount(abs(off), page.currency, short=True)}
    tone = _tone(budget, estimate)
    if abs(off) < budget / 200:
        return Verdict(figured(page, _("On budget: expected to end at %(eac)s."), said, of), "good")
    said["share"] = words.percent(abs(off) / budget)
    text = _("Within budget: expected to end at %(eac)s, %(off)s (%(share)s) below it.")
    if off > 0:
        text = _("Over budget: expected to end at %(eac)s, %(off)s (%(share)s) more than approved.")
    return Verdict(figured(page, text, said, of), tone)
