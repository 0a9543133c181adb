"""``ask``: the table behind the grid, the list and the API."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from northing.measure.cells import possible_columns
from northing.measure.columns import registry, view_of
from northing.measure.table import Answer, ask, find
from northing.measure.view import View
from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from northing.portfolio.plan import Plan
from tests.measure.told import view_told

D = Decimal

PLAN = """
org_unit
  id     | name       | parent
  claims | Claims     |
  it     | Technology |

person
  id   | name      | org_unit
  ana  | Ana Ruiz  | claims
  ben  | ben okoro | it

portfolio
  id   | name
  grow | Growth
  run  | Run

investment
  id    | number    | name   | portfolio | owner | stage | start      | currency | category   | tags
  one   | INV-0009  | Triage | grow      | ana   | pilot | 2026-02-10 | EUR      | Claims     | mail, claims
  two   | INV-0010  | fraud  | grow      | ben   | scale | 2026-01-05 | USD      | claims     | claims
  three | INV-10000 | Éclair | run       | ana   | idea  | 2025-11-30 | EUR      | CLAIMS     |
  four  | INV-0011  | Zebra  |           |       |       |            | EUR      | Operations | mail
  five  | INV-0012  | alpha  | run       | ben   | pilot | 2026-02-20 |          |            |

cost_plan_line
  investment | likely | low | currency | expense | budget
  one        | 100.10 | 90  |          | capex   | 100
  one        | 50     |     |          | opex    |
  two        | 70     | 60  |          |         | 80
  three      | 20     | 10  |          | capex   |
  three      | 5      |     | USD      |         |
  four       |        | 1   |          |         |

ai_system
  id | name   | investment | agency | development_stage
  a  | Reader | one        | DOJ    | Deployed
  b  | Sorter | one        | doj    | Pilot
  c  | Scorer | two        | STB    |
