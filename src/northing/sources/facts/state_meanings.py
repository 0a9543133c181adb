"""What a column of a table of work can mean, and which one it is taken for."""

from __future__ import annotations

from collections.abc import Mapping

from northing.sources.mapping import Column, Layout, Options
from northing.sources.meanings import tokens
from northing.sources.profile import LIKELY, Profile
from northing.sources.tabular import TableFile

MEANINGS: Mapping[str, str] = {
    "work.item": "id|item|item id|key|issue key|issue id|work item|ticket|story id|reference|nummer|vorgang",
    "work.title": "title|name|summary|subject|titel",
    "work.url": "url|link|address",
    "work.project": "project|project key|product|projekt",
    "work.team": "team|squad",
    "work.type": "type|issue type|item type|work item type|typ",
    "work.parent": "parent|parent id|parent key",
    "work.epic": "epic|feature|epic key",
    "work.state": "state|status|current state|column",
    "work.resolution": "resolution|outcome",
    "work.priority": "priority|class of service",
    "work.sprint": "sprint|iteration",
    "work.points": "points|story points|estimate|size",
    "work.created": "created|created date|creation date|created on|created at|date created",
    "work.resolved": "resolved|resolved date|resolution date",
    "work.updated": "updated|updated date|last updated|modified",
    "work.author": "author|reporter|creator|created by",
    "work.assignee": "assignee|assigned to|owner",
}
"""Target → what people call it."""
MORE = ("work.entered", "work.key", "work.tag", "work.first")
TARGETS: tuple[str, ...] = (*MEANINGS, *MORE)
"""Everything that a column can mean. Several may be ``work.entered`` and ``work.tag``."""
DATES = ("work.created", "work.resolved", "work.updated", "work.entered")


def propose(file: TableFile) -> Layout:
    """A layout for *file*: names that leave no doubt, and every other column of dates as a state."""
    found: dict[str, Column] = {}
    taken: set[str] = set()
    for name in file.columns:
        profile = Profile(name, file.column(name))
        told = " ".join(tokens(name))
        target = next(
            (target for target, phrases in MEANINGS.items()
             if target not in taken and told in [" ".join(tokens(each)) for each in phrases.split("|")]), None
        )  # fmt: skip
        if target is None and profile.date_share >= LIKELY:
            target = "work.entered"
        if target is not None:
            found[name] = Column(to=target, order=_order(profile) if target in DATES else None)
            taken.add(target)
    return Layout(columns=found, options=Options(rows="work"))


def _order(profile: Profile) -> str | None:
    return profile.date_order if profile.date_order not in ("none", "unclear") else None
