"""The Portfolio page as a portfolio manager changes the plan on it: by keyboard, with a colleague, from a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.grid import cell, head, paste, stand, toast
from tests.sample import KWAME, TOMASZ
from tests.server import Server


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


def test_a_computed_cell_says_what_it_is_made_of(sit: Callable[..., Page]) -> None:
    page = sit("portfolio")
    stand(page, "Fraud network graph", "planned")
    page.keyboard.press("Enter")
    receipt = page.locator("dialog#receipt")
    expect(receipt.get_by_role("heading", level=2)).to_have_text("Planned")
    expect(receipt.get_by_role("region", name="Made of").locator("tbody tr").first).to_contain_text("€")
    page.keyboard.press("Escape")
    expect(receipt).not_to_be_visible()
    expect(cell(page, "Fraud network graph", "planned")).to_be_focused()


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
    page.goto(f"/w/{desk.workspace}/portfolio?columns=name&where=name%20%3D%20%22Treaty%20wording%20comparison%22")
    stand(page, "Treaty wording comparison", "name")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Delete “Treaty wording comparison”?")
    expect(dialog).to_contain_text("goes with it")
    dialog.get_by_role("button", name="Delete").click()
    expect(toast(page)).to_contain_text("1 investment deleted")
    expect(page.get_by_role("link", name="Treaty wording comparison")).to_have_count(0)
    toast(page).get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Treaty wording comparison")).to_have_count(1)


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


def test_a_contributor_adds_an_idea_in_place(sit: Callable[..., Page]) -> None:
    page = sit("portfolio?columns=name,stage&where=stage%20%3D%20idea", KWAME)
    page.get_by_role("link", name="New idea").click()
    page.get_by_role("textbox", name="Name of the investment").fill("Weather before the claim")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Weather before the claim")).to_be_visible()
    expect(cell(page, "Weather before the claim", "stage")).to_have_text("Idea")
    page.keyboard.press("Escape")
    expect(page.locator("tbody.new")).to_have_count(0)
    expect(cell(page, "Weather before the claim", "stage")).to_have_text("Idea")
