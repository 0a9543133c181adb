"""A workspace whose work came in as a table with a date for each state; for the tests of the pages of flow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from northing.portfolio.edits import Edit, create
from northing.portfolio.entity import derived_id
from northing.portfolio.facts import Source
from northing.report.delivering import deliver
from northing.sources.facts import READERS
from tests.web.office import Office, id_of

STATES = ("To do", "In progress", "Code review", "Done")
PHASES = ("backlog", "active", "active", "done")


def bring_work(office: Office, rows: Iterable[Iterable[object]], states: Iterable[str] = STATES) -> None:
    """Deliver a table of items: key, title, type, team, and the day on which each came into each of *states*."""
    lines = [["Key", "Title", "Type", "Team", *states], *rows]
    table = "\n".join(",".join("" if cell is None else str(cell) for cell in line) for line in lines).encode()
    source = Source(id=derived_id("source", "board"), name="Board", reader="state_dates", options={"project": "SHOP"})
    deliver(office.workspace, source, READERS["state_dates"], [table], name="board.csv", by=office.actors["owner"])


def board(today: date, turn: date, before: tuple[int, int], after: tuple[int, int]) -> list[list[object]]:
    """Items finished every fifth day, ten weeks either side of *turn*: days of work and of review before and after."""
    rows: list[list[object]] = []
    for number, offset in enumerate(range(-70, 70, 5)):
        finished = turn + timedelta(days=offset)
        if finished < today:
            work, review = before if finished < turn else after
            began = finished - timedelta(days=work + review)
            seen = finished - timedelta(days=review)
            rows.append(
                [
                    f"S-{number + 1}",
                    f"Item {number + 1}",
                    "Story",
                    "Shop",
                    began - timedelta(days=1),
                    began,
                    seen,
                    finished,
                ]
            )
    return rows


def policy(**said: Any) -> Edit:
    states = [{"state": state, "phase": phase} for state, phase in zip(STATES, PHASES, strict=True)]
    told: dict[str, Any] = {"name": "Shop board", "states": states, "kinds": {"Story": "feature"}, "level": ["Story"]}
    return create("workflow_policy", id_of("policy"), **told | said)
