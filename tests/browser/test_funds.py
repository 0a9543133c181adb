"""A planner's way through funds in Chromium: a fund, money in it, a refusal at the field, a reversal, the receipt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.barriers import barriers, fits
from tests.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

    from tests.chromium import Watch


def home(live: Server) -> str:
    return f"/w/{live.workspace}"


def opened(page: Page, button: str) -> Locator:
    """The form behind a button of the fund's page."""
    page.get_by_role("link", name=button, exact=True).first.click()
    dialog = page.locator("dialog[open]")
    dialog.locator("form").wait_for()
    return dialog


def look(dialog: Locator) -> None:
    dialog.get_by_role("button", name="Look at it first").click()
    dialog.locator(".act-after").wait_for()


def done(page: Page, dialog: Locator, name: str) -> None:
    with page.expect_navigation():
        dialog.get_by_role("button", name=name, exact=True).click()


def figures(page: Page) -> dict[str, str]:
    page.locator(".fund-figures > div").first.wait_for()
    return dict(
        re.split(r"\n", block)[:2]  # type: ignore[misc]
        for block in page.locator(".fund-figures > div").all_inner_texts()
    )


def test_money_from_approval_to_reversal(page: Page, live: Server, watch: Watch) -> None:
    watch.allow("422")
    page.goto(f"{home(live)}/funds")
    dialog = opened(page, "New fund")
    dialog.get_by_label("Name").fill("Pilots of the year")
    dialog.get_by_role("button", name="Open the fund").click()
    page.get_by_role("link", name="Pilots of the year").click()
    assert figures(page)["Approved"] == "€0"

    dialog = opened(page, "Approve")
    dialog.get_by_label("Amount").fill("90,000")
    look(dialog)
    assert barriers(page) == []
    page.keyboard.press("Enter")  # the button to do it has the focus
    page.get_by_text("Approved.").wait_for()
    assert figures(page)["Free"] == "€90,000"

    dialog = opened(page, "Transfer")
    dialog.locator("#f-to").press_sequentially("INV-0003")
    dialog.get_by_role("option", name=re.compile("INV-0003")).click()
    dialog.get_by_label("Amount").fill("90001")
    dialog.get_by_role("button", name="Look at it first").click()
    dialog.locator("#f-amount[aria-invalid]").wait_for()
    assert "−1 EUR" in dialog.locator("#f-amount-error").inner_text()
    dialog.get_by_label("Amount").fill("30000")
    look(dialog)
    done(page, dialog, "Transfer")
    assert (figures(page)["Assigned"], figures(page)["Free"]) == ("€30,000", "€60,000")

    page.locator("table.ledger tbody tr").first.get_by_role("link", name=re.compile("^Reverse")).click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Why").fill("Wrong investment")
    look(dialog)
    done(page, dialog, "Reverse")
    assert (figures(page)["Assigned"], figures(page)["Free"]) == ("€0", "€90,000")
    assert page.get_by_text(re.compile("reversed by TRF-")).count() == 1

    page.locator(".fund-figures a.why").last.click()
    receipt = page.locator("dialog[open]")
    receipt.get_by_text("Wrong investment").wait_for()
    assert receipt.get_by_text("€90,000").count() >= 1
    assert barriers(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_in_both_sizes_and_themes(context: BrowserContext, live: Server, width: int, scheme: str) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for path in ("funds", "funds/FUND-0001", "funds/FUND-0001/transfer", "funds/new"):
        page.goto(f"{home(live)}/{path}")
        assert barriers(page) == []
        assert fits(page), path


def test_the_past_offers_nothing(page: Page, live: Server) -> None:
    page.goto(f"{home(live)}/funds/FUND-0001")
    head = page.locator("body").get_attribute("data-head")
    assert page.locator("a[data-ask]").count()
    page.goto(f"{home(live)}/funds/FUND-0001?at={int(head or 0) - 1}")
    page.locator("table.ledger").wait_for()
    assert page.locator("a[data-ask]").count() == 0
    assert barriers(page) == []
