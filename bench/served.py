"""A server over a home that a bench has filled, and Chromium signed in to it."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bench.start import BIN, environment

if TYPE_CHECKING:
    from playwright.sync_api import Page

PORT = 8947


@contextmanager
def browsed(home: str, email: str, password: str) -> Iterator[Page]:
    """A page at 1280 px, signed in as that user; server and browser end with it."""
    from tests.chromium import running

    server = subprocess.Popen(
        [BIN / "northing", "serve", "--port", str(PORT)],
        env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _alive()
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        with running() as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 900}, base_url=f"http://127.0.0.1:{PORT}")
            page.goto("/login")
            page.fill("input[name=login]", email)
            page.fill("input[name=password]", password)
            page.press("input[name=password]", "Enter")
            page.wait_for_url("**/w/**")
            yield page
    finally:
        server.terminate()
        server.wait()


def _alive() -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/alive", timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
