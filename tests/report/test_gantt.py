"""The roadmap picture: what is drawn where, and that nothing is styled inline, cut or lost."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest

from northing.report.gantt import Group, Line, Mark, Period, Picture, Row, Slip, Stretch, drawing, parts
from northing.report.gantt.place import place
from northing.report.gantt.routes import routes
from northing.report.gantt.text import fit, width

QUARTERS = tuple(
    Period(f"FY{year - 2000} Q{q}", date(year, 3 * q - 2, 1), date(year + q // 4, 3 * q % 12 + 1, 1), f"Q{q}")
    for year in (2026, 2027)
    for q in (1, 2, 3, 4)
)


def row(id: str, start: date | None, end: date | None, *, slip: Slip | None = None, name: str = "") -> Row:
    bar = (Stretch(start, end, "pilot", "Pilot"),) if start and end else ()
    return Row(id, id, name or f"Investment {id}", f"INV-{id}", f"/i/{id}", bar, slip=slip, words=f"{id} in words")


def picture(*rows: Row, lines: tuple[Line, ...] = (), closed: bool = False) -> Picture:
    group = Group("g", "Customer service", rows, note=f"{len(rows)} investments", href="?closed=g", closed=closed)
    return Picture((group,), QUARTERS, lines=lines, today=date(2026, 11, 22))


A = row("a", date(2026, 2, 1), date(2026, 5, 1))
B = row("b", date(2026, 6, 1), date(2026, 9, 1))


def test_bars_stand_where_their_dates_are() -> None:
    placed = place(picture(A, B), width=1000)
    first, second = placed.groups[0].rows
    days = (QUARTERS[-1].end - QUARTERS[0].start).days
    assert first.left == pytest.approx(31 * placed.scale.width / days)
    assert first.right is not None
    assert second.left is not None
    assert first.right < second.left
    assert second.top - first.top == placed.sizes.row


def test_nothing_is_styled_inline_and_the_drawing_is_well_formed() -> None:
    nasty = row("c", date(2026, 2, 1), date(2026, 5, 1), name='<script>alert("1")</script> & Sons')
    svg = drawing(picture(A, nasty, lines=(Line("a", "c", broken=True, title='"a" < "c"'),)), width=1000)
    root = ET.fromstring(svg)
    assert not [e for e in root.iter() if "style" in e.attrib or e.tag.endswith(("script", "style"))]
    assert not re.search(r"\son\w+=", svg)


def test_a_name_that_is_cut_carries_the_whole_name_as_its_title() -> None:
    name = "Predictive maintenance of the bottling lines in the northern plants and all their suppliers"
    labels = parts(picture(row("a", None, None, name=name)), width=900).labels
    shown = [t.text or "" for t in ET.fromstring(labels).iter() if t.get("class") == "nr-name"]
    assert shown[0].endswith("…")
    assert name.startswith(shown[0][:-1])
    assert f"<title>INV-a {name}</title>" in labels


def test_fit_keeps_within_the_room_it_has() -> None:
    for room in range(0, 200, 7):
        text = fit("Invoice matching for accounts payable", 13, room)
        assert width(text, 13) <= room or text == ""
    assert fit("Short", 13, 100) == "Short"


def test_a_line_that_is_kept_runs_forward_and_a_broken_one_goes_around() -> None:
    kept, broken = Line("a", "b", title="b waits for a"), Line("b", "a", broken=True, title="a waits for b")
    placed = place(picture(A, B, lines=(kept, broken)), width=1000)
    forward, around = routes(placed)
    assert len(forward.points) == 4
    assert len(around.points) == 6
    for route in (forward, around):
        steps = list(zip(route.points, route.points[1:], strict=False))
        assert all(before[0] == after[0] or before[1] == after[1] for before, after in steps), "level or upright only"
    svg = drawing(placed.picture, width=1000)
    assert 'class="nr-line nr-broken" role="img" aria-label="a waits for b"' in svg


def test_a_line_to_a_row_that_is_not_shown_is_left_out() -> None:
    assert routes(place(picture(A, lines=(Line("a", "elsewhere"),)), width=1000)) == []
    assert routes(place(picture(A, B, lines=(Line("a", "b"),), closed=True), width=1000)) == []


def test_the_slip_is_written_beside_its_line_and_never_outside_the_picture() -> None:
    late = row(
        "a", date(2026, 5, 1), date(2027, 12, 30), slip=Slip(date(2026, 5, 1), date(2027, 11, 17), "+43 d", True)
    )
    placed = place(picture(late), width=1000).groups[0].rows[0]
    assert placed.slip_anchor == "end"
    assert placed.slip_x is not None
    assert placed.left is not None
    assert placed.slip_x < placed.left
    early = row("a", date(2026, 2, 1), date(2026, 9, 1), slip=Slip(date(2026, 2, 1), date(2026, 8, 1), "+31 d", True))
    placed = place(picture(early), width=1000).groups[0].rows[0]
    assert placed.slip_anchor == "start"
    assert placed.slip_x is not None
    assert placed.right is not None
    assert placed.slip_x > placed.right


def test_an_investment_without_dates_says_so() -> None:
    assert "No dates" in drawing(picture(row("a", None, None)), width=1000)


def test_what_lies_outside_the_time_shown_is_pointed_at() -> None:
    svg = drawing(
        picture(row("a", date(2020, 1, 1), date(2026, 3, 1)), row("b", date(2031, 1, 1), date(2032, 1, 1))), width=1000
    )
    assert svg.count('class="nr-more"') == 2
    assert "No dates" not in svg


def test_marks_differ_by_shape_not_by_colour_alone() -> None:
    def mark(shape: str, state: str) -> str:
        marked = Row("a", "a", "A", marks=(Mark(date(2026, 6, 1), shape, state, "Gate"),))  # type: ignore[arg-type]
        found = re.search(r'<g class="nr-mark[^"]*"[^>]*>(.*?)</g>', drawing(picture(marked), width=1000))
        assert found
        return found[1]

    drawn = {mark(shape, state) for shape in ("gate", "milestone") for state in ("done", "late", "upcoming")}
    assert len(drawn) == 6


def test_a_closed_group_shows_its_span_and_no_rows() -> None:
    shown = parts(picture(A, B, closed=True), width=1000)
    assert "nr-span" in shown.time
    assert "INV-a" not in shown.labels
    assert 'aria-expanded="false"' in shown.labels


def test_the_narrow_form_puts_names_above_their_bars() -> None:
    shown = parts(picture(A, B), width=358, form="narrow")
    assert shown.labels == ""
    assert shown.time_width == 358
    assert "Investment a" in shown.time


def test_five_hundred_rows_are_drawn_at_once() -> None:
    day = date(2026, 1, 1)
    many = [row(str(n), day + timedelta(days=n), day + timedelta(days=n + 90)) for n in range(500)]
    lines = tuple(Line(str(n), str(n + 3), broken=n % 3 == 0, title="waits") for n in range(0, 490, 2))
    svg = drawing(picture(*many, lines=lines), width=1200)
    assert svg.count('class="nr-row"') == 500
