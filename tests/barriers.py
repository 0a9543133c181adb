"""What keeps people from reading or using a page, as axe finds it, and the sizes and themes in which pages are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

LATER_ROWS = "tbody tr:nth-child(n+13)"
"""Rows of a table are made alike: the first twelve speak for the others, and axe takes seconds over thousands."""

LOOKS = [
    pytest.param(1280, "light"),
    pytest.param(390, "dark"),
    pytest.param(1280, "dark", marks=pytest.mark.long),
    pytest.param(390, "light", marks=pytest.mark.long),
]
"""Width and theme: each width and each theme once, the other pairs with the tests that take minutes."""


def barriers(page: Page) -> list[str]:
    """Each rule that the page breaks, with the first element that breaks it."""
    from axe_playwright_python.sync_playwright import Axe

    # An excluded selector that nothing matches is no error.
    found = Axe().run(page, context={"exclude": [[LATER_ROWS]]}, options={"resultTypes": ["violations"]})
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found.response["violations"]]


def fits(page: Page) -> bool:
    """Whether nothing is wider than the page."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
