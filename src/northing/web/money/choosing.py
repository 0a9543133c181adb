"""What the menus at the head of the page offer: whose money, and the currency to tell it in."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from northing.measure.levels import Level, Scope, parts
from northing.web.frame.context import Page
from northing.web.frame.currencies import currencies

from .state import State, name_of

MOST = 60
"""Entities of one level that the menu lists; the others are in the tables below, one click away."""


@dataclass(frozen=True)
class Entry:
    name: str
    href: str
    depth: int = 0
    current: bool = False


@dataclass(frozen=True)
class Choices:
    """The levels, each with its entities, and the currencies."""

    levels: list[tuple[str, list[Entry], int]]
    """Title, entries, how many are left out."""
    currencies: list[tuple[str, str]]
    """Code and address."""


def choices(page: Page, state: State) -> Choices:
    levels = []
    for level, title in _titles():
        every = parts(page.view, level).all
        entries = [
            Entry(name_of(page.view, one.scope), _address(page, state, one.scope), one.depth, one.scope == state.scope)
            for one in every[:MOST]
        ]
        if entries:
            levels.append((title, entries, max(0, len(every) - MOST)))
    return Choices(levels, [(code, page.again(**{"in": code})) for code in currencies(page)])


def _titles() -> tuple[tuple[Level, str], ...]:
    return (("portfolio", _("Portfolios")), ("objective", _("Objectives")), ("value_stream", _("Value streams")))


def _address(page: Page, state: State, scope: Scope) -> str:
    return page.link("money", **state.at(scope))
