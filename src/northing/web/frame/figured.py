"""Sentences whose figures say where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from markupsafe import Markup, escape

from northing.measure.address import Figure

from .context import Page


def why_address(page: Page, figure: Figure, ref: str = "") -> str:
    """Where *figure* is explained: of the plan that is looked at, or of the one at *ref*."""
    query = f"at={quote(ref)}" if ref else page.query_at
    at = f"&{query}" if query else ""
    return f"{page.home}why?{figure.query()}{at}"


def figured(page: Page, text: str, said: Mapping[str, str], figures: Mapping[str, Figure | str | None]) -> Markup:
    """*text* with what is *said* in place of its names; those that have an address are links to their receipts.

    Everything is escaped, *text* too. A name that has no address is plain words. *figures*: the figure behind each
    name, or the link to its receipt (:func:`why_address`).
    """
    return escape(text) % {name: _linked(page, words, figures.get(name)) for name, words in said.items()}


def _linked(page: Page, words: str, figure: Figure | str | None) -> str | Markup:
    if figure is None or words == "–":
        return words
    return Markup('<a class="why" href="{}">{}</a>').format(
        figure if isinstance(figure, str) else why_address(page, figure), words
    )
