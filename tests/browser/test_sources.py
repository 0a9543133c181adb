"""Bringing in a bill in a browser: dropped, looked at, said yes to, undone; readable by everybody, under the strict policy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.barriers import barriers, fits
from tests.sample import KWAME

HEADER = "ProviderName,BillingAccountId,BillingCurrency,BilledCost,ChargePeriodStart,BillingPeriodStart,ServiceName\n"


@pytest.fixture
def bill(tmp_path: Path) -> Path:
    rows = "".join(f"Halcyon,a1,EUR,{day}.25,2026-10-{day:02},2026-10-01,Model API\n" for day in range(1, 29))
    file = tmp_path / "halcyon-october.csv"
    file.write_text(HEADER + rows + "Halcyon,a1,EUR,twelve,2026-10-03,2026-10-01,Model API\n")
    return file


def readable(page: Page) -> None:
    # What is still fading in has not got its colours yet.
    page.evaluate(
        """() => Promise.all(document.getAnimations()
          .filter((one) => one.effect.getComputedTiming().endTime < 5000).map((one) => one.finished.catch(() => 0)))"""
    )
    assert barriers(page) == []
    assert fits(page)


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_every_page_of_a_delivery_can_be_read(sit: Callable[..., Page], bill: Path, width: int, theme: str) -> None:
    page = sit("sources", viewport={"width": width, "height": 900}, color_scheme=theme)
    readable(page)
    page.locator("#file").set_input_files(bill)
    page.get_by_role("button", name="Look at it").click()
    page.locator("[name=source]").select_option("")
    readable(page)
    page.locator("[name=name]").fill(f"Halcyon {width}")
    page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_role("button", name="Bring it in")).to_be_visible()
    expect(page.locator("main")).to_contain_text("twelve")
    readable(page)
    page.get_by_role("button", name="Bring it in").click()
    expect(page.locator("h1")).to_have_text(f"Halcyon {width}")
    readable(page)
    page.locator("#deliveries a.delivery").first.click()
    expect(page.locator("#rows")).to_contain_text("Model API")
    readable(page)


def test_a_bill_by_keyboard_and_taken_back(sit: Callable[..., Page], bill: Path) -> None:
    page = sit("sources")
    page.locator("#file").set_input_files(bill)
    page.locator("#file").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    source = page.locator("[name=source]")
    expect(source).to_be_visible()
    source.select_option("")
    expect(page.locator("[data-new]")).to_be_visible()
    source.select_option(index=1)
    expect(page.locator("[data-new]")).to_be_hidden()
    source.select_option("")
    page.locator("[name=name]").fill("By keyboard")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Bring it in")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("is in force: 28 rows")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator("h1")).to_have_text("Sources")
    expect(page.locator("main")).not_to_contain_text("By keyboard")


def test_who_may_not_sees_no_controls(sit: Callable[..., Page]) -> None:
    page = sit("sources", KWAME)
    expect(page.locator("h1")).to_have_text("Sources")
    expect(page.locator("main form")).to_have_count(0)
    past = sit("sources?at=2026-03-31")
    expect(past.locator("main form[enctype]")).to_have_count(0)
