"""What a file may say, what is wrong with one that says something else, and that it comes back as it was."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from northing.decide.file import read, write
from northing.decide.problem import Budget, Capacity, Group, Hire, Item, Linear, Mean, Option, Problem, Requires, Share
from northing.portfolio.errors import Invalid

SAID: dict[str, Any] = {
    "periods": ["Q1", "Q2"],
    "items": [
        {
            "id": "a",
            "title": "Letters",
            "value": 9,
            "cost": {"capex": [3, 1]},
            "uses": {"engineer": 1},
            "tags": {"theme": "x"},
        },
        {"id": "b", "value": 5, "cost": {"capex": [2, 2.5]}, "measures": {"risk": 0.4}},
    ],
    "limits": [{"kind": "budget", "most": [4, 4]}, {"kind": "capacity", "of": "engineer", "most": 1}],
}


def wrong(**other: Any) -> list[tuple[str, str]]:
    """The findings about the file above with *other* words in it: code and sentence with remedy."""
    with pytest.raises(Invalid) as caught:
        read(json.dumps(SAID | other).encode())
    return [(one.code, f"{one.message} {one.remedy or ''}".strip()) for one in caught.value.findings]


def limits(*more: dict[str, Any]) -> dict[str, Any]:
    return {"limits": [*SAID["limits"], *more]}


def items(*more: dict[str, Any]) -> dict[str, Any]:
    return {"items": [*SAID["items"], *more]}


def test_a_problem_comes_back_as_it_was() -> None:
    problem = Problem(
        items=(
            Item(
                id="a", value=0.1, cost={"capex": [1, 2.25]}, uses={"engineer": 0.5}, must=True, measures={"risk": 0.3}
            ),
            Item(
                id="b",
                options=(Option(name="now", value=3), Option(name="later", value=2, start=1)),
                tags={"theme": "x"},
            ),
        ),
        limits=(
            Budget(most=[3, 4.5], of=("capex",), roll_over=True),
            Capacity(of="engineer", most=1, hire=Hire(most=2, step=0.5, cost=1)),
            Share(tag="theme", of="x", least=0.1),
            Mean(of="risk", most=0.4),
            Group(items=("a", "b"), most=1),
            Requires(item="b", needs="a", lag=1),
            Linear(of={"a": 2, "b/now": -1.5}, least=-3),
        ),
        periods=("Q1", "Q2"),
        pins={"b": "later"},
        previous={"a": ""},
        prices={"capex": 0.9},
    )
    assert read(write(problem)) == problem
    assert write(read(write(problem))) == write(problem)


@pytest.mark.parametrize(
    ("other", "code", "words"),
    [
        ({"items": []}, "choice-empty", "nothing to choose from"),
        ({"itms": []}, "choice-form", "unknown field `itms`"),
        (items({"id": "a"}), "choice-twice", "Two items are called “a”"),
        (items({"id": "c", "cost": {"capex": [1]}}), "choice-periods", "2 periods, and 1 amounts for the cost (capex) of “c”"),
        (items({"id": "c", "cost": {"capex": -4}}), "choice-number", "The cost (capex) of “c” is negative: -4"),
        (items({"id": "c", "value": math.nan}), "choice-number", "NaN is no number"),
        (items({"id": "c", "value": 10**15}), "choice-number", "1,000,000,000,000,000: from 10^15 on"),
        (limits({"kind": "capacity", "of": "enginer", "most": 2}), "choice-unknown", "no item uses: “enginer”. Did you mean “engineer”?"),
        (limits({"kind": "group", "items": ["a", "z"], "most": 1}), "choice-unknown", "names the item “z”"),
        (limits({"kind": "share", "tag": "theme", "of": "y", "least": 0.1}), "choice-unknown", "No item has the theme “y”"),
        (limits({"kind": "share", "tag": "theme", "of": "x", "least": 8}), "choice-number", "between 0 and 1"),
        (limits({"kind": "group", "items": ["a", "b"], "least": 2, "most": 1}), "choice-form", "At least 2 and at most 1"),
        (limits({"kind": "churn", "most": 1}), "choice-form", "needs the plan before"),
        ({"pins": {"a": "soon"}}, "choice-unknown", "“Letters” has no way “soon”"),
        (items({"id": "c", "must": True}) | {"pins": {"c": "out"}}, "choice-pin", "must be done, and is pinned out"),
        (items({"id": "c", "title": "Search", "must": True, "cost": {"capex": [9, 0]}}), "choice-unpayable", "“Search”: what must be done takes 5 more than there is. The budget in Q1: 4 at most"),
        (
            limits({"kind": "requires", "item": "a", "needs": "b"}, {"kind": "requires", "item": "b", "needs": "a"}),
            "choice-circle",
            "in a circle: “Letters” → “b” → “Letters”",
        ),
    ],
)  # fmt: skip
def test_what_means_nothing_is_answered_in_words(other: dict[str, Any], code: str, words: str) -> None:
    found = wrong(**other)
    assert any(code == one and words in said for one, said in found), found


def test_bytes_that_are_no_json() -> None:
    for octets in (b"", b"{", b"\xff\xfe", b"[]", b"null"):
        with pytest.raises(Invalid) as caught:
            read(octets)
        assert caught.value.findings[0].code == "choice-form"
