"""The guard of the browser tests itself: what it must catch, it catches."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page

from tests.chromium import Watch


def reported(page: Page, watch: Watch, words: str) -> bool:
    """Whether a problem with *words* in it is reported; a busy browser takes its time."""
    for _ in range(100):
        if any(words in problem for problem in watch.verdict()):
            return True
        page.wait_for_timeout(100)
    return False


def test_the_login_page_is_clean(anonymous: BrowserContext) -> None:
    page = anonymous.new_page()
    page.goto("/login")
    assert page.get_by_label("Password").is_visible()


def test_an_error_on_the_console_is_caught(anonymous: BrowserContext, watch: Watch) -> None:
    page = anonymous.new_page()
    page.goto("/login")
    page.evaluate("console.error('the sky is falling')")
    assert reported(page, watch, "the sky is falling")
    watch.allow("the sky is falling")


def test_an_uncaught_error_is_caught(anonymous: BrowserContext, watch: Watch) -> None:
    page = anonymous.new_page()
    page.goto("/login")
    page.evaluate("setTimeout(() => { throw new Error('nobody catches me') })")
    assert reported(page, watch, "nobody catches me")
    watch.allow("nobody catches me")


def test_inline_script_is_blocked_and_reported(anonymous: BrowserContext, watch: Watch) -> None:
    page = anonymous.new_page()
    page.goto("/login")
    page.evaluate("document.body.setAttribute('onclick', 'window.ran = 1'); document.body.click()")
    assert reported(page, watch, "Content Security Policy")
    assert page.evaluate("window.ran") is None
    watch.allow("Content Security Policy")


def test_a_request_to_elsewhere_is_blocked_and_reported(anonymous: BrowserContext, watch: Watch) -> None:
    page = anonymous.new_page()
    page.goto("/login")
    page.evaluate("fetch('http://127.0.0.1:9/').catch(() => 0)")
    assert reported(page, watch, "127.0.0.1:9")
    watch.allow("127.0.0.1:9")


def test_a_page_of_elsewhere_is_reported(anonymous: BrowserContext, watch: Watch) -> None:
    page = anonymous.new_page()
    page.goto("data:text/html,<a href='http://127.0.0.1:9/'>out</a>")
    page.get_by_text("out").click(no_wait_after=True)
    assert reported(page, watch, "request to elsewhere")
    watch.allow("127.0.0.1:9|ERR_")
