"""What stands at the head of every page of money: whose it is, in which periods, told how; and its figures."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from northing.measure.levels import ORGANISATION, TITLES, Scope
from northing.measure.money import Money
from northing.portfolio import periods
from northing.web.frame.context import Page
from northing.web.frame.currencies import problem

from . import tables
from .choosing import choices
from .figures import headlines, sourced, verdict
from .state import State, name_of, parts_of

TABS = ("overview", "forecast", "close", "rates")


def framed(page: Page, state: State, tab: str, found: Money | None = None) -> dict[str, Any]:
    """What the head of all pages of money shows: whose, in which periods, told how; and the figures."""
    return {
        "title": _("Money"),
        "state": state,
        "tab": tab,
        "tabs": _tabs(page, state),
        "scope_name": name_of(page.view, state.scope),
        "scope_title": _(TITLES[state.scope.level]),
        "crumbs": crumbs(page, state),
        "choices": choices(page, state),
        "year_label": _year_label(page, state, tab),
        "go": lambda **changes: page.link("money" if tab == "overview" else f"money/{tab}", **state.query(**changes)),
        "headlines": headlines(page, state, found) if found is not None else [],
        "verdict": verdict(page, state, found) if found is not None else None,
        "sourced": sourced(page, ("cost",)),
        "problems": [problem(page, one) for one in found.findings] if found is not None else [],
        "parts": [(one, _(PARTS[one])) for one in parts_of(state.scope)],
        "own_page": tables.path_of(page, state.scope),
    }


PARTS = {
    "portfolio": gettext_noop("Portfolios"),
    "objective": gettext_noop("Objectives"),
    "value_stream": gettext_noop("Value streams"),
    "investment": gettext_noop("Investments"),
}


def _year_label(page: Page, state: State, tab: str) -> str:
    if tab == "forecast" and not state.chosen_year:
        return _("To come")
    calendar = page.view.plan.calendar
    return periods.label(calendar, periods.fiscal_year(calendar, state.year))


def _tabs(page: Page, state: State) -> list[tuple[str, str, str]]:
    titles = (_("Overview"), _("Forecast"), _("Month close"), _("Exchange rates"))
    paths = ("money", "money/forecast", "money/close", "money/rates")
    return [
        (name, title, page.link(path, **state.query())) for name, title, path in zip(TABS, titles, paths, strict=True)
    ]


def crumbs(page: Page, state: State) -> list[tuple[str, str]]:
    """From the organisation down to what stands above the scope."""
    scope = state.scope
    if scope == ORGANISATION:
        return []
    plan = page.view.plan
    way: list[Scope] = []
    if scope.level == "investment" and scope.id is not None:
        above = plan.investments[scope.id].portfolio
        at = above if above in plan.portfolios else None
        level: Any = "portfolio"
    else:
        level = scope.level
        at = getattr(plan.get(level, scope.id or ""), "parent", None)
    while at is not None and (found := plan.get(level, at)) is not None and len(way) < 12:
        if any(one.id == at for one in way):
            break
        way.append(Scope(level, at))
        at = getattr(found, "parent", None)
    return [(name_of(page.view, one), page.link("money", **state.at(one))) for one in (ORGANISATION, *reversed(way))]
