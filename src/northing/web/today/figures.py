"""The figures a board asks for first, each with what it is made of and the page that explains it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from northing.measure import address
from northing.measure.attention import Item
from northing.measure.derived_dates import health, latest_reports
from northing.measure.line_of_sight import LineOfSight, line_of_sight
from northing.measure.view import View
from northing.portfolio import periods
from northing.portfolio.investment import RUNNING, Rating, Stage
from northing.portfolio.money import NO_CURRENCY, Amounts
from northing.portfolio.strategy import Level
from northing.report import words
from northing.web.frame.context import Page
from northing.web.frame.figured import figured
from northing.web.frame.words import count

IN_WORK = f"stage in ({', '.join(RUNNING)})"


@dataclass(frozen=True)
class Figure:
    """``why`` says what the value is made of; a dash stands where nothing is known to count."""

    name: str
    value: str
    why: str
    href: str
    address: address.Figure | None = None
    """Of its receipt."""
    share: float | None = None
    """Between 0 and 1, where a bar is drawn under the value."""


def figures_of(page: Page, items: Sequence[Item]) -> list[Figure]:
    sight = line_of_sight(page.view)
    return [_in_sight(page, sight), _planned(page, sight), _running(page), _red(page), _to_decide(items)]


def _in_sight(page: Page, sight: LineOfSight) -> Figure:
    name = _("Line of sight")
    if not any(one.level == Level.BOARD for one in page.view.plan.objectives.values()):
        return Figure(name, "–", _("what the board wants is not written down yet"), page.link("strategy"))
    serving, counted = len(sight.unbroken), len(sight.unbroken) + len(sight.broken)
    return Figure(
        name,
        words.percent(sight.share) if sight.share is not None else "–",
        _("%(n)s of %(all)s serve a board objective") % {"n": count(serving), "all": count(counted)},
        page.link("line-of-sight"),
        address.figure("sight.share"),
        float(sight.share or 0),
    )


def _planned(page: Page, sight: LineOfSight) -> Figure:
    calendar = page.view.plan.calendar
    span = periods.fiscal_year(calendar, periods.fiscal_year_of(calendar, page.today))
    return Figure(
        _("Planned in %(year)s") % {"year": periods.label(calendar, span)},
        words.money(planned_in(page.view, span), short=True) or "–",
        figured(
            page,
            _("%(money)s in all years planned"),
            {"money": words.money(sight.planned_all, short=True)},
            {"money": address.figure("sight.planned_all")},
        )
        if sight.planned_all
        else _("no plan line says how much and when"),
        page.link("portfolio", by="portfolio", sum="planned"),
        address.figure(
            "total", kind="cost_plan_line", column="likely", where=f"start >= {span.start} and start < {span.end}"
        ),
    )


def _running(page: Page) -> Figure:
    every = page.view.plan.investments.values()
    stages = Counter(one.stage for one in every)
    name, href = _("Running"), page.link("portfolio", where=IN_WORK)
    if stages[None] == len(every):
        why = _("none of %(all)s investments has a stage") % {"all": count(len(every))}
        return Figure(name, "–", why, href)
    why = _("of %(all)s investments; %(n)s in pilot") % {"all": count(len(every)), "n": count(stages[Stage.PILOT])}
    asked = address.figure("total", kind="investment", where=IN_WORK)
    return Figure(name, count(sum(stages[stage] for stage in RUNNING)), why, href, asked)


def _red(page: Page) -> Figure:
    plan = page.view.plan
    latest = latest_reports(plan)
    name, href = _("Reported red"), page.link("portfolio", where="health in (red, amber_red)")
    if not latest:
        return Figure(name, "–", _("nobody has reported health yet"), href)
    ratings = Counter(health(latest.get(one.id)) for one in plan.investments.values() if one.stage in RUNNING)
    others = (
        _("%(amber)s amber, %(green)s green, %(none)s without a report")
        if ratings[None]
        else _("%(amber)s amber, %(green)s green; all have a report")
    )
    why = others % {
        "amber": count(ratings[Rating.AMBER] + ratings[Rating.AMBER_GREEN]),
        "green": count(ratings[Rating.GREEN]),
        "none": count(ratings[None]),
    }
    asked = address.figure("total", kind="investment", where=f"{IN_WORK} and health in (red, amber_red)")
    return Figure(name, count(ratings[Rating.RED] + ratings[Rating.AMBER_RED]), why, href, asked)


def _to_decide(items: Sequence[Item]) -> Figure:
    high = sum(item.severity == "high" for item in items)
    why = _("of %(all)s things that need somebody") % {"all": count(len(items))}
    return Figure(_("Needs a decision"), count(high), why, "#needs", address.figure("attention.count", severity="high"))


def planned_in(view: View, span: periods.Period) -> Amounts:
    """Likely amounts of the plan lines that begin in *span*, by currency."""
    sums: dict[str, Decimal] = {}
    for line in view.plan.cost_plan_lines.values():
        if line.likely is not None and line.start in span and view.plan.counts(line):
            owner = view.plan.investments.get(line.investment)
            currency = line.currency or (owner.currency if owner else None) or NO_CURRENCY
            sums[currency] = sums.get(currency, Decimal(0)) + line.likely
    return Amounts(sums)
