"""The Portfolio page as a portfolio manager works on it: by keyboard, with a colleague, from a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.sample import TOMASZ
from tests.server import Server


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


def test_a_stage_is_changed_by_keyboard_and_taken_back(sit: Callable[..., Page]) -> None:
    page = sit("portfolio")
    before = head(page)
    found = stand(page, "Photo damage estimates for motor", "stage")
    page.keyboard.press("Enter")
    page.get_by_role("combobox", name="Stage").select_option("operate")
    expect(toast(page)).to_contain_text("Stage of Photo damage estimates for motor: Operate")
    expect(found).to_have_text("Operate")
    assert head(page) == before + 1
    expect(page.locator(".revision strong")).to_have_text(f"r{before + 1}")
    toast(page).get_by_role("button", name="Undo").click()
    expect(cell(page, "Photo damage estimates for motor", "stage")).to_have_text("Scale")
    assert head(page) == before + 2


def test_an_owner_is_found_by_typing_and_tab_goes_on(sit: Callable[..., Page]) -> None:
    page = sit("portfolio")
    stand(page, "Claim file summaries for handlers", "owner")
    page.keyboard.press("F2")
    box = page.get_by_role("combobox", name="Owner")
    box.press_sequentially("pri", delay=30)
    expect(page.get_by_role("option", name="Priya Raghunathan")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Tab")
    expect(cell(page, "Claim file summaries for handlers", "owner")).to_have_text("Priya Raghunathan")
    expect(toast(page)).to_contain_text("Owner of Claim file summaries for handlers: Priya Raghunathan")
    expect(page.locator(".here")).to_have_class(re.compile("money"))


def test_escape_leaves_all_as_it_was(sit: Callable[..., Page]) -> None:
    page = sit("portfolio")
    before = head(page)
    found = stand(page, "Medical invoice checking", "name")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Name").fill("Something else")
    page.keyboard.press("Escape")
    expect(found).to_have_text("Medical invoice checking")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".here")).to_have_text("Operate")
    assert head(page) == before


def test_what_is_no_day_is_refused_with_a_remedy(sit: Callable[..., Page]) -> None:
    page = sit("portfolio?columns=name,whole_life_cost", allow="422")
    found = stand(page, "Flood exposure refresh", "whole_life_cost")
    was = found.inner_text()
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Whole-life cost").fill("a lot")
    page.keyboard.press("Enter")
    expect(toast(page)).to_contain_text("“a lot” is no number. Write it as 1200000")
    expect(cell(page, "Flood exposure refresh", "whole_life_cost")).to_have_text(was)


def test_a_computed_cell_says_that_it_is_computed(sit: Callable[..., Page]) -> None:
    page = sit("portfolio")
    stand(page, "Fraud network graph", "planned")
    page.keyboard.press("Enter")
    expect(toast(page)).to_contain_text("is computed and cannot be typed")


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


def test_a_block_is_pasted_after_it_was_shown(sit: Callable[..., Page]) -> None:
    page = sit("portfolio?columns=name,stage,end&where=portfolio%20%3D%20%22AI%20Control%22&sort=name")
    before = head(page)
    names = page.locator("table.grid tbody th").all_inner_texts()
    stand(page, names[0], "stage")
    paste(page, "Pilot\t2027-05-04\r\nscael\t12 Jun 2027\r\nScale\t30 Febr 2027\r\n")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 cells cannot be read and are left out")
    expect(dialog).to_contain_text("Did you mean “Scale”?")
    expect(dialog).to_contain_text("“30 Febr 2027” is no day")
    assert head(page) == before
    dialog.get_by_role("button", name="Paste and commit").click()
    expect(toast(page)).to_contain_text("6 cells pasted")
    expect(cell(page, names[0], "stage")).to_have_text("Pilot")
    expect(cell(page, names[1], "end")).to_have_text("12 Jun 2027")
    assert head(page) == before + 1
    toast(page).get_by_role("button", name="Undo").click()
    expect(toast(page)).to_contain_text("taken back")


def test_many_are_changed_at_once(sit: Callable[..., Page]) -> None:
    page = sit("portfolio?columns=name,spend_class,stage&where=portfolio%20%3D%20%22AI%20Control%22")
    before = head(page)
    count = page.locator("table.grid tbody tr[data-id]").count()
    page.get_by_label("Choose all").check()
    expect(page.locator("[data-picked]")).to_have_text(f"{count} chosen")
    page.get_by_label("Field", exact=True).select_option("spend_class")
    page.locator("[data-many-value] select").select_option("run")
    page.get_by_role("button", name="Apply").click()
    expect(toast(page)).to_contain_text("Spend class of 3 investments set")
    expect(page.locator("table.grid tbody td.choice", has_text="Run")).to_have_count(count)
    assert head(page) == before + 1


def test_one_is_added_by_its_name_and_deleted_with_what_follows(sit: Callable[..., Page], desk: Server) -> None:
    page = sit("portfolio?f=stage%3Aidea")
    page.locator("[data-add]").click()
    page.get_by_role("textbox", name="Name of the investment").fill("Receipt reader")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Receipt reader")).to_be_visible()
    expect(cell(page, "Receipt reader", "stage")).to_have_text("Idea")
    expect(toast(page)).to_contain_text("Investment “Receipt reader” added")
    page.goto(f"/w/{desk.workspace}/portfolio?columns=name&where=name%20%3D%20%22Fraud%20network%20graph%22")
    stand(page, "Fraud network graph", "name")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Delete “Fraud network graph”?")
    expect(dialog).to_contain_text("goes with it")
    dialog.get_by_role("button", name="Delete").click()
    expect(toast(page)).to_contain_text("1 investment deleted")
    expect(page.get_by_role("link", name="Fraud network graph")).to_have_count(0)
    toast(page).get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Fraud network graph")).to_have_count(1)


def test_two_people_one_field_the_second_chooses(sit: Callable[..., Page], desk: Server) -> None:
    path = "portfolio?columns=name,stage&where=name%20%3D%20%22Total%20loss%20valuation%22"
    ana, tomasz = sit(path), sit(path, TOMASZ, allow="409")
    for page, stage in ((ana, "on_hold"), (tomasz, "stopped")):
        stand(page, "Total loss valuation", "stage")
        page.keyboard.press("Enter")
        page.get_by_role("combobox", name="Stage").select_option(stage)
    dialog = tomasz.get_by_role("dialog")
    expect(dialog).to_contain_text("Someone else changed this too")
    for said in ("Operate", "On hold", "Stopped", "Theirs: Ana Ferreira"):
        expect(dialog).to_contain_text(said)
    dialog.get_by_label("Yours").check()
    dialog.get_by_role("button", name="Commit the choice").click()
    expect(cell(tomasz, "Total loss valuation", "stage")).to_have_text("Stopped")
    blame = desk.run("blame", "INV-0008").stdout
    assert "Tomasz" in blame


def test_somebody_elses_commit_is_told(sit: Callable[..., Page], desk: Server) -> None:
    page = sit("portfolio")
    other = sit("portfolio?columns=name,stage", TOMASZ)
    stand(other, "Recovery opportunity finder", "stage")
    other.keyboard.press("Enter")
    other.get_by_role("combobox", name="Stage").select_option("on_hold")
    expect(toast(other)).to_be_visible()
    page.evaluate(
        """const pulse = document.getElementById("pulse");
        htmx.ajax("GET", pulse.getAttribute("hx-get"), {target: "#pulse", swap: "innerHTML"})"""
    )
    expect(page.locator("#pulse")).to_contain_text("1 change by Tomasz Wieczorek")
    expect(page.locator("#pulse").get_by_role("link", name="Show")).to_have_attribute("href", re.compile("history"))


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


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "path", ["portfolio", "portfolio?by=stage", "portfolio?shape=bubbles", "portfolio?at=200", "../../styleguide"]
)
def test_no_barrier_and_nothing_runs_over_the_edge(sit: Callable[..., Page], theme: str, width: int, path: str) -> None:
    page = sit(path, color_scheme=theme, viewport={"width": width, "height": 844}, reduced_motion="reduce")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(150)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


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
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_what_was_added_goes_where_the_order_wants_it(sit: Callable[..., Page]) -> None:
    page = sit("portfolio?columns=name,stage&sort=name&where=stage%20is%20empty")
    before = page.locator("table.grid tbody tr[data-id]").count()
    page.locator("[data-add]").click()
    for name in ("Zebra counting", "Aardvark spotting"):
        page.get_by_role("textbox", name="Name of the investment").fill(name)
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name=name)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("tbody.new")).to_have_count(0)
    names = page.locator("table.grid tbody th").all_inner_texts()
    assert len(names) == before + 2 and names[0] == "Aardvark spotting" and names[-1] == "Zebra counting"
    toast(page).get_by_role("button", name="Undo").click()
    expect(page.locator("table.grid tbody tr[data-id]")).to_have_count(before + 1)


def test_bubbles_are_kept_as_a_view_too(sit: Callable[..., Page]) -> None:
    page = sit("portfolio?shape=bubbles&x=start&colour=portfolio")
    page.get_by_text("Views", exact=True).click()
    page.get_by_role("button", name="Save this view…").click()
    page.get_by_label("Name", exact=False).last.fill("By start")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("By start")
    expect(page.locator("select[name=x]")).to_have_value("start")


def test_the_keys_are_told(sit: Callable[..., Page]) -> None:
    page = sit("portfolio")
    page.locator("body").press("?")
    expect(page.get_by_role("dialog")).to_contain_text("paste a block from a spreadsheet")


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


def test_a_block_is_copied_as_a_spreadsheet_takes_it(sit: Callable[..., Page]) -> None:
    page = sit("portfolio?columns=name,stage,end&sort=name")
    first, second = page.locator("table.grid tbody th").all_inner_texts()[:2]
    stand(page, first, "name")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".spanned")).to_have_count(4)
    copied = page.evaluate(
        """() => {
          const data = new DataTransfer();
          const event = new ClipboardEvent("copy", {clipboardData: data, bubbles: true, cancelable: true});
          document.activeElement.dispatchEvent(event);
          return data.getData("text/plain");
        }"""
    )
    lines = [line.split("\t") for line in copied.split("\n")]
    assert [line[0] for line in lines] == [first, second] and all(len(line) == 2 for line in lines)
