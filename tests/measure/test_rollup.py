"""The strategy tree: distinct counts, money by weight, progress, and what hangs nowhere."""

from __future__ import annotations

from decimal import Decimal

from northing.measure.rollup import Node, Strategy, strategy
from northing.measure.view import View
from northing.portfolio.money import Amounts

D = Decimal


def node(found: Strategy, id: str) -> Node:
    return next(one for one in found.walk() if one.ref.id == id)


def eur(amount: str) -> Amounts:
    return Amounts({"EUR": D(amount)})


def test_money_goes_by_weight_and_counts_are_distinct(view: View) -> None:
    """
    objective
      id   | number | name | level | parent
      top  | OBJ-1  | Top  | board |
      left | OBJ-2  | Left |       | top
      rite | OBJ-3  | Rite |       | top
      idle | OBJ-4  | Idle | board |
    key_result
      id | name | objective | measure_baseline | target | current
      k1 | K1   | left      | 0                | 10     | 5
      k2 | K2   | left      | 100              | 50     | 90
      k3 | K3   | left      | 1                | 1      | 1
      k4 | K4   |           | 0                | 4      | 1
    investment
      id   | name | currency
      both | Both | EUR
      one  | One  | EUR
      none | None | EUR
      kr   | Kr   | EUR
    cost_plan_line
      investment | likely | currency
      both       | 100    |
      both       | 10     | USD
      one        | 0.01   |
      none       | 7      |
      kr         | 30     |
    strategic_contribution
      investment | objective | key_result | weight
      both       | left      |            | 0.333
      both       | rite      |            | 0.333
      one        | top       |            | 0.5
      kr         | left      | k1         | 0.5
      kr         |           | k4         | 0.25
    """
    found = strategy(view)
    assert [one.ref.id for one in found.roots] == ["top", "idle"]
    assert (node(found, "left").planned, node(found, "rite").planned) == (
        Amounts({"EUR": D("48.30"), "USD": D("3.33")}),
        Amounts({"EUR": D("33.30"), "USD": D("3.33")}),
    )
    top = node(found, "top")
    assert top.investments == {"both", "one", "kr"}  # Both serves two branches and is counted once
    assert top.planned == Amounts({"EUR": D("81.61"), "USD": D("6.66")})
    assert top.planned_here == eur("0.01")  # the cent cannot be cut; the aim gets it before the rest
    assert node(found, "k1").planned == eur("15")
    assert node(found, "k4").planned == eur("7.50")
    assert found.unaligned == Amounts({"EUR": D("33.40") + D(7) + D("7.50"), "USD": D("3.34")})
    assert found.aligned + found.unaligned == found.planned
    assert found.orphans == ("none",)
    assert found.orphan_key_results == ("k4",)
    assert found.empty == ("idle",)
    # (5−0)/10, (90−100)/(50−100); k3 has equal ends and counts for nothing
    assert [node(found, k).progress for k in ("k1", "k2", "k3")] == [D("0.5"), D("0.2"), None]
    assert node(found, "left").progress == D("0.35")
    assert top.progress is None


def test_objectives_in_a_circle_are_shown_once(view: View) -> None:
    """
    objective
      id | name | parent
      a  | A    | b
      b  | B    | a
      c  | C    | b
    investment
      id | name
      i  | I
    strategic_contribution
      investment | objective
      i          | c
    """
    found = strategy(view)
    assert sorted(one.ref.id for one in found.walk()) == ["a", "b", "c"]
    assert node(found, "a").count == 1
