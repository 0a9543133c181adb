"""What the address of the pages of flow asks for: whose work, read by which policy, in which days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from northing.measure.flow.asked import Whose, read_whose
from northing.measure.view import View
from northing.portfolio.periods import Period
from northing.web.frame.window import Window, window_of

USUAL_PERIOD = "last 90 days"


@dataclass(frozen=True)
class State:
    """The whole state of the page; it has no other."""

    whose: Whose
    window: Window
    policy: str = ""
    """Id of the policy chosen; empty: the one that holds."""
    other: str = ""
    """Id of a second policy, beside it."""

    def query(self, **changes: Any) -> dict[str, Any]:
        """The part of an address that asks for this, with some of it changed; what is usual is left out."""
        now: dict[str, Any] = {
            "level": self.whose.level,
            "id": self.whose.id,
            "period": self.window.text,
            "policy": self.policy,
            "other": self.other,
        } | changes
        usual = {"level": "organisation", "period": USUAL_PERIOD}
        return {name: value for name, value in now.items() if value not in (None, "", usual.get(name))}

    def days(self, view: View) -> Period:
        """The days looked at; where all there is was asked for, the three years up to today."""
        return self.window.period or Period(view.today - timedelta(days=3 * 365), view.today + timedelta(days=1))


def read(view: View, asked: Mapping[str, str], usual: str = USUAL_PERIOD) -> State:
    """The state that *asked* names. Raises :class:`Invalid` or :class:`NotFound` for what there is none of."""
    return State(
        read_whose(view, asked.get("level"), asked.get("id")),
        window_of(view, asked.get("period"), usual),
        asked.get("policy", ""),
        asked.get("other", ""),
    )
