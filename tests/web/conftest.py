"""The small workspace that the tests of the pages read and change."""

from __future__ import annotations

import pytest

from tests.web.billed import bills, office
from tests.web.desk import Desk, fill, open_desk

__all__ = ["bills", "desk", "office", "small"]


@pytest.fixture
def desk(db: None) -> Desk:
    """Nothing planned yet."""
    return open_desk()


@pytest.fixture
def small(desk: Desk) -> Desk:
    """One board objective with a key result; one investment that serves it, and one that serves nothing."""
    return fill(desk)
