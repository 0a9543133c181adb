"""Hours at dated rates: exact costs, hidden people, and days that have 24 hours."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from northing.portfolio.errors import Invalid
from northing.portfolio.fact_reading import Rate
from northing.portfolio.money import CostKind
from northing.sources.facts import READERS, guess_reader
from tests.sources.facts.bench import World, about, hide, pieces, read

SHEET = (
    b"Employee,Date,Hours,Role,Team,Project,Note\n"
    b"Ana Silva,2026-03-02,7.5,Engineer,Search,P1,talked to Ben about his health\n"
    b"Ben Ode,2026-04-01,8,Engineer,Search,P1,\n"
    b"Ana Silva,2026-03-31,-2,Engineer,Search,P1,correction\n"
    b"Cy,2026-03-02,1,Gardener,,P1,\n"
)


def rates(role: str | None, team: str | None, day: date) -> Rate | None:
    """Engineers: 100 an hour until April, 120.10 from then on."""
    if role != "Engineer":
        return None
    an_hour = Decimal(100) if day < date(2026, 4, 1) else Decimal("120.10")
    return Rate(an_hour=an_hour, currency="EUR", basis="card-1", expense="capex")


def test_cost_is_hours_times_the_rate_of_the_day() -> None:
    taken = read("timesheet", SHEET, rate=rates, kind=CostKind.BUILD)
    assert [(row["scope"], row["billed"], row["quantity"], row["unit"]) for row in taken.rows] == [
        ("Search · 2026-03", Decimal(750), Decimal("7.5"), "Hours"),
        ("Search · 2026-04", Decimal("960.8"), Decimal(8), "Hours"),
        ("Search · 2026-03", Decimal(-200), Decimal(-2), "Hours"),
    ]
    first = taken.rows[0]
    assert (first["person"], first["role"], first["team"], first["project"]) == (
        hide("Ana Silva"),
        "Engineer",
        "Search",
        "P1",
    )
    assert (first["price_basis"], first["currency"], first["expense"], first["kind"]) == (
        "card-1",
        "EUR",
        "capex",
        "build",
    )
    assert "health" not in str(taken.found) and "Silva" not in str(taken.found)


def test_without_a_rate_it_is_refused_with_what_to_do() -> None:
    (refused,) = read("timesheet", SHEET, rate=rates).refused
    assert (refused.line, refused.column, refused.value) == (4, "Role", "Gardener")
    assert "rate card" in refused.reason and "2026-03-02" in refused.reason


def test_a_day_has_24_hours() -> None:
    sheet = b"name;date;hours;role\n" + b"".join(
        f"{name};2026-03-0{day};{hours};Engineer\n".encode()
        for name, day, hours in (
            ("Ana", 1, 20),
            ("Ben", 1, 20),
            ("Ana", 1, 5),
            ("Ana", 2, 24),
            ("Ben", 2, 25),
            ("Ana", 1, -3),
        )
    )
    taken = read("timesheet", sheet, rate=rates)
    assert [(each.line, each.column) for each in taken.refused] == [(5, "hours"), (1, "hours"), (3, "hours")]
    assert taken.total("quantity") == 20 + 24 - 3


def test_hours_and_days_as_people_write_them() -> None:
    sheet = b"person;date;hours;role\nA;31/03/2026;7,5;Engineer\nB;31/03/2026;7:30;Engineer\nC;1 March 2026;8h;Engineer\nD;05/03/2026;1;Engineer\n"
    taken = read("timesheet", sheet, rate=rates)
    assert [(row["day"], row["quantity"]) for row in taken.rows] == [
        (date(2026, 3, 31), Decimal("7.5")), (date(2026, 3, 31), Decimal("7.5")), (date(2026, 3, 1), Decimal(8)), (date(2026, 3, 5), Decimal(1)),
    ]  # fmt: skip


def test_an_order_of_day_and_month_that_nobody_can_tell_is_asked() -> None:
    sheet = b"person,date,hours,role\nA,03/04/2026,5,Engineer\n"
    with pytest.raises(Invalid, match="day or the month"):
        read("timesheet", sheet, rate=rates, cuts=())
    assert read("timesheet", sheet, rate=rates, options={"date_order": "dmy"}).only()["day"] == date(2026, 4, 3)


def test_json_entries_say_the_same() -> None:
    entries = [
        {
            "employee": "Ana Silva",
            "date": "2026-03-02",
            "hours": 7.5,
            "role": "Engineer",
            "team": "Search",
            "notes": "secret",
        },
        {"employee": "Ben Ode", "date": "2026-03-02", "hours": "8", "role": "Engineer", "team": None},
    ]
    for raw in (
        json.dumps(entries).encode(),
        json.dumps({"entries": entries}).encode(),
        b"\n".join(json.dumps(each).encode() for each in entries),
    ):
        taken = read("timesheet", raw, rate=rates)
        assert [(row["scope"], row["billed"]) for row in taken.rows] == [("Search · 2026-03", 750), ("2026-03", 800)]
        kept = b"".join(READERS["timesheet"].redact([raw], about("timesheet")))
        assert b"Silva" not in kept and b"secret" not in kept


def test_findings_name_the_columns_as_the_sheet_does() -> None:
    sheet = "Mitarbeiter;Datum;Stunden;Rolle\nAna;2026-03-02;x;Engineer\nAna;nie;1;Engineer\nBen;2026-03-02;20;Engineer\nBen;2026-03-02;5;Engineer\nAna;2026-03-02;1;Clown\n"
    taken = read("timesheet", sheet.encode(), rate=rates)
    assert sorted((each.line, each.column) for each in taken.refused) == [
        (1, "Stunden"), (2, "Datum"), (3, "Stunden"), (4, "Stunden"), (5, "Rolle"),
    ]  # fmt: skip


def test_what_is_kept_names_nobody() -> None:
    kept = b"".join(READERS["timesheet"].redact(pieces(SHEET, 13), about("timesheet")))
    assert b"Silva" not in kept and b"health" not in kept
    assert read("timesheet", kept, rate=rates).total("billed") == read("timesheet", SHEET, rate=rates).total("billed")


def test_what_is_wrong_is_refused_and_names_nobody() -> None:
    wrong = b"Dee,2026-03-02,x,Engineer,,,\nDee,,1,Engineer,,,\nDee,0000-03-02,1,Engineer,,,\nDee,2026-03-02,NaN,Engineer,,,\nDee,2026-03-02\nDee,2026-03-02,1e400,Engineer,,,\nDee,2026-03-02,=2+2,Engineer,,,\n"
    taken = read("timesheet", SHEET + wrong, rate=rates)
    assert [(each.line, each.column) for each in taken.refused] == [
        (5, "Hours"), (6, "Date"), (7, "Date"), (8, "Hours"), (9, None), (10, "Hours"), (11, "Hours"), (4, "Role"),
    ]  # fmt: skip
    assert "Dee" not in str(taken.refused)
    assert len(taken.rows) == 3


def test_a_month_of_a_team_replaces_itself_alone(world: World) -> None:
    world.take("timesheet", SHEET, rate=rates)
    world.take("timesheet", SHEET.splitlines(keepends=True)[0] + b"Ana,2026-03-05,1,Engineer,Search,P1,\n", rate=rates)
    assert sorted(row["billed"] for row in world.rows("cost")) == [Decimal(100), Decimal("960.8")]


def test_a_table_without_hours_says_so() -> None:
    with pytest.raises(Invalid, match="no column for hours"):
        read("timesheet", b"person,date\nA,2026-01-01\n", cuts=())


def test_it_is_recognised() -> None:
    assert guess_reader("x.csv", SHEET)[0][0].name == "timesheet"
