"""The pictures of flow over time: throughput as a run chart with its limits, and one value a day as a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.flow.throughput import Finished, Limits, Throughput

from . import words
from .charts import Table
from .flow_charts import KINDS, To, kind_name
from .flow_drawing import Bar, Days, Dot, Drawing, Key, Line, Rule, Scale, upto


def run_chart(found: Throughput, bounds: Limits | None, to: To) -> Drawing:
    """What was delivered in each stretch of days, by kind, with the limits of its process behaviour chart.

    *bounds*: of the whole stretches, or None where there are too few.
    """
    start = found.periods[0].period.start
    days = Days(start, (found.periods[-1].period.end - start).days)
    scale = upto(max(*found.counts, float(bounds.high) if bounds else 0, 1))
    whole = {one.period: place for place, one in enumerate(found.whole)}
    bars, dots = [], []
    for one in found.periods:
        left, right = days.left(one.period.start), days.left(one.period.end)
        gap = (right - left) * 0.12
        base, place = 0, whole.get(one.period)
        for kind in KINDS:
            if count := one.kinds.get(kind, 0):
                span = f"{one.period.start}..{one.period.end}"
                bars.append(Bar(
                    round(left + gap, 2), scale.y(base + count), round(right - left - 2 * gap, 2),
                    round(scale.y(base) - scale.y(base + count), 1), KINDS[kind][0],
                    f"{_span(one)}\n{kind_name(kind)}: {count}\n" + _("Delivered: %(n)s") % {"n": one.delivered},
                    to(f"delivered:{span}:{kind or 'none'}"), one.cut,
                ))  # fmt: skip
                base += count
        if bounds is not None and place is not None and (place in bounds.outside or place in bounds.runs):
            why = (
                _("outside the limits")
                if place in bounds.outside
                else _("eight or more in a row on one side of the mean")
            )
            dots.append(Dot(
                round((left + right) / 2, 2), max(scale.y(one.delivered) - 8, 5), "var(--bad)", "diamond",
                f"{_span(one)}\n{why}", to(f"delivered:{one.period.start}..{one.period.end}"),
            ))  # fmt: skip
    kinds = [kind for kind in KINDS if any(one.kinds.get(kind) for one in found.periods)]
    rows = tuple(
        (
            _span(one), words.number(one.delivered),
            *(words.number(one.kinds.get(kind, 0)) if one.kinds.get(kind) else "" for kind in kinds),
            words.number(one.discarded) if one.discarded else "",
        )
        for one in found.periods
    )  # fmt: skip
    heads = (_("Days"), _("Delivered"), *map(kind_name, kinds), _("Ended without delivery"))
    key = [Key(kind_name(kind), KINDS[kind][0]) for kind in kinds]
    if dots:
        key.append(Key(_("Signal"), "var(--bad)", "diamond"))
    if any(one.cut for one in found.periods):
        key.append(Key(_("not whole"), "var(--ink-3)", "faint"))
    return Drawing(
        _("Throughput"), run_said(bounds), Table(heads, rows), y_title=_("items"), y=scale.ticks(), x=days.ticks(),
        bars=tuple(bars), dots=tuple(dots), rules=_bounds(bounds, scale), legend=tuple(key),
        leading=tuple(to(f"delivered:{one.period.start}..{one.period.end}") for one in found.periods),
    )  # fmt: skip


def run_said(bounds: Limits | None) -> str:
    """Whether throughput varies as it always does."""
    if bounds is None:
        return _("Limits need two whole weeks or more.")
    if bounds.stable:
        return _("No signal: all that varies lies within the limits of the process itself.")
    signals = len({*bounds.outside, *bounds.runs})
    return ngettext("%(n)s signal: something changed there.", "%(n)s signals: something changed there.", signals) % {
        "n": signals
    }


def _bounds(bounds: Limits | None, scale: Scale) -> tuple[Rule, ...]:
    if bounds is None:
        return ()
    found = [
        Rule(scale.y(bounds.high), _("upper limit %(n)s") % {"n": one_decimal(bounds.high)}),
        Rule(scale.y(bounds.mean), _("mean %(n)s") % {"n": one_decimal(bounds.mean)}, "var(--ink-2)", False),
    ]
    if bounds.low:
        found.append(Rule(scale.y(bounds.low), _("lower limit %(n)s") % {"n": one_decimal(bounds.low)}))
    return tuple(found)


def one_decimal(value: Fraction) -> str:
    """2.5"""
    return words.number(Decimal(value.numerator) / Decimal(value.denominator), 1)


def _span(one: Finished) -> str:
    return words.day(one.period.start) if one.period.days == 1 else words.period(one.period)


def trend(
    title: str, said: str, points: Sequence[tuple[date, Fraction | None, str]], to: Callable[[date], str], *,
    y_title: str = "", percent: bool = False, height: int = 120, head: str = "",
) -> Drawing:  # fmt: skip
    """One value a day, each with its words; None: the line is broken. *to*: where a day leads."""
    start = points[0][0]
    days = Days(start, (points[-1][0] - start).days + 1)
    values = [value for _day, value, _text in points if value is not None]
    most, least = float(max(values, default=Fraction(1))), float(min(values, default=Fraction(0)))
    scale = Scale(max(most, 0.1) * 1.1, height, min(least * 1.1, 0.0)) if percent else upto(most, height)
    parts: list[list[tuple[float, float]]] = [[]]
    for day, value, _text in points:
        if value is None:
            parts.append([])
        else:
            parts[-1].append((days.middle(day), scale.y(value)))
    lines = tuple(Line(tuple(part), "var(--c1)", title) for part in parts if len(part) > 1)
    step = 100 / len(points)
    hits = tuple(
        Bar(round(place * step, 3), 0, round(step, 3), height, "none", f"{words.day(day)}\n{text}", to(day))
        for place, (day, _value, text) in enumerate(points)
    )
    rules = (Rule(scale.y(0), "", "var(--ink-3)", False),) if scale.low < 0 else ()
    return Drawing(
        title, said, Table((_("Day"), head or title), tuple((words.day(day), text) for day, _value, text in points)),
        height=height, y_title=y_title, y=scale.ticks(percent), x=days.ticks(), lines=lines, hits=hits, rules=rules,
        leading=tuple(to(day) for day, _value, _text in points),
    )  # fmt: skip
