"""What a column of a table of work can mean, and which one it is taken for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from northing.portfolio.reading import Question
from northing.sources.mapping import Column, Layout, Options
from northing.sources.meanings import tokens
from northing.sources.profile import LIKELY, Profile
from northing.sources.tabular import TableFile

from .ledger_meanings import Proposal

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
DATES = ("work.entered", "work.created", "work.resolved", "work.updated")


def propose(file: TableFile) -> Proposal:
    """A layout for *file*: names that leave no doubt, and every other column of dates as a state; questions."""
    found: dict[str, Column] = {}
    questions: list[Question] = []
    for name in file.columns:
        profile = Profile(name, file.column(name))
        told = " ".join(tokens(name))
        taken = {column.to for column in found.values()}
        target = next((target for target, names in NAMES.items() if told in names and target not in taken), None)
        if target is None and profile.date_share >= LIKELY:
            target = "work.entered"
        if target is not None:
            column, question = specify(profile, target)
            questions += [question] if question else []
            if column is not None:
                found[name] = column
    return Proposal(layout=Layout(columns=found, options=Options(rows="work")), questions=tuple(questions))


def perhaps(column: str) -> str:
    """What a column of dates means, by its name: an instant of the item's, else that it came into a state."""
    told = " ".join(tokens(column))
    return next((target for target in DATES if told in NAMES.get(target, ())), "work.entered")


NAMES = {target: {" ".join(tokens(each)) for each in phrases.split("|")} for target, phrases in MEANINGS.items()}


def specify(column: Profile, target: str) -> tuple[Column | None, Question | None]:
    """What *target* needs to know of the column: of a date, whether the day or the month stands first."""
    if target not in DATES:
        return Column(to=target), None
    if column.order != "unclear":
        return Column(to=target, order=column.date_order if column.order != "none" else None), None
    example = next(iter(column.words))
    question = Question(
        code="date-order",
        message=f"“{column.name}”: does the day or the month come first in “{example}”?",
        column=column.name,
        options=("dmy", "mdy"),
    )
    return None, question


def specifier(file: TableFile) -> Callable[[str, str], Column]:
    """Column and target → the column's meaning, as a person's answers need it."""

    def told(name: str, target: str) -> Column:
        column, _ = specify(Profile(name, file.column(name)), target)
        return column or Column(to=target)

    return told
