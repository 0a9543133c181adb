"""Sentences whose figures say where they come from."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup, escape

from northing.measure.address import Figure

from .context import Page


def why_address(page: Page, figure: Figure) -> str:
    """Where *figure* is explained."""
    at = f"&{page.query_at}" if page.query_at else ""
    return f"{page.home}why?{figure.query()}{at}"


def figured(page: Page, text: str, said: Mapping[str, str], figures: Mapping[str, Figure | None]) -> Markup:
    """*text* with what is *said* in place of its names; those that have an address are links to their receipts.

    Everything is escaped, *text* too. A name that has no address is plain words.
    """
    return escape(text) % {name: _linked(page, words, figures.get(name)) for name, words in said.items()}


def _linked(page: Page, words: str, figure: Figure | None) -> str | Markup:
    if figure is None or words == "–":
        return words
    return Markup('<a class="why" href="{}">{}</a>').format(why_address(page, figure), words)
