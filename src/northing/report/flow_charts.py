"""The pictures of flow: cycle times and ageing, as marks. (``flow_charts_bands``: cumulative flow.)

Each takes a measure of ``measure/flow`` and *to*, which makes the address that lists the items of a mark
(``measure.flow.shown`` says how they are named), and gives a :class:`~.flow_drawing.Drawing`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from northing.facts.flow_asking import Item
from northing.measure.flow.ageing import Aged, Ageing, Pace
from northing.measure.flow.cycle import Point as CyclePoint
from northing.measure.flow.cycle import Scatter
from northing.portfolio.flow import FlowKind

from . import flow_words, words
from .charts import Table
from .flow_drawing import (
    MARKS,
    Bar,
    Days,
    Dot,
    Drawing,
    Key,
    Rule,
    Scale,
    Stretch,
    Tick,
    days_said,
    upto,
)

To = Callable[[str], str]
"""From what is to be listed to its address."""

KINDS: Mapping[FlowKind | None, tuple[str, str]] = {
    FlowKind.FEATURE: ("var(--c1)", "circle"),
    FlowKind.DEFECT: ("var(--c5)", "triangle"),
    FlowKind.RISK: ("var(--c2)", "diamond"),
    FlowKind.DEBT: ("var(--c3)", "square"),
    None: ("var(--c6)", "ring"),
}
"""Colour and shape of a kind; told apart without colour too."""
KIND_NAMES = {
    FlowKind.FEATURE: gettext_noop("Features"),
    FlowKind.DEFECT: gettext_noop("Defects"),
    FlowKind.RISK: gettext_noop("Risks"),
    FlowKind.DEBT: gettext_noop("Debt"),
    None: gettext_noop("No kind"),
}
LINES = {50: "var(--ink-3)", 70: "var(--ink-3)", 85: "var(--warn)", 95: "var(--bad)"}
SHADES = ((50, "var(--good-soft)"), (70, "var(--note-soft)"), (85, "var(--warn-soft)"), (95, "var(--bad-soft)"))
LISTED = 100
"""Items that the table of a picture has at most: the last ones."""
DOTS = 200
"""So many marks of cycle times are drawn apart; of more, those of several days, and of about the same time, are one."""
NAMED = 3
"""Items that the words of a mark name."""
COARSER = ((1, 0), (2, 0), (2, 40), (4, 30), (6, 20), (6, 14), (8, 12), (12, 8))
"""How far marks are put together, step by step: parts of :data:`MARKS`, and rows of times; 0: each time by itself."""
BEYOND = 1.6
"""So many times the 95th percentile the axis reaches at most; what took longer stands at its edge."""


def kind_name(kind: FlowKind | None) -> str:
    """Features, Defects, Risks, Debt; or that its type has no kind."""
    return _(KIND_NAMES[kind])


def items_said(count: int) -> str:
    return ngettext("%(n)s item", "%(n)s items", count) % {"n": words.number(count)}


def named(item: Item) -> str:
    """An item by its key and title."""
    return " ".join(filter(None, (item.key or item.item, item.title)))


# Cycle times


def cycle_dots(found: Scatter, to: To) -> Drawing:
    """Each delivered item on the day it finished, and the percentiles of the window."""
    scale, capped = _capped([point.days for point in found.points], found.lines)
    days, marks = _marks(found, scale)
    dots = tuple(_cycle_dot(days, scale, one, to) for one in marks)
    marked = {
        (one.item.source, one.item.item): dot.href
        for dot, (_days, every) in zip(dots, marks, strict=True) for one in every
    }  # fmt: skip
    kinds = [kind for kind in KINDS if any(point.item.kind is kind for point in found.points)]
    rows = tuple(
        (named(one.item), words.day(one.day), days_said(one.days), kind_name(one.item.kind))
        for one in found.points[-LISTED:]
    )
    notes = [(_edge_note(capped, max(point.days for point in found.points)), "")] if capped else []
    notes += _left_out(found.no_start, found.untrue, to)
    if len(marks) < len(found.points) and days.step > 1:
        said = _("%(marks)s marks stand for %(items)s items: those of one kind that took about as long and finished "
                 "within the same %(days)s days are one mark, larger for more of them.")  # fmt: skip
        many = {"marks": len(marks), "items": len(found.points), "days": days.step}
        notes.append((said % {name: words.number(count) for name, count in many.items()}, ""))
    if len(found.points) > LISTED:
        said = _("The table below has the last %(n)s of %(all)s items.")
        counts = {"n": words.number(LISTED), "all": words.number(len(found.points))}
        notes.append((said % counts, to("delivered")))
    return Drawing(
        _("Cycle times"), _lines_said(found.lines), Table((_("Item"), _("Finished"), _("Took"), _("Kind")), rows),
        y_title=_("days"), y=scale.ticks(), x=days.ticks(), rules=_rules(found.lines, scale), dots=dots,
        legend=tuple(Key(kind_name(kind), *KINDS[kind]) for kind in kinds), notes=tuple(notes),
        leading=tuple(marked[one.item.source, one.item.item] for one in found.points[-LISTED:]),
    )  # fmt: skip


Mark = tuple[Stretch, Sequence[CyclePoint]]


def _marks(found: Scatter, scale: Scale) -> tuple[Days, list[Mark]]:
    """The points that are one mark: as few days and times together as few enough marks allow."""
    for parts, rows in COARSER:
        days = Days(found.window.start, found.window.days, MARKS // parts)
        height = max(1, ceil(scale.high / rows)) if rows else 0
        groups: dict[tuple[Stretch, Fraction | int, FlowKind | None], list[CyclePoint]] = defaultdict(list)
        for point in found.points:
            row = min(point.days // height, rows) if height else point.days
            groups[days.stretch(point.day), row, point.item.kind].append(point)
        if len(groups) <= DOTS:
            break
    return days, [(stretch, every) for (stretch, _row, _kind), every in groups.items()]


def _cycle_dot(days: Days, scale: Scale, mark: Mark, to: To) -> Dot:
    stretch, every = mark
    least, most = min(one.days for one in every), max(one.days for one in every)
    took, kind = (least + most) / 2, every[0].item.kind
    listed = f"{least}..{most}" if most > least else f"{least}"
    colour, shape = KINDS[kind]
    return Dot(
        days.center(stretch), scale.y(took), colour, "up" if took > Fraction(scale.high) else shape,
        _point_tip([one.item for one in every], least, every[-1].day, most),
        to(f"took:{stretch}:{listed}:{kind or 'none'}"), min(len(every), 3),
    )  # fmt: skip


def _capped(values: Sequence[Fraction], lines: Mapping[int, Fraction]) -> tuple[Scale, int]:
    """A scale that few long ones do not press flat, and how many lie beyond it."""
    most = max((*values, *lines.values()), default=Fraction(1))
    enough = float(lines.get(95, most)) * BEYOND
    scale = upto(min(float(most), enough) if float(most) > enough * 1.25 else float(most))
    return scale, sum(1 for value in values if value > Fraction(scale.high))


def _edge_note(count: int, most: Fraction) -> str:
    return ngettext(
        "%(n)s item took longer than the picture is high; it stands at the edge (▲), up to %(most)s.",
        "%(n)s items took longer than the picture is high; they stand at the edge (▲), up to %(most)s.",
        count,
    ) % {"n": count, "most": days_said(most)}


def _left_out(no_start: Sequence[Item], untrue: Sequence[Item], to: To) -> list[tuple[str, str]]:
    notes = []
    if no_start:
        said = ngettext("%(n)s delivered item never started, so it has no time.",
                        "%(n)s delivered items never started, so they have no time.", len(no_start))  # fmt: skip
        notes.append((said % {"n": words.number(len(no_start))}, to("no-start")))
    if untrue:
        said = ngettext("%(n)s item is left out: its dates cannot be true.",
                        "%(n)s items are left out: their dates cannot be true.", len(untrue))  # fmt: skip
        notes.append((said % {"n": words.number(len(untrue))}, to("untrue")))
    return notes


def _rules(lines: Mapping[int, Fraction], scale: Scale) -> tuple[Rule, ...]:
    return tuple(
        Rule(scale.y(value), f"{percent}% · {days_said(value)}", LINES[percent]) for percent, value in lines.items()
    )


def _lines_said(lines: Mapping[int, Fraction]) -> str:
    if not lines:
        return _("Nothing with a start was delivered in these days.")
    said = {"half": days_said(lines[50]), "most": days_said(lines[85]), "all": days_said(lines[95])}
    return _("Half of the items took %(half)s or less, 85%% %(most)s or less, 95%% %(all)s or less.") % said


def _point_tip(items: Sequence[Item], took: Fraction, day: date | None = None, most: Fraction | None = None) -> str:
    told = [named(item) for item in items[:NAMED]]
    if len(items) > NAMED:
        told.append(_("and %(n)s more") % {"n": len(items) - NAMED})
    long = f"{days_said(took)} – {days_said(most)}" if most is not None and most > took else days_said(took)
    return "\n".join([*told, long + (f" · {words.day(day)}" if day else "")])


# Ageing


def ageing_dots(found: Ageing, to: To) -> Drawing:
    """Work in progress by the state it is in and its age, over the pace of what was delivered."""
    states = _states(found)
    lines = [line for pace in found.paces for line in pace.percentiles.values()]
    values = [one.days for one in found.items]
    scale, capped = _capped(values, {95: max((*lines, *found.lines.values()), default=Fraction(1))})
    width = 100 / max(len(states), 1)
    paces = {flow_words.place_name(pace.state): pace for pace in found.paces}
    bars = tuple(
        bar
        for place, state in enumerate(states)
        if state in paces
        for bar in _pace(paces[state], place * width, width, scale)
    )
    dots = tuple(
        dot for place, state in enumerate(states)
        for dot in _column([one for one in found.items if _state(one) == state], place * width, width, scale, to)
    )  # fmt: skip
    ticks = tuple(
        Tick(
            round((place + 0.5) * width, 2),
            f"{state} · {sum(1 for one in found.items if _state(one) == state)}",
            slant=True,
        )
        for place, state in enumerate(states)
    )
    notes = [(_edge_note(capped, max(values)), "")] if capped else []
    if found.untrue:
        notes += _left_out((), found.untrue, to)
    rows = tuple(
        (named(one.item), _state(one), days_said(one.days), f"> {one.beyond}%" if one.beyond else "")
        for one in found.items
    )
    legend = [
        Key(_("half had left the state by then"), "var(--good-soft)"), Key("70%", "var(--note-soft)"),
        Key("85%", "var(--warn-soft)"), Key("95%", "var(--bad-soft)"),
    ]  # fmt: skip
    return Drawing(
        _("Ageing work"), _ageing_said(found),
        Table((_("Item"), _("State"), _("Age"), _("Above the pace of its state")), rows),
        y_title=_("days"), y=scale.ticks(), x=ticks, bars=bars, dots=dots, rules=_rules(found.lines, scale),
        legend=tuple(legend) if found.paces else (), notes=tuple(notes),
        leading=tuple(to(_aged(one)) for one in found.items),
    )  # fmt: skip


def _state(one: Aged) -> str:
    return flow_words.place_name(one.place[0]) if one.place[0] else _("State unknown")


def _states(found: Ageing) -> list[str]:
    """The states with items or a pace, in the order of work."""
    ranks: dict[str, tuple[bool, int]] = {}
    for pace in found.paces:
        ranks[flow_words.place_name(pace.state)] = (pace.rank is None, pace.rank or 0)
    for one in found.items:
        ranks.setdefault(_state(one), (one.place[2] is None, one.place[2] or 0))
    return sorted(ranks, key=lambda state: (ranks[state], state))


def _pace(pace: Pace, left: float, width: float, scale: Scale) -> list[Bar]:
    found, low = [], scale.y(0)
    for percent, colour in SHADES:
        top = scale.y(pace.percentiles[percent])
        said = _("%(percent)s%% of %(n)s had left %(state)s by %(days)s") % {
            "percent": percent, "n": items_said(pace.items), "state": flow_words.place_name(pace.state),
            "days": days_said(pace.percentiles[percent]),
        }  # fmt: skip
        if low - top > 0:
            found.append(
                Bar(round(left + width * 0.04, 2), top, round(width * 0.92, 2), round(low - top, 1), colour, said)
            )
        low = min(low, top)
    return found


def _column(items: Sequence[Aged], left: float, width: float, scale: Scale, to: To) -> list[Dot]:
    """Dots side by side where they are of one age."""
    groups: dict[Fraction, list[Aged]] = defaultdict(list)
    for one in items:
        groups[one.days].append(one)
    found = []
    for days, every in sorted(groups.items()):
        for place, one in enumerate(every[:7]):
            shift = (place + 1) // 2 * (1 if place % 2 else -1) * 0.11
            colour = "var(--bad)" if (one.beyond or 0) >= 95 else "var(--warn)" if one.beyond == 85 else "var(--ink-2)"
            shape = "up" if days > Fraction(scale.high) else "diamond" if one.item.blocked_now else "circle"
            tip = _point_tip([one.item], days)
            if one.beyond:
                tip += "\n" + _("above the %(percent)s%% line of its state") % {"percent": one.beyond}
            if one.item.blocked_now:
                tip += "\n" + _("blocked")
            at = round(left + width * (0.5 + shift), 2)
            found.append(Dot(at, scale.y(days), colour, shape, tip, to(_aged(one))))
    return found


def _aged(one: Aged) -> str:
    return f"aged:{one.days}:{one.place[0] or ''}"


def _ageing_said(found: Ageing) -> str:
    if not found.items:
        return _("Nothing is in progress.")
    slow = sum(1 for one in found.items if (one.beyond or 0) >= 85)
    said = {"all": items_said(len(found.items)), "slow": words.number(slow), "oldest": days_said(found.items[0].days)}
    return _("%(all)s in progress, the oldest for %(oldest)s; %(slow)s above the 85%% line of their state.") % said
