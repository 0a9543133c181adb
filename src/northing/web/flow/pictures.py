"""The pictures of the Flow page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

from django.utils.translation import gettext as _

from northing.measure.flow.ageing import ageing, total_age
from northing.measure.flow.cumulative import cumulative
from northing.measure.flow.cycle import scatter
from northing.measure.flow.days import DAY
from northing.measure.flow.flowing import run_of
from northing.measure.flow.little import rolling
from northing.portfolio.periods import Period
from northing.report import words
from northing.report.flow_charts import To, ageing_dots, cycle_dots
from northing.report.flow_charts_bands import flow_bands
from northing.report.flow_charts_time import run_chart, trend
from northing.report.flow_drawing import MARKS, Drawing, days_said
from northing.web.frame.context import Page

from .flow_state import FlowState
from .flow_told import Told, decimal

ROLLING = 28


def to_items(page: Page, state: FlowState) -> To:
    """The way to the items of a mark: this page, with them in its table."""
    return lambda text: page.link("flow", **state.query(show=text)) + "#items"


def pictures(page: Page, state: FlowState, told: Told) -> Mapping[str, Drawing | None]:
    """By the name that the template gives them; None where there is nothing to draw."""
    work, window, to = told.asked.work, state.days, to_items(page, state)
    ran = run_of(page.view, told.asked, window, state.by)
    flow = cumulative(work, window)
    dots = scatter(work, window)
    aged = ageing(work, window)
    return {
        "cumulative": flow_bands(flow, to, before=state.before) if flow.bands and flow.wip else None,
        "throughput": run_chart(ran.throughput, ran.limits, to) if any(ran.throughput.counts) else None,
        "cycle": cycle_dots(dots, to) if dots.points else None,
        "ageing": ageing_dots(aged, to) if aged.items else None,
        "age": _age(told, window, to),
        "little": _little(told, window, to),
    }


def _age(told: Told, window: Period, to: To) -> Drawing | None:
    """Total age, each day as it was on that day."""
    found = total_age(told.asked.work, window)
    if not found.days or not any(found.ages):
        return None
    points = []
    step = -(-len(found.days) // MARKS)
    for day, items, age in list(zip(found.days, found.items, found.ages, strict=True))[::-step][::-1]:
        days = Fraction(age, DAY)
        said = _("%(age)s in all, %(items)s in progress") % {
            "age": days_said(Fraction(round(days))), "items": words.number(items),
        }  # fmt: skip
        points.append((day, days, said))
    first, last = (round(Fraction(age, DAY)) for age in (found.ages[0], found.ages[-1]))
    said = (
        _("Together %(last)s old, and %(first)s at the beginning: work in progress is getting older.")
        if last > first * 1.1
        else _("Together %(last)s old, and %(first)s at the beginning: work in progress is getting younger.")
        if last < first * 0.9
        else _("Together %(last)s old, and %(first)s at the beginning.")
    ) % {"first": days_said(Fraction(first)), "last": days_said(Fraction(last))}
    return trend(_("Age of work in progress"), said, points, lambda day: to(f"progress:{day}"), y_title=_("days"))


def _little(told: Told, window: Period, to: To) -> Drawing | None:
    """The residual in the four weeks up to each week's end."""
    work = told.asked.work
    first = work.days.of(work.items[0].created)
    start = first if window.start < first + timedelta(days=ROLLING) else window.start - timedelta(days=ROLLING)
    found = rolling(work, Period(start, window.end), ROLLING)
    points = []
    for one in found.windows:
        residual = one.residual
        said = (
            _("nothing finished")
            if residual is None
            else _("%(residual)s: %(load)s in progress on average")
            % {
                "residual": words.percent(decimal(residual)),
                "load": words.number(decimal(one.load), 1),
            }
        )
        points.append((one.window.end - timedelta(days=1), residual, said))
    if sum(1 for _day, value, _said in points if value is not None) < 2:
        return None
    said = _(
        "What finished over four weeks beside what was in progress meanwhile. Near 0: stable. Far above: old work "
        "went. Far below: work piles up."
    )

    def finished(last: date) -> str:
        end = last + timedelta(days=1)
        return to(f"delivered:{end - timedelta(days=ROLLING)}..{end}")

    return trend(_("Little's law, residual"), said, points, finished, percent=True)
