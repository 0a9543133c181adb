"""Ten thousand investments with twenty columns: scrolling stays smooth, and each question is one request."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests import chromium
from tests.server import Server

COLUMNS = (
    "number,name,stage,health,portfolio,owner,sponsor,value_stream,org_unit,spend_class,category,start,end,currency,"
    "whole_life_cost,planned,next_milestone,chain,tags,external_id"
)
ROWS = 10_000
MOST_ROWS, MOST_MADE = 64, 16
"""A window's height of rows and a block above and below; two blocks of them made in one frame."""
SCROLLED = """async () => {
  const scroller = document.querySelector(".grid-scroll");
  const seen = new Set(), there = [], made = [];
  let added = 0;
  const count = (changes) => { for (const change of changes) for (const node of change.addedNodes) added += node.nodeName === "TR" ? 1 : node.querySelectorAll?.("tr").length ?? 0; };
  const watch = new MutationObserver(count);
  watch.observe(scroller, { childList: true, subtree: true });
  const frame = () => new Promise(requestAnimationFrame);
  const look = async () => {
    await frame();
    count(watch.takeRecords());
    const rows = scroller.querySelectorAll("tr[data-id]");
    for (const row of rows) seen.add(row.dataset.id);
    there.push(rows.length); made.push(added); added = 0;
  };
  for (let step = 0; step < 160; step += 1) { scroller.scrollTop += 130; await look(); }             // the wheel
  for (let step = 0; step < 25; step += 1) {                                                          // the thumb
    scroller.scrollTop = (scroller.scrollHeight * ((step * 37) % 25)) / 25;
    for (let rest = 0; rest < 12; rest += 1) await look();
  }
  for (let step = 0; step < 40; step += 1) { scroller.scrollLeft = (step % 10) * 120; await look(); }
  return { seen: seen.size, there, made };
}"""

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(Path(tmp_path_factory.mktemp("long")))
    try:
        server.run("migrate")
        done = subprocess.run(
            [sys.executable, "-m", "tests.browser.long_list", str(ROWS)],
            cwd=ROOT,
            env=server.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        server.email, server.workspace = "long@example.org", "long"
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def grid(browser: Browser, long: Server) -> Iterator[Page]:
    watch = chromium.Watch(long.url)
    context = browser.new_context(base_url=long.url, viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.add_cookies([{"name": name, "value": value, "url": long.url} for name, value in long.session().items()])
    context.on("page", watch.follow)
    page = context.new_page()
    page.goto(f"/w/long/portfolio?columns={COLUMNS}")
    page.wait_for_load_state("networkidle")
    yield page
    context.close()
    assert not watch.verdict()


def test_scrolling_touches_only_the_rows_near_the_screen(grid: Page) -> None:
    """How long a task takes is for ``bench.grid``: here is counted what makes it long."""
    expect(grid.locator("table.grid")).to_have_attribute("aria-rowcount", str(ROWS + 1))
    counted = grid.evaluate(SCROLLED)
    assert counted["seen"] > 200, "nothing was scrolled"
    assert max(counted["there"]) <= MOST_ROWS
    assert 0 < max(counted["made"]) <= MOST_MADE


def test_the_last_row_is_there_and_in_its_place(grid: Page) -> None:
    grid.locator("table.grid tbody th").first.click(position={"x": 4, "y": 4})
    grid.keyboard.press("Control+End")
    last = grid.locator(f'tr[aria-rowindex="{ROWS + 1}"]')
    expect(last).to_be_visible()
    expect(last.locator("td.number")).to_have_text("INV-10000")
    grid.keyboard.press("Control+Home")
    expect(grid.locator('tr[aria-rowindex="2"] td.number')).to_have_text("INV-0001")
    grid.keyboard.press("PageDown")
    grid.keyboard.press("PageDown")
    line = int(grid.locator(".here").locator("xpath=..").get_attribute("aria-rowindex") or 0)
    expect(grid.locator(f'tr[aria-rowindex="{line}"] td.number')).to_have_text(f"INV-{line - 1:04}")


@pytest.mark.parametrize("query", ["sort=-whole_life_cost", "where=stage%20%3D%20pilot", "by=stage,portfolio"])
def test_sort_filter_and_group_are_one_request_each(grid: Page, query: str) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/static/" not in request.url:
            asked.append(request.url)

    grid.on("request", note)
    grid.goto(f"/w/long/portfolio?columns={COLUMNS}&{query}")
    grid.wait_for_load_state("networkidle")
    assert len([url for url in asked if re.search(r"/portfolio(\?|/rows)", url)]) == 1, asked


def test_many_are_changed_though_few_are_shown(grid: Page) -> None:
    grid.goto(f"/w/long/portfolio?columns=name,category&where={'name%20contains%20fraud'}")
    total = int(grid.locator("[data-shown]").inner_text().replace(",", ""))
    grid.get_by_label("Choose all").check()
    grid.locator("[data-pick-everything]").click()
    grid.get_by_label("Field", exact=True).select_option("category")
    grid.locator("[data-many-value] input").fill("Watched")
    grid.get_by_role("button", name="Apply").click()
    expect(grid.locator(".toast").last).to_contain_text(f"Category of {total} investments set", timeout=20_000)
    expect(grid.locator("tbody td.text", has_text="Watched").first).to_be_visible()
