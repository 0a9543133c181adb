"""The head of the page of return: what is claimed, of what cost, and what the work of these months cost."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from northing.measure.address import Figure, figure
from northing.measure.levels import Scope
from northing.measure.returns.roi import Returns
from northing.measure.returns.work_costs import CostOfWork
from northing.portfolio.money import Amounts
from northing.report import words
from northing.web.frame.amounts import short
from northing.web.frame.context import Page
from northing.web.frame.figured import figured


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


def scoped(page: Page, level: str, id: str | None) -> dict[str, Any]:
    """The arguments of figures of a scope."""
    currency = "" if page.currency == page.workspace.currency else page.currency
    return {"level": "" if level == "organisation" else level, "id": id, "currency": currency}


def cost_figures(page: Page, scope: Scope) -> dict[str, Figure]:
    """Where the cost over the whole life, its past and its future are explained."""
    args = scoped(page, scope.level, scope.id)
    names = ("money.eac", "money.ac", "money.etc")
    if scope.level != "investment":
        names = ("returns.cost", "returns.cost_to_date", "returns.cost_to_come")
    return {name: figure(measure, **args) for name, measure in zip(("eac", "ac", "etc"), names, strict=True)}


def lead(page: Page, claims: Returns | None, found: CostOfWork) -> tuple[str, str]:
    """What there is to know in a sentence, and its tone."""
    if claims is None or not (claims.total.claims or claims.others.claims):
        return _work_lead(page, found)
    one = claims.total if claims.total.investments else claims.others
    ratio, args = one.roi, scoped(page, claims.scope.level, claims.scope.id)
    said = {"cash": short(one.cash.likely), "cost": short(one.cost.eac)}
    figures: dict[str, Figure | str | None] = {
        "cash": figure("returns.claimed", **args), "cost": cost_figures(page, claims.scope)["eac"],
    }  # fmt: skip
    if not one.cash:
        text = _("Costs %(cost)s over its life and is claimed to return no cash; what is claimed is of another type.")
        return figured(page, text, said, figures), "warn"
    if ratio is None:
        text = _("Claimed to return %(cash)s in cash for %(cost)s of cost. Nothing of it is evidenced yet.")
        return figured(page, text, said, figures), "warn"
    for bound, name in (("likely", "roi"), ("low", "low"), ("high", "high")):
        said[name] = percent(getattr(ratio, bound))
        figures[name] = figure("returns.roi", bound="" if bound == "likely" else bound, **args)
    text = _(
        "Claimed to return %(cash)s in cash for %(cost)s of cost over the whole life: %(roi)s, between %(low)s and "
        "%(high)s. Nothing of it is evidenced or confirmed yet."
    )
    return figured(page, text, said, figures), "bad" if ratio.high < 0 else "warn" if ratio.likely < 0 else ""


def work_figure(page: Page, found: CostOfWork, name: str, **more: Any) -> Figure | None:
    """Where a figure of what work cost is explained."""
    if found.window is None:
        return None
    whose = found.whose
    args = scoped(page, whose.level, whose.id) | more
    return figure(f"returns.{name}", window=found.window, **args)


def _work_lead(page: Page, found: CostOfWork) -> tuple[str, str]:
    if not found.total:
        return _("Nobody has said what this work costs, or what it is to bring."), ""
    said = {"cost": short(found.total), "waiting": _of(found.waiting, found.total, page)}
    figures = {"cost": work_figure(page, found, "team_cost"), "waiting": work_figure(page, found, "waiting_share")}
    text = _("The work of these months cost %(cost)s; %(waiting)s of it fell on waiting.")
    return figured(page, text if found.waiting else _("The work of these months cost %(cost)s."), said, figures), ""


def _of(part: Amounts, total: Amounts, page: Page) -> str:
    whole = total.by_currency.get(page.currency, Decimal(0))
    return words.percent(part.by_currency.get(page.currency, Decimal(0)) / whole) if whole else short(part)


def claim_headlines(page: Page, claims: Returns) -> list[Headline]:
    """What is claimed; and evidence and confirmation, which are not there yet."""
    one = claims.total if claims.total.investments else claims.others
    args, ratio, costs = scoped(page, claims.scope.level, claims.scope.id), one.roi, cost_figures(page, claims.scope)

    def bounds(measure: str) -> dict[str, Figure | str | None]:
        return {bound: figure(f"returns.{measure}", bound=bound, **args) for bound in ("low", "high")}

    said = {"low": short(one.cash.low), "high": short(one.cash.high)}
    between = figured(page, _("%(low)s to %(high)s"), said, bounds("claimed"))
    spent = {"ac": short(one.cost.ac), "etc": short(one.cost.etc)}
    has_roi = ratio is not None and bool(one.cash)
    rows = [
        Headline(
            "cash", _("Claimed cash"), short(one.cash.likely),
            between if one.cash else _("no line of revenue or saving"),
            figure("returns.claimed", **args) if one.cash else None, words.money(one.cash.likely),
        ),
        Headline(
            "cost", _("Cost, whole life"), short(one.cost.eac),
            figured(page, _("%(ac)s to date, %(etc)s to come"), spent, costs) if one.cost.eac else _("nobody has said"),
            costs["eac"] if one.cost.eac else None, words.money(one.cost.eac),
        ),
    ]  # fmt: skip
    if ratio is not None and has_roi:
        said = {"low": percent(ratio.low), "high": percent(ratio.high)}
        why = figured(page, _("%(low)s to %(high)s"), said, bounds("roi"))
        tone = "bad" if ratio.high < 0 else ""
        roi = Headline(
            "roi", _("Return, as claimed"), percent(ratio.likely), why, figure("returns.roi", **args), tone=tone
        )
    else:
        roi = Headline("roi", _("Return, as claimed"), "–", _("nothing to divide"))
    return [
        *rows,
        roi,
        Headline("evidenced", _("Evidenced"), "–", _("no outcome is measured against a baseline yet")),
        Headline("confirmed", _("Confirmed"), "–", _("finance has confirmed no movement in the ledger yet")),
    ]


def work_headlines(page: Page, found: CostOfWork) -> list[Headline]:
    """What the teams cost, and what of it waiting cost."""
    if not found.total:
        return []
    many = len(found.finished)
    each = found.spent.times(Decimal(1) / many) if many else Amounts()
    done = work_figure(page, found, "finished")
    spent = figured(page, _("%(cost)s on items that are finished"), {"cost": short(found.spent)}, {"cost": done})
    rows = [
        Headline(
            "team_cost", _("Cost of work"), short(found.total), spent,
            work_figure(page, found, "team_cost"), words.money(found.total),
        ),
        Headline(
            "each", _("A finished item"), short(each), _("on average, of %(n)s") % {"n": words.number(many)},
            work_figure(page, found, "each") if many else None,
        ),
    ]  # fmt: skip
    if found.waiting:
        share = {"share": _of(found.waiting, found.total, page)}
        at = {"share": work_figure(page, found, "waiting_share")}
        rows.append(
            Headline(
                "waiting", _("Cost of waiting"), short(found.waiting),
                figured(page, _("%(share)s of the cost, seen otherwise"), share, at),
                work_figure(page, found, "waiting"), words.money(found.waiting),
            )
        )  # fmt: skip
    return rows
