"""The knapsacks of Chu and Beasley (1998), from the OR-Library's files, as problems."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from northing.decide.problem import Capacity, Item, Problem


@dataclass(frozen=True)
class Knapsack:
    name: str
    best_known: int
    relaxed: float
    """The published optimum of the linear relaxation."""
    problem: Problem


def knapsacks(folder: Path) -> list[Knapsack]:
    """All ninety, in the order of ``best_known.csv``."""
    with (folder / "best_known.csv").open() as file:
        rows = list(csv.DictReader(file))
    problems = {name: _problems(folder / name) for name in {row["file"] for row in rows}}
    return [
        Knapsack(
            row["instance"],
            int(row["chu_beasley_best"]),
            float(row["lp_optimum"]),
            problems[row["file"]][int(row["index"])],
        )
        for row in rows
    ]


def _problems(path: Path) -> list[Problem]:
    numbers = map(int, path.read_text().split())
    made = []
    for _ in range(next(numbers)):
        size, rows, _ = islice(numbers, 3)
        values = list(islice(numbers, size))
        uses = [list(islice(numbers, size)) for _ in range(rows)]
        most = list(islice(numbers, rows))
        items = tuple(
            Item(id=f"x{place + 1}", value=values[place], uses={str(row + 1): uses[row][place] for row in range(rows)})
            for place in range(size)
        )
        limits = tuple(Capacity(of=str(row + 1), most=most[row]) for row in range(rows))
        made.append(Problem(items=items, limits=limits))
    return made
