"""What a test needs from the machine: skipped with a reason where it is absent, failed where it was promised.

``NORTHING_REQUIRE=chromium,postgres,data`` names what must be there.
"""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def absent(what: str, reason: str) -> NoReturn:
    """Skip the test, or fail it if ``NORTHING_REQUIRE`` names ``what``."""
    if what in os.environ.get("NORTHING_REQUIRE", "").replace(" ", "").split(","):
        pytest.fail(f"{reason} (NORTHING_REQUIRE names “{what}”)", pytrace=False)
    pytest.skip(reason)
