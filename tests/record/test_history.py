"""Who set which field, when and why."""

from __future__ import annotations

from northing.portfolio.edits import change, create, remove
from northing.portfolio.entity import new_id

from .conftest import Cast
from .test_branches import bring_in


def test_the_history_of_an_entity_from_its_making_to_its_end(cast: Cast) -> None:
    id = cast.investment(stage="idea")
    cast.record.commit([change("investment", id, stage="pilot")], on=None, by=cast.bob, reason="Go")
    cast.record.commit([change("investment", id, stage=None)], on=None, by=cast.ana, reason="Unclear")
    cast.record.commit([remove("investment", id)], on=None, by=cast.bob, reason="Away")
    told = [(item.no, item.field, item.before, item.after) for item in cast.record.history("investment", id)]
    assert told[:3] == [
        (1, "name", None, "Chatbot"),
        (1, "number", None, "INV-0001"),
        (1, "stage", None, "idea"),
    ]
    assert told[3:5] == [(2, "stage", "idea", "pilot"), (3, "stage", "pilot", None)]
    assert told[5][:2] == (4, None)
    assert told[5][2]["name"] == "Chatbot", "what was removed is told"
    assert told[5][3] is None
    assert cast.record.blame("investment", id) == {}
    assert cast.record.blame("investment", id, 3)["stage"].reason == "Unclear", "who emptied a field is known, too"
    cast.record.revert(4, by=cast.ana, reason="Needed after all")
    assert cast.record.blame("investment", id)["name"].no == 5


def test_each_custom_field_has_its_own_history(cast: Cast) -> None:
    one, two = new_id(), new_id()
    cast.record.commit(
        [create("custom_field", key, kind="investment", name=key) for key in (one, two)],
        on=None,
        by=cast.ana,
        reason="Fields",
    )
    id = cast.investment(custom={one: "a", two: "b"})
    cast.record.commit([change("investment", id, custom={two: "c"})], on=None, by=cast.bob, reason="Second")
    blame = cast.record.blame("investment", id)
    assert (blame[f"custom.{one}"].author, blame[f"custom.{two}"].author) == (cast.ana.id, cast.bob.id)


def test_a_value_is_followed_through_every_merge_to_who_typed_it(cast: Cast) -> None:
    """Carla types it in a scenario of Bob's scenario, which Ana approves; later it is imported over."""
    bring_in(cast, create("ai_system", "s", name="Reader", vendor="Acme"))
    cast.record.fork("outer", by=cast.bob)
    cast.record.fork("inner", ref="scenario:outer", by=cast.carla)
    cast.record.commit(
        [change("ai_system", "s", vendor="Bolt")], on=None, by=cast.carla, reason="Found", branch="inner"
    )
    typed = cast.record.head("inner")
    cast.record.merge("inner", by=cast.bob, reason="Taken")
    cast.record.merge("outer", by=cast.ana, reason="Approved")
    vendor = cast.record.blame("ai_system", "s")["vendor"]
    assert (vendor.author, vendor.no, vendor.reason) == (cast.carla.id, typed, "Found")
    assert (vendor.approved_by, vendor.approved_no) == (cast.ana.id, cast.record.head())
    assert cast.record.blame("ai_system", "s")["name"].via == "import"
    steps = [
        (item.before, item.after, item.author)
        for item in cast.record.history("ai_system", "s")
        if item.field == "vendor"
    ]
    assert steps == [(None, "Acme", cast.ana.id), ("Acme", "Bolt", cast.carla.id)]


def test_a_scenario_shows_the_plans_history_under_its_own(cast: Cast) -> None:
    id = cast.investment(stage="idea")
    cast.record.fork("cut", by=cast.bob)
    cast.record.commit([change("investment", id, category="A")], on=None, by=cast.ana, reason="After the fork")
    history = cast.record.history("investment", id, "scenario:cut")
    assert {item.no for item in history} == {1}, "what came after the fork is not in it"
    cast.record.update("cut", by=cast.bob)
    assert {item.no for item in cast.record.history("investment", id, "scenario:cut")} == {1, 3}
