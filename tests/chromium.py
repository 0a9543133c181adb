"""Chromium as the tests drive it, and what they hold against a page: errors, policy reports, foreign requests."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARGUMENTS = [
    "--no-sandbox",  # tests also run as root in a container, where the sandbox cannot
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
]


def program() -> str | None:
    """Where Chromium is installed, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"):
        found = shutil.which(name)
        if found:
            return found
    return None


@contextmanager
def running() -> Iterator[Browser]:
    """One headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=ARGUMENTS, headless=True)
        try:
            yield browser
        finally:
            browser.close()


class Watch:
    """Collects what is wrong with the pages of one context. A test that provokes an error ``allow``s it first."""

    def __init__(self, own: str) -> None:
        self.own = urlsplit(own).netloc
        self.problems: list[str] = []
        self.allowed: list[re.Pattern[str]] = []

    def allow(self, pattern: str) -> None:
        """Problems that match the regular expression are expected in this test."""
        self.allowed.append(re.compile(pattern))

    def follow(self, page: Page) -> None:
        page.on("console", lambda message: self._console(message.type, message.text, message.location))
        page.on("pageerror", lambda error: self.problems.append(f"uncaught: {error}"))
        page.on("request", lambda request: self._request(request.url))

    def _console(self, kind: str, text: str, location: object) -> None:
        # Chromium reports breaches of the Content-Security-Policy here too, and files that are not found.
        if kind == "error" or "Content Security Policy" in text:
            self.problems.append(f"console: {text} {location}")

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.netloc != self.own:
            self.problems.append(f"request to elsewhere: {url}")

    def verdict(self) -> list[str]:
        """The problems that nobody expected."""
        return [problem for problem in self.problems if not any(one.search(problem) for one in self.allowed)]
