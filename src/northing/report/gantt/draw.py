"""The roadmap picture as SVG: one drawing for a paper, or the same in four parts that a page can scroll apart.

Colours, weights and typeface come from classes (``nr-…``) that the sheet of styles defines; nothing is styled
inline, so that the strictest Content-Security-Policy holds. What differs by colour differs by shape too.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise

from .picture import Mark, Picture, Row
from .place import TIER, Form, Placed, PlacedGroup, PlacedRow, PlacedStretch, place, tiers
from .routes import Route, routes
from .text import fit, width

AXIS = TIER * 2 + 16
"""Height of the time axis: two lines of periods, and today's flag."""

ICON = 5.5
"""Half the size of a mark."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The four parts of a picture, each an SVG of its own: corner and axis above, names and time below."""

    axis: str
    labels: str
    time: str
    label_width: float
    time_width: float
    height: float
    axis_height: float


def parts(picture: Picture, *, width: float, form: Form = "wide", time_width: float | None = None) -> Parts:
    """*picture* laid out in *width* pixels, as parts for a page."""
    placed = place(picture, width=width, form=form, time_width=time_width)
    return Parts(
        axis=_svg("nr-axis", placed.scale.width, AXIS, _axis(placed), hidden=True),
        labels=_svg("nr-labels", placed.sizes.labels, placed.height, _labels(placed)) if placed.sizes.labels else "",
        time=_svg("nr-time", placed.scale.width, placed.height, _time(placed), name=picture.words.roadmap),
        label_width=placed.sizes.labels,
        time_width=placed.scale.width,
        height=placed.height,
        axis_height=AXIS,
    )


def drawing(picture: Picture, *, width: float, form: Form = "wide") -> str:
    """*picture* as one SVG document, for papers."""
    placed = place(picture, width=width, form=form)
    left = placed.sizes.labels
    labels = _labels(placed) if left else ""
    inner = (
        f'<svg x="{_n(left)}" y="0" width="{_n(placed.scale.width)}" height="{_n(AXIS)}">{_axis(placed)}</svg>'
        f'<svg x="0" y="{_n(AXIS)}" width="{_n(left)}" height="{_n(placed.height)}">{labels}</svg>'
        f'<svg x="{_n(left)}" y="{_n(AXIS)}" width="{_n(placed.scale.width)}" height="{_n(placed.height)}">'
        f"{_time(placed)}</svg>"
    )
    return _svg("nr-whole", left + placed.scale.width, AXIS + placed.height, inner, name=picture.words.roadmap)


def _svg(kind: str, wide: float, tall: float, inner: str, *, name: str = "", hidden: bool = False) -> str:
    aria = ' aria-hidden="true"' if hidden else f' role="group" aria-label="{escape(name)}"' if name else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="nr {kind}" width="{_n(wide)}" height="{_n(tall)}" '
        f'viewBox="0 0 {_n(wide)} {_n(tall)}"{aria} focusable="false">{inner}</svg>'
    )


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _text(kind: str, x: float, y: float, words: str, *, title: str = "", anchor: str = "") -> str:
    place = f' text-anchor="{anchor}"' if anchor else ""
    tip = f"<title>{escape(title)}</title>" if title else ""
    return f'<text class="{kind}" x="{_n(x)}" y="{_n(y)}"{place}>{tip}{escape(words)}</text>'


def _rect(kind: str, x: float, y: float, wide: float, tall: float, *, radius: float = 0) -> str:
    round_ = f' rx="{_n(radius)}"' if radius else ""
    return f'<rect class="{kind}" x="{_n(x)}" y="{_n(y)}" width="{_n(wide)}" height="{_n(tall)}"{round_}/>'


# The time axis


