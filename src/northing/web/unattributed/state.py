"""What the address of the page asks for: which days, grouped by what, searched for what, told how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from northing.measure.address import Figure, figure
from northing.measure.money_flows import also
from northing.measure.unattributed import groupings
from northing.measure.view import View
from northing.portfolio.errors import Invalid
from northing.portfolio.facts import COST
from northing.web.frame.context import Page
from northing.web.frame.window import MONTHS, Window, window_of

USUAL_BY = ("provider", "account", "service")
USUAL_PERIOD = MONTHS
BASES = ("billed", "effective")
MOST = 4
"""Columns that are told apart at once."""


@dataclass(frozen=True)
class State:
    """The whole state of the page; it has no other."""

    by: tuple[str, ...]
    where: str
    """In the filter language, or words to search for."""
    window: Window
    basis: str

    def query(self, **changes: Any) -> dict[str, Any]:
        """The part of an address that asks for this, with some of it changed; what is usual is left out."""
        now: dict[str, Any] = {
            "by": ",".join(self.by),
            "q": self.where,
            "period": self.window.text,
            "basis": self.basis,
        } | changes
        usual = {"by": ",".join(USUAL_BY), "period": USUAL_PERIOD, "basis": "billed"}
        return {name: value for name, value in now.items() if value not in (None, "", usual.get(name))}

    def toggled(self, column: str) -> str:
        """The grouping with *column* added, or taken away; never without any."""
        left = [one for one in self.by if one != column]
        chosen = left if column in self.by else [*self.by, column][-MOST:]
        return ",".join(chosen or self.by)


def read(view: View, asked: Mapping[str, str]) -> State:
    """The state that *asked* names. Raises :class:`Invalid` for a column, period or basis that there is none of."""
    by = tuple(dict.fromkeys(part for part in asked.get("by", "").split(",") if part.strip()))[:MOST]
    basis = asked.get("basis") or "billed"
    if basis not in BASES:
        raise Invalid(_("There is no basis “%(basis)s”.") % {"basis": basis[:40]}, remedy=_("Billed or effective."))
    window = window_of(view, asked.get("period"), USUAL_PERIOD)
    return State(by or USUAL_BY, asked.get("q", "").strip(), window, basis)


def title_of(column: str) -> str:
    """What a column or tag is called."""
    if column.startswith("tag."):
        return _("Tag %(key)s") % {"key": column.removeprefix("tag.")}
    found = COST.column(column)
    return _(found.title) if found is not None else column


def offered(view: View) -> tuple[str, ...]:
    """The columns and tags to group by."""
    return groupings(view)


def address(page: Page, state: State, name: str, where: str = "", window: Any = "asked") -> Figure:
    """Where a figure of the page is explained: in its days, narrowed as the page is, and further by *where*."""
    return figure(
        f"spend.{name}",
        where=also(state.where, where),
        window=state.window.period if window == "asked" else window,
        basis="" if state.basis == "billed" else state.basis,
        currency="" if page.currency == page.workspace.currency else page.currency,
    )
