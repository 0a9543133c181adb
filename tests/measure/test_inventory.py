"""Two editions of an inventory: what moved, appeared, vanished."""

from __future__ import annotations

from northing.measure.inventory import compare, edition, listed
from northing.measure.view import View
from northing.portfolio.edits import create
from tests.measure.told import plan_told


def test_what_moved_appeared_and_vanished(view: View) -> None:
    """
    ai_system
      id     | name   | agency | inventory | development_stage
      moved  | Moved  | DOJ    | 2024      | Pilot
      stays  | Stays  | DOJ    | 2024      | Deployed
      blank  | Blank  | VA     | 2024      |
      gone   | Gone   | VA     | 2024      | Pilot
    """
    after = plan_told(
        """
        ai_system
          id     | name   | agency | inventory | development_stage
          moved  | Moved  | DOJ    | 2025      | Deployed
          stays  | Stays  | DOJ    | 2025      | deployed
          blank  | Blank  | VA     | 2025      | Retired
          gone   | Gone   | VA     | 2024      | Pilot
          fresh  | Fresh  | VA     | 2025      |
        """
    )
    found = compare(edition(view.plan, "2024"), edition(after, "2025"))
    assert [(one.after.id, one.before.stage, one.after.stage) for one in found.moved] == [
        ("moved", "Pilot", "Deployed"),
        ("blank", None, "Retired"),
    ]
    assert [one.id for one in found.appeared] == ["fresh"]
    assert [one.id for one in found.vanished] == ["gone"]
    assert found.stayed == 1
    assert found.transitions == {("Pilot", "Deployed"): 1, ("Deployed", "Deployed"): 1, (None, "Retired"): 1}
    assert len(edition(after)) == 5


def test_a_reading_is_compared_before_it_lands(view: View) -> None:
    """
    ai_system
      id | name | inventory | development_stage
      a  | A    | 2024      | Pilot
    """
    says = [
        create("ai_system", "a", name="A", development_stage="Deployed"),
        create("ai_system", "b", name="B", development_stage=None),
        create("investment", "i", name="I"),
    ]
    found = compare(edition(view.plan), listed(says))
    assert [one.after.stage for one in found.moved] == ["Deployed"]
    assert [(one.id, one.stage) for one in found.appeared] == [("b", None)]
