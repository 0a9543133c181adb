"""The parts of a change's lead time, and moved targets, on rows that are told."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from northing.measure.change_lead_time import MINUTE, issue_minutes, lead_times, minutes

HOUR = 60 * MINUTE


def pull(item: str = "p1", author: str | None = "ada", created: int = 10 * HOUR) -> dict[str, Any]:
    return {"item": item, "key": item, "project": "shop", "type": "pull request", "author": author, "created": created}


def change(field: str, at: int, now: str | None = None, item: str = "p1", by: str | None = None) -> dict[str, Any]:
    return {"item": item, "change": f"{field}{at}", "field": field, "at": at, "now": now, "actor": by}


def deployed(commit: str, before: str | None, finished: int | None, **more: Any) -> dict[str, Any]:
    return {"deployment": f"d-{commit}", "id": commit, "commit": commit, "before": before, "finished": finished,
            "result": "success", "environment": "PRODUCTION", **more}  # fmt: skip


def brought(older: str | None, newer: str, commit: str = "m1") -> dict[str, Any]:
    return {"older": older, "newer": newer, "commit": commit}


CHANGES = [
    change("commit", 4 * HOUR, "c2"), change("commit", 2 * HOUR + 1, "c1"), change("comment", 11 * HOUR, by="ada"),
    change("review", 12 * HOUR + 1, by="bob"), change("comment", 13 * HOUR, by="eve"), change("merge", 14 * HOUR, "m1"),
]  # fmt: skip


def test_each_part_from_its_first_to_its_last() -> None:
    (found,) = lead_times([pull()], CHANGES, [deployed("s2", "s1", 20 * HOUR)], [brought("s1", "s2")])
    assert (found.commit, found.answer, found.deployment) == ("c1", f"review{12 * HOUR + 1}", "s2")
    assert (found.coding, found.pickup, found.review, found.deploy) == (480, 121, 120, 360)
    assert found.cycle == 480 + 240 + 360


def test_the_order_of_rows_changes_nothing() -> None:
    deployments = [deployed("s3", "s2", 30 * HOUR), deployed("s2", "s1", 20 * HOUR)]
    shipped = [brought("s2", "s3"), brought("s1", "s2")]
    before = lead_times([pull()], CHANGES, deployments, shipped)
    for seed in range(5):
        lots: list[list[Any]] = [list(CHANGES), list(deployments), list(shipped)]
        for lot in lots:
            random.Random(seed).shuffle(lot)
        assert lead_times([pull()], *lots) == before
    assert before[0].deployment == "s2", "the earliest that holds the merge commit"


@pytest.mark.parametrize(
    "deployment",
    [
        deployed("s2", "s1", 20 * HOUR, result="failure"), deployed("s2", "s1", 20 * HOUR, environment="STAGING"),
        deployed("s2", "s1", 20 * HOUR, environment=None), deployed("s2", "s1", None), deployed("s2", None, 20 * HOUR),
        deployed("s2", "s0", 20 * HOUR),
    ],
)  # fmt: skip
def test_what_did_not_bring_it_to_production(deployment: dict[str, Any]) -> None:
    (found,) = lead_times([pull()], CHANGES, [deployment], [brought("s1", "s2"), brought(None, "s2")])
    assert (found.deployment, found.deploy, found.cycle) == (None, None, 480 + 240)


def test_production_may_have_another_name() -> None:
    there = [deployed("s2", "s1", 20 * HOUR, environment="Live")]
    (found,) = lead_times([pull()], CHANGES, there, [brought("s1", "s2")], environments=("live",))
    assert found.deployment == "s2"


def test_a_part_that_would_be_negative_is_none_and_its_instants_stay() -> None:
    changes = [
        change("commit", 11 * HOUR, "c1"),
        change("comment", 9 * HOUR, by="bob"),
        change("merge", 12 * HOUR, "m1"),
    ]
    (found,) = lead_times([pull()], changes, [deployed("s2", "s1", 11 * HOUR)], [brought("s1", "s2")])
    assert (found.coding, found.pickup, found.review, found.deploy, found.cycle) == (None, None, 180, None, 120)
    assert (found.committed, found.answered, found.deployed) == (11 * HOUR, 9 * HOUR, 11 * HOUR)


def test_without_an_author_everybody_is_somebody_else_and_unmerged_is_not_told() -> None:
    (found,) = lead_times([pull(author=None), pull("p2")], CHANGES, [], [])
    assert found.answer == f"comment{11 * HOUR}"
    assert lead_times([{**pull(), "type": "Story"}], CHANGES, [], []) == []


@given(start=some.integers(-(10**15), 10**15), length=some.integers(-(10**15), 10**15))
def test_minutes_are_rounded_up_and_those_of_issues_down(start: int, length: int) -> None:
    up, down = minutes(start, start + length), issue_minutes(start, start + length)
    assert down is not None and down * MINUTE <= length < (down + 1) * MINUTE
    assert up is None if length < 0 else up is not None and (up - 1) * MINUTE < length <= up * MINUTE
    assert minutes(None, start) is minutes(start, None) is issue_minutes(start, None) is None
