"""Cumulative flow as bands, with what was moved back marked on its day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from northing.measure.flow.cumulative import Band as FlowBand
from northing.measure.flow.cumulative import Cumulative
from northing.portfolio.flow import Phase

from . import flow_words, words
from .charts import Table
from .flow_charts import To
from .flow_drawing import Band, Bar, Days, Dot, Drawing, Key, Scale, upto

PHASES: Mapping[Phase | None, tuple[str, ...]] = {
    Phase.QUEUE: ("var(--c6)", "var(--control-line)"),
    Phase.ACTIVE: ("var(--c1)", "var(--c4)", "var(--c7)"),
    Phase.WAIT: ("var(--c2)", "var(--c8)", "var(--c5)"),
    Phase.BACKLOG: ("var(--ink-3)", "var(--line-strong)"),
    Phase.DONE: ("var(--c3)",),
    Phase.DISCARDED: ("var(--c5)",),
    None: ("var(--c7)", "var(--c8)"),
}
"""Colours of the states of a phase, one after the other."""
PARTS = {
    "delivered": ("var(--good-line)", gettext_noop("Delivered")),
    "discarded": ("var(--bad-line)", gettext_noop("Ended without delivery")),
}
AROUND = (Phase.BACKLOG, Phase.DONE, Phase.DISCARDED)
"""Phases in which an item in progress stands that was sent back, or whose end does not hold."""


def flow_bands(found: Cumulative, to: To, *, before: bool = False) -> Drawing:
    """Bands of what stands where at the end of each day; what departed counts from the first day on.

    *before*: with what has not arrived yet on top.
    """
    days = Days(found.window.start, found.window.days)
    shown = [band for band in found.bands if before or band.part != "before"]
    base = {id(band): band.counts[0] if band.part in PARTS and band.counts else 0 for band in shown}
    heights = [[count - base[id(band)] for count in band.counts] for band in shown]
    edges: list[list[int]] = [[0] * days.count]
    for counts in heights:
        edges.append([low + one for low, one in zip(edges[-1], counts, strict=True)])
    scale = upto(max(max(edge, default=0) for edge in edges))
    colours = _colours(shown)
    every = days.stretches
    bands = [
        Band(_between(days, scale, low, high), colour, _band_name(band))
        for band, colour, low, high in zip(shown, colours, edges[:-1], edges[1:], strict=True)
    ]
    moved = [0] * days.count
    for one in found.corrections:
        moved[one.day] += 1
    back = [sum(moved[one.first : one.last + 1]) for one in every]
    hits = tuple(
        Bar(
            days.left(one.start), 0, days.width * one.days, scale.height, "none",
            _day_tip(one.end, found, one.last, shown, heights, count), to(f"progress:{one.end}"),
        )
        for one, count in zip(every, back, strict=True)
    )  # fmt: skip
    dots = tuple(
        Dot(
            days.center(one), max(scale.y(edges[-1][one.last]) - 9, 5), "var(--bad)", "down",
            ngettext("%(n)s item moved back", "%(n)s items moved back", count) % {"n": count}, to(f"corrected:{one}"),
        )
        for one, count in zip(every, back, strict=True)
        if count
    )  # fmt: skip
    names = [_band_name(band) for band in shown]
    heads = (_("Day"), *reversed(names), _("In progress"), _("Moved back"))
    rows = tuple(
        (
            words.day(one.end), *(words.number(counts[one.last]) for counts in reversed(heights)),
            words.number(found.wip[one.last]), words.number(count) if count else "",
        )
        for one, count in zip(every, back, strict=True)
    )  # fmt: skip
    key = [Key(name, colour) for name, colour in zip(reversed(names), reversed(colours), strict=True)]
    if dots:
        key.append(Key(_("Moved back"), "var(--bad)", "down", to("corrected")))
    return Drawing(
        _("Cumulative flow"), _flow_words(found), Table(heads, rows), y_title=_("items"), y=scale.ticks(),
        x=days.ticks(), bands=tuple(bands), dots=dots, hits=hits, legend=tuple(key),
        leading=tuple(to(f"progress:{one.end}") for one in every),
    )  # fmt: skip


def _flow_words(found: Cumulative) -> str:
    if not found.wip:
        return _("No day of these is over yet.")
    said = {
        "came": words.number(found.arrivals[-1] - found.arrivals[0]),
        "left": words.number(found.departures[-1] - found.departures[0]),
        "first": words.number(found.wip[0]),
        "last": words.number(found.wip[-1]),
    }
    return _("%(came)s started and %(left)s ended; work in progress went from %(first)s to %(last)s items.") % said


def _band_name(band: FlowBand) -> str:
    if band.part in PARTS:
        return _(PARTS[band.part][1])
    name = flow_words.place_name(band.state) if band.state else _("State unknown")
    if band.part == "before":
        return _("%(state)s, not started") % {"state": name}
    return _("%(state)s, after its start") % {"state": name} if band.phase in AROUND else name


def _colours(bands: Sequence[FlowBand]) -> list[str]:
    found, used = [], dict.fromkeys((*Phase, None), 0)
    for band in bands:
        if band.part in PARTS:
            found.append(PARTS[band.part][0])
        elif band.part == "before":
            found.append(("var(--line-strong)", "var(--line)")[used[None] % 2])
            used[None] += 1
        else:
            hues = PHASES[band.phase]
            found.append(hues[used[band.phase] % len(hues)])
            used[band.phase] += 1
    return found


def _between(days: Days, scale: Scale, low: Sequence[int], high: Sequence[int]) -> tuple[tuple[float, float], ...]:
    """Around an area that is level from each midnight to the next evening's count."""
    every = days.stretches
    there = [(days.center(one), scale.y(high[one.last])) for one in every]
    back = [(days.center(one), scale.y(low[one.last])) for one in every]
    if not there:
        return ()
    first, last = (0.0, there[0][1]), (100.0, there[-1][1])
    return (first, *there, last, (100.0, back[-1][1]), *reversed(back), (0.0, back[0][1]))


def _day_tip(
    day: date, found: Cumulative, place: int, bands: Sequence[FlowBand], heights: Sequence[Sequence[int]], moved: int
) -> str:
    told = [
        f"{_band_name(band)}: {counts[place]}" for band, counts in zip(bands, heights, strict=True) if counts[place]
    ]
    head = _("%(day)s: %(n)s in progress") % {"day": words.day(day), "n": words.number(found.wip[place])}
    back = [_("Moved back: %(n)s") % {"n": moved}] if moved else []
    return "\n".join([head, *reversed(told), *back])
