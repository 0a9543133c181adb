"""The pictures of the page: what of the approved money is left, and how money comes together over time."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from northing.measure.accrued import closed_until, cut_off
from northing.measure.address import Figure, figure
from northing.measure.burn import burn
from northing.measure.waterfall import waterfall
from northing.portfolio.money import Amounts
from northing.report import words
from northing.report.charts import Chart
from northing.report.money_charts import Curve, Stair, curves, stairs
from northing.web.frame.context import Page

from .state import State
from .told import Addresses, own, period_words

COLOURS = {
    "approved": "var(--c1)",
    "spent": "var(--c5)",
    "committed": "var(--c2)",
    "forecast": "var(--c6)",
    "free": "var(--c3)",
}

MOST_POINTS = 40
"""Periods that a curve shows; of more, longer ones are shown."""


@dataclass(frozen=True)
class Funding:
    chart: Chart
    notes: list[tuple[str, Figure | None]]
    """What the picture leaves out, each with its address where it has one."""


def funding(page: Page, state: State) -> Funding | None:
    """Approved, less spent, bound and expected: what is free. None where nothing is approved or spent."""
    found = waterfall(page.view, state.scope)
    if not any(own(one, page) for one in (found.approved, found.spent, found.committed, found.forecast)):
        return None
    at = Addresses(page, state)
    notes = {
        "approved": _("what funds gave to it"),
        "spent": _("billed and accrued"),
        "committed": _("orders and contracts not billed yet"),
        "forecast": _("still expected, beyond what is bound"),
        "free": _("left to decide on"),
    }
    steps = [
        Stair(
            _("To go, not bound") if step.name == "forecast" else _(step.title),
            own(step.start, page),
            own(step.end, page),
            COLOURS.get(step.name, "var(--c1)") if step.name != "free" or own(found.free, page) >= 0 else "var(--bad)",
            notes.get(step.name, ""),
            total=step.name in ("approved", "free"),
            href=at.href(at.funding(step.name, state.scope)),
            figure=at.funding(step.name, state.scope),
        )
        for step in found.steps
    ]
    free = own(found.free, page)
    says = _("Of %(approved)s approved, %(free)s is free.") % {
        "approved": words.money(found.approved, short=True) or words.amount(free * 0, page.currency),
        "free": words.amount(free, page.currency, short=True),
    }
    aside: list[tuple[str, Figure | None]] = []
    if found.reserve:
        said = _("%(money)s stands in reserve") % {"money": words.money(found.reserve, short=True)}
        aside.append((said, figure("funding.reserve", currency=at.currency)))
    if found.unassigned:
        said = _("%(money)s of the funds is assigned to nothing yet")
        said %= {"money": words.money(found.unassigned, short=True)}
        aside.append((said, figure("funding.unassigned", currency=at.currency)))
    other = Amounts(
        {code: amount for code, amount in found.free.by_currency.items() if code != page.currency and amount}
    )
    if other:
        said = _("not drawn, for want of a rate: %(money)s") % {"money": words.money(other, short=True)}
        aside.append((said, figure("funding.free", level=state.scope.level, id=state.scope.id, currency=at.currency)))
    return Funding(stairs(_("Funding"), steps, page.currency, says=says), aside)


def burning(page: Page, state: State) -> Chart | None:
    """What has come together by the end of each period since the beginning: plan, spent, expected, approved."""
    curve = burn(page.view, state.scope, unit=state.unit)
    if len(curve.points) > MOST_POINTS:
        curve = burn(page.view, state.scope, unit="quarter" if state.unit == "month" else "year")
    if not any(own(one, page) for point in curve.points for one in (point.plan, point.actual, point.forecast) if one):
        return None
    names = [period_words(point.period, point.label) for point in curve.points]

    def values(name: str) -> list[Decimal | None]:
        return [None if (at := getattr(point, name)) is None else own(at, page) for point in curve.points]

    at = Addresses(page, state)

    def figures(name: str) -> list[Figure]:
        return [at.burnt(name, state.scope, point.period.end) for point in curve.points]

    lines = [
        Curve(_("Plan"), values("plan"), "var(--c6)", dashed=True, figures=figures("plan")),
        Curve(_("Spent"), values("actual"), "var(--c1)", filled=True, width=3, figures=figures("actual")),
        Curve(_("Expected"), values("forecast"), "var(--c4)", dashed=True, figures=figures("forecast")),
    ]
    if any(values("budget")):
        lines.append(Curve(_("Budget"), values("budget"), "var(--c3)", figures=figures("budget")))
    approved = own(curve.approved, page)
    if approved:
        funded = at.funding("approved", state.scope)
        lines.append(
            Curve(_("Approved"), [approved] * len(names), "var(--c2)", width=1.5, figures=[funded] * len(names))
        )
    past = [name for name, point in zip(names, curve.points, strict=True) if point.period.end <= cut_off(page.view)]
    mark = (past[-1], _("closed until here") if closed_until(page.view) else _("now")) if past else None
    return curves(
        _("Burn"), names, lines, page.currency, mark=mark, says=_("Money added up by the end of each period.")
    )
