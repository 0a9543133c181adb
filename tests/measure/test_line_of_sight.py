"""Line of sight: which chains reach the board, which break, where, and what would mend them."""

# ruff: noqa: E501 - plans are told as tables

from __future__ import annotations

from decimal import Decimal

import pytest

from northing.measure.line_of_sight import line_of_sight, why
from northing.measure.sentence import Ref
from northing.measure.view import View
from northing.portfolio.money import Amounts
from tests.measure.told import view_told

PLAN = """
objective
  id     | name            | level | parent | end
  board  | Happy customers | board |        |
  unit   | Fast answers    | unit  | board  |
  team   | Short queues    | team  | unit   |
  adrift | Paperless       | unit  |        |
  over   | Old aim         | board |        | 2025-12-31
  ring   | Ring            | unit  | gnir   |
  gnir   | Gnir            | unit  | ring   |

key_result
  id   | name        | objective
  kr   | Queue < 5   | team
  lone | Lone result |

investment
  id      | name      | stage   | start      | currency
  direct  | Direct    | pilot   | 2026-01-01 | EUR
  deep    | Deep      | scale   |            | EUR
  nothing | Nothing   | pilot   | 2026-01-01 | EUR
  zero    | Zero      | idea    |            | EUR
  loose   | Loose     | idea    |            | EUR
  lonely  | Lonely    | idea    |            | EUR
  astray  | Astray    | idea    |            | EUR
  late    | Late      | idea    | 2026-01-01 | EUR
  circle  | Circle    |         |            | EUR
  mixed   | Mixed     | operate | 2026-01-01 | EUR
  gone    | Gone      | retired |            | EUR
  quit    | Quit      | stopped |            | EUR

strategic_contribution
  id | investment | objective | key_result | weight
  c1 | direct     | board     |            | 1
  c2 | deep       |           | kr         | 0.5
  c3 | zero       | board     |            | 0
  c4 | loose      |           |            | 1
  c5 | lonely     |           | lone       | 1
  c6 | astray     | adrift    |            | 1
  c7 | late       | over      |            | 1
  c8 | circle     | ring      |            | 1
  c9 | mixed      | adrift    |            | 0.9
  ca | mixed      | team      |            | 0.1

cost_plan_line
  investment | likely
  direct     | 300
  deep       | 100
  nothing    | 600
"""


@pytest.fixture(scope="module")
def plan() -> View:
    return view_told(PLAN)


def test_share_of_unbroken_chains_among_what_has_not_ended(plan: View) -> None:
    found = line_of_sight(plan)
    assert found.unbroken == ("direct", "deep", "mixed")
    assert found.ended == 2
    assert found.share == Decimal("0.3")
    assert found.planned_unbroken == Amounts({"EUR": Decimal(400)})
    assert found.planned_share == {"EUR": Decimal("0.4")}


@pytest.mark.parametrize(
    ("investment", "cause", "at", "op", "kind", "id", "field"),
    [
        ("nothing", "no-contribution", ("investment", "nothing"), "create", "strategic_contribution", None, "objective"),
        ("zero", "weight-zero", ("strategic_contribution", "c3"), "change", "strategic_contribution", "c3", "weight"),
        ("loose", "contribution-without-aim", ("strategic_contribution", "c4"), "change", "strategic_contribution", "c4", "objective"),
        ("lonely", "key-result-without-objective", ("key_result", "lone"), "change", "key_result", "lone", "objective"),
        ("astray", "objective-without-parent", ("objective", "adrift"), "change", "objective", "adrift", "parent"),
        ("late", "objective-ended", ("objective", "over"), "change", "objective", "over", "end"),
        ("circle", "objective-circle", ("objective", "ring"), "change", "objective", "ring", "parent"),
    ],
)  # fmt: skip
def test_each_cause_has_its_mend(
    plan: View, investment: str, cause: str, at: tuple[str, str], op: str, kind: str, id: str | None, field: str
) -> None:
    (broken,) = (one for one in line_of_sight(plan).broken if one.investment == investment)
    assert (broken.cause, broken.break_.at) == (cause, Ref(*at))
    assert (broken.mend.op, broken.mend.kind, broken.mend.id, broken.mend.field) == (op, kind, id, field)
    assert broken.title
    if op == "create":
        assert broken.mend.given == {"investment": investment}


def test_why_is_every_chain_up_to_the_board_whole_ones_first(plan: View) -> None:
    (chain,) = why(plan, "deep")
    assert (chain.key_result, chain.objectives) == ("kr", ("team", "unit", "board"))
    assert chain.broken is None
    whole, broken = why(plan, "mixed")
    assert whole.objectives == ("team", "unit", "board")
    assert broken.objectives == ("adrift",)
    assert broken.broken is not None


def test_an_objective_that_ends_later_than_the_start_holds() -> None:
    view = view_told(PLAN.replace("2025-12-31", "2026-01-01"))
    assert "late" in line_of_sight(view).unbroken


def test_mending_the_chain_mends_the_share() -> None:
    view = view_told(PLAN.replace("adrift | Paperless       | unit  |        |", "adrift | Paperless | unit | board |"))
    assert line_of_sight(view).share == Decimal("0.4")


def test_an_empty_plan_has_no_share() -> None:
    assert line_of_sight(view_told("")).share is None
