"""Roadmap, history, import and settings in a browser: by keyboard, under the strict policy, readable by everybody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.barriers import barriers, fits
from tests.server import Server

PAGES = (
    "roadmap?against=tag:fy26-q4-board",
    "roadmap?zoom=month&by=objective",
    "roadmap?at=2026-03-31&mode=reported",
    "history",
    "history?from=tag:fy27-q1-board",
    "history/322",
    "history/297/revert",
    "import",
    "settings",
    "settings/people",
    "settings/tokens",
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


@pytest.mark.parametrize("query", ["", "?against=tag:fy26-q2-board", "?zoom=quarter", "?zoom=month&by=value_stream"])
def test_no_text_of_the_roadmap_overlaps_another(page: Page, home: str, query: str) -> None:
    page.goto(f"{home}roadmap{query}")
    page.wait_for_timeout(400)
    overlapping = page.evaluate(
        """() => {
          const boxes = [...document.querySelectorAll(".gantt-frame svg")].flatMap((svg) =>
            [...svg.querySelectorAll("text")].map((text) => [text.textContent, text.getBoundingClientRect(), svg]));
          const bad = [];
          for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
            const [a, p, s] = boxes[i], [b, q, t] = boxes[j];
            if (s === t && p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 3 && q.top < p.bottom - 3)
              bad.push(a + " | " + b);
          }
          return bad;
        }"""
    )
    assert overlapping == []


def test_the_roadmap_is_moved_and_scaled_by_keyboard(page: Page, home: str) -> None:
    page.goto(f"{home}roadmap?zoom=month")
    frame = page.locator(".gantt-frame")
    frame.focus()
    page.wait_for_timeout(300)
    before = frame.evaluate("found => found.scrollLeft")
    assert before > 0, "today is in view"
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    assert frame.evaluate("found => found.scrollLeft") == before + 80
    page.keyboard.press("Home")
    page.wait_for_timeout(200)
    assert frame.evaluate("found => found.scrollLeft") == 0
    page.keyboard.press("t")
    page.wait_for_timeout(200)
    assert frame.evaluate("found => found.scrollLeft") == before
    page.keyboard.press("-")
    expect(page).to_have_url(re.compile("zoom=quarter"))
    expect(page.locator("northing-gantt")).to_have_attribute("data-zoom", "quarter")


def test_a_group_of_the_roadmap_is_closed_in_place(page: Page, home: str) -> None:
    page.goto(f"{home}roadmap")
    rows = page.locator(".gantt-time .nr-row")
    every = rows.count()
    first = page.locator(".gantt-labels [data-fold]").first
    first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".gantt-labels [data-fold]").first).to_have_attribute("aria-expanded", "false")
    assert rows.count() < every
    assert "closed=" in page.url
    expect(page.locator(".gantt-labels [data-fold]").first).to_be_focused()


def test_a_bar_explains_itself(page: Page, home: str) -> None:
    page.goto(f"{home}roadmap")
    page.locator(".gantt-time .nr-row").first.locator(".nr-bar").first.hover(force=True)
    expect(page.locator(".gantt-tip")).to_be_visible()
    expect(page.locator(".gantt-tip")).to_contain_text("INV-")


def test_the_roadmap_is_drawn_for_the_window_it_is_in(page: Page, home: str) -> None:
    page.set_viewport_size({"width": 1700, "height": 900})
    page.goto(f"{home}roadmap")
    page.wait_for_function(
        "() => { const g = document.querySelector('northing-gantt'), s = g.querySelector('.gantt-time svg');"
        " return Math.abs(s.getBoundingClientRect().right - g.getBoundingClientRect().right) < 6 }"
    )


def test_the_history_is_verified_without_leaving_the_page(page: Page, home: str) -> None:
    page.goto(f"{home}history")
    page.get_by_role("link", name="Verify", exact=True).click()
    expect(page.locator("#verified")).to_contain_text("Genuine.")
    assert page.url.endswith("/history")


def test_a_dropped_file_is_looked_at(page: Page, home: str, tmp_path: Path) -> None:
    page.goto(f"{home}import")
    page.evaluate(
        """() => {
          const transfer = new DataTransfer();
          transfer.items.add(new File(["Project name,Stage\\nDropped,Pilot\\n"], "dropped.csv", { type: "text/csv" }));
          document.querySelector("[data-drop]").dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.get_by_role("heading", name="What do the columns mean?")).to_be_visible()
    page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_role("heading", name="What this file would do")).to_be_visible()
    page.get_by_role("button", name="Forget the file").click()
    expect(page.get_by_text("nothing was written")).to_be_visible()


@pytest.mark.parametrize(("at", "unit"), [("at=300", "no"), ("at=2026-06-30&mode=reported", "day")])
def test_dragging_through_time_shows_the_same_page_as_it_was(page: Page, home: str, at: str, unit: str) -> None:
    page.goto(f"{home}roadmap?by=objective&{at}")
    slider = page.locator("northing-timeline input[type=range]")
    box = slider.bounding_box()
    assert box
    before = page.locator(".gantt-time .nr-row").count()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] / 2, steps=6)
    page.mouse.up()
    page.wait_for_function(f"() => document.querySelectorAll('.gantt-time .nr-row').length < {before}")
    reference = re.search(r"[?&]at=([^&]+)", page.url)
    assert reference
    assert re.fullmatch(r"\d{4}-\d\d-\d\d" if unit == "day" else r"\d+", reference[1])
    assert "by=objective" in page.url, "the rest of the page stays as it was"
    expect(page.locator(".banner-past")).to_contain_text("Nothing can be changed here")
    assert page.locator("form[method=post][action*='/w/']").count() == 0


def test_a_chart_is_drawn_under_the_strict_policy(page: Page, home: str) -> None:
    page.goto(f"{home}portfolio?shape=bubbles")
    expect(page.locator("northing-chart[data-drawn]")).to_be_visible()
    assert page.locator("northing-chart canvas").count() == 1
