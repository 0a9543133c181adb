"""Where the real data lies, and what a reading of it comes to."""

from __future__ import annotations

from pathlib import Path

from northing.portfolio.edits import apply, check_body
from northing.portfolio.entity import Entity
from northing.portfolio.plan import Plan
from northing.portfolio.reading import Reading
from tests.required import absent

DATA = Path(__file__).parents[2].parent / "shared" / "data"


def data(name: str) -> Path:
    """A file of the real data; the test is skipped where it is absent."""
    path = DATA / name
    if not path.exists():
        absent("data", f"the real data is not here: ../shared/data/{name}")
    return path


def plan_of(reading: Reading, before: Plan | None = None) -> Plan:
    """The source's branch after *reading*, as landing would leave it."""
    entities: dict[tuple[str, str], Entity] = {}
    if before is not None:
        entities = {(entity.KIND, entity.id): entity for entity in before.all()}
    for edit in reading.says:
        entities[edit.kind, edit.id] = check_body(edit.kind, apply(None, edit) or {})[0]
    return Plan.of("ws", f"import/{reading.source}", (before.no if before else 0) + 1, entities.values())
