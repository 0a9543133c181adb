"""A roadmap as measured, made ready to draw: its dates put into words, periods and groups."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from babel.dates import format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.dependencies import Tie
from northing.measure.roadmap import Mark as Measured
from northing.measure.roadmap import Roadmap, RoadmapGroup, RoadmapRow
from northing.measure.view import View
from northing.portfolio import periods
from northing.portfolio.investment import Stage
from northing.portfolio.workspace import FiscalCalendar
from northing.report import words

from .picture import Group, Line, Mark, Period, Picture, Row, Shape, Slip, Stretch, Words

LONG = timedelta(days=5 * 366)
"""A span up to this is shown whole; of a longer one, what nearly all dates fall into."""


def picture(
    view: View,
    road: Roadmap,
    *,
    link: Callable[[str], str],
    fold: Callable[[str], str],
    undated: str = "",
    closed: Collection[str] = (),
    whole: bool = False,
) -> Picture:
    """*road* as a picture. *link* gives an investment's address, *fold* the one that opens or closes a group.

    *undated* is where investments without dates are listed: where a group has many, one line stands for them.
    *whole* shows all time; else a few dates far away are left to arrows at the border.
    """
    start, end = span(road, view.today, whole=whole)
    calendar = view.plan.calendar
    return Picture(
        groups=tuple(_group(view, group, _Addresses(link, fold, undated), closed) for group in road.groups),
        quarters=tuple(_quarters(calendar, start, end)),
        years=tuple(_years(calendar, start, end)),
        months=tuple(_months(calendar, start, end)),
        lines=tuple(_line(view, tie) for tie in road.ties),
        today=view.today,
        words=Words(
            roadmap=_("Roadmap"), today=_("Today"), no_dates=_("No dates"), outside=_("Goes on outside the time shown")
        ),
    )


def key_of(group: RoadmapGroup) -> str:
    """What a group is called in an address: the end of its id, which is random where its beginning is a time."""
    return group.id[-8:] if group.id else "none"


def span(road: Roadmap, today: date, *, whole: bool) -> tuple[date, date]:
    """The first and the day after the last day to draw, before they are widened to whole quarters."""
    if road.start is None or road.end is None:
        return today - timedelta(days=180), today + timedelta(days=365)
    start, end = road.start, road.end + timedelta(days=1)
    if not whole and end - start > LONG:
        days = sorted(_days(road))
        start, end = days[len(days) // 20], days[-1 - len(days) // 20] + timedelta(days=1)
        if end - start > 2 * LONG:
            start, end = max(start, today - LONG), min(end, today + LONG)
    if start - timedelta(days=366) <= today <= end + timedelta(days=366):
        start, end = min(start, today), max(end, today + timedelta(days=1))
    return start, max(end, start + timedelta(days=28))


def _days(road: Roadmap) -> Iterable[date]:
    for group in road.groups:
        for row in group.rows:
            for segment in row.segments:
                yield segment.start
                yield segment.end
            yield from (mark.on for mark in row.marks)


# Periods


def _quarters(calendar: FiscalCalendar, start: date, end: date) -> Iterable[Period]:
    for found in periods.periods_between(calendar, start, end, "quarter"):
        year, _dash, quarter = periods.label(calendar, found).partition("-")
        yield Period(f"{year} {quarter}".strip(), found.start, found.end, quarter or year, (quarter or year)[-1:])


def _years(calendar: FiscalCalendar, start: date, end: date) -> Iterable[Period]:
    for found in periods.periods_between(calendar, start, end, "year"):
        name = periods.label(calendar, found)
        yield Period(name, found.start, found.end, name, name[2:])


def _months(calendar: FiscalCalendar, start: date, end: date) -> Iterable[Period]:
    for found in periods.periods_between(calendar, start, end, "month"):
        if periods.in_weeks(calendar):
            number = periods.label(calendar, found).rpartition("-")[2]
            yield Period(number, found.start, found.end, number, number.lstrip("P0"))
        else:
            locale = words.locale()
            full, short, tiny = (
                str(format_date(found.start, form, locale=locale)) for form in ("LLLL", "LLL", "LLLLL")
            )
            yield Period(full, found.start, found.end, short, tiny)


# Rows


class _Addresses(NamedTuple):
    link: Callable[[str], str]
    fold: Callable[[str], str]
    undated: str


MANY = 12
"""So many investments without dates are listed in a group; of more, one line says how many there are."""


def _group(view: View, group: RoadmapGroup, to: _Addresses, closed: Collection[str]) -> Group:
    key = key_of(group)
    said = ngettext("%(n)s investment", "%(n)s investments", len(group.rows)) % {"n": words.number(len(group.rows))}
    return Group(
        key=key,
        name=words.name(view, group.kind, group.id) or _none(group),
        rows=() if key in closed else tuple(_rows(view, group, key, to)),
        note=words.number(len(group.rows)),
        said=said,
        href=to.fold(key),
        closed=key in closed,
        span=_span_of(group),
    )


def _rows(view: View, group: RoadmapGroup, key: str, to: _Addresses) -> Iterable[Row]:
    blank = [row for row in group.rows if not row.segments and not row.marks]
    for row in group.rows:
        if len(blank) <= MANY or row.segments or row.marks:
            yield _row(view, row, f"{key}/{row.investment}", to.link)
    if len(blank) > MANY:
        name = _("%(n)s without dates") % {"n": words.number(len(blank))}
        yield Row(f"{key}/undated", "", name, href=to.undated, words=name)


def _span_of(group: RoadmapGroup) -> tuple[date, date] | None:
    starts = [part.start for row in group.rows for part in row.segments]
    ends = [part.end for row in group.rows for part in row.segments]
    return (min(starts), max(ends)) if starts else None


def _none(group: RoadmapGroup) -> str:
    return {
        "portfolio": _("No portfolio"),
        "objective": _("Serves no objective"),
        "value_stream": _("No value stream"),
    }[group.kind]


def _row(view: View, row: RoadmapRow, key: str, link: Callable[[str], str]) -> Row:
    investment = view.plan.investments[row.investment]
    note = words.label(row.stage, "stage") if row.stage in (Stage.ON_HOLD, Stage.STOPPED, Stage.RETIRED) else ""
    return Row(
        key=key,
        id=row.investment,
        name=investment.name,
        number=investment.number or "",
        href=link(row.investment),
        stretches=tuple(
            Stretch(part.start, part.end, part.stage, words.label(part.stage, "stage") or _("No stage"), part.reached)
            for part in row.segments
        ),
        marks=tuple(Mark(mark.on, _shape(mark), mark.state, _mark(mark)) for mark in row.marks),
        slip=_slip(row),
        note=_("new") if row.is_new else note,
        open_start=row.start is None,
        open_end=row.end is None,
        words=sentence(view, row),
    )


def _shape(mark: Measured) -> Shape:
    return "gate" if mark.type == "gate" else "milestone"


def _mark(mark: Measured) -> str:
    when = words.day(mark.on)
    told = {
        "done": _("%(name)s: done %(day)s"),
        "late": _("%(name)s: was due %(day)s, not done"),
        "upcoming": _("%(name)s: due %(day)s"),
    }[mark.state] % {"name": mark.name, "day": when}
    if mark.was_due is not None:
        moved = words.days_moved((mark.on - mark.was_due).days)
        told += _(" (%(moved)s; was %(day)s)") % {"moved": moved, "day": words.day(mark.was_due)}
    return told


def _slip(row: RoadmapRow) -> Slip | None:
    if row.baseline is None:
        return None
    start, end = row.baseline.start, row.baseline.end
    moved = row.baseline.end_moved
    return Slip(
        start=start or (end and end - timedelta(days=1)),
        end=end or start,
        words=words.days_moved(moved) if moved else "",
        later=moved > 0 if moved else None,
    )


def sentence(view: View, row: RoadmapRow) -> str:
    """The whole line in words, one thing a line: stage and dates, gates that are late or next, how far it moved."""
    investment = view.plan.investments[row.investment]
    told = [f"{investment.number or ''} {investment.name}".strip()]
    stage = words.label(row.stage, "stage") or _("No stage")
    told.append(f"{stage} · {dates(row)}")
    late = [mark for mark in row.marks if mark.state == "late"]
    coming = next((mark for mark in row.marks if mark.state == "upcoming"), None)
    told += [_mark(mark) for mark in late[:3]]
    if coming is not None:
        told.append(_mark(coming))
    moved = row.baseline.end_moved if row.baseline else None
    if moved:
        told.append(_("Ends %(moved)s against the plan compared with") % {"moved": words.days_moved(moved)})
    elif row.is_new:
        told.append(_("Not in the plan compared with"))
    return "\n".join(told)


def dates(row: RoadmapRow) -> str:
    """ "3 Jan 2026 – 12 Jun 2026", with what is missing said."""
    if row.start is None and row.end is None:
        return _("no dates")
    start = words.day(row.start) or _("no start")
    return f"{start} – {words.day(row.end) or _('no end')}"


def _line(view: View, tie: Tie) -> Line:
    found = tie.dependency
    names = {
        "after": words.name(view, "investment", found.successor),
        "before": words.name(view, "investment", found.predecessor),
        "how": words.label(found.type).lower(),
    }
    title = words.say(view, tie.reason) if tie.reason else _("%(after)s waits for %(before)s (%(how)s)") % names
    return Line(found.predecessor, found.successor, found.type.value, tie.broken, title)
