"""Capacity beside demand: exact in every cut of time, in any order of entries, and without what was chosen out."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from northing.measure.capacity.staffing import Staffing, Unit, staffing
from northing.measure.columns import view_of as viewed
from northing.measure.view import View
from northing.portfolio.choosing import Booking, Capacity, ResourceDemand
from northing.portfolio.entity import Entity
from northing.portfolio.investment import Choice, Investment, Stage
from northing.portfolio.people import Role, Team
from northing.portfolio.plan import Plan

TODAY = date(2026, 1, 10)
YEAR = date(2026, 1, 1)
PLAIN: list[Entity] = [
    Role(id="data", name="Data engineer"), Role(id="owner", name="Product owner"), Team(id="red", name="Red"),
    Investment(id="a", name="A"), Investment(id="b", name="B"),
]  # fmt: skip


def view_of(*more: Entity) -> View:
    """Later entities stand in the place of earlier ones of the same id."""
    return viewed(Plan.of("acme", "main", 1, list({one.id: one for one in (*PLAIN, *more)}.values())), {}, TODAY)


def capacity(id: str, people: str, start: date, end: date, role: str = "data", team: str | None = None) -> Capacity:
    return Capacity(id=id, role=role, team=team, start=start, end=end, people=Decimal(people))


def demand(id: str, people: str, start: date, end: date, investment: str = "a", **more: Any) -> ResourceDemand:
    more = {"role": "data", **more}
    return ResourceDemand(id=id, investment=investment, start=start, end=end, people=Decimal(people), **more)


def test_an_entry_is_a_rate_on_each_of_its_days() -> None:
    view = view_of(
        capacity("c", "2", YEAR, date(2027, 1, 1)),
        demand("d", "3", date(2026, 1, 17), date(2026, 3, 1), booking=Booking.HARD),
        demand("e", "1", date(2026, 2, 1), date(2026, 2, 15), investment="b"),
    )
    (row,) = staffing(view).rows
    january, february, march = row.cells[:3]
    assert (january.demand, january.capacity) == (Fraction(3 * 15, 31), 2)
    assert (february.demand, february.firm, february.short) == (Fraction(7, 2), 3, Fraction(3, 2))
    assert [(one.investment, one.people) for one in february.asks] == [("a", 3), ("b", Fraction(1, 2))]
    assert (march.demand, march.free) == (0, 2)
    assert row.worst is february and row.first_short is february
    (quarter,) = staffing(view, "quarter", count=1).rows[0].cells
    assert quarter.demand == Fraction(3 * 43 + 14, 90)


def test_roles_that_lack_one_side_are_named() -> None:
    view = view_of(capacity("c", "2", YEAR, date(2026, 7, 1)), demand("d", "1", YEAR, date(2026, 3, 1), role="owner"))
    data, owner = staffing(view).rows
    assert (data.role, owner.role) == ("data", "owner")
    assert owner.unknown is owner.cells[0] and data.unknown is None
    assert (owner.cells[0].short, owner.cells[0].free, owner.cells[0].load) == (0, None, None)
    assert data.cells[6].capacity is None and not data.cells[6].unknown, "nobody is asked for"


def test_a_team_sees_its_own() -> None:
    view = view_of(
        capacity("c", "2", YEAR, date(2027, 1, 1), team="red"), capacity("other", "5", YEAR, date(2027, 1, 1)),
        demand("d", "1", YEAR, date(2027, 1, 1), team="red"), demand("any", "4", YEAR, date(2027, 1, 1)),
    )  # fmt: skip
    cell = staffing(view, team="red").rows[0].cells[0]
    assert (cell.capacity, cell.demand) == (2, 1)
    cell = staffing(view).rows[0].cells[0]
    assert (cell.capacity, cell.demand) == (7, 5)


def test_what_is_out_asks_for_nobody() -> None:
    asks = [
        demand("now", "1", YEAR, date(2026, 6, 1)), demand("then", "2", date(2026, 6, 1), date(2027, 1, 1)),
        demand("of", "4", YEAR, date(2027, 1, 1), investment="b"),
    ]  # fmt: skip
    out = Investment(id="a", name="A", choice=Choice.OUT, choice_from=date(2026, 6, 1))
    over = Investment(id="b", name="B", stage=Stage.STOPPED)
    cells = staffing(view_of(out, over, *asks)).rows[0].cells
    assert [cells[0].demand, cells[5].demand] == [1, 0]


days = st.integers(0, 500)
entries = st.lists(st.tuples(days, st.integers(1, 200), st.integers(0, 400), st.booleans(), st.booleans()), max_size=8)


def made(entries: list[tuple[int, int, int, bool, bool]]) -> list[Entity]:
    found: list[Entity] = []
    for number, (start, long, people, there, red) in enumerate(entries):
        first, team = YEAR + timedelta(days=start), "red" if red else None
        last, many = first + timedelta(days=long), Decimal(people) / 100
        if there:
            found.append(capacity(f"c{number}", str(many), first, last, team=team))
        else:
            found.append(demand(f"d{number}", str(many), first, last, team=team))
    return found


def totals(found: Staffing) -> tuple[Fraction, Fraction]:
    """FTE-days: asked for, and there."""
    cells = [cell for row in found.rows for cell in row.cells]
    return (
        sum((cell.demand * cell.period.days for cell in cells), Fraction(0)),
        sum(((cell.capacity or 0) * cell.period.days for cell in cells), Fraction(0)),
    )


@given(entries, st.sampled_from(["month", "quarter"]))
def test_the_periods_add_up_to_the_whole(entries: list[tuple[int, int, int, bool, bool]], unit: Unit) -> None:
    found = staffing(view_of(*made(entries)), unit, first=YEAR, count=36)
    for there, total in zip((False, True), totals(found), strict=True):
        assert total == sum(
            Fraction(people, 100) * long for _, long, people, is_there, _ in entries if is_there is there
        )


@given(entries, st.randoms())
def test_neither_order_nor_cutting_an_entry_in_two_changes_anything(
    entries: list[tuple[int, int, int, bool, bool]], random: Any
) -> None:
    cut = [
        part
        for start, long, people, there, red in entries
        for part in (
            [(start, long // 2, people, there, red), (start + long // 2, long - long // 2, people, there, red)]
            if long > 1
            else [(start, long, people, there, red)]
        )
    ]
    random.shuffle(cut)

    def told(given: list[tuple[int, int, int, bool, bool]]) -> list[Any]:
        rows = staffing(view_of(*made(given)), first=YEAR, count=24).rows
        return [(row.role, [(cell.demand, cell.capacity or 0) for cell in row.cells]) for row in rows]

    assert told(cut) == told(entries)
