"""``view``: the plan that a test's docstring tells, on 1 June 2026. ``sample``: the sample organisation that day."""

from __future__ import annotations

import pytest

from northing.measure.view import View
from tests.measure.told import TODAY, view_told
from tests.sample import sample_view


@pytest.fixture
def view(request: pytest.FixtureRequest) -> View:
    return view_told(request.function.__doc__ or "")


@pytest.fixture(scope="session")
def sample() -> View:
    return sample_view(TODAY)
