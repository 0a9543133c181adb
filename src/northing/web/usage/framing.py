"""What stands at the head of every page of usage: its tabs, whose it is, which days, in which currency."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from northing.measure.levels import Level, parts
from northing.portfolio.errors import Finding
from northing.report import words
from northing.web.frame.context import Page
from northing.web.frame.currencies import currencies, problem
from northing.web.frame.freshness import sourced
from northing.web.frame.window import offered

from .state import State

MOST = 40
"""Entities of one level that the menu lists."""


def framed(page: Page, state: State, tab: str, findings: Iterable[Finding] = ()) -> dict[str, Any]:
    path = "usage" if tab == "overview" else f"usage/{tab}"
    return {
        "title": _("Usage"),
        "state": state,
        "tab": tab,
        "tabs": [
            (name, title, page.link("usage" if name == "overview" else f"usage/{name}", **state.query()))
            for name, title in (
                ("overview", _("Usage")),
                ("effects", _("Price and volume")),
                ("what-if", _("What if")),
                ("prices", _("Prices")),
            )
        ],
        "scope_name": _scope_name(page, state),
        "scopes": _scopes(page, state, path),
        "whole": page.link(path, **state.query(level=None, id=None)),
        "periods": [
            (text, title, page.link(path, **state.query(period=text))) for text, title, _on in offered(state.window)
        ],
        "currencies": [(code, page.again(**{"in": code})) for code in currencies(page)],
        "go": lambda **changes: page.link(path, **state.query(**changes)),
        "problems": [problem(page, one) for one in findings],
        "sourced": sourced(page, ("usage",)),
    }  # fmt: skip


def _scope_name(page: Page, state: State) -> str:
    scope = state.scope
    return words.name(page.view, scope.level, scope.id) if scope.id else _("Whole organisation")


def _scopes(page: Page, state: State, path: str) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Portfolios, objectives and value streams, then the investments that use models."""
    found = []
    levels: tuple[tuple[Level, str], ...] = (
        ("portfolio", _("Portfolios")),
        ("objective", _("Objectives")),
        ("value_stream", _("Value streams")),
        ("investment", _("Investments")),
    )
    for level, title in levels:
        every = [one.scope for one in parts(page.view, level).all]
        if level == "investment":
            ruled = {one.investment for one in page.view.plan.attribution_rules.values() if str(one.tables) != "cost"}
            every = [one for one in every if one.id in ruled]
        entries = [
            (
                words.name(page.view, level, one.id),
                page.link(path, **state.query(level=level, id=one.id)),
                one == state.scope,
            )
            for one in every[:MOST]
            if one.id
        ]
        if entries:
            found.append((title, entries))
    return found
