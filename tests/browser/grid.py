"""The grid as a hand finds it: a cell by the words around it, the toast, a block on the clipboard."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


def cell(page: Page, name: str, column: str) -> Locator:
    """The cell of an investment in a column, by what a person reads."""
    heads = page.locator("table.grid thead th[data-key]")
    keys = [heads.nth(index).get_attribute("data-key") for index in range(heads.count())]
    row = page.locator("table.grid tbody tr", has=page.get_by_role("link", name=name, exact=True))
    picks = page.locator("table.grid thead th.pick").count()
    return row.locator("> *").nth(keys.index(column) + picks)


def stand(page: Page, name: str, column: str) -> Locator:
    found = cell(page, name, column)
    found.click(position={"x": 4, "y": 4})
    expect(found).to_have_class(re.compile("here"))
    return found


def toast(page: Page) -> Locator:
    return page.locator(".toast").last


def head(page: Page) -> int:
    return int(page.locator("body").get_attribute("data-head") or 0)


def paste(page: Page, text: str) -> None:
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
          document.activeElement.dispatchEvent(event);
        }""",
        text,
    )
