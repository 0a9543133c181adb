"""What the Portfolio page shows: filters, groups, columns, bubbles, saved views, exports, the past."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.grid import stand
from tests.sample import TOMASZ
from tests.server import Server


def test_the_address_holds_the_whole_state_and_a_view_keeps_it(sit: Callable[..., Page], desk: Server) -> None:
    page = sit("portfolio?where=stage%20%3D%20pilot")
    shown = int(page.locator("[data-shown]").inner_text())
    page.get_by_role("columnheader", name="Name").get_by_role("link").click()
    page.get_by_role("columnheader", name="Planned").get_by_role("link").click(modifiers=["Shift"])
    page.wait_for_url(re.compile(r"sort=name%2Cplanned|sort=name,planned"))
    names = page.locator("table.grid tbody th").all_inner_texts()
    assert names == sorted(names, key=str.casefold) and len(names) == shown
    page.get_by_text("Views", exact=True).click()
    page.get_by_role("button", name="Save this view…").click()
    page.get_by_label("Name", exact=False).last.fill("Pilots by name")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pilots by name")
    address = page.url
    again = sit(address.split(f"/w/{desk.workspace}/")[1], TOMASZ)
    assert again.locator("table.grid tbody th").all_inner_texts() == names
    expect(again.get_by_role("heading", level=1)).to_have_text("Pilots by name")


def test_columns_are_chosen_and_put_in_order(sit: Callable[..., Page]) -> None:
    page = sit("portfolio")
    page.get_by_role("button", name="Columns").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Look for a column").fill("sponsor")
    page.keyboard.press("Enter")
    dialog.get_by_label("Look for a column").fill("owner.job")
    page.keyboard.press("Enter")
    dialog.get_by_label("Leave out Line of sight").click()
    dialog.get_by_role("button", name="Show these").click()
    page.wait_for_url(re.compile("columns="))
    heads = page.locator("table.grid thead th[data-key]").all_inner_texts()
    assert heads[-2:] == ["Sponsor", "Owner · Job"]
    assert "Line of sight" not in heads


def test_a_faulty_filter_names_the_nearest_right_word(sit: Callable[..., Page]) -> None:
    page = sit("portfolio?where=stag%20%3D%20pilot")
    expect(page.get_by_role("alert")).to_contain_text("Did you mean “stage”?")
    expect(page.get_by_label("Filter", exact=True).last).to_have_value("stag = pilot")


def test_groups_have_counts_and_sums(sit: Callable[..., Page]) -> None:
    page = sit("portfolio?by=stage")
    groups = page.locator("tr.group")
    counts = [int(text) for text in page.locator(".group-count").all_inner_texts()]
    assert sum(counts) == int(page.locator("[data-shown]").inner_text())
    expect(groups.filter(has_text="Pilot").locator(".sum").first).to_contain_text("€")


def test_the_grid_is_exported_as_it_stands(sit: Callable[..., Page], desk: Server) -> None:
    page = sit("portfolio?columns=name,stage&where=stage%20%3D%20pilot&sort=name")
    names = page.locator("table.grid tbody th").all_inner_texts()
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as got:
        page.get_by_role("link", name="Text (CSV)").click()
    rows = list(csv.reader(io.StringIO(Path(got.value.path()).read_text(encoding="utf-8-sig"))))
    assert rows[0] == ["Name", "Stage"]
    assert [row[0] for row in rows[1:]] == names
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as got:
        page.get_by_role("link", name="Spreadsheet (XLSX)").click()
    assert Path(got.value.path()).read_bytes()[:2] == b"PK"


def test_a_past_view_is_visibly_so_and_changes_nothing(sit: Callable[..., Page]) -> None:
    page = sit("portfolio?at=200")
    expect(page.locator(".banner-past")).to_contain_text("Nothing can be changed here")
    expect(page.locator("[data-add]")).to_have_count(0)
    stand(page, "Claims letter drafting", "stage")
    page.keyboard.press("x")
    expect(page.locator(".editor")).to_have_count(0)
    page.get_by_role("link", name="Back to now").click()
    expect(page.locator(".banner-past")).to_have_count(0)


def test_bubbles_speak_of_the_same_selection(sit: Callable[..., Page]) -> None:
    page = sit("portfolio?shape=bubbles&where=stage%20%3D%20scale")
    expect(page.locator("northing-chart[data-drawn]")).to_be_visible()
    axis = page.locator("northing-chart").evaluate("el => el.chart.getOption().yAxis[0].axisLabel.formatter(500000)")
    assert axis == "€500k"
    page.get_by_text("As a table").click()
    rows = page.locator(".chart-table tbody tr").count()
    assert 0 < rows <= int(page.locator("[data-shown]").inner_text())


def test_search_finds_by_number_and_by_words(sit: Callable[..., Page]) -> None:
    page = sit("portfolio")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search").press_sequentially("inv-0004", delay=15)
    expect(page.get_by_role("option").first).to_contain_text("Bodily injury reserve forecast")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("investments/INV-0004"))


def test_a_group_is_folded_by_mouse_and_by_key(sit: Callable[..., Page]) -> None:
    page = sit("portfolio?by=portfolio,stage")
    shown = page.locator("tr[data-id]:visible").count()
    inner = page.locator("tr.group.depth-1").first
    inner.locator(".fold").click()
    folded = page.locator("tr[data-id]:visible").count()
    assert folded == shown - int(inner.locator(".group-count").inner_text())
    outer = page.locator("tr.group.depth-0").first
    outer.locator(".fold").click()
    assert page.locator("tr[data-id]:visible").count() == shown - int(outer.locator(".group-count").inner_text())
    outer.locator(".fold").click()
    assert page.locator("tr[data-id]:visible").count() == folded, "what was folded inside stays folded"
    expect(inner.locator(".fold")).to_have_attribute("aria-expanded", "false")


def test_bubbles_are_kept_as_a_view_too(sit: Callable[..., Page]) -> None:
    page = sit("portfolio?shape=bubbles&x=start&colour=portfolio")
    page.get_by_text("Views", exact=True).click()
    page.get_by_role("button", name="Save this view…").click()
    page.get_by_label("Name", exact=False).last.fill("By start")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("By start")
    expect(page.locator("select[name=x]")).to_have_value("start")


def test_a_column_is_widened_and_moved_and_the_address_says_so(sit: Callable[..., Page]) -> None:
    page = sit("portfolio?columns=name,stage,owner,end")
    edge = page.locator('th[data-key="owner"] .grip').bounding_box()
    assert edge is not None
    page.mouse.move(edge["x"] + 4, edge["y"] + 10)
    page.mouse.down()
    page.mouse.move(edge["x"] + 64, edge["y"] + 10, steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"w=owner%3A200"))
    page.locator('th[data-key="end"]').drag_to(page.locator('th[data-key="stage"]'))
    page.wait_for_url(re.compile(r"columns=name%2Cend%2Cstage%2Cowner"))
    expect(page.locator('col[data-key="owner"]')).to_have_attribute("width", "200")
    page.get_by_role("columnheader", name="Name").get_by_role("link").click()
    page.wait_for_url(re.compile("sort=name"))
    expect(page.locator('col[data-key="owner"]')).to_have_attribute("width", "200")
