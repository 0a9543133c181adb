"""Laws of the record: the order of two merges does not matter, nor the order of a commit's edits."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from northing.portfolio.edits import Edit, change, create, remove
from northing.portfolio.errors import Conflict
from northing.record.revision import content_hash

from .conftest import Cast, make_cast

TEXT = st.sampled_from(["a", "b", None])
ID = st.sampled_from(["i1", "i2"])
WEIGHT = st.sampled_from(["0.4", "0.6"])


def by_turns(name: str) -> st.SearchStrategy[Edit]:
    """One edit in the scenario *name*, on a plan of two investments, an objective and a line between them."""
    return st.one_of(
        st.builds(lambda id, text: change("investment", id, category=text), ID, TEXT),
        st.builds(lambda id, text: change("investment", id, description=text), ID, TEXT),
        st.builds(lambda id, tags: change("investment", id, tags=sorted(tags)), ID, st.sets(st.sampled_from("xyz"))),
        st.builds(lambda id: change("investment", id, number="INV-0099"), ID),
        st.builds(lambda id: remove("investment", id), ID),
        st.just(remove("strategic_contribution", "c")),
        st.builds(lambda weight: change("strategic_contribution", "c", weight=weight), WEIGHT),
        st.builds(
            lambda n, id, weight: create(
                "strategic_contribution", f"{name}{n}", investment=id, objective="o", weight=weight
            ),
            st.integers(0, 9),
            ID,
            WEIGHT,
        ),
        st.builds(lambda id: create("note", "n", subject=id, text=name), ID),
        st.just(create("fiscal_calendar", f"f{name}", name="Year", start_month=7)),
    )


def prepared(edits: dict[str, list[Edit]]) -> Cast | None:
    """A plan with the scenarios' edits made; None where one of them means nothing."""
    cast = make_cast()
    cast.record.commit(
        [
            create("investment", "i1", name="One"),
            create("investment", "i2", name="Two", category="a", tags=["x"]),
            create("objective", "o", name="Aim"),
            create("strategic_contribution", "c", investment="i1", objective="o", weight="0.3"),
        ],
        on=None,
        by=cast.ana,
        reason="Plan",
    )
    for name in edits:
        cast.record.fork(name, by=cast.bob)
    for name, own in edits.items():
        for edit in own:
            try:
                cast.record.commit([edit], on=None, by=cast.bob, reason="-", branch=name)
            except Exception:  # an edit that this scenario cannot take is left out, in both orders
                continue
    return cast


def merged(cast: Cast, order: tuple[str, ...]) -> Any:
    """The plan after merging in *order*; None where that was refused."""
    try:
        for name in order:
            cast.record.merge(name, by=cast.ana, reason="-")
    except Conflict:
        return None
    assert cast.record.verify() == []
    plan = cast.record.plan().all()
    # Each merge writes down what was decided; in which order is what the log tells.
    return sorted((one.KIND, one.id, str(msgspec.to_builtins(one))) for one in plan if one.KIND != "decision")


CHECK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.usefixtures("db")
@CHECK
@given(a=st.lists(by_turns("a"), max_size=4), b=st.lists(by_turns("b"), max_size=4))
def test_two_scenarios_give_one_plan_in_either_order_or_both_orders_are_refused(a: list[Edit], b: list[Edit]) -> None:
    results = []
    for order in itertools.permutations(("a", "b")):
        cast = prepared({"a": a, "b": b})
        assert cast is not None
        results.append(merged(cast, order))
    assert results[0] == results[1]


@pytest.mark.usefixtures("db")
@CHECK
@given(own=st.lists(by_turns("a"), max_size=5))
def test_a_scenario_merged_is_the_scenario(own: list[Edit]) -> None:
    """Where the plan has not moved, merging gives exactly what the scenario showed."""
    cast = prepared({"a": own})
    assert cast is not None
    shown = sorted((entity.KIND, entity.id, str(entity)) for entity in cast.record.plan("scenario:a").all())
    assert merged(cast, ("a",)) is not None
    now = [entity for entity in cast.record.plan().all() if entity.KIND != "decision"]
    assert sorted((entity.KIND, entity.id, str(entity)) for entity in now) == shown


@given(
    st.lists(
        st.tuples(st.sampled_from("kl"), st.uuids().map(str), st.just(1), st.binary(max_size=4)),
        unique_by=lambda row: row[1],
    ),
    st.randoms(),
)
def test_the_hash_of_a_content_does_not_depend_on_its_order(rows: list[Any], dice: Any) -> None:
    shuffled = list(rows)
    dice.shuffle(shuffled)
    assert content_hash(rows) == content_hash(shuffled)
    if rows:
        assert content_hash(rows[1:]) != content_hash(rows)
