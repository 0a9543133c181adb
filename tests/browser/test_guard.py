"""The guard of the browser tests itself: what it must catch, it catches."""

from __future__ import annotations

from playwright.sync_api import BrowserContext

from tests.chromium import Watch


def test_the_login_page_is_clean(anonymous: BrowserContext) -> None:
    page = anonymous.new_page()
    page.goto("/login")
    assert page.get_by_label("Password").is_visible()


def test_an_error_on_the_console_is_caught(anonymous: BrowserContext, watch: Watch) -> None:
    page = anonymous.new_page()
    page.goto("/login")
    page.evaluate("console.error('the sky is falling')")
    assert any("the sky is falling" in problem for problem in watch.verdict())
    watch.allow("the sky is falling")


def test_an_uncaught_error_is_caught(anonymous: BrowserContext, watch: Watch) -> None:
    page = anonymous.new_page()
    page.goto("/login")
    page.evaluate("setTimeout(() => { throw new Error('nobody catches me') })")
    page.wait_for_timeout(200)
    assert any("nobody catches me" in problem for problem in watch.verdict())
    watch.allow("nobody catches me")


def test_inline_script_is_blocked_and_reported(anonymous: BrowserContext, watch: Watch) -> None:
    page = anonymous.new_page()
    page.goto("/login")
    page.evaluate("document.body.setAttribute('onclick', 'window.ran = 1'); document.body.click()")
    page.wait_for_timeout(200)
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in problem for problem in watch.verdict())
    watch.allow("Content Security Policy")


def test_a_request_to_elsewhere_is_blocked_and_reported(anonymous: BrowserContext, watch: Watch) -> None:
    page = anonymous.new_page()
    page.goto("/login")
    page.evaluate("fetch('http://127.0.0.1:9/').catch(() => 0)")
    page.wait_for_timeout(200)
    assert any("127.0.0.1:9" in problem for problem in watch.verdict())
    watch.allow("127.0.0.1:9")


def test_a_page_of_elsewhere_is_reported(anonymous: BrowserContext, watch: Watch) -> None:
    page = anonymous.new_page()
    page.goto("data:text/html,<a href='http://127.0.0.1:9/'>out</a>")
    page.get_by_text("out").click(no_wait_after=True)
    page.wait_for_timeout(200)
    assert any("request to elsewhere" in problem for problem in watch.verdict())
    watch.allow("127.0.0.1:9|ERR_")
