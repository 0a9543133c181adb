"""A desk of their own for the tests that change things, and windows on it for the people of the sample."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests import chromium
from tests.sample import ANA, KWAME, TOMASZ
from tests.server import Server


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of one module's own, with the sample organisation: here things are changed."""
    server = Server(Path(tmp_path_factory.mktemp("desk")))
    try:
        server.sample()
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def sessions(desk: Server) -> dict[str, list[dict[str, Any]]]:
    return {
        email: [{"name": name, "value": value, "url": desk.url} for name, value in desk.session(email).items()]
        for email in (ANA, TOMASZ, KWAME)
    }


@pytest.fixture
def sit(browser: Browser, desk: Server, sessions: dict[str, list[dict[str, Any]]]) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody: ``sit("portfolio")`` is Ana's. What nobody *allows* on the console fails the test."""
    opened: list[BrowserContext] = []
    watch = chromium.Watch(desk.url)

    def open_page(path: str = "", email: str = ANA, *, allow: str = "", **more: Any) -> Page:
        more = {"viewport": {"width": 1280, "height": 900}, **more}
        context = browser.new_context(base_url=desk.url, locale="en-GB", **more)
        context.add_cookies(sessions[email])  # type: ignore[arg-type]
        context.on("page", watch.follow)
        context.set_default_timeout(15_000)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        opened.append(context)
        if allow:
            watch.allow(allow)
        page = context.new_page()
        page.goto(f"/w/{desk.workspace}/{path}")
        return page

    yield open_page
    for context in opened:
        context.close()
    problems = watch.verdict()
    assert not problems, "\n".join(problems)
