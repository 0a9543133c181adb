"""Why the answer is as it is: of one investment, of the limits, or of limits that clash."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.report import words
from northing.report.choosing import Sheet, sheet
from northing.report.choosing_moves import read
from northing.report.choosing_why import ChangeSaid, ClashSaid, ReasonSaid, RepairSaid, clash, prices, reason
from northing.web.frame.context import Page, page

from .told import money_words


@dataclass(frozen=True)
class Repair:
    """One repair, and the address that tries it."""

    words: str
    href: str
    moves: tuple[tuple[str, str], ...]


@page("choose")
def why(opened: Page) -> HttpResponse:
    """``of``: an investment's id, ``limits``, or ``clash``; with what the address tries."""
    given = opened.request.GET
    about = given.get("of", "limits")
    moves = read((name, value) for name in given for value in given.getlist(name))
    asked = sheet(opened.workspace, opened.look, moves)
    owner = (opened.workspace.id, opened.actor.id)
    title, lines, repairs = _("Why?"), list[str](), list[Repair]()
    if about == "clash":
        found = clash(asked, owner)
        title = _("These cannot all be kept")
        lines = _clash_lines(found)
        repairs = [] if found is None else [_repair(opened, asked, one) for one in found.repair]
    elif about == "limits":
        title, lines = _("What one more would bring"), list(_prices(asked, owner))
    else:
        told = reason(asked, owner, about)
        title, lines = _title(told), list(_reasons(asked, told))
    return opened.render(
        "choose/why.html",
        bare=opened.fragment or bool(given.get("part")),
        part=bool(given.get("part")),
        title=title,
        lines=lines,
        repairs=repairs,
        back=opened.link("choose", **dict(moves.pairs())),
    )


def _title(told: ReasonSaid) -> str:
    said = _("Why is “%(name)s” in?") if told.chosen else _("Why is “%(name)s” out?")
    return said % {"name": told.name}


def _reasons(asked: Sheet, told: ReasonSaid) -> Iterator[str]:
    if told.pinned:
        yield _("It is pinned out by hand. Set its pin to “As it comes” to see whether it would come in.")
        return
    if not told.chosen:
        if not told.changes:
            yield _("No change of its own value, of its cost or of a limit was found that brings it in.")
        for one in told.changes:
            yield _change(one)
        return
    if told.loses is None:
        yield _("Without it no plan keeps all limits.") if told.proved else _("No plan without it was found in time.")
        return
    money = money_words(asked, told.loses)
    about = _("Without it the best plan is worth %(money)s less.") % {"money": money}
    yield about if told.proved else _("Without it the best plan is worth about %(money)s less.") % {"money": money}
    if told.instead:
        yield _("In its place: %(names)s.") % {"names": words.listed(list(told.instead))}
    else:
        yield _("Nothing else would come in in its place.")
    if told.leaves:
        yield _("With it would go: %(names)s.") % {"names": words.listed(list(told.leaves))}


def _change(one: ChangeSaid) -> str:
    said = one.words if one.proved else _("about %(change)s") % {"change": one.words}
    if one.kind == "capacity":
        return _("It comes in with more of these: %(change)s.") % {"change": said}
    return _("It comes in if it were %(change)s.") % {"change": said}


def _prices(asked: Sheet, owner: object) -> Iterator[str]:
    found = prices(asked, owner)
    if not found:
        yield _("No limit by itself holds back a better plan: one more unit of any of them brings nothing.")
    for one in found:
        money = money_words(asked, one.gain)
        said = _("%(limit)s brings %(money)s.") if one.proved else _("%(limit)s brings about %(money)s.")
        yield said % {"limit": one.words, "money": money}


def _clash_lines(found: ClashSaid | None) -> list[str]:
    if found is None:
        return [_("It could not be shown in time which limits clash.")]
    return list(found.limits)


def _repair(opened: Page, asked: Sheet, one: RepairSaid) -> Repair:
    pairs = dict(asked.moves.pairs()) | dict(one.moves)
    return Repair(one.words, opened.link("choose") + "?" + urlencode(pairs) if one.moves else "", one.moves)
