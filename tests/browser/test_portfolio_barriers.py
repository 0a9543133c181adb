"""The Portfolio page without barriers: on a phone, by key, in both themes, and in all that opens on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.barriers import LOOKS, barriers, fits
from tests.browser.grid import cell, stand, toast


@pytest.mark.parametrize(("width", "theme"), LOOKS)
@pytest.mark.parametrize(
    "path", ["portfolio", "portfolio?by=stage", "portfolio?shape=bubbles", "portfolio?at=200", "../../styleguide"]
)
def test_no_barrier_and_nothing_runs_over_the_edge(sit: Callable[..., Page], theme: str, width: int, path: str) -> None:
    page = sit(path, color_scheme=theme, viewport={"width": width, "height": 844}, reduced_motion="reduce")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(150)
    assert barriers(page) == []
    assert fits(page)


OPENED: dict[str, Callable[[Page], None]] = {
    "search": lambda page: (page.keyboard.press("Control+k"), page.keyboard.type("claim"), page.wait_for_timeout(400)),  # type: ignore[dict-item]
    "time": lambda page: page.locator("[data-open=time]").first.click(),
    "columns": lambda page: page.get_by_role("button", name="Columns").click(),
    "quick filter": lambda page: page.locator(".facets summary").first.click(),
    "views": lambda page: page.get_by_text("Views", exact=True).click(),
    "many": lambda page: page.locator("tbody td.pick input").nth(2).check(),
    "deletion": lambda page: (
        page.locator("tbody td.pick input").nth(2).check(),
        page.get_by_role("button", name="Delete").click(),
    ),  # type: ignore[dict-item]
    "editor": lambda page: (
        stand(page, "Motor claim triage at first notice", "owner"),
        page.keyboard.press("Enter"),
        page.wait_for_timeout(300),
    ),  # type: ignore[dict-item]
    "toast": lambda page: (
        stand(page, "Motor claim triage at first notice", "planned"),
        page.keyboard.press("Enter"),
    ),  # type: ignore[dict-item]
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("what", OPENED)
def test_no_barrier_in_what_opens(sit: Callable[..., Page], what: str, theme: str) -> None:
    page = sit("portfolio", color_scheme=theme, reduced_motion="reduce")
    OPENED[what](page)
    page.wait_for_timeout(250)
    assert barriers(page) == []


def test_everything_is_reached_on_a_phone(sit: Callable[..., Page]) -> None:
    page = sit("portfolio", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page.get_by_label("Open the menu").tap()
    expect(page.get_by_role("link", name="Roadmap")).to_be_visible()
    page.get_by_label("Close the menu").tap()
    found = cell(page, "Motor claim triage at first notice", "stage")
    found.tap()
    found.tap()
    page.get_by_role("combobox", name="Stage").select_option("scale")
    expect(toast(page)).to_contain_text("Scale")


def test_the_keys_are_told(sit: Callable[..., Page]) -> None:
    page = sit("portfolio")
    page.locator("body").press("?")
    expect(page.get_by_role("dialog")).to_contain_text("paste a block from a spreadsheet")
