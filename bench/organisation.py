"""An organisation of any size, the same every time: what a bench fills a record with."""

from __future__ import annotations

import random
from datetime import date, timedelta

from northing.portfolio.edits import Edit, create
from northing.portfolio.entity import derived_id

STAGES = ("idea", "discovery", "pilot", "scale", "operate", "retired", None)
WORDS = "claims triage forecast search assistant vision routing pricing fraud summary translation planning".split()


def edits(entities: int, seed: int = 1) -> list[Edit]:
    """*entities* creates: of ten, two investments with what hangs on them (plan lines, milestones, systems, aims)."""
    dice = random.Random(seed)
    made: list[Edit] = [
        create("portfolio", _id("portfolio", n), name=f"Portfolio {n}") for n in range(max(1, min(12, entities // 50)))
    ]
    made += [
        create("objective", _id("objective", n), name=f"Objective {n}", level="board", number=f"OBJ-{n + 1:04d}")
        for n in range(max(1, min(40, entities // 40)))
    ]
    portfolios = [edit.id for edit in made if edit.kind == "portfolio"]
    objectives = [edit.id for edit in made if edit.kind == "objective"]
    number = 0
    while len(made) < entities:
        made.extend(_investment(number, dice, portfolios, objectives))
        number += 1
    return made[:entities]


def _investment(number: int, dice: random.Random, portfolios: list[str], objectives: list[str]) -> list[Edit]:
    id = _id("investment", number)
    start = date(2024, 1, 1) + timedelta(days=dice.randrange(900))
    name = " ".join(dice.sample(WORDS, 3))
    return [
        create(
            "investment",
            id,
            number=f"INV-{number + 1:04d}",
            name=f"{name} {number}",
            description=f"The {name} does what {dice.choice(WORDS)} did by hand; see case {dice.randrange(10**6)}.",
            problem="Backlogs grow faster than teams, and answers differ between offices.",
            portfolio=dice.choice(portfolios),
            stage=dice.choice(STAGES),
            start=start,
            end=start + timedelta(days=dice.randrange(100, 900)),
            currency=dice.choice(("EUR", "USD", "GBP")),
            whole_life_cost=f"{dice.randrange(10_000, 9_000_000)}.{dice.randrange(100):02d}",
            tags=sorted(dice.sample(WORDS, 2)),
        ),
        create(
            "strategic_contribution",
            _id("contribution", number),
            investment=id,
            objective=dice.choice(objectives),
            weight=f"0.{dice.randrange(1, 99):02d}",
        ),
        create(
            "ai_system", _id("system", number), number=f"AIS-{number + 1:04d}", name=f"{name} engine", investment=id
        ),
        create("milestone", _id("milestone", number), name="Scale gate", type="gate", investment=id, due=start),
        create(
            "cost_plan_line",
            _id("line", number),
            investment=id,
            start=start.replace(day=1),
            end=(start + timedelta(days=40)).replace(day=1),
            expense="opex",
            type="run",
            low="100.00",
            likely=f"{dice.randrange(200, 90_000)}.00",
            high="99000.00",
        ),
    ]


def _id(*parts: object) -> str:
    return derived_id("bench", *map(str, parts))
