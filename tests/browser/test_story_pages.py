"""Today, an investment, strategy and line of sight in a browser: as a portfolio office works on the sample."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from northing.sources.sample import PLANTED, PLOTS
from tests.barriers import LOOKS, barriers, fits
from tests.sample import TOMASZ

PAGES = (
    "",
    "strategy",
    "strategy?all=1",
    "line-of-sight",
    "investments/INV-0026",
    "investments/INV-0005?blame=1",
    "investments/new",
    "scenarios",
    "scenarios/beside",
    "rank?w.fit=0.1",
    "capacity",
    "choose",
    "decisions",
    "decisions/DEC-0001",
    "inbox",
)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_every_page_is_accessible_and_fits(sit: Callable[..., Page], width: int, theme: str) -> None:
    page = sit("", viewport={"width": width, "height": 844}, color_scheme=theme)
    for path in PAGES:
        page.goto(f"{page.url.split('/w/')[0]}/w/fenmarch/{path}")
        assert barriers(page) == [], path
        assert fits(page), path


def test_today_names_what_was_planted(sit: Callable[..., Page]) -> None:
    page = sit("?all=1")
    needs = page.locator("#needs")
    expect(needs.get_by_text("Perhaps the same thing bought several times").last).to_be_visible()
    row = needs.locator("li", has_text="look like one thing").last
    for key in PLANTED["duplicates"]:
        expect(row).to_contain_text(PLOTS[key].name)
    for key, cause in (
        ("endless-pilot", "A pilot that never ends"),
        ("red-inside", "Green outside, red inside"),
        ("no-objective", "Serves no objective"),
        ("model-retires", "Model is about to retire"),
    ):
        name = PLOTS[PLANTED[key][0]].name
        row = needs.locator(".needs > li", has=page.get_by_role("link", name=name, exact=True))
        expect(row.get_by_text(cause)).to_be_visible()
    expect(page.get_by_text(f"{PLOTS['mid-term'].name} ends on")).to_be_visible()


def test_an_owner_is_named_from_today_by_keyboard_and_taken_back(sit: Callable[..., Page]) -> None:
    page = sit("?cause=lacks-owner")
    row = page.locator(".needs > li", has=page.get_by_role("link", name=PLOTS["file-summary"].name, exact=True))
    row.get_by_role("link", name="Name an owner").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name=f"Owner of {PLOTS['file-summary'].name}")).to_be_visible()
    assert barriers(page) == []
    expect(dialog.get_by_label("Owner")).to_be_focused()
    page.keyboard.type("Kwame")
    page.keyboard.press("Tab")
    page.keyboard.type("Asked at the forum")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Saved.")
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(row).to_have_count(1)


def test_escape_leaves_everything_as_it_was(sit: Callable[..., Page]) -> None:
    page = sit("investments/INV-0026")
    pencil = page.get_by_label("Change Sponsor")
    pencil.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(pencil).to_be_focused()


def test_what_is_wrong_is_said_in_the_dialog(sit: Callable[..., Page]) -> None:
    page = sit("investments/INV-0026", allow="422")
    page.get_by_label("Change Whole-life cost").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Whole-life cost").fill("a lot")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("“a lot” is not a number")).to_be_visible()
    expect(dialog.get_by_label("Whole-life cost")).to_have_value("a lot")
    assert barriers(page) == []


def test_two_people_change_one_field(sit: Callable[..., Page]) -> None:
    ana, tomasz = sit("investments/INV-0030", allow="409"), sit("investments/INV-0030", TOMASZ)
    for page in (ana, tomasz):
        page.get_by_label("Change Category").click()
        expect(page.get_by_role("dialog").get_by_label("Category")).to_be_visible()
    tomasz.get_by_role("dialog").get_by_label("Category").fill("Speech and calls")
    tomasz.get_by_role("button", name="Save").click()
    expect(tomasz.locator(".toast")).to_contain_text("Saved.")
    ana.get_by_role("dialog").get_by_label("Category").fill("Voice")
    ana.get_by_role("button", name="Save").click()
    dialog = ana.get_by_role("dialog")
    expect(dialog).to_contain_text("Tomasz Wieczorek, r")
    expect(dialog).to_contain_text("Speech and calls")
    assert barriers(ana) == []
    dialog.get_by_label("Yours").check()
    dialog.get_by_role("button", name="Commit").click()
    expect(ana.locator("[data-field=category]")).to_contain_text("Voice")
    ana.get_by_role("button", name="Who set what").click()
    expect(ana.locator("[data-field=category]")).to_contain_text("Set by Ana Ferreira")
    expect(ana.locator("#history")).to_contain_text("Speech and calls")


def test_the_strategy_folds_by_keyboard(sit: Callable[..., Page]) -> None:
    page = sit("strategy")
    summary = page.locator(".tree summary", has_text="Settle simple claims").first
    inside = page.get_by_text("Claimants who would recommend us")
    expect(inside).to_be_visible()
    summary.focus()
    page.keyboard.press("Enter")
    expect(inside).to_be_hidden()
    page.keyboard.press("Space")
    expect(inside).to_be_visible()
    below = page.locator("summary", has_text="Half of household claims").first
    below.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Household claims paid without a touch")).to_be_visible()


def test_a_chain_is_mended_in_one_step(sit: Callable[..., Page]) -> None:
    page = sit("line-of-sight")
    said = page.get_by_text(re.compile(r"\d+ of \d+ investments are in line of sight"))
    before = int(re.findall(r"\d+", said.inner_text())[0])
    row = page.locator(".items > li", has=page.get_by_role("link", name=PLOTS["meetings"].name, exact=True))
    row.get_by_role("combobox").select_option(label="Give colleagues back time for customers")
    row.get_by_role("button", name="Mend").click()
    expect(said).to_contain_text(f"{before + 1} of")
    expect(row).to_have_count(0)


def test_without_a_script_forms_are_pages(sit: Callable[..., Page]) -> None:
    page = sit("investments/INV-0033", java_script_enabled=False)
    page.get_by_label("Change Category").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Category of")
    page.get_by_label("Category").fill("Words and files")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-field=category]")).to_contain_text("Words and files")


def test_a_past_page_is_visibly_past_and_cannot_be_changed(sit: Callable[..., Page]) -> None:
    page = sit("investments/INV-0005?at=200")
    expect(page.get_by_text("You are looking at the plan of")).to_be_visible()
    expect(page.get_by_label("Change Owner")).to_have_count(0)
    assert barriers(page) == []


def test_a_decision_is_approved_merged_and_printed_on_one_sheet(sit: Callable[..., Page]) -> None:
    """Ana finds in her inbox what waits for her, speaks to Tomasz, and agrees; he brings it into force."""
    ana = sit("inbox")
    expect(ana.locator("#rail").get_by_role("link", name="Inbox").locator(".count")).to_be_visible()
    ana.get_by_role("link", name="Look and say").first.click()
    paper = ana.url
    assert one_sheet(ana)
    comments = ana.locator("#comments")
    comments.get_by_label("Say something").fill("@Tomasz: from when on? <b>Soon?</b>")
    comments.get_by_role("button", name="Say it").click()
    expect(comments.locator(".mention")).to_have_text("@Tomasz")
    expect(comments.locator(".comment .long")).to_have_text("@Tomasz: from when on? <b>Soon?</b>")
    ana.get_by_label("Your reason").fill("Agreed.")
    ana.get_by_role("button", name="Approve").click()
    expect(ana.locator(".lead")).to_have_text("Approved: a planner may merge it.")

    tomasz = sit("inbox", TOMASZ)
    expect(tomasz.get_by_text("Said to you · Ana Ferreira").last).to_be_visible()
    tomasz.get_by_role("link", name="Merge", exact=True).first.click()
    assert tomasz.url == paper
    tomasz.locator("main").get_by_role("link", name="Merge", exact=True).click()
    tomasz.get_by_role("button", name="Merge into the plan of record").click()
    expect(tomasz.get_by_text("is merged into the plan of record")).to_be_visible()
    tomasz.goto(paper)
    expect(tomasz.locator(".lead")).to_contain_text("In force since")
    assert "/decisions/DEC-" in tomasz.url and one_sheet(tomasz)


def one_sheet(page: Page) -> bool:
    """Whether it prints on one page of A4."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1
