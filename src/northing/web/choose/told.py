"""The answer in words, for the page and for the script that keeps it up to date: one structure for both."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.choosing.bounds import Bound, Reached
from northing.measure.choosing.ways import Way
from northing.measure.money_flows import remember
from northing.measure.view import View
from northing.portfolio.choosing import LimitType
from northing.report import words
from northing.report.choosing import READS, Outcome, Sheet

ONE = Decimal(1)
NAMED = 12
"""So many are named of what is decided otherwise; the table below has all of them on top."""


class Row(msgspec.Struct, frozen=True):
    """An investment as it is decided."""

    id: str
    state: str
    said: str
    """In, out, comes in, goes out, later."""
    name: str
    """Of the way, as its receipts ask for it."""
    way: str
    value: str
    cost: str


class Cell(msgspec.Struct, frozen=True):
    """One span of a limit: what is used of what there is."""

    text: str
    of: str
    share: float
    """0 … 1 of the drawn bar."""
    mark: float | None
    tone: str


class Decided(msgspec.Struct, frozen=True):
    """What comes in, what goes out, or what is done in another way: how many, and the ids of those worth most."""

    state: str
    title: str
    count: int
    ids: tuple[str, ...]
    more: str
    """Where the others stand."""


class Told(msgspec.Struct, frozen=True):
    """The whole answer."""

    lead: str
    gap: str
    tone: str
    figures: tuple[tuple[str, str, str], ...]
    """Name, value, what stands below."""
    rows: tuple[Row, ...]
    cells: dict[str, tuple[Cell, ...]]
    lists: tuple[Decided, ...]
    """What is decided otherwise than in the plan as it is."""
    final: bool
    rest: float | None
    """The gap that is left, for the next question."""


def told(sheet: Sheet, found: Outcome) -> Told:
    """*found* in words."""
    rows = tuple(
        _row(sheet.view, row.offer.id, row.state, row.way or row.before or row.offer.ways[0], row.offer.ways[0])
        for row in found.rows
    )
    states = [row.state for row in found.rows]
    now = sum((way.value for way in sheet.plain.now.values()), Decimal(0))
    edges: dict[Any, str] = remember(sheet.view, "choosing edges", words.locale(), dict, READS)
    return Told(
        lead=_lead(sheet, found, states),
        gap=_gap(found),
        tone="good" if found.gap == 0 else "",
        figures=_figures(sheet, found, now),
        rows=rows,
        cells={bound.key: tuple(_cell(sheet, bound, one, edges) for one in spans) for bound, spans in found.reached},
        lists=tuple(
            _decided(found, state, title)
            for state, title in (
                ("comes-in", _("Comes in")), ("goes-out", _("Goes out")), ("changes", _("Later or smaller")),
            )
        ),
        final=found.final,
        rest=found.gap,
    )  # fmt: skip


def _decided(found: Outcome, state: str, title: str) -> Decided:
    worth = sorted(
        ((row.way or row.before or row.offer.ways[0]).value, row.offer.id) for row in found.rows if row.state == state
    )
    named = tuple(id for _worth, id in reversed(worth[-NAMED:]))
    rest = len(worth) - len(named)
    more = ngettext("and %(n)s more, in the table", "and %(n)s more, in the table", rest) % {"n": words.number(rest)}
    return Decided(state, title, len(worth), named, more if rest else "")


def _lead(sheet: Sheet, found: Outcome, states: list[str]) -> str:
    """What the best plan is worth, what changes, and how far from the best it can be."""
    parts = []
    came, gone, changed = (states.count(state) for state in ("comes-in", "goes-out", "changes"))
    if came:
        parts.append(ngettext("%(n)s investment comes in", "%(n)s investments come in", came) % {"n": came})
    if gone:
        parts.append(ngettext("%(n)s goes out", "%(n)s go out", gone) % {"n": gone})
    if changed:
        parts.append(
            ngettext("%(n)s is moved or made smaller", "%(n)s are moved or made smaller", changed) % {"n": changed}
        )
    value, money = _money(sheet, found.value), _money(sheet, found.money)
    if found.gap == 0:
        sure = _("Proved: no plan under these limits is worth more.")
    elif found.gap is None:
        sure = _("How far from the best it is, is not known yet.")
    else:
        sure = _("At most %(gap)s below the best possible.") % {"gap": small(Decimal(str(found.gap)))}
    if not parts:
        said = _("The plan stays as it is: %(value)s of value for %(money)s.") % {"value": value, "money": money}
    else:
        said = _("%(value)s of value for %(money)s: %(moves)s.") % {
            "value": value, "money": money, "moves": words.listed(parts),
        }  # fmt: skip
    return f"{said} {sure}"


def _gap(found: Outcome) -> str:
    if found.gap == 0:
        return _("proved: no plan is worth more")
    if found.gap is None or found.most is None:
        return _("how far from the best is not known yet")
    return _("at most %(gap)s below the best possible") % {"gap": small(Decimal(str(found.gap)))}


def small(share: Decimal) -> str:
    """A gap is never rounded down to nothing."""
    return words.percent(share, 2) if share >= Decimal("0.0001") else words.percent(Decimal("0.0001"), 2)


def _figures(sheet: Sheet, found: Outcome, now: Decimal) -> tuple[tuple[str, str, str], ...]:
    more = found.value - now
    against = _("as much as the plan as it is")
    if more:
        words_of = (
            _("%(money)s more than the plan as it is") if more > 0 else _("%(money)s less than the plan as it is")
        )
        against = words_of % {"money": _money(sheet, abs(more))}
    best = ""
    if found.most is not None and found.gap:
        best = _("no plan is worth more than %(money)s") % {"money": _money(sheet, found.most)}
    proof = "–" if found.gap is None else _("the best") if found.gap == 0 else small(Decimal(str(found.gap)))
    begin = words.day(sheet.found.ahead.start)
    inside = sum(row.way is not None for row in found.rows)
    every = words.number(len(found.rows))
    return (
        (_("Value"), _money(sheet, found.value), against),
        (_("Below the best possible"), proof, best or _gap(found)),
        (_("Money"), _money(sheet, found.money), _("from %(day)s on") % {"day": begin}),
        (_("In"), words.number(inside), _("of %(n)s that can be chosen") % {"n": every}),
        (_("Decided otherwise"), words.number(found.changed), _("than in the plan as it is")),
    )


def money_words(sheet: Sheet, amount: Decimal) -> str:
    """An amount in full, in the currency of the choice."""
    return words.amount(amount, sheet.found.currency)


def _money(sheet: Sheet, amount: Decimal | None) -> str:
    if amount is None:
        return "–"
    return words.amount(amount, sheet.found.currency, short=True)


def _row(view: View, id: str, state: str, way: Way, planned: Way) -> Row:
    """The words of one line, kept with the plan: a slider changes few of them."""
    kept: dict[Any, Row] = remember(view, "choosing words", words.locale(), dict, READS)
    key = (id, state, way.name)
    found = kept.get(key)
    if found is None:
        code = view.home_currency
        found = kept[key] = Row(
            id, state, state_words(state, way, planned), way.name, way_words(view, way) if state != "stays-out" else "",
            words.amount(way.value, code, short=True), words.amount(way.money, code, short=True),
        )  # fmt: skip
    return found


def state_words(state: str, way: Way, planned: Way) -> str:
    if state == "changes":
        return _("Later") if way.variant == planned.variant else _("Smaller") if not way.delay else _("Smaller, later")
    return {
        "stays-in": _("In"), "stays-out": _("Out"), "comes-in": _("Comes in"), "goes-out": _("Goes out"),
    }[state]  # fmt: skip


def way_words(view: View, way: Way) -> str:
    """ "as planned", "6 months later", "Half of the seats, 3 months later"."""
    variant = view.plan.get("variant", way.variant) if way.variant else None
    parts = [variant.name] if variant is not None else []
    if way.delay:
        parts.append(ngettext("%(n)s month later", "%(n)s months later", way.delay) % {"n": way.delay})
    return ", ".join(parts) or _("as planned")


def _cell(sheet: Sheet, bound: Bound, one: Reached, edges: dict[Any, str]) -> Cell:
    """*edges*: their words, kept with the plan: a slider changes those of one limit."""
    key = (bound.key, one.least, one.most)
    if key not in edges:
        edges[key] = _edge(sheet, bound, one)
    edge = one.most if one.most is not None else one.least
    share = bound.type in (LimitType.SHARE, LimitType.RISK)
    top = max(one.used, edge or Decimal(0), ONE if share else Decimal(0)) or ONE
    return Cell(
        text=amount_words(sheet, bound, one.used),
        of=edges[key],
        share=float(one.used / top),
        mark=float(edge / top) if edge is not None else None,
        tone="bad" if one.broken else "full" if one.most and one.used >= one.most * Decimal("0.995") else "",
    )


def _edge(sheet: Sheet, bound: Bound, one: Reached) -> str:
    if one.most is not None and one.least is not None:
        low, high = amount_words(sheet, bound, one.least), amount_words(sheet, bound, one.most)
        return _("%(low)s to %(high)s") % {"low": low, "high": high}
    if one.most is not None:
        return _("of %(most)s") % {"most": amount_words(sheet, bound, one.most)}
    if one.least is not None:
        return _("at least %(least)s") % {"least": amount_words(sheet, bound, one.least)}
    return ""


def amount_words(sheet: Sheet, bound: Bound, amount: Decimal) -> str:
    """An amount of a limit's unit."""
    if bound.type in (LimitType.SHARE, LimitType.RISK):
        return words.percent(amount, 1)
    if bound.type is LimitType.CAPACITY:
        return words.number(amount.quantize(Decimal("0.01")).normalize() + 0, None)
    if bound.type in (LimitType.CHURN, LimitType.PRICE):
        return words.number(amount)
    return words.amount(amount, sheet.found.currency, short=True)
