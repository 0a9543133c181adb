"""``view``: the plan that a test's docstring tells, looked at on 1 June 2026."""

from __future__ import annotations

import pytest

from northing.measure.view import View
from tests.measure.told import view_told


@pytest.fixture
def view(request: pytest.FixtureRequest) -> View:
    return view_told(request.function.__doc__ or "")
