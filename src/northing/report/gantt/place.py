"""Where everything of a roadmap picture goes: rows from top to bottom, dates from left to right, in pixels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from .picture import Group, Mark, Period, Picture, Row
from .text import width

Form = Literal["wide", "narrow"]

TIER = 22.0
"""Height of one line of the time axis."""


@dataclass(frozen=True, slots=True)
class Measures:
    """The fixed heights and sizes of a form."""

    labels: float
    """Width of the column of names; 0 where the name stands above its bar."""
    row: float
    group: float
    bar_top: float
    bar: float = 12.0
    thin_top: float = 0.0
    thin: float = 4.0
    size: float = 12.5
    small: float = 10.5


def measures(form: Form, width: float, compared: bool) -> Measures:
    """The sizes of *form*; *compared* makes room for the earlier plan under each bar."""
    if form == "narrow":
        top = 24.0
        return Measures(labels=0, row=54.0 if compared else 46.0, group=34.0, bar_top=top, thin_top=top + 15)
    labels = max(200.0, min(320.0, width * 0.27))
    top = 5.0 if compared else 6.0
    return Measures(labels=labels, row=30.0 if compared else 24.0, group=32.0, bar_top=top, thin_top=top + 14.5)


@dataclass(frozen=True, slots=True)
class Scale:
    """Days to pixels over a half-open span."""

    start: date
    end: date
    width: float

    def x(self, day: date) -> float:
        return (day - self.start).days * self.width / max(1, (self.end - self.start).days)

    def clipped(self, day: date) -> float:
        return min(self.width, max(0.0, self.x(day)))

    def shows(self, day: date) -> bool:
        return self.start <= day < self.end


@dataclass(frozen=True, slots=True)
class PlacedStretch:
    x: float
    width: float
    stage: str | None
    name: str
    reached: bool


@dataclass(frozen=True, slots=True)
class PlacedRow:
    row: Row
    top: float
    parts: tuple[PlacedStretch, ...]
    marks: tuple[tuple[float, Mark], ...]
    thin: tuple[float, float] | None
    """From and to of the earlier plan's bar."""
    slip_x: float | None
    slip_anchor: Literal["start", "end"]
    before: bool
    """Something lies left of the time shown."""
    after: bool

    @property
    def left(self) -> float | None:
        return self.parts[0].x if self.parts else None

    @property
    def right(self) -> float | None:
        return self.parts[-1].x + self.parts[-1].width if self.parts else None


