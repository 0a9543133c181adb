"""What the address of the pages of usage asks for: whose, which days, told apart by what, counted how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from northing.measure.address import Figure, figure
from northing.measure.levels import Scope, read_scope
from northing.measure.receipts.usage import row_args
from northing.measure.usage import GROUPINGS, UsageRow
from northing.measure.view import View
from northing.portfolio.facts import USAGE
from northing.portfolio.periods import UNITS, Period, Unit
from northing.web.frame.context import Page
from northing.web.frame.window import MONTHS, Window, window_of

LONGEST = {"day": 190, "week": 1100}
"""Days of a window that are still told one by one, or week by week; of more, months are."""
USUAL_PERIOD = MONTHS
SHOWN = {"cost": gettext_noop("Cost"), "tokens": gettext_noop("Tokens"), "requests": gettext_noop("Requests")}
"""What the picture and the table of periods show."""
TITLES = {"investment": gettext_noop("Investment")}


@dataclass(frozen=True)
class State:
    """The whole state of the page; it has no other."""

    scope: Scope
    by: str
    unit: Unit
    window: Window
    where: str
    show: str

    def query(self, **changes: Any) -> dict[str, Any]:
        """The part of an address that asks for this, with some of it changed; what is usual is left out."""
        now: dict[str, Any] = {
            "level": self.scope.level,
            "id": self.scope.id,
            "by": self.by,
            "unit": self.unit,
            "period": self.window.text,
            "q": self.where,
            "show": self.show,
        } | changes
        usual = {"level": "organisation", "by": "model", "unit": "month", "period": USUAL_PERIOD, "show": "cost"}
        return {name: value for name, value in now.items() if value not in (None, "", usual.get(name))}


def read(view: View, asked: Mapping[str, str]) -> State:
    """The state that *asked* names. Raises :class:`Invalid` or :class:`NotFound` for what there is none of."""
    scope = read_scope(view, asked.get("level") or "organisation", asked.get("id"))
    unit: Unit = next((one for one in UNITS if one == asked.get("unit")), "month")
    show = asked.get("show", "")
    window = window_of(view, asked.get("period"), USUAL_PERIOD)
    if unit in LONGEST and (window.period is None or window.period.days > LONGEST[unit]):
        unit = "month"
    return State(
        scope,
        asked.get("by") or "model",
        unit,
        window,
        asked.get("q", "").strip(),
        show if show in SHOWN else "cost",
    )


def groupings(view: View) -> list[tuple[str, str]]:
    """The columns and tags to tell usage apart by."""
    tags = view.facts.tags("usage") if view.facts is not None else ()
    return [(one, title_of(one)) for one in (*GROUPINGS, *(f"tag.{key}" for key in tags))]


def title_of(by: str) -> str:
    """What a grouping is called."""
    if by.startswith("tag."):
        return _("Tag %(key)s") % {"key": by.removeprefix("tag.")}
    column = USAGE.column(by)
    return _(TITLES[by]) if by in TITLES else _(column.title) if column is not None else by


def address(
    page: Page, state: State, name: str, *, row: UsageRow | None = None, window: Period | None = None
) -> Figure:
    """Where a figure is explained."""
    more: dict[str, Any] = {"level": state.scope.level, "id": state.scope.id, "where": state.where}
    if row is not None:
        more |= row_args(state.by, row.key, state.where)
    currency = "" if page.currency == page.workspace.currency else page.currency
    return figure(f"usage.{name}", window=window or state.window.period, currency=currency, **more)
