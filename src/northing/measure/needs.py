"""An item that needs somebody, and what the rules that look for items look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from northing.portfolio.investment import ENDED, Investment
from northing.portfolio.words import Several, word

from .sentence import Mend, Ref, Said
from .view import View

Severity = Literal["high", "medium", "low"]

TITLES: Mapping[str, str] = {
    "limit-broken": word("A limit is broken"),
    "milestone-overdue": word("Past due"),
    "dependency-broken": word("Dependency is broken"),
    "model-retiring": word("Model is about to retire"),
    "red-inside": word("Green outside, red inside"),
    "endless-pilot": word("A pilot that never ends"),
    "alike": word("Perhaps the same thing bought several times"),
    "serves-nothing": word("Serves no objective"),
    "owner-left": word("Owner has left"),
    "lacks-owner": word("No owner"),
    "lacks-money": word("No planned money"),
    "lacks-dates": word("No start or no end"),
    "lacks-stage": word("No stage"),
}
"""Code → what a list of its items is called, in the order of a page."""

CODES = tuple(TITLES)


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """From when on something needs attention."""

    pilot_days: int = 365
    """A pilot that started (or entered its stage) longer ago than this does not end."""
    model_days: int = 180
    """A model that is shut down within these days is about to retire."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """Something that needs somebody."""

    code: str
    severity: Severity
    entity: Ref
    """What it is about; almost always an investment."""
    sentence: Said
    mend: Mend | None
    """The field to change, or the entity to create."""
    others: tuple[Ref, ...] = ()
    """What else is concerned: the milestone, the model, the look-alikes."""
    days: int | None = None
    """Days past due, days to go, days in pilot."""

    @property
    def title(self) -> str:
        return TITLES[self.code]


class Look:
    """What the rules look at."""

    def __init__(self, view: View, limits: Limits, baseline: View | None) -> None:
        self.view, self.plan, self.today, self.limits, self.baseline = view, view.plan, view.today, limits, baseline
        self.open: list[Investment] = [one for one in self.plan.investments.values() if one.stage not in ENDED]

    def is_open(self, id: str) -> bool:
        found = self.plan.investments.get(id)
        return found is not None and found.stage not in ENDED


def item(
    code: str, severity: Severity, investment: str, template: str | Several, mend: Mend | None, **more: Any
) -> Item:
    """What needs somebody about *investment*: the *template* said with the figures in *more*."""
    days, others = more.pop("days", None), more.pop("others", ())
    here = Ref("investment", investment)
    said = Said(template, {"investment": here, **({"days": days} if days is not None else {}), **more})
    return Item(code=code, severity=severity, entity=here, sentence=said, mend=mend, others=others, days=days)


def field_of(investment: str, field: str) -> Mend:
    """The edit that fills or mends one field of the investment."""
    return Mend(op="change", kind="investment", id=investment, field=field)
