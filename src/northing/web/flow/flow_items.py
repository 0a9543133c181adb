"""The items under a picture or a figure, and what is wrong with their data, by name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from northing.facts.flow_asking import END_IN_DOUBT, UNKNOWN_STATE, Item, Problem
from northing.measure.flow.asked import Asked
from northing.measure.flow.flowing import expectation_of
from northing.measure.flow.shown import Shown, shown
from northing.measure.flow.terms import ITEM
from northing.report import words, work_words
from northing.report.flow_charts import KINDS, kind_name
from northing.report.flow_drawing import days_said
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page

from .flow_state import FlowState

ROWS, MOST = 40, 1000
FEW = 6
"""Items of one problem that are named before one asks for all."""


@dataclass(frozen=True)
class Row:
    key: str
    title: str
    href: str
    kind: str
    shape: tuple[str, str]
    state: str
    started: str
    finished: str
    took: str
    """From start to finish, or its age."""
    outcome: str
    moved: int
    """Moves back and openings anew."""
    blocked: bool
    wrong: str
    read_by: str
    """The policy that read it, where several read the work."""


@dataclass(frozen=True)
class Items:
    title: str
    rows: list[Row]
    count: int
    more: int
    default: bool
    """Whether nobody asked for anything: what is in progress."""


def shown_of(page: Page, state: FlowState, found: Asked, text: str) -> Shown:
    return shown(found, state.days, text, expectation_of(page.view, state.base.whose))


def listed(page: Page, state: FlowState, found: Asked, what: Shown) -> Items:
    items = list(what.items)
    if state.show in ("", "progress"):
        items.sort(key=lambda one: (one.started or 0, one.source, one.item))
    problems = defaultdict(list)
    for one in found.problems:
        problems[one.item].append(one)
    rows = [_row(page, found, item, problems.get(item.item, [])) for item in items[: MOST if state.every else ROWS]]
    default = not state.show
    title = words.say(page.view, what.title)
    return Items(title, rows, len(items), max(0, min(len(items), MOST) - len(rows)), default)


def _row(page: Page, found: Asked, item: Item, problems: list[Problem]) -> Row:
    work = found.work
    started, finished = (work.days.of(at) if at is not None else None for at in (item.started, item.finished))
    took = ""
    if item.started is not None:
        end = work.now if item.finished is None else item.finished
        took = days_said(Fraction(work.took(item.started, end), work.unit)) if end >= item.started else ""
    outcomes = {"open": "", "delivered": _("delivered"), "discarded": _("ended without delivery")}
    return Row(
        item.key or item.item, item.title or "", address_of(page, ITEM, item.key or item.item), kind_name(item.kind),
        KINDS[item.kind], item.state or "", words.day(started), words.day(finished), took, outcomes[item.outcome],
        item.reopened + item.backward, item.blocked_now, "; ".join(work_words.problem(one) for one in problems),
        found.policy_of(item).name if len(found.parts) > 1 else "",
    )  # fmt: skip


@dataclass(frozen=True)
class ProblemGroup:
    said: str
    count: int
    items: list[tuple[str, str]]
    href: str
    cures: list[tuple[str, str]]
    """The policies that do not know the state, and their pages."""


def problems_of(page: Page, state: FlowState, found: Asked) -> list[ProblemGroup]:
    """What is wrong with the data, the most frequent first; the items by name."""
    by: dict[tuple[str, str], list[Problem]] = defaultdict(list)
    for one in found.problems:
        by[one.code, work_words.problem(one)].append(one)
    return [
        ProblemGroup(
            said, len(every),
            [(one.key or one.item, address_of(page, ITEM, one.key or one.item)) for one in every[:FEW]],
            page.link("flow", **state.query(show=f"problem:{code}")) + "#items",
            _cures(page, found, every) if code in (UNKNOWN_STATE, END_IN_DOUBT) else [],
        )
        for (code, said), every in sorted(by.items(), key=lambda one: (-len(one[1]), one[0]))
    ]  # fmt: skip


def _cures(page: Page, found: Asked, problems: list[Problem]) -> list[tuple[str, str]]:
    """The policies by which the items of *problems* are read: where one says what a state means."""
    named = {one.item for one in problems}
    read_by = {
        policy.id: policy for item in found.work.items if item.item in named for policy in [found.policy_of(item)]
    }
    return [(one.name, page.link(f"flow/policies/{one.id}")) for one in (read_by or {"": found.policy}).values()]
