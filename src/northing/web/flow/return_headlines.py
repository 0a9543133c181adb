"""The head of the page of return: what is claimed, of what cost, and what the work of these months cost."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from northing.measure.address import Figure, figure
from northing.measure.flow.asked import Whose
from northing.measure.returns.roi import Returns
from northing.measure.returns.work_costs import CostOfWork
from northing.portfolio.money import Amounts
from northing.report import words
from northing.web.frame.amounts import short
from northing.web.frame.context import Page

from .state import State


@dataclass(frozen=True)
class Headline:
    """One figure: what it is called, how it reads, what it is of, and its address."""

    key: str
    name: str
    value: str
    why: str
    figure: Figure | None = None
    exact: str = ""
    tone: str = ""
    share: float | None = None


def percent(value: Fraction) -> str:
    """+12%, −32%."""
    told = words.percent(Decimal(value.numerator) / Decimal(value.denominator))
    return f"+{told}" if value > 0 and not told.startswith("0") else told


def lead(page: Page, whose: Whose, claims: Returns | None, found: CostOfWork) -> tuple[str, str]:
    """What there is to know in a sentence, and its tone."""
    if claims is None or not (claims.total.claims or claims.others.claims):
        return _work_lead(page, claims, found)
    one = claims.total if claims.total.investments else claims.others
    ratio = one.roi
    said = {"cash": short(one.cash.likely), "cost": short(one.cost.eac)}
    if ratio is None:
        return _(
            "Claimed to return %(cash)s in cash for %(cost)s of cost. Nothing of it is evidenced yet."
        ) % said, "warn"
    if not one.cash:
        return _(
            "Costs %(cost)s over its life and is claimed to return no cash; what is claimed is of another type."
        ) % said, "warn"
    said |= {"roi": percent(ratio.likely), "low": percent(ratio.low), "high": percent(ratio.high)}
    return _(
        "Claimed to return %(cash)s in cash for %(cost)s of cost over the whole life: %(roi)s, between %(low)s and "
        "%(high)s. Nothing of it is evidenced or confirmed yet."
    ) % said, "bad" if ratio.high < 0 else "warn" if ratio.likely < 0 else ""  # fmt: skip


def _work_lead(page: Page, claims: Returns | None, found: CostOfWork) -> tuple[str, str]:
    if not found.total:
        return _("Nobody has said what this work costs, or what it is to bring."), ""
    said = {"cost": short(found.total), "waiting": _of(found.waiting, found.total, page)}
    if not found.waiting:
        return _("The work of these months cost %(cost)s.") % said, ""
    return _("The work of these months cost %(cost)s; %(waiting)s of it fell on waiting.") % said, ""


def _of(part: Amounts, total: Amounts, page: Page) -> str:
    whole = total.by_currency.get(page.currency, Decimal(0))
    return words.percent(part.by_currency.get(page.currency, Decimal(0)) / whole) if whole else short(part)


def claim_headlines(page: Page, claims: Returns) -> list[Headline]:
    """What is claimed; and evidence and confirmation, which are not there yet."""
    one = claims.total if claims.total.investments else claims.others
    scope = {
        "level": "" if claims.scope.level == "organisation" else claims.scope.level,
        "id": claims.scope.id,
        "currency": "" if page.currency == page.workspace.currency else page.currency,
    }
    ratio = one.roi
    between = _("%(low)s to %(high)s") % {"low": short(one.cash.low), "high": short(one.cash.high)} if one.cash else ""
    cost = figure("money.eac" if claims.scope.level == "investment" else "returns.cost", **scope)
    return [
        Headline(
            "cash", _("Claimed cash"), short(one.cash.likely), between or _("no line of revenue or saving"),
            figure("returns.claimed", **scope) if one.cash else None, words.money(one.cash.likely),
        ),
        Headline(
            "cost", _("Cost, whole life"), short(one.cost.eac),
            _("%(ac)s to date, %(etc)s to come") % {"ac": short(one.cost.ac), "etc": short(one.cost.etc)},
            cost if one.cost.eac else None, words.money(one.cost.eac),
        ),
        Headline(
            "roi", _("Return, as claimed"), percent(ratio.likely) if ratio and one.cash else "–",
            _("%(low)s to %(high)s") % {"low": percent(ratio.low), "high": percent(ratio.high)}
            if ratio and one.cash else _("nothing to divide"),
            figure("returns.roi", **scope) if ratio and one.cash else None,
            tone="bad" if ratio and one.cash and ratio.high < 0 else "",
        ),
        Headline("evidenced", _("Evidenced"), "–", _("no outcome is measured against a baseline yet")),
        Headline("confirmed", _("Confirmed"), "–", _("finance has confirmed no movement in the ledger yet")),
    ]  # fmt: skip


def work_headlines(page: Page, state: State, found: CostOfWork) -> list[Headline]:
    """What the teams cost, and what of it waiting cost."""
    if not found.total or found.window is None:
        return []
    args = {
        "level": "" if state.whose.level == "organisation" else state.whose.level,
        "id": state.whose.id,
        "currency": "" if page.currency == page.workspace.currency else page.currency,
        "window": found.window,
    }
    many = len(found.finished)
    each = found.spent.times(Decimal(1) / many) if many else Amounts()
    rows = [
        Headline(
            "team_cost", _("Cost of work"), short(found.total),
            _("%(cost)s on items that are finished") % {"cost": short(found.spent)},
            figure("returns.team_cost", **args), words.money(found.total),
        ),
        Headline(
            "each", _("A finished item"), short(each),
            _("on average, of %(n)s") % {"n": words.number(many)}, figure("returns.finished", **args) if many else None,
        ),
    ]  # fmt: skip
    if found.waiting:
        rows.append(
            Headline(
                "waiting", _("Cost of waiting"), short(found.waiting),
                _("%(share)s of the cost, seen otherwise") % {"share": _of(found.waiting, found.total, page)},
                figure("returns.waiting", **args), words.money(found.waiting),
            )
        )  # fmt: skip
    return rows
