"""What needs somebody, in words: its cause, and the address of its next step. Today lists it, and an investment."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from northing.measure.attention import Item, attention
from northing.measure.sentence import Mend

from .context import Page
from .saying import mend_address, say

STEPS: dict[str, tuple[str, str]] = {
    "limit-broken": ("gate", gettext_noop("Choose what gives way")),
    "milestone-overdue": ("clock", gettext_noop("Close it or move it")),
    "dependency-broken": ("merge", gettext_noop("Move the date")),
    "model-retiring": ("ai", gettext_noop("Choose the successor")),
    "red-inside": ("alert", gettext_noop("Report anew")),
    "endless-pilot": ("gate", gettext_noop("Decide the gate")),
    "alike": ("compare", gettext_noop("Stop or merge one")),
    "serves-nothing": ("sight", gettext_noop("Say what it serves")),
    "owner-left": ("person", gettext_noop("Name an owner")),
    "lacks-owner": ("person", gettext_noop("Name an owner")),
    "lacks-money": ("money", gettext_noop("Plan money")),
    "lacks-dates": ("clock", gettext_noop("Set dates")),
    "lacks-stage": ("stop", gettext_noop("Say the stage")),
}
"""Code → icon, and what its next step is called."""

TOGETHER = {("milestone", "done"): "due,done", ("investment", "start"): "start,end", ("investment", "end"): "start,end"}
"""Fields that are better asked for together."""

SAID_BY_TITLE = ("serves-nothing", "lacks-owner", "lacks-money", "lacks-dates", "lacks-stage")
"""Codes whose title says it all."""

TONES = {"high": "bad", "medium": "warn", "low": "note"}


def of_investment(page: Page, id: str) -> list[dict[str, Any]]:
    """What needs somebody at one investment; being alike concerns all that are."""
    found = [
        item
        for item in attention(page.view)
        if item.entity.id == id or (item.code == "alike" and id in {other.id for other in item.others})
    ]
    return [exception(page, item) for item in found]


def exception(page: Page, item: Item) -> dict[str, Any]:
    """One thing that needs somebody: its cause in words, and its next step."""
    icon, step = STEPS[item.code]
    return {
        "title": _(item.title),
        "tone": TONES[item.severity],
        "severity": item.severity,
        "icon": icon,
        "why": "" if item.code in SAID_BY_TITLE else say(page, item.sentence, without=item.entity.id),
        "mend": page.link("choose") if item.code == "limit-broken" else _mend(page, item.mend),
        "do": _(step),
    }


def _mend(page: Page, mend: Mend | None) -> str:
    if mend is None:
        return ""
    together = TOGETHER.get((mend.kind, mend.field or ""))
    if mend.op == "change" and together:
        return page.link(f"edit/{mend.kind}/{mend.id}", fields=together, next=page.here)
    return mend_address(page, mend)
