"""The head of the page: the answer in a sentence, and the figures beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.address import Figure
from northing.measure.unattributed import Unattributed
from northing.portfolio.money import Amounts
from northing.report import words
from northing.web.frame.amounts import short
from northing.web.frame.context import Page
from northing.web.frame.figured import figured

from .state import State, address

TENTH = Decimal("0.1")


def lead(page: Page, state: State, found: Unattributed) -> dict[str, str]:
    """The answer in one sentence, with its tone."""
    if not found.billed:
        return {"text": _("Nothing is billed in these days."), "tone": ""}
    if not found.total:
        return {"text": _("Everything billed is claimed by an investment."), "tone": "good"}
    share = found.share or Decimal(0)
    said = {
        "money": short(found.total),
        "share": words.percent(share, 1 if share < TENTH else 0),
        "billed": short(found.billed),
        "ai": short(found.shadow_ai),
    }
    names = {"money": "unattributed", "share": "unattributed_share", "billed": "billed", "ai": "shadow_ai"}
    figures = {one: address(page, state, name) for one, name in names.items()}
    tone = "good" if share < Decimal("0.02") else "warn" if share < Decimal("0.2") else "bad"
    if found.shadow_ai:
        text = _("Nobody claims %(money)s, %(share)s of the %(billed)s billed; %(ai)s of it is AI.")
        return {"text": figured(page, text, said, figures), "tone": "bad"}
    text = _("Nobody claims %(money)s, %(share)s of the %(billed)s billed; none of it is AI.")
    return {"text": figured(page, text, said, figures), "tone": tone}


@dataclass(frozen=True)
class Headline:
    """One figure: what it is called, how it reads, what it is of, and its address."""

    key: str
    name: str
    value: str
    why: str
    figure: Figure | None
    exact: str = ""
    tone: str = ""
    share: float | None = None


def headlines(page: Page, state: State, found: Unattributed) -> list[Headline]:
    def of(key: str, name: str, amounts: Amounts, why: str, tone: str = "", none: str = "–") -> Headline:
        at = address(page, state, key) if amounts else None
        return Headline(key, name, short(amounts) if amounts else none, why, at, words.money(amounts), tone)

    lines = ngettext("%(n)s line of the bills", "%(n)s lines of the bills", found.lines)
    part = (
        figured(
            page,
            _("%(share)s of what is unattributed"),
            {"share": words.percent(found.ai_share)},
            {"share": address(page, state, "ai_share")},
        )
        if found.ai_share
        else _("AI services that nobody claims")
    )
    return [
        of("unattributed", _("Unattributed"), found.total, lines % {"n": words.number(found.lines)}, none=_("None")),
        _share(page, state, found),
        of("shadow_ai", _("Shadow AI"), found.shadow_ai, part, "bad" if found.shadow_ai else "good", _("None")),
        of("billed", _("Billed"), found.billed, _("claimed and unclaimed")),
    ]


def _share(page: Page, state: State, found: Unattributed) -> Headline:
    share, name = found.share, _("Share of the bills")
    if share is None:
        return Headline("unattributed_share", name, "–", state.window.title, None)
    drawn = float(min(Decimal(1), max(Decimal(0), share)))
    told = words.percent(share, 1 if 0 < share < TENTH else 0)
    at = address(page, state, "unattributed_share")
    return Headline("unattributed_share", name, told, state.window.title, at, share=drawn)
