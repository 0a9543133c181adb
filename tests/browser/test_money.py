"""The pages of money in a browser: typed into by keyboard, pasted into, under the strict policy, readable by everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.barriers import barriers, fits
from tests.sample import ANA, TOMASZ
from tests.server import Server

PAGES = (
    "money",
    "money?unit=quarter&split=1&by=investment",
    "money/forecast",
    "money/bridge",
    "money/close",
    "money/rates",
    "money?at=2026-03-31",
)


@pytest.fixture
def home(live: Server) -> str:
    return f"/w/{live.workspace}/"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_every_page_can_be_read_by_everybody(page: Page, home: str, path: str, width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.goto(home + path)
    assert barriers(page) == []
    assert fits(page)


def test_the_first_column_stays_while_the_rest_scrolls(page: Page, home: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{home}money")
    wrap = page.locator(".money-wrap").first
    before = wrap.locator("tbody th").first.bounding_box()
    wrap.evaluate("found => { found.scrollLeft = 200; }")
    after = wrap.locator("tbody th").first.bounding_box()
    assert before is not None
    assert after is not None
    assert before["x"] == after["x"]
    assert wrap.evaluate("found => found.scrollLeft") > 0


def slot(page: Page, line: int, column: int) -> str:
    return page.locator("tr.is-line").nth(line).locator("td.slot").nth(column).inner_text()


def open_slots(page: Page, line: int) -> list[int]:
    cells = page.locator("tr.is-line").nth(line).locator("td.slot")
    return [place for place in range(cells.count()) if "locked" not in (cells.nth(place).get_attribute("class") or "")]


def held(page: Page) -> str:
    told: str = page.evaluate("document.activeElement.getAttribute('aria-label') || ''")
    return told


def test_a_forecast_is_typed_by_keyboard_and_taken_back(sit: Callable[..., Page]) -> None:
    page = sit("money/forecast")
    first, second, third = open_slots(page, 0)[:3]
    before = slot(page, 0, first)
    page.locator('td.slot[tabindex="0"]').focus()
    page.keyboard.press("Enter")
    page.keyboard.type("12345")
    page.keyboard.press("Tab")
    page.keyboard.type("6k")
    page.keyboard.press("Enter")
    expect(page.locator("tr.is-line").nth(0).locator("td.slot").nth(second)).to_have_text("6,000")
    assert slot(page, 0, first) == "12,345"
    expect(page.locator("td.slot:focus")).to_have_count(1)
    assert slot(page, 0, third) != "6,000"
    # Escape leaves it as it was; typing begins at once
    page.locator("tr.is-line").nth(0).locator("td.slot").nth(first).focus()
    page.keyboard.type("9")
    page.keyboard.press("Escape")
    assert slot(page, 0, first) == "12,345"
    # empty: the plan's again, and back by the toast
    page.keyboard.press("Delete")
    expect(page.locator("tr.is-line").nth(0).locator("td.slot").nth(first)).to_have_text(before)
    page.locator(".toast").last.get_by_role("button", name="Undo").click()
    expect(page.locator("tr.is-line").nth(0).locator("td.slot").nth(first)).to_have_text("12,345")


def test_a_row_of_a_spreadsheet_is_pasted(sit: Callable[..., Page]) -> None:
    page = sit("money/forecast")
    columns = open_slots(page, 1)[1:4]
    page.evaluate("navigator.clipboard.writeText('1,000\\t2 000\\t€3k')")
    page.locator("tr.is-line").nth(1).locator("td.slot").nth(columns[0]).focus()
    page.keyboard.press("Control+V")
    expect(page.locator("tr.is-line").nth(1).locator("td.slot").nth(columns[2])).to_have_text("3,000")
    assert [slot(page, 1, place) for place in columns] == ["1,000", "2,000", "3,000"]


def test_what_changed_since_is_drawn_when_it_is_looked_at(page: Page, home: str) -> None:
    page.goto(f"{home}money/forecast")
    page.locator("#bridge").scroll_into_view_if_needed()
    expect(page.locator("#bridge")).to_contain_text("Expected in all")
    page.locator("#bridge summary").first.click()
    page.locator("#bridge .menu-panel a").nth(1).click()
    expect(page.locator("#bridge .menu-panel a").nth(1)).to_have_attribute("aria-current", "true")
    assert page.url.endswith("money/forecast")


def test_a_locked_month_says_why(sit: Callable[..., Page]) -> None:
    page = sit("money/forecast")
    locked = page.locator("td.slot.locked").first
    locked.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toast").last).to_contain_text(locked.get_attribute("title") or "?")
    expect(page.locator(".typed")).to_have_count(0)


def test_two_who_forecast_one_month_choose(sit: Callable[..., Page]) -> None:
    ana = sit("money/forecast", ANA, allow="409")
    tomasz = sit("money/forecast", TOMASZ)
    column = open_slots(ana, 2)[2]
    for page, text in ((tomasz, "111"), (ana, "222")):
        page.locator("tr.is-line").nth(2).locator("td.slot").nth(column).focus()
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        if page is tomasz:
            expect(page.locator("tr.is-line").nth(2).locator("td.slot").nth(column)).to_have_text("111")
    dialog = ana.locator("#conflict")
    expect(dialog).to_contain_text("Tomasz")
    for choice in dialog.get_by_role("radio").all():
        if (choice.get_attribute("value") or "") == "yours":
            choice.check()
    dialog.get_by_role("button", name="Commit the choice").click()
    expect(ana.locator("tr.is-line").nth(2).locator("td.slot").nth(column)).to_have_text("222")