def _axis(placed: Placed) -> str:
    out: list[str] = []
    scale, picture = placed.scale, placed.picture
    upper, lower = tiers(picture, scale)
    for left, _, label, name in upper:
        out.append(f'<path class="nr-tick" d="M{_n(left)} 0V{_n(AXIS)}"/>')
        if label:
            out.append(_text("nr-period", left + 6, TIER - 7, label, title=name if label != name else ""))
    for left, wide, label, _ in lower:
        out.append(f'<path class="nr-tick nr-tick-month" d="M{_n(left)} {_n(TIER)}V{_n(TIER * 2)}"/>')
        if label:
            out.append(_text("nr-month", left + wide / 2, TIER * 2 - 7, label, anchor="middle"))
    if picture.today and scale.shows(picture.today):
        x = scale.x(picture.today)
        half = width(picture.words.today, 10.5) / 2 + 6
        middle = min(max(x, half), scale.width - half)
        out.append(_rect("nr-today-flag", middle - half, AXIS - 16, half * 2, 15, radius=7.5))
        out.append(_text("nr-today-word", middle, AXIS - 5, picture.words.today, anchor="middle"))
    return "".join(out)


# Names


def _labels(placed: Placed) -> str:
    out: list[str] = []
    for group in placed.groups:
        out.append(_heading(placed, group, placed.sizes.labels))
        out += [_label(placed, row) for row in group.rows]
    return "".join(out)


def _heading(placed: Placed, placed_group: PlacedGroup, room: float) -> str:
    group, top, sizes = placed_group.group, placed_group.top, placed.sizes
    base = top + sizes.group / 2 + 5
    note_width = width(group.note, sizes.small)
    indent = 12 * group.level
    name = fit(group.name, 13, room - 30 - indent - note_width - 12)
    turn = "M0 -3.5L4.5 0L0 3.5Z" if group.closed else "M-1.5 -2L5.5 -2L2 2.5Z"
    arrow = f'<path class="nr-fold" d="{turn}" transform="translate({_n(10 + indent)} {_n(base - 4.5)})"/>'
    words = _text("nr-group", 22 + indent, base, name) + (
        _text("nr-note", room - 10, base, group.note, anchor="end") if group.note else ""
    )
    back = _rect("nr-hit" if placed.form == "narrow" else "nr-band", 0, top + 2, room, sizes.group - 4)
    if not group.href:
        return back + words
    state = "false" if group.closed else "true"
    return (
        f'<a class="nr-fold-link" href="{escape(group.href)}" data-fold="{escape(group.key)}" aria-expanded="{state}" '
        f'role="button" aria-label="{escape(", ".join(filter(None, (group.name, group.said or group.note))))}">'
        f"<title>{escape(group.name)}</title>{back}{arrow}{words}</a>"
    )


def _label(placed: Placed, placed_row: PlacedRow) -> str:
    row, sizes = placed_row.row, placed.sizes
    base = placed_row.top + sizes.bar_top + sizes.bar / 2 + 4.3
    left = 22.0
    number = ""
    if row.number and sizes.labels >= 240:
        number = _text("nr-number", left, base, row.number)
        left += width(row.number, sizes.small) + 8
    note_room = width(row.note, sizes.small) + 8 if row.note else 0
    shown = fit(row.name, sizes.size, sizes.labels - left - 8 - note_room)
    hit = _rect("nr-hit", 0, placed_row.top, sizes.labels, sizes.row)
    note = _text("nr-aside", sizes.labels - 8, base, row.note, anchor="end") if row.note else ""
    inner = hit + number + _text("nr-name", left, base, shown) + note
    return _linked(row.href, _called(row), inner, title=shown != row.name)


def _called(row: Row) -> str:
    return ", ".join(filter(None, (f"{row.number} {row.name}".strip(), row.note)))


def _linked(href: str, name: str, inner: str, *, title: bool) -> str:
    tip = f"<title>{escape(name)}</title>" if title else ""
    return (
        f'<a class="nr-link" href="{escape(href)}" aria-label="{escape(name)}">{tip}{inner}</a>'
        if href
        else tip + inner
    )


# Time


