"""Unattributed, its rules, Usage, and money in line of sight, in a browser: as a portfolio office works on the sample."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.barriers import LOOKS, barriers, fits
from tests.sample import KWAME, TOMASZ

PAGES = (
    "unattributed",
    "unattributed/rows",
    "rules",
    "rules/new",
    "usage",
    "usage?by=investment&show=tokens&unit=week&period=last 90 days",
    "usage/effects",
    "usage/what-if?on=2026-06-01",
    "usage/prices",
    "line-of-sight",
    "strategy?all=1",
)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_every_page_is_accessible_and_fits(sit: Callable[..., Page], width: int, theme: str) -> None:
    page = sit("", viewport={"width": width, "height": 844}, color_scheme=theme)
    for path in PAGES:
        page.goto(f"{page.url.split('/w/')[0]}/w/fenmarch/{path}")
        assert barriers(page) == [], path
        assert fits(page), path


def test_shadow_ai_is_claimed_by_keyboard_and_taken_back(sit: Callable[..., Page]) -> None:
    page = sit("unattributed", TOMASZ)
    first = page.locator(".claims li").first
    name = first.locator(".name").inner_text()
    first.get_by_role("link", name=f"Claim {name}").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Which rows")).not_to_have_value("")
    expect(dialog.locator("[data-preview]")).to_contain_text(re.compile(r"Claims \d+ lines?, "))
    assert barriers(page) == []
    chooser = dialog.get_by_role("combobox", name="Belong to")
    expect(chooser).to_be_focused()
    page.keyboard.type("meeting")
    expect(dialog.get_by_role("option").first).to_contain_text("INV-")
    page.keyboard.press("Enter")
    expect(chooser).to_have_value(re.compile("INV-"))
    dialog.get_by_label("Share").first.fill("50")
    expect(dialog.locator("[data-preview]")).to_contain_text("stay unattributed")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("The rule claims from now on.", timeout=15_000)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".claims li").first.locator(".name")).to_have_text(name)


def test_a_wrong_word_is_mended_in_one_click(sit: Callable[..., Page]) -> None:
    page = sit("rules/new", TOMASZ)
    where = page.get_by_label("Which rows")
    expect(where).to_be_focused()
    page.keyboard.type('provder = "Halden AI"')
    expect(page.locator("#f-where-error")).to_contain_text("Did you mean “provider”?")
    expect(where).to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name="Use that").click()
    expect(where).to_have_value('provider = "Halden AI"')
    expect(page.locator("[data-preview]")).to_contain_text(re.compile(r"Claims|Claims nothing"))
    expect(where).not_to_have_attribute("aria-invalid", "true")


def test_a_rule_is_asked_earlier_by_keyboard(sit: Callable[..., Page]) -> None:
    page = sit("rules", TOMASZ)
    names = page.locator(".rules .head-line strong")
    second = names.nth(1).inner_text()
    page.locator(".rules > li").nth(1).get_by_role("button", name=re.compile("earlier")).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("is asked as number 1", timeout=15_000)
    expect(names.first).to_have_text(second)
    page.get_by_role("button", name="Undo").click()
    expect(names.nth(1)).to_have_text(second)


def test_a_contributor_reads_and_changes_nothing(sit: Callable[..., Page]) -> None:
    page = sit("unattributed", KWAME)
    expect(page.get_by_role("heading", name="Shadow AI")).to_be_visible()
    expect(page.get_by_text("Claim…")).to_have_count(0)
    page.goto(page.url.replace("unattributed", "rules"))
    expect(page.locator(".rules > li").first).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("earlier|later"))).to_have_count(0)


def test_a_figure_of_usage_says_why(sit: Callable[..., Page]) -> None:
    page = sit("usage")
    page.locator('[data-figure="tokens"] a.why').click()
    expect(page.get_by_role("dialog")).to_contain_text("Tokens")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="What if").click()
    page.get_by_label("At the prices of").fill("2026-02-01")
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_role("heading", name=re.compile("would have cost"))).to_be_visible()