"""


@pytest.fixture(scope="module")
def plan() -> View:
    return view_told(PLAN)


def ids(answer: Answer) -> list[str]:
    return [row.id for row in answer.rows]


def groups(answer: Answer) -> list[tuple[object, int]]:
    return [(group.value, group.count) for group in answer.groups]


def test_without_a_wish_the_usual_columns_in_the_order_of_the_plan(plan: View) -> None:
    answer = ask(plan, "investments")
    assert ids(answer) == ["one", "two", "three", "four", "five"]
    assert [column.title for column in answer.columns][:4] == ["Number", "Name", "Portfolio", "Stage"]
    assert (answer.total, answer.length, answer.offset) == (5, 5, 0)


def test_cells_are_typed(plan: View) -> None:
    answer = ask(plan, "investment", columns=["number", "portfolio", "planned", "start", "tags", "systems"])
    assert answer.rows[0].cells == (
        "INV-0009", "grow", Amounts({"EUR": D("150.10")}), date(2026, 2, 10), ("mail", "claims"), 2,
    )  # fmt: skip
    assert answer.columns[1].ref == "portfolio"
    assert answer.rows[3].cells == ("INV-0011", None, None, None, ("mail",), 0)


def test_planned_money_comes_from_plan_lines_alone(plan: View) -> None:
    columns = ["planned", "planned_low", "budget", "capex", "opex"]
    rows = {row.id: row.cells for row in ask(plan, "investment", columns=columns).rows}
    assert rows["one"] == tuple(Amounts({"EUR": D(amount)}) for amount in ("150.10", "90", "100", "100.10", "50"))
    assert rows["three"][0] == Amounts({"EUR": D(20), "USD": D(5)})
    assert rows["four"] == (None, Amounts({"EUR": D(1)}), None, None, None)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (["name"], ["five", "three", "two", "one", "four"]),  # accents and capitals aside
        (["-name"], ["four", "one", "two", "three", "five"]),
        (["number"], ["one", "two", "four", "five", "three"]),  # INV-10000 after INV-0012
        (["stage", "name"], ["three", "five", "one", "two", "four"]),  # as listed, empty last
        (["-stage", "name"], ["two", "five", "one", "three", "four"]),  # empty last all the same
        (["owner", "-name"], ["one", "three", "two", "five", "four"]),
        (["planned"], ["one", "two", "three", "four", "five"]),  # EUR, USD, several, none
        (["-start"], ["five", "one", "two", "three", "four"]),
        (["owner.org_unit", "number"], ["one", "three", "two", "five", "four"]),
    ],
)
def test_sorting(plan: View, sort: list[str], order: list[str]) -> None:
    assert ids(ask(plan, "investment", sort=sort)) == order


def test_sorting_is_stable(plan: View) -> None:
    assert ids(ask(plan, "investment", sort=["category"])) == ["one", "two", "three", "four", "five"]


def test_filter_and_search_together(plan: View) -> None:
    answer = ask(plan, "investment", "owner = 'Ana Ruiz'", search="claims triage")
    assert ids(answer) == ["one"]
    assert answer.where == 'owner = "Ana Ruiz"'
    assert find(plan, "investment", "stage = pilot") == ["one", "five"]
    assert ids(ask(plan, "investment", "stage = pilot", among=["five", "two"])) == ["five"]


def test_groups_by_link_stand_by_name_with_the_empty_one_last(plan: View) -> None:
    answer = ask(plan, "investment", by=["portfolio"], sums=["planned", "count", "min start"], sort=["name"])
    assert groups(answer) == [("grow", 2), ("run", 2), (None, 1)]
    assert ids(answer) == ["two", "one", "five", "three", "four"]
    assert [group.start for group in answer.groups] == [0, 2, 4]
    assert [group.aggregates[0].value for group in answer.groups] == [
        Amounts({"EUR": D("150.10"), "USD": D(70)}),
        Amounts({"EUR": D(20), "USD": D(5)}),
        None,
    ]
    assert answer.aggregates[0].value == Amounts({"EUR": D("170.10"), "USD": D(75)})
    assert answer.groups[1].aggregates[2].value == date(2025, 11, 30)


def test_texts_group_as_they_compare_and_show_the_spelling_most_used(plan: View) -> None:
    answer = ask(plan, "investment", by=["category"])
    assert [(group.label, group.count) for group in answer.groups] == [("Claims", 3), ("Operations", 1), (None, 1)]
    assert [(group.label, group.count) for group in ask(plan, "ai_systems", by=["agency"]).groups] == [
        ("DOJ", 2),
        ("STB", 1),
    ]


def test_groups_inside_groups(plan: View) -> None:
    answer = ask(plan, "investment", by=["portfolio", "stage"])
    assert [(group.depth, group.values, group.count, group.start) for group in answer.groups] == [
        (0, ("grow",), 2, 0),
        (1, ("grow", "pilot"), 1, 0),
        (1, ("grow", "scale"), 1, 1),
        (0, ("run",), 2, 2),
        (1, ("run", "idea"), 1, 2),
        (1, ("run", "pilot"), 1, 3),
        (0, (None,), 1, 4),
        (1, (None, None), 1, 4),
    ]


def test_dates_group_by_fiscal_period() -> None:
    view = view_told("fiscal_calendar\n  id | name | start_month\n  c | April | 4\n" + PLAN)
    answer = ask(view, "investment", by=["start:quarter"])
    assert [(group.label, group.count) for group in answer.groups] == [("FY26-Q3", 1), ("FY26-Q4", 3), (None, 1)]
    assert answer.groups[0].value == Period(date(2025, 10, 1), date(2026, 1, 1))
    assert [group.label for group in ask(view, "investment", by=["start"]).groups][:2] == ["2025-11", "2026-01"]


def test_a_row_with_several_values_stands_in_each_group(plan: View) -> None:
    answer = ask(plan, "investment", by=["tags"], sort=["number"])
    assert [(group.label, group.count) for group in answer.groups] == [("claims", 2), ("mail", 2), (None, 2)]
    assert (answer.total, answer.length) == (5, 6)
    assert answer.by[0].overlaps


def test_groups_may_stand_by_a_figure_or_downward(plan: View) -> None:
    assert groups(ask(plan, "investment", by=["owner"], sort=["-count", "name"])) == [("ana", 2), ("ben", 2), (None, 1)]
    by_money = ask(plan, "investment", by=["owner"], sums=["planned"], sort=["-sum planned"])
    assert [group.value for group in by_money.groups] == ["ana", "ben", None]
    assert [group.value for group in ask(plan, "investment", by=["stage"], sort=["-stage"]).groups] == [
        "scale", "pilot", "idea", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wish", "value", "filled"),
    [
        ("count", 5, 5),
        ("count start", 4, 4),
        ("distinct category", 2, 4),
        ("distinct owner", 2, 4),
        ("planned", Amounts({"EUR": D("170.10"), "USD": D(75)}), 3),
        ("sum:planned", Amounts({"EUR": D("170.10"), "USD": D(75)}), 3),
        ("mean planned", Amounts({"EUR": D("85.05"), "USD": D("37.5")}), 3),
        ("median planned", Amounts({"EUR": D("85.05"), "USD": D("37.5")}), 3),
        ("max planned", Amounts({"EUR": D("150.10"), "USD": D(70)}), 3),
        ("sum systems", 3, 5),
        ("mean systems", D("0.6"), 5),
        ("median systems", 0, 5),
        ("min start", date(2025, 11, 30), 4),
        ("median start", date(2026, 1, 5), 4),
        ("cost_plan_lines.likely", Amounts({"EUR": D("170.10"), "USD": D(75)}), 5),
    ],
)
def test_sums_and_the_like(plan: View, wish: str, value: object, filled: int) -> None:
    (found,) = ask(plan, "investment", sums=[wish], limit=0).aggregates
    assert found.value == value
    assert found.filled == filled


def test_nothing_sums_up_to_nothing(plan: View) -> None:
    answer = ask(plan, "investment", "stage = retired", sums=["planned", "mean systems", "count"], by=["stage"])
    assert [found.value for found in answer.aggregates] == [None, None, 0]
    assert answer.groups == ()


def test_columns_lead_over_links(plan: View) -> None:
    answer = ask(plan, "investment", columns=["owner.org_unit.name", "ai_systems.development_stage", "ai_systems"])
    assert answer.rows[0].cells == ("Claims", ("Deployed", "Pilot"), ("a", "b"))
    assert answer.rows[3].cells == (None, (), ())
    assert [(column.title, column.type, column.many) for column in answer.columns] == [
        ("Owner · Organisational unit · Name", "text", False),
        ("AI systems · Development stage", "texts", True),
        ("AI systems", "references", True),
    ]


def test_only_an_own_stored_field_can_be_edited_in_place(plan: View) -> None:
    columns = ask(plan, "investment", columns=["stage", "planned", "owner.org_unit", "milestones"]).columns
    assert [column.field for column in columns] == ["stage", None, None, None]


def test_every_column_that_may_be_chosen_can_be_shown(plan: View) -> None:
    for kind in registry():
        columns = possible_columns(plan, kind)
        answer = ask(plan, kind, columns=[column.key for column in columns])
        assert [column.key for column in answer.columns] == [column.key for column in columns]
        assert all(len(row.cells) == len(columns) for row in answer.rows)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"columns": ["stagge"]}, "Did you mean “stage”?"),
        ({"sort": ["-portfolo"]}, "Did you mean “portfolio”?"),
        ({"by": ["start:decade"]}, None),
        ({"by": ["stage:month"]}, None),
        ({"sums": ["sum name"]}, "It can be: count, distinct."),
        ({"sums": ["sum start"]}, "It can be: count, distinct, median, min, max."),
        ({"sums": ["avrage planned"]}, None),
    ],
)
def test_a_wrong_wish_is_answered_with_the_right_one(plan: View, given: dict[str, list[str]], says: str | None) -> None:
    with pytest.raises(Invalid) as wrong:
        ask(plan, "investment", **given)  # type: ignore[arg-type]
    assert wrong.value.findings
    if says:
        assert wrong.value.remedy == says


def test_an_unknown_kind_is_told_the_nearest(plan: View) -> None:
    with pytest.raises(NotFound) as wrong:
        ask(plan, "investmnets")
    assert wrong.value.remedy == "Did you mean “investments”?"


def test_a_name_that_nobody_has_is_reported_with_the_answer(plan: View) -> None:
    answer = ask(plan, "investment", "portfolio = Growht")
    assert answer.total == 0
    assert answer.findings[0].remedy == "Did you mean “Growth”?"


def test_days_in_stage_need_the_history(plan: View) -> None:
    fresh = Plan.of("ws", "main", 1, plan.plan.all())
    since = view_of(fresh, plan.names, plan.today, read_stage_since=lambda: {"one": date(2026, 3, 1)})
    assert [row.cells[0] for row in ask(since, "investment", columns=["days_in_stage"]).rows][:2] == [92, None]
    assert {row.cells[0] for row in ask(plan, "investment", columns=["days_in_stage"]).rows} == {None}
