"""From an earlier forecast to this one: which steps made the difference, in total and of each investment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from northing.measure.accrued import closes
from northing.measure.address import Figure
from northing.measure.forecast_bridge import TITLES, Bridge, InvestmentBridge, forecast_bridge
from northing.measure.levels import Scope
from northing.portfolio.errors import NorthingError
from northing.portfolio.forecasting import PeriodClose
from northing.portfolio.periods import Period, label
from northing.report import words
from northing.report.charts import Chart
from northing.report.money_charts import Stair, ground_of, stairs
from northing.report.viewing import look
from northing.web.frame.context import Page
from northing.web.frame.figured import figured

from .state import State
from .told import Addresses, Cell, cell, own, period_words, short, whole

LISTED = 30
"""Investments of a bridge that are listed."""


@dataclass(frozen=True)
class Since:
    """A moment that a bridge can begin at."""

    ref: str
    title: str
    href: str
    current: bool


@dataclass(frozen=True)
class Changed:
    """One investment's own bridge, in sentences."""

    name: str
    href: str
    opening: Cell
    closing: Cell
    steps: list[tuple[str, Cell]]
    difference: Cell


@dataclass(frozen=True)
class Bridged:
    choices: list[Since]
    title: str
    chart: Chart | None
    says: str
    aside: str
    """What to know of the picture."""
    rows: list[Changed]
    more: int


def bridged(page: Page, state: State) -> Bridged | None:
    """The bridge since the last close, or what ``since`` names; None where there is nothing to begin at."""
    choices = _choices(page)
    if not choices:
        return None
    asked = page.request.GET.get("since", "")
    chosen = next((one for one in choices if one.ref == asked), choices[0])
    choices = [Since(one.ref, one.title, one.href, one is chosen) for one in choices]
    try:
        before = look(page.workspace, chosen.ref, currency=page.currency).view
    except NorthingError:
        return None
    found = forecast_bridge(before, page.view, state.scope)
    changed = [one for one in found.by_investment if one.steps or any(one.moved.by_currency.values())]
    at = Addresses(page, state)
    rows = [_changed(page, state, one) for one in changed[:LISTED]]

    def of(name: str) -> tuple[str, Figure]:
        figure = at.bridge(name, state.scope, chosen.ref)
        return at.href(figure), figure

    steps = _steps(page, found, of)
    chart = stairs(_("From that forecast to this one"), steps, page.currency, signed=True, near=True) if steps else None
    ground = ground_of(steps)
    aside = _("The axis begins at %(money)s, so that the steps can be seen.") if ground else ""
    aside %= {"money": words.amount(ground, page.currency, short=True)} if ground else {}
    says = _says(page, found, chosen.title, {name: of(step)[1] for name, step in SAID.items()})
    return Bridged(choices, chosen.title, chart, says, aside, rows, max(0, len(changed) - LISTED))


def _choices(page: Page) -> list[Since]:
    """The closes, the newest first, and the plans that were named."""
    found = []
    for close in reversed(closes(page.view)[-4:]):
        no = made_in(page, close)
        if no is not None:
            title = _("the close of %(period)s") % {"period": name_of_close(page, close)}
            found.append((str(no), title))
    found += [(f"tag:{tag.name}", tag.name) for tag in page.record.tags()[:6] if tag.no <= page.at.no]
    return [Since(ref, title, page.again(since=ref), False) for ref, title in found]


def made_in(page: Page, close: PeriodClose) -> int | None:
    """The revision in which a period was closed."""
    history = page.record.history("period_close", close.id, page.at)
    return max((one.no for one in history), default=None)


def name_of_close(page: Page, close: PeriodClose) -> str:
    period = Period(close.start, close.end)
    return period_words(period, label(page.view.plan.calendar, period))


def _steps(page: Page, found: Bridge, of: Callable[[str], tuple[str, Figure]]) -> list[Stair]:
    """From what was expected then to what is now; none where nothing made a difference.

    *of*: where a step is explained, as a link and as the address of its figure.
    """
    if not any(own(step.amount, page) for step in found.steps):
        return []

    def stair(name: str, title: str, start: Decimal, end: Decimal, colour: str, *, total: bool = False) -> Stair:
        href, figure = of(name)
        return Stair(title, start, end, colour, total=total, href=href, figure=figure)

    at = own(found.opening, page)
    steps = [stair("opening", _("Then"), Decimal(0), at, "var(--c1)", total=True)]
    for one in found.steps:
        amount = own(one.amount, page)
        if amount:
            colour = "var(--c5)" if amount > 0 else "var(--c3)"
            steps.append(stair(one.name, _(TITLES[one.name]), at, at + amount, colour))
            at += amount
    return [*steps, stair("closing", _("Now"), Decimal(0), own(found.closing, page), "var(--c1)", total=True)]


SAID = {"now": "closing", "then": "opening", "change": "change", "money": "between"}
"""What a sentence on the bridge states → the step that explains it."""


def _says(page: Page, found: Bridge, since: str, at: Mapping[str, Figure]) -> str:
    change = own(found.closing, page) - own(found.opening, page)
    moved = next((one.moved for one in found.steps if one.name == "moved"), None)
    said = {
        "since": since, "now": short(found.closing), "then": short(found.opening),
        "change": words.amount(abs(change), page.currency, short=True),
    }  # fmt: skip
    if whole(change) in ("0", ""):
        text = _("Expected in all: %(now)s, as at %(since)s.")
    elif change > 0:
        text = _("Expected in all: %(now)s, %(change)s more than at %(since)s (%(then)s).")
    else:
        text = _("Expected in all: %(now)s, %(change)s less than at %(since)s (%(then)s).")
    if moved is not None and own(moved, page):
        text += " " + _("%(money)s moved from one period to another.")
        said["money"] = short(moved)
    return figured(page, text, said, at)


def _changed(page: Page, state: State, one: InvestmentBridge) -> Changed:
    investment = page.view.plan.investments.get(one.investment)
    name = investment.name if investment is not None else words.name(page.view, "investment", one.investment)
    scope = Scope("investment", one.investment)
    href = page.link("money/forecast", **state.at(scope)) if investment is not None else ""
    steps = [(_(TITLES[key]), cell(amount, page.currency, signed=True)) for key, amount in one.steps.items()]
    if any(one.moved.by_currency.values()) and "moved" not in one.steps:
        steps.append((_(TITLES["moved"]), cell(one.moved, page.currency)))
    return Changed(
        name, href, cell(one.opening, page.currency), cell(one.closing, page.currency), steps,
        cell(one.closing - one.opening, page.currency, signed=True),
    )  # fmt: skip
