"""What the address of the backlog asks for, beside whose work it is: a search, how items are grouped, which of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from northing.measure.view import View
from northing.web.frame.context import Page

from .state import State
from .state import read as read_state

SHOWN = {
    "": gettext_noop("All"),
    "orphan": gettext_noop("Orphans"),
    "broken": gettext_noop("Broken chains"),
    "in_sight": gettext_noop("In line of sight"),
}
GROUPED = {
    "": gettext_noop("None"),
    "team": gettext_noop("Team"),
    "epic": gettext_noop("Epic"),
    "investment": gettext_noop("Investment"),
}


@dataclass(frozen=True)
class WorkState:
    """The whole state of the page; it has no other."""

    base: State
    where: str = ""
    by: str = ""
    show: str = ""

    def query(self, **changes: Any) -> dict[str, Any]:
        """The part of an address that asks for this, with some of it changed."""
        own = {"q": self.where, "by": self.by, "show": self.show}
        own.update({name: changes.pop(name) for name in list(changes) if name in own})
        return self.base.query(**changes) | {name: value for name, value in own.items() if value}


def read(view: View, asked: Mapping[str, str]) -> WorkState:
    """The state that *asked* names; a grouping or a choice that there is none of counts as none."""
    by, show = asked.get("by", ""), asked.get("show", "")
    return WorkState(
        read_state(view, asked),
        asked.get("q", "").strip(),
        by if by in GROUPED else "",
        show if show in SHOWN else "",
    )


def groupings() -> list[tuple[str, str]]:
    """How items can be grouped, and what that is called."""
    return [(key, _(title)) for key, title in GROUPED.items()]


def item_link(page: Page, key: str) -> str:
    """The page of one item."""
    return page.link(f"flow/work/{quote(key, safe='')}")
