"""The question of a forecast as every door writes it: a few short texts, the same in an address and on a command line.

``level``, ``id``, ``policy`` say whose work it is; ``parent`` or ``where`` which of its open items, ``items`` how many
of any in their place. ``by=2027-03-31``, ``order=first``, ``grows=100-150`` (per cent), ``days=84`` of sample,
``risks=Migration:30:5-10; Audit:10:2-4`` (name, per cent, items).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from northing.measure.flow.forecast.answers import USUAL
from northing.measure.flow.forecast.asked import Risk, Split
from northing.measure.view import View
from northing.portfolio.errors import Invalid

from .asked import read_whose
from .forecasting import Order, Question

PARAMETERS = ("level", "id", "policy", "parent", "where", "items", "by", "order", "grows", "risks", "days")

RANGE = re.compile(r"(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?\s*%?")
RISK = re.compile(
    r"(?P<name>[^:;]+):\s*(?P<percent>\d{1,3})\s*%?\s*:\s*(?P<low>\d{1,6})(?:\s*[-–]\s*(?P<high>\d{1,6}))?"
)


def read_question(view: View, asked: Mapping[str, str]) -> Question:
    """The question that *asked* writes. Raises :class:`Invalid` or :class:`NotFound` for what cannot be read."""

    def text(name: str) -> str:
        return (asked.get(name) or "").strip()

    order: Order = "first" if text("order") == "first" else "begun"
    if text("order") not in ("", "begun", "first"):
        raise Invalid("Work is done in the order in which it was begun, or this first.", remedy="Order: begun, first.")
    return Question(
        whose=read_whose(view, text("level") or None, text("id") or None),
        parent=text("parent"),
        where=text("where"),
        items=_whole(text("items"), "items") if text("items") else None,
        by=_day(text("by")),
        order=order,
        split=_split(text("grows")),
        risks=_risks(text("risks")),
        policy=text("policy") or None,
        window=_whole(text("days"), "days") if text("days") else USUAL.window,
    )


def args_of(question: Question) -> dict[str, Any]:
    """The texts that ask *question*; what is usual is left out."""
    split = question.split
    return {
        "level": question.whose.level if question.whose.id else None,
        "id": question.whose.id,
        "policy": question.policy,
        "parent": question.parent or None,
        "where": question.where or None,
        "items": question.items,
        "by": question.by.isoformat() if question.by else None,
        "order": "first" if question.order == "first" else None,
        "grows": f"{split.low}-{split.high}" if split else None,
        "risks": risks_written(question.risks) or None,
        "days": question.window if question.window != USUAL.window else None,
    }


def risks_written(risks: tuple[Risk, ...]) -> str:
    return "; ".join(f"{one.name}:{one.percent}:{one.low}-{one.high}" for one in risks)


def _whole(text: str, name: str) -> int:
    if not re.fullmatch(r"\d{1,7}", text):
        raise Invalid(f"“{text}” is not a whole number of {name}.", field=name, remedy="Write 40.")
    return int(text)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(f"“{text}” is not a date.", field="by", remedy="Write dates as 2026-03-31.") from None


def _split(text: str) -> Split | None:
    if not text or text == "100":
        return None
    found = RANGE.fullmatch(text)
    if found is None:
        raise Invalid(f"“{text}” does not say by how much items grow.", field="grows", remedy="Write 100-150.")
    return Split(low=int(found[1]), high=int(found[2] or found[1]))


def _risks(text: str) -> tuple[Risk, ...]:
    told = []
    for part in filter(None, (one.strip() for one in text.split(";"))):
        found = RISK.fullmatch(part)
        if found is None:
            raise Invalid(f"“{part}” is not a risk.", field="risks", remedy="Write name:30:5-10, per cent and items.")
        low = int(found["low"])
        told.append(
            Risk(name=found["name"].strip(), percent=int(found["percent"]), low=low, high=int(found["high"] or low))
        )
    return tuple(told)
