"""Ten thousand investments with twenty columns: scrolling stays smooth, and each question is one request."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests import chromium
from tests.server import Server

COLUMNS = (
    "number,name,stage,health,portfolio,owner,sponsor,value_stream,org_unit,spend_class,category,start,end,currency,"
    "whole_life_cost,planned,next_milestone,chain,tags,external_id"
)
ROWS = 10_000
LONGEST_TASK_MS = 50

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


def test_no_task_is_long_while_scrolling(grid: Page, browser: Browser) -> None:
    """Of the main thread's own time: on a busy machine a task also waits, which is not the page's doing.

    The better of up to three goes: what else runs on the processor makes each task dearer, and no go cheaper.
    """
    expect(grid.locator("table.grid")).to_have_attribute("aria-rowcount", str(ROWS + 1))
    for _ in range(3):
        tasks = scrolled(grid, browser)
        if max(tasks) < LONGEST_TASK_MS:
            return
    raise AssertionError(sorted(tasks)[-10:])


def scrolled(grid: Page, browser: Browser) -> list[float]:
    """Scroll by wheel, thumb and sideways; the milliseconds that each task of the main thread took."""
    browser.start_tracing(page=grid, categories=["toplevel", "__metadata"])
    seen: list[str] = grid.evaluate(
        """async () => {
          const scroller = document.querySelector(".grid-scroll");
          const seen = new Set();
          const frame = () => new Promise(requestAnimationFrame);
          for (let step = 0; step < 160; step += 1) { scroller.scrollTop += 130; await frame(); }      // the wheel
          for (let step = 0; step < 25; step += 1) {                                                    // the thumb
            scroller.scrollTop = (scroller.scrollHeight * ((step * 37) % 25)) / 25;
            for (let rest = 0; rest < 12; rest += 1) await frame();
            for (const row of scroller.querySelectorAll("tr[data-id]")) seen.add(row.dataset.id);
          }
          for (let step = 0; step < 40; step += 1) { scroller.scrollLeft = (step % 10) * 120; await frame(); }
          return [...seen];
        }"""
    )
    tasks = main_thread_tasks(browser.stop_tracing())
    assert len(seen) > 200 and len(tasks) > 500, "nothing was scrolled"
    return tasks


def main_thread_tasks(trace: bytes) -> list[float]:
    """Milliseconds of processor time of each task of the busiest page's main thread."""
    events: list[dict[str, Any]] = json.loads(trace)["traceEvents"]
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event.get("name") == "thread_name" and event["args"].get("name") == "CrRendererMain"
    }
    by_thread: dict[tuple[int, int], list[float]] = {main: [] for main in mains}
    for event in events:
        if event.get("ph") == "X" and "RunTask" in event["name"] and (event["pid"], event["tid"]) in mains:
            by_thread[event["pid"], event["tid"]].append(event.get("tdur", 0) / 1000)
    return max(by_thread.values(), key=len)


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
