"""``view``: the plan that a test's docstring tells, on 1 June 2026. ``sample``: the sample organisation that day."""

from __future__ import annotations

import pytest

from northing.measure.view import View
from northing.portfolio.edits import Body, apply, check_body
from northing.portfolio.plan import Plan
from northing.sources.sample import directory, story
from tests.measure.told import TODAY, view_told


@pytest.fixture
def view(request: pytest.FixtureRequest) -> View:
    return view_told(request.function.__doc__ or "")


@pytest.fixture(scope="session")
def sample() -> View:
    bodies: dict[tuple[str, str], Body] = {}
    for step in story(today=TODAY):
        for edit in step.edits:
            body = apply(bodies.get((edit.kind, edit.id)), edit)
            if body is None:
                bodies.pop((edit.kind, edit.id), None)
            else:
                bodies[edit.kind, edit.id] = body
    entities = [check_body(kind, body)[0] for (kind, _), body in bodies.items()]
    names = {id: person.name for id, person in directory().items()}
    return View(Plan.of("sample", "main", 1, entities), names, TODAY)