def _time(placed: Placed) -> str:
    out = [_grid(placed)]
    for group in placed.groups:
        out.append(_group_band(placed, group))
        for row in group.rows:
            line = placed.sizes.row + row.top
            out.append(f'<path class="nr-rule" d="M0 {_n(line)}H{_n(placed.scale.width)}"/>')
    if placed.picture.today and placed.scale.shows(placed.picture.today):
        x = _n(placed.scale.x(placed.picture.today))
        out.append(f'<path class="nr-today" d="M{x} 0V{_n(placed.height)}"/>')
    if placed.form == "wide":
        out += [_route(route) for route in sorted(routes(placed), key=lambda route: route.line.broken)]
    for group in placed.groups:
        if placed.form == "narrow":
            out.append(_heading(placed, group, placed.scale.width))
        out += [_row(placed, row) for row in group.rows]
    return "".join(out)


def _grid(placed: Placed) -> str:
    ticks = "".join(f"M{_n(placed.scale.x(p.start))} 0V{_n(placed.height)}" for p in placed.picture.quarters[1:])
    return f'<path class="nr-grid" d="{ticks}"/>' if ticks else ""


def _group_band(placed: Placed, group: PlacedGroup) -> str:
    tall = placed.sizes.group
    out = [_rect("nr-band", 0, group.top + 2, placed.scale.width, tall - 4)]
    if group.span and group.group.closed:
        left, right = group.span
        out.append(_rect("nr-span", left, group.top + tall / 2 - 3, right - left, 6, radius=3))
    return "".join(out)


def _row(placed: Placed, placed_row: PlacedRow) -> str:
    row, sizes, top = placed_row.row, placed.sizes, placed_row.top
    out: list[str] = [_rect("nr-hit", 0, top, placed.scale.width, sizes.row)]
    out += _bar(placed, placed_row)
    if placed_row.thin is not None:
        left, right = placed_row.thin
        out.append(_rect("nr-before", left, top + sizes.thin_top, right - left, sizes.thin, radius=2))
    if row.slip is not None and placed_row.slip_x is not None:
        sense = {True: " nr-later", False: " nr-sooner", None: ""}[row.slip.later]
        base = top + sizes.thin_top + 5.5
        out.append(_text("nr-slip" + sense, placed_row.slip_x, base, row.slip.words, anchor=placed_row.slip_anchor))
    middle = top + sizes.bar_top + sizes.bar / 2
    out += [_mark(x, middle, mark) for x, mark in placed_row.marks]
    out += _edges(placed, placed_row, middle)
    said = escape(row.words or row.name)
    picture = f'<g class="nr-row" role="img" aria-label="{said}" data-tip="{said}">{"".join(out)}</g>'
    if placed.form == "wide":
        return picture
    room = placed.scale.width
    aside = " · ".join(filter(None, (row.note, row.number)))
    shown = fit(row.name, sizes.size, room - width(aside, sizes.small) - 24)
    words = _rect("nr-hit", 0, top, room, sizes.bar_top) + _text("nr-name", 8, top + 16, shown)
    if aside:
        words += _text("nr-number", room - 8, top + 16, aside, anchor="end")
    return picture + _linked(row.href, _called(row), words, title=shown != row.name)


def _bar(placed: Placed, placed_row: PlacedRow) -> list[str]:
    sizes, row = placed.sizes, placed_row.row
    y, tall = placed_row.top + sizes.bar_top, sizes.bar
    if not placed_row.parts:
        if placed_row.before or placed_row.after or placed_row.marks:
            return []
        return [_text("nr-empty", 8, y + tall / 2 + 4, placed.picture.words.no_dates)]
    out = []
    taken = [x for x, _ in placed_row.marks]
    for number, part in enumerate(placed_row.parts):
        kind = f"nr-bar nr-stage-{(part.stage or 'none').replace('_', '-')}" + ("" if part.reached else " nr-planned")
        open_ = (number == 0 and row.open_start) or (number == len(placed_row.parts) - 1 and row.open_end)
        inset = 0.0 if part.reached else 0.6
        radius = 2.5 if len(placed_row.parts) == 1 or number in (0, len(placed_row.parts) - 1) else 0
        kind += " nr-open" if open_ else ""
        out.append(
            _rect(kind, part.x + inset, y + inset, max(1.0, part.width - 2 * inset), tall - 2 * inset, radius=radius)
        )
        out.append(_stage_name(part, kind, y + tall / 2, taken))
    return out


