"""The knapsacks of Chu and Beasley through ``northing optimise``: published relaxations, best known plans, honest bounds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from northing.cli import main
from northing.decide.build import build
from northing.decide.certificate import bound
from northing.decide.file import write
from northing.decide.resident import Resident
from tests.outside.knapsacks import Knapsack, knapsacks
from tests.outside.real import data

NAMES = [f"{rows}.100-{place:02}" for rows in (5, 10, 30) for place in range(30)]
NINE = [f"{rows}.100-{place:02}" for rows in (5, 10, 30) for place in (0, 14, 28)]


def all_of_them() -> dict[str, Knapsack]:
    return {one.name: one for one in knapsacks(data("knapsack/best_known.csv").parent)}


def test_the_relaxation_of_each_is_the_published_one() -> None:
    found = all_of_them()
    assert sorted(found) == sorted(NAMES)
    for one in found.values():
        model = build(one.problem)
        relaxed = Resident(model).solve()
        assert relaxed is not None
        assert relaxed.value == pytest.approx(one.relaxed, abs=1e-5)
        assert bound(model, relaxed.prices).raw == pytest.approx(one.relaxed, abs=1e-5)


def optimise(one: Knapsack, folder: Path, capsys: pytest.CaptureFixture[str], seconds: float) -> dict[str, Any]:
    file = folder / f"{one.name}.json"
    file.write_bytes(write(one.problem))
    with pytest.raises(SystemExit) as left:
        main(["optimise", str(file), "--json", "--seconds", str(seconds)])
    assert not left.value.code
    told: dict[str, Any] = json.loads(capsys.readouterr().out)["data"]
    # The plan and the bound again, from the file's own numbers.
    items = {item.id: item for item in one.problem.items}
    chosen = [items[name] for name in told["plan"]]
    assert sum(item.value for item in chosen) == told["value"]
    for limit in one.problem.limits:
        assert sum(item.uses[limit.of] for item in chosen) <= limit.most
    prices = {price["limit"]: price["price"] for price in told["prices"]}
    names = {f"Capacity of “{limit.of}”: {limit.most:,} at most": limit for limit in one.problem.limits}
    most = sum(price * names[name].most for name, price in prices.items())
    for item in one.problem.items:
        most += max(0.0, item.value - sum(price * item.uses[names[name].of] for name, price in prices.items()))
    assert min(prices.values()) >= 0
    assert one.best_known <= told["bound"] <= most + 1e-6
    assert told["gap"] == pytest.approx((told["bound"] - told["value"]) / told["value"])
    return told


@pytest.mark.parametrize("name", NINE)
def test_nine_in_a_second(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = all_of_them()[name]
    told = optimise(one, tmp_path, capsys, 1.0)
    assert told["value"] >= 0.985 * one.best_known


@pytest.mark.long
@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", NAMES)
def test_all_in_thirty_seconds(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Reached in four seconds it is reached in thirty; only what is not gets all of them."""
    one = all_of_them()[name]
    told = optimise(one, tmp_path, capsys, 4.0)
    if told["value"] < 0.998 * one.best_known:
        told = optimise(one, tmp_path, capsys, 30.0)
    assert told["value"] >= 0.998 * one.best_known
