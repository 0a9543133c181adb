"""The head of the backlog: the share of work in line of sight, in a sentence and in figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from northing.measure.address import Figure, figure
from northing.measure.flow.serving import Backlog
from northing.measure.line_of_sight import CAUSES
from northing.report import words
from northing.web.frame.context import Page
from northing.web.frame.figured import figured

from .work_state import WorkState

GOOD, POOR = Decimal("0.9"), Decimal("0.7")
"""Shares of work in line of sight from which it is well, and below which it is not."""


@dataclass(frozen=True)
class Headline:
    """One figure: what it is called, how it reads, what it is of, and its address."""

    key: str
    name: str
    value: str
    why: str
    figure: Figure | None = None
    exact: str = ""
    tone: str = ""
    share: float | None = None


def address(state: WorkState, name: str, **more: Any) -> Figure:
    """The figure *name* of this work."""
    whose = state.base.whose
    level = whose.level if whose.level != "organisation" else None
    return figure(f"work.{name}", level=level, id=whose.id, policy=state.base.policy, **more)


def items(count: Decimal | int) -> str:
    """ "1 item", "25.6 items"."""
    told = words.number(Decimal(count))
    return ngettext("%(n)s item", "%(n)s items", 1 if count == 1 else 2) % {"n": told}


def lead(page: Page, state: WorkState, found: Backlog) -> tuple[str, Markup | str]:
    """How well it is, and the sentence."""
    seen = found.seen
    if seen.share is None:
        return "", _("Nothing is in progress.")
    told = {
        "share": words.percent(Decimal(seen.share.numerator) / seen.share.denominator),
        "part": words.number(seen.in_sight),
        "all": items(len(seen.items)),
        "orphans": words.number(len(seen.orphans)),
    }
    figures = {
        "share": address(state, "in_sight_share"),
        "part": address(state, "in_sight"),
        "all": address(state, "in_progress"),
        "orphans": address(state, "orphans"),
    }
    text = _("%(share)s of the work in progress is in line of sight: %(part)s of %(all)s lead up to the board.")
    if seen.orphans:
        text += " " + (
            ngettext("%(orphans)s is nobody's.", "%(orphans)s are nobody's.", len(seen.orphans))
        )  # fmt: skip
    return _tone(found), figured(page, text, told, figures)


def _tone(found: Backlog) -> str:
    share = found.seen.share
    return "" if share is None else "good" if share >= GOOD else "bad" if share < POOR else "warn"


def headlines(page: Page, state: WorkState, found: Backlog) -> list[Headline]:
    """What is in progress, and its parts: they add up."""
    seen, total = found.seen, len(found.seen.items)
    broken = sum(seen.broken.values(), Decimal(0))

    def of(key: str, name: str, value: Decimal | int, why: str, tone: str = "") -> Headline:
        share = float(Decimal(value) / total) if total and key != "in_progress" else None
        return Headline(key, name, words.number(Decimal(value)), why, address(state, key), "", tone, share)

    partly = seen.unlinked - len(seen.orphans)
    rest = _("no link takes any part")
    if partly > 0:
        rest = _("and %(rest)s in parts of others") % {"rest": words.number(partly)}
    chain = _("serve an investment whose chain breaks")
    return [
        of("in_progress", _("In progress"), total, _("started and not finished")),
        of("in_sight", _("In line of sight"), seen.in_sight, _("lead up to an objective of the board"), _tone(found)),
        of("broken", _("On broken chains"), broken, chain, "warn" if broken else ""),
        of("orphans", _("Orphans"), len(seen.orphans), rest, "bad" if seen.orphans else ""),
    ]


def causes(page: Page, state: WorkState, found: Backlog) -> list[dict[str, Any]]:
    """Why work does not lead up to the board: each cause with how much of the work in progress it is."""
    total = len(found.seen.items)
    told = [
        {
            "title": _(CAUSES[cause]),
            "value": items(value),
            "share": float(value / total),
            "figure": address(state, "broken", cause=cause),
            "href": page.link("line-of-sight") + f"#cause-{cause}",
            "tone": "warn",
        }
        for cause, value in sorted(found.seen.broken.items(), key=lambda one: -one[1])
    ]
    if found.seen.unlinked:
        told.insert(0, {
            "title": _("No link gives it to an investment"),
            "value": items(found.seen.unlinked),
            "share": float(found.seen.unlinked / total),
            "figure": address(state, "unlinked"),
            "href": page.link("flow/work", **state.query(show="orphan")) + "#items",
            "tone": "bad",
        })  # fmt: skip
    return told
