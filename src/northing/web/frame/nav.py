"""The pages that the rail leads to, in its order and its groups."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop

PAGES: tuple[tuple[str, str, str, str], ...] = (
    ("today", "", gettext_noop("Today"), "today"),
    ("inbox", "inbox", gettext_noop("Inbox"), "note"),
    ("portfolio", "portfolio", gettext_noop("Portfolio"), "portfolio"),
    ("roadmap", "roadmap", gettext_noop("Roadmap"), "roadmap"),
    ("strategy", "strategy", gettext_noop("Strategy"), "strategy"),
    ("line-of-sight", "line-of-sight", gettext_noop("Line of sight"), "sight"),
    ("rank", "rank", gettext_noop("Rank"), "sort"),
    ("capacity", "capacity", gettext_noop("Capacity"), "person"),
    ("choose", "choose", gettext_noop("Choose"), "compare"),
    ("scenarios", "scenarios", gettext_noop("Scenarios"), "scenario"),
    ("decisions", "decisions", gettext_noop("Decisions"), "gate"),
    ("money", "money", gettext_noop("Money"), "money"),
    ("unattributed", "unattributed", gettext_noop("Unattributed"), "filter"),
    ("usage", "usage", gettext_noop("Usage"), "ai"),
    ("flow", "flow", gettext_noop("Flow"), "flow"),
    ("funds", "funds", gettext_noop("Funds"), "fund"),
    ("sources", "sources", gettext_noop("Sources"), "sources"),
    ("history", "history", gettext_noop("History"), "history"),
    ("import", "import", gettext_noop("Import"), "import"),
    ("settings", "settings", gettext_noop("Settings"), "settings"),
)
"""Name, address under the workspace, title, icon; in the order of the rail."""

OF_RECORD = ("sources", "import", "settings")
"""Pages of what a scenario does not have for itself: facts, imports, the workspace and its people."""

APART = ("rank", "money", "import")
"""Entries of the rail that begin a new group."""


@dataclass(frozen=True)
class NavEntry:
    name: str
    title: str
    href: str
    icon: str
    current: bool
    rule: bool