def _stage_name(part: PlacedStretch, kind: str, middle: float, taken: list[float]) -> str:
    """The stage written on its bar, where it fits between the marks."""
    end = part.x + part.width
    edges = [part.x, *sorted(at for at in taken if part.x - ICON < at < end + ICON), end]
    room = width(part.name, 9.5)
    for left, right in pairwise(edges):
        begin = left + (ICON + 3 if left in taken else 5)
        if part.name and right - (ICON + 3 if right in taken else 5) - begin >= room:
            return _text(kind.replace("nr-bar", "nr-on"), begin, middle + 3.4, part.name)
    return ""


def _mark(x: float, y: float, mark: Mark) -> str:
    """A gate is a diamond, a milestone a circle; done is filled with a tick, late has a bang, upcoming is hollow."""
    s = ICON
    shape = (
        f'<path class="nr-shape" d="M{_n(x)} {_n(y - s - 1)}l{_n(s + 1)} {_n(s + 1)}l{_n(-s - 1)} {_n(s + 1)}'
        f'l{_n(-s - 1)} {_n(-s - 1)}Z"/>'
        if mark.shape == "gate"
        else f'<circle class="nr-shape" cx="{_n(x)}" cy="{_n(y)}" r="{_n(s - 0.5)}"/>'
    )
    sign = ""
    if mark.state == "done":
        sign = f'<path class="nr-sign" d="M{_n(x - 2.4)} {_n(y + 0.1)}l1.7 1.8l3.1 -3.6"/>'
    elif mark.state == "late":
        sign = f'<path class="nr-sign" d="M{_n(x)} {_n(y - 3)}v3.2m0 1.9v.7"/>'
    tip = f"<title>{escape(mark.title)}</title>"
    return f'<g class="nr-mark nr-{mark.shape} nr-{mark.state}" data-tip="{escape(mark.title)}">{tip}{shape}{sign}</g>'


def _edges(placed: Placed, placed_row: PlacedRow, y: float) -> list[str]:
    """Arrows at the border for what goes on outside the time shown."""
    out = []
    tip = f"<title>{escape(placed.picture.words.outside)}</title>"
    if placed_row.before:
        out.append(f'<path class="nr-more" d="M7 {_n(y - 4)}l-5 4l5 4Z">{tip}</path>')
    if placed_row.after:
        right = placed.scale.width
        out.append(f'<path class="nr-more" d="M{_n(right - 7)} {_n(y - 4)}l5 4l-5 4Z">{tip}</path>')
    return out


def _route(route: Route) -> str:
    (x, y), *rest = route.points
    way = f"M{_n(x)} {_n(y)}"
    for before, after in zip(route.points, rest, strict=False):
        way += f"V{_n(after[1])}" if abs(after[0] - before[0]) < 0.05 else f"H{_n(after[0])}"
    tip_x, tip_y = route.points[-1]
    back = -4.5 if route.rightwards else 4.5
    head = f"M{_n(tip_x)} {_n(tip_y)}l{_n(back)} -3.2v6.4Z"
    kind = "nr-line nr-broken" if route.line.broken else "nr-line"
    words = escape(route.line.title)
    named = f' role="img" aria-label="{words}"' if route.line.broken else ""
    return (
        f'<g class="{kind}"{named} data-tip="{words}"><title>{words}</title><path class="nr-way-hit" d="{way}"/>'
        f'<path class="nr-way" d="{way}"/><path class="nr-head" d="{head}"/></g>'
    )
