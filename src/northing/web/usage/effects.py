"""Why usage costs more or less than before: more of it, other models, other prices; as steps from then to now."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.measure.address import Figure, figure
from northing.measure.price_effects import FORMULAS, Effects, Per, price_effects
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period, label, period_of, periods_between
from northing.report import words
from northing.report.charts import Chart
from northing.report.money_charts import Stair, stairs
from northing.web.frame.amounts import Cell, cell, own, period_words, short
from northing.web.frame.context import Page, page
from northing.web.frame.figured import figured, why_address

from .framing import framed
from .state import State, read
from .state import address as usage_address
from .told import fine, many

OFFERED = 18
"""Months that the choosers offer."""
NAMES = ("volume", "mix", "price", "joint")


@dataclass(frozen=True)
class Row:
    """One model of one provider, before and after."""

    title: str
    provider: str
    before: str
    after: str
    price_before: str
    price_after: str
    price_figures: tuple[Figure | None, Figure | None]
    tone: str
    cells: list[Cell]
    """Cost before, volume and mix, price, joint, cost after."""


@page("usage")
def effects(page: Page) -> HttpResponse:
    state = read(page.view, page.request.GET)
    months = _months(page)
    per: Per = "requests" if page.request.GET.get("per") == "requests" else "tokens"
    before, after = _chosen(page, months, "before", -3), _chosen(page, months, "after", -2)
    found = (
        price_effects(page.view, before, after, state.scope, per=per, where=state.where) if before and after else None
    )
    return page.render(
        "usage/effects.html",
        **framed(page, state, "effects", found.findings if found else ()),
        per=per,
        months=[(label(page.view.plan.calendar, one), _called(page, one)) for one in reversed(months)],
        before=label(page.view.plan.calendar, before) if before else "",
        after=label(page.view.plan.calendar, after) if after else "",
        said=_said(page, state, found) if found else "",
        chart=_chart(page, state, found) if found and (found.cost_before or found.cost_after) else None,
        steps=_steps(page, state, found) if found else [],
        rows=[_row(page, state, found, place) for place in range(len(found.rows))] if found else [],
    )


def _months(page: Page) -> list[Period]:
    """The fiscal months that have usage, as far as deliveries say; the last ones."""
    days = [
        (batch.start, batch.end)
        for one in page.view.plan.deliveries.values()
        for batch in one.batches
        if batch.table == "usage"
    ]
    if not days:
        return []
    calendar = page.view.plan.calendar
    start, end = min(day for day, _end in days), max(day for _start, day in days)
    return list(periods_between(calendar, start, end, "month"))[-OFFERED:]


def _chosen(page: Page, months: list[Period], name: str, usual: int) -> Period | None:
    """The month that the address names, else one near the end: the last two that are over."""
    calendar = page.view.plan.calendar
    asked = page.request.GET.get(name, "")
    found = next((one for one in months if label(calendar, one) == asked), None)
    if found or not months:
        return found
    running = period_of(calendar, page.today, "month")
    over = [one for one in months if one.end <= running.start] or months
    place = usual + 1
    return over[max(-len(over), place)]


def _called(page: Page, period: Period) -> str:
    return period_words(period, label(page.view.plan.calendar, period))


def _titles() -> dict[str, str]:
    return {"volume": _("Volume"), "mix": _("Mix"), "price": _("Price"), "joint": _("Joint"), "change": _("Change")}


def _address(page: Page, state: State, found: Effects, name: str) -> Figure:
    return figure(
        f"effect.{name}",
        level=state.scope.level,
        id=state.scope.id,
        where=state.where,
        window=found.after,
        before_from=found.before.start.isoformat(),
        before_until=found.before.end.isoformat(),
        per="" if found.per == "tokens" else found.per,
        currency="" if page.currency == page.workspace.currency else page.currency,
    )


def _said(page: Page, state: State, found: Effects) -> str:
    """ "€1.2k more than in Sep 2026: €0.9k by volume, −€0.4k by price." """
    change = own(found.change, page)
    if not found.cost_before and not found.cost_after:
        return _("Nothing was used in either of these months.")
    said = {
        "change": words.amount(abs(change), page.currency, short=True),
        "before": _called(page, found.before),
        "after": _called(page, found.after),
        "volume": short(found.volume, signed=True),
        "mix": short(found.mix, signed=True),
        "price": short(found.price, signed=True),
    }
    first = (
        _("%(after)s cost %(change)s more than %(before)s")
        if change > 0
        else _("%(after)s cost %(change)s less than %(before)s")
        if change < 0
        else _("%(after)s cost as much as %(before)s")
    )
    text = first + ": " + _("%(volume)s by volume, %(mix)s by the mix of models, %(price)s by price.")
    figures = {name: _address(page, state, found, name) for name in ("change", "volume", "mix", "price")}
    return figured(page, text, said, figures)


def _steps(page: Page, state: State, found: Effects) -> list[tuple[str, str, str, Figure]]:
    """Name, amount, formula and address of each effect."""
    titles = _titles()
    return [
        (titles[name], short(getattr(found, name), signed=True), _(FORMULAS[name]), _address(page, state, found, name))
        for name in (*NAMES, "change")
    ]


def _chart(page: Page, state: State, found: Effects) -> Chart:
    titles = _titles()

    def of(window: Period) -> Figure:
        return usage_address(page, state, "cost", window=window)

    at = own(found.cost_before, page)
    steps = [Stair(_called(page, found.before), Decimal(0), at, "var(--c6)", total=True, figure=of(found.before))]
    for name in NAMES:
        amounts: Amounts = getattr(found, name)
        amount = own(amounts, page)
        colour = "var(--bad)" if amount > 0 else "var(--good)"
        of_step = _address(page, state, found, name)
        href = why_address(page, of_step)
        steps.append(Stair(titles[name], at, at + amount, colour, _(FORMULAS[name]), href=href, figure=of_step))
        at += amount
    steps.append(Stair(_called(page, found.after), Decimal(0), at, "var(--c1)", total=True, figure=of(found.after)))
    return stairs(_("From then to now"), steps, page.currency, signed=True)


def _row(page: Page, state: State, found: Effects, place: int) -> Row:
    row = found.rows[place]

    def at(window: Period, measure: str = "usage.cost") -> Figure | None:
        if row.model is None:
            return None
        scope = {"level": state.scope.level, "id": state.scope.id, "where": state.where}
        return figure(measure, provider=row.provider or "", model=row.model, window=window, **scope)

    def money(amount: Decimal, of: Figure | None = None, *, signed: bool = False) -> Cell:
        return cell(Amounts({row.currency: amount}), page.currency, of, signed=signed) if amount else Cell()

    unit = "usage.request" if found.per == "requests" else "usage.million"
    price = [fine(one, row.currency) if one else "" for one in (row.price_before, row.price_after)]
    moved = (row.price_after or 0) - (row.price_before or 0) if row.price_before and row.price_after else 0
    return Row(
        row.model or _("not said"),
        row.provider or "",
        many(row.quantity_before) if row.quantity_before else "",
        many(row.quantity_after) if row.quantity_after else "",
        price[0],
        price[1],
        (at(found.before, unit), at(found.after, unit)),
        "bad" if moved > 0 else "good" if moved < 0 else "",
        [
            money(row.cost_before, at(found.before)),
            money(row.volume, signed=True),
            money(row.price, signed=True),
            money(row.joint, signed=True),
            money(row.cost_after, at(found.after)),
        ],
    )