@dataclass(frozen=True, slots=True)
class PlacedGroup:
    group: Group
    top: float
    span: tuple[float, float] | None
    """From and to of all that the group holds."""
    rows: tuple[PlacedRow, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture with its places; what is drawn, and what the routes of the lines are found on."""

    picture: Picture
    form: Form
    sizes: Measures
    scale: Scale
    groups: tuple[PlacedGroup, ...]
    height: float
    compared: bool


def place(picture: Picture, *, width: float, form: Form = "wide", time_width: float | None = None) -> Placed:
    """Lay *picture* out in *width* pixels; *time_width* makes the time wider than that (it is then scrolled)."""
    compared = any(row.slip is not None for group in picture.groups for row in group.rows)
    sizes = measures(form, width, compared)
    scale = Scale(picture.start, picture.end, max(120.0, time_width or 0, width - sizes.labels))
    leaving = {line.before for line in picture.lines} if form == "wide" else set()
    y = 0.0
    groups = []
    for group in picture.groups:
        top, y = y, y + sizes.group
        rows = []
        if not group.closed:
            for row in group.rows:
                rows.append(_row(row, y, scale, sizes, row.id in leaving))
                y += sizes.row
        groups.append(PlacedGroup(group, top, _span(group, scale), tuple(rows)))
    return Placed(picture, form, sizes, scale, tuple(groups), y + 6, compared)


def _row(row: Row, top: float, scale: Scale, sizes: Measures, leaving: bool) -> PlacedRow:
    parts = []
    for part in row.stretches:
        left, right = scale.clipped(part.start), scale.clipped(part.end)
        if right > left or (part.start == part.end and scale.shows(part.start)):
            parts.append(PlacedStretch(left, max(2.0, right - left), part.stage, part.name, part.reached))
    marks = tuple((scale.x(mark.on), mark) for mark in row.marks if scale.shows(mark.on))
    days = [day for part in row.stretches for day in (part.start, part.end)] + [mark.on for mark in row.marks]
    thin = None
    if row.slip is not None and row.slip.start is not None and row.slip.end is not None:
        days += [row.slip.start, row.slip.end]
        left, right = scale.clipped(row.slip.start), scale.clipped(row.slip.end)
        thin = (left, max(right, left + 2)) if right > left else None
    spans = [(part.x, part.x + part.width) for part in parts] + ([thin] if thin else [])
    slip_x, anchor = _slip(row, spans, end=scale.width, size=sizes.small, leaving=leaving)
    return PlacedRow(
        row,
        top,
        tuple(parts),
        marks,
        thin,
        slip_x,
        anchor,
        before=any(day < scale.start for day in days),
        after=any(day > scale.end for day in days),
    )


def _slip(
    row: Row,
    spans: list[tuple[float, float]],
    *,
    end: float,
    size: float,
    leaving: bool,
) -> tuple[float | None, Literal["start", "end"]]:
    """Where the slip is written: after everything on its line, else before it, else nowhere (the title has it)."""
    if row.slip is None or not row.slip.words:
        return None, "start"
    room = width(row.slip.words, size)
    if not spans:
        return None, "start"
    after = max(right for _, right in spans) + (18 if leaving else 8)
    if after + room <= end - 4:
        return after, "start"
    before = min(left for left, _ in spans) - 8
    return (before, "end") if before - room >= 4 else (None, "start")


def _span(group: Group, scale: Scale) -> tuple[float, float] | None:
    starts = [row.start for row in group.rows if row.start] or ([group.span[0]] if group.span else [])
    ends = [row.end for row in group.rows if row.end] or ([group.span[1]] if group.span else [])
    if not starts or not ends:
        return None
    left, right = scale.clipped(min(starts)), scale.clipped(max(ends))
    return (left, right) if right > left else None


Tier = tuple[tuple[float, float, str, str], ...]
"""Of each period: left edge, width, the label that fits (or ""), and the full name."""


def tiers(picture: Picture, scale: Scale) -> tuple[Tier, Tier]:
    """The two lines of the time axis: quarters over months where months have room, else years over quarters."""
    months = _tier(picture.months, scale, 10.5)
    if any(label for _, _, label, _ in months):
        return _tier(picture.quarters, scale, 11.5), months
    return _tier(picture.years, scale, 11.5), _tier(picture.quarters, scale, 10.5, brief=True)


def _tier(periods: tuple[Period, ...], scale: Scale, size: float, *, brief: bool = False) -> Tier:
    """Labels of one length, the longest that fits everywhere, so that an axis reads evenly."""
    spans = [(scale.clipped(period.start), scale.clipped(period.end), period) for period in periods]
    spans = [(left, right, period) for left, right, period in spans if right - left > 0.5]
    choices = [[p.name for _, _, p in spans], [p.short for _, _, p in spans], [p.tiny for _, _, p in spans]]
    rooms = [
        right - left if scale.start <= period.start and period.end <= scale.end else scale.width
        for left, right, period in spans
    ]
    texts = next((some for some in choices[brief:] if _all_fit(some, rooms, size)), [""] * len(spans))
    return tuple(
        (left, right - left, text if width(text, size) + 6 <= right - left else "", period.name)
        for text, (left, right, period) in zip(texts, spans, strict=True)
    )


def _all_fit(texts: list[str], rooms: list[float], size: float) -> bool:
    return all(text and width(text, size) + 6 <= room for text, room in zip(texts, rooms, strict=True))
