"""What stands at the head of every page of flow: its tabs, whose work it is, which days, by which policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from northing.measure.flow.asked import Asked, Level, own_readers, policies
from northing.report import reading_told, words
from northing.report.reading_told import ReaderSaid
from northing.web.frame.context import Page
from northing.web.frame.freshness import sourced
from northing.web.frame.window import offered

from .state import State

TABS: tuple[tuple[str, str], ...] = (
    ("", gettext_noop("Flow")),
    ("work", gettext_noop("Backlog")),
    ("return", gettext_noop("Return")),
    ("delivery", gettext_noop("Delivery")),
    ("states", gettext_noop("Time in state")),
    ("forecast", gettext_noop("Forecast")),
    ("policies", gettext_noop("Policies")),
)
"""Address under ``flow/`` and title; a page stands here from the day on which it works."""

FLOW = ("work", "transition")
"""Tables of facts that these pages tell of."""
MOST = 40
"""Entities of one level that the menu lists."""
LEVELS: tuple[tuple[Level, str], ...] = (
    ("value_stream", gettext_noop("Value streams")),
    ("team", gettext_noop("Teams")),
    ("investment", gettext_noop("Investments")),
)


def framed(page: Page, state: State, tab: str, found: Asked | None) -> dict[str, Any]:
    """The context of the head. *tab*: an address of :data:`TABS`; *found*: what the page speaks of, if anything."""
    path = f"flow/{tab}".rstrip("/")
    every = policies(page.view, state.whose)
    several = len(found.parts) > 1 if found and not state.policy else own_readers(page.view, state.whose) is not None
    return {
        "title": _("Flow"),
        "state": state,
        "tab": tab,
        "tabs": [(name, _(title), page.link(f"flow/{name}".rstrip("/"), **state.query())) for name, title in TABS],
        "scope_name": words.name(page.view, state.whose.level, state.whose.id)
        if state.whose.id
        else _("Whole organisation"),
        "scopes": _scopes(page, state, path),
        "whole": page.link(path, **state.query(level=None, id=None)),
        "periods": [
            (text, title, page.link(path, **state.query(period=text))) for text, title, _on in offered(state.window)
        ],
        "policy": found.policy if found else None,
        "policy_of": reading_told.read_by(found) if found else _("No policy yet"),
        "read_by": _read_by(page, found) if found else None,
        "policies": [
            *(
                [(_("Each team's own"), page.link(path, **state.query(policy=None)), not state.policy)]
                if several
                else []
            ),
            *(
                (
                    one.name,
                    page.link(path, **state.query(policy=one.id)),
                    bool(found and one.id == found.policy.id and (state.policy or not several)),
                )
                for one in every
            ),
        ],
        "others": [
            (one.name, page.link(path, **state.query(other=one.id)), one.id == state.other)
            for one in every
            if not found or one.id != found.policy.id or len(found.parts) > 1
        ],
        "alone": page.link(path, **state.query(other=None)) if state.other else "",
        "go": lambda **changes: page.link(path, **state.query(**changes)),
        "sourced": sourced(page, FLOW),
        "any_work": any("work" in one.scopes for one in page.view.plan.deliveries.values()),
    }


@dataclass(frozen=True)
class ReadBy:
    """What stands on a page of the policies by which its work was read."""

    said: str
    """ "4 policies"."""
    each: list[tuple[ReaderSaid, str]]
    """Each with its address; none where one policy read everything."""
    unread: list[str]
    phases: bool
    """Whether the policies differ over states, so that pictures tell of phases."""


def _read_by(page: Page, found: Asked) -> ReadBy:
    each = [(one, page.link(f"flow/policies/{one.id}")) for one in reading_told.readers_said(page.view, found)]
    return ReadBy(
        reading_told.read_by(found), each if len(each) > 1 else [], reading_told.unread_said(page.view, found),
        bool(found.work.parts) and found.work.ranks is None,
    )  # fmt: skip


def _scopes(page: Page, state: State, path: str) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Value streams and teams, then the investments that work is linked to."""
    view, found = page.view, []
    linked = {one.investment for one in view.plan.work_links.values()}
    for level, title in LEVELS:
        ids = [id for id in view.plan.table(level) if level != "investment" or id in linked]
        entries = sorted(
            (words.name(view, level, id), _there(page, state, path, level, id), id == state.whose.id) for id in ids
        )
        if entries:
            found.append((_(title), entries[:MOST]))
    return found


def _there(page: Page, state: State, path: str, level: Level, id: str) -> str:
    """The same page about another's work, read by the policy that holds there."""
    return page.link(path, **state.query(level=level, id=id, policy=None, other=None))
