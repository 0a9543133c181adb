"""The grid of investments: one answer, cut into lines (group headers and rows) that a window shows.

The whole answer of a state is kept for a moment, so that scrolling costs a slice and not a question.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Any

import msgspec
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import escape

from northing.measure.cells import Column, column
from northing.measure.grouping import Group
from northing.measure.table import Answer, ask
from northing.portfolio.errors import Invalid
from northing.portfolio.money import Amounts
from northing.report import words
from northing.web.frame.addresses import investment_path

from .cell_html import Writer, class_of
from .grid_state import State
from .sums import both, condition, linked, of_sum

if TYPE_CHECKING:
    from northing.measure.view import View
    from northing.web.frame.context import Page

PLAIN = 200
"""Rows up to which the page holds them all; above, the browser asks for windows."""

FIRST = 64
"""Lines that the page itself brings of a longer table: whole blocks of ``grid-lines.js``."""

KEPT = 40
KEPT_ROWS = 150_000
"""Answers in memory, the whole grid's and the quick filters'."""
USUAL_SORT = ("number",)
WIDTHS = {
    "money": 112,
    "number": 104,
    "integer": 92,
    "date": 108,
    "choice": 130,
    "reference": 150,
    "flag": 84,
    "text": 176,
}
OWN_WIDTHS = {"name": 268, "number": 88, "stage": 116, "health": 124, "owner": 140, "description": 320, "chain": 176}

_kept: OrderedDict[tuple[Any, ...], Answer] = OrderedDict()
_lock = Lock()


FOLD = (
    '<button type="button" class="fold" tabindex="-1" aria-expanded="true" aria-label="{label}">'
    '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="m4 6 4 4 4-4"/></svg></button>'
)


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """A column's head, as the page and the browser need it."""

    key: str
    title: str
    type: str
    css: str
    width: int
    field: str | None
    ref: str | None
    choices: tuple[tuple[str, str], ...]
    long: bool
    help: str
    sorted: str
    place: int
    """Which of the sort keys it is, from 1; 0 for none."""


class Grid:
    """One state of the grid on one page."""

    def __init__(self, page: Page, state: State) -> None:
        self.page = page
        self.state = state
        self.answer = answer_of(page, state)
        self.starts = [group.start + index for index, group in enumerate(self.answer.groups)]
        """The line of each group's header."""

    @property
    def lines(self) -> int:
        return self.answer.length + len(self.answer.groups)

    @property
    def whole(self) -> bool:
        """Whether the page holds all lines."""
        return self.answer.length <= PLAIN

    def heads(self) -> list[Head]:
        widths = dict(self.state.widths)
        keys = [key.lstrip("-") for key in self.state.sort]
        return [
            Head(
                key=one.key,
                title=words.heading(one),
                type=one.type,
                css=class_of(one),
                width=widths.get(one.key) or OWN_WIDTHS.get(one.key) or WIDTHS.get(one.type, 160),
                field=one.field if one.field != "number" else None,
                ref=one.ref,
                choices=tuple((choice, words.label(choice, one.word.name)) for choice in one.choices),
                long=one.long,
                help=one.help,
                sorted=self.state.sorted_by(one.key),
                place=keys.index(one.key) + 1 if one.key in keys and len(keys) > 1 else 0,
            )
            for one in self.answer.columns
        ]

    def window(self, offset: int, limit: int) -> list[str]:
        """Lines *offset* … as HTML rows, group headers among them."""
        writer = Writer(self.page.view, self.answer.columns, self.link, get_language() or "en", self.why)
        out: list[str] = []
        pick = self.page.may_edit
        for line in range(max(0, offset), min(self.lines, offset + limit)):
            at = bisect_left(self.starts, line)
            if at < len(self.starts) and self.starts[at] == line:
                out.append(self._group(self.answer.groups[at], line, pick))
            else:
                row = self.answer.rows[line - at]
                out.append(writer.row(row.id, row.cells, line + 1, labels=self.whole, pick=pick))
        return out

    def row(self, id: str) -> str | None:
        """The row of one entity, where the state still shows it."""
        for place, row in enumerate(self.answer.rows):
            if row.id == id:
                line = place + sum(1 for group in self.answer.groups if group.start <= place)
                writer = Writer(self.page.view, self.answer.columns, self.link, get_language() or "en", self.why)
                return writer.row(id, row.cells, line + 1, labels=self.whole, pick=self.page.may_edit)
        return None

    def foot(self) -> list[str]:
        """The sums under the columns: "" where there is none."""
        return self._figures(self.answer.aggregates, self.state.filter, stacked=True)

    def _figures(self, aggregates: Any, where: str, *, stacked: bool = False) -> list[str]:
        """For each column its sum as HTML, money in short with the whole figure beside the pointer; "" for none."""
        by_key = {one.column: one for one in aggregates if one.column}
        return [
            linked(self.page, of_sum(by_key[one.key], where), self._figure(by_key[one.key], one, stacked=stacked))
            if one.key in by_key
            else ""
            for one in self.answer.columns
        ]

    def _figure(self, aggregate: Any, one: Column, *, stacked: bool) -> str:
        whole = escape(words.figure(self.page.view, aggregate, one))
        if isinstance(aggregate.value, Amounts):
            parts = [
                str(escape(words.amount(amount, code, short=True)))
                for code, amount in aggregate.value.by_currency.items()
            ]
            if stacked:  # one currency a line: they have no common sum
                return "<br>".join(f'<span title="{whole}">{part}</span>' for part in parts)
            said = " + ".join(parts) if len(parts) < 3 else f"{parts[0]} + …"
            return f'<span class="sum" title="{whole}">{said}</span>' if parts else ""
        return f'<span class="{"" if stacked else "sum"}">{whole}</span>' if whole else ""

    def _group(self, group: Group, line: int, pick: bool) -> str:
        level = self.answer.by[group.depth]
        fold = FOLD.format(label=escape(_("Fold"))) if self.whole else ""
        label = escape(words.group_label(self.page.view, level, group))
        title = escape(words.heading(level.column))
        figures = self._figures(group.aggregates, both(self.state.filter, condition(self.answer.by, group)))
        first = next((index for index, text in enumerate(figures) if text), len(figures))
        span = max(1, first + (1 if pick else 0))
        cells = "".join(
            f'<td class="{class_of(one)}">{text}</td>'
            for one, text in list(zip(self.answer.columns, figures, strict=True))[max(1 - (1 if pick else 0), first) :]
        )
        return (
            f'<tr class="group depth-{group.depth}" aria-rowindex="{line + 2}"><th scope="rowgroup" colspan="{span}">'
            f'{fold}<span class="group-label"><span class="group-of">{title}</span> {label} '
            f'<span class="group-count">{group.count}</span></span></th>{cells}</tr>'
        )

    @property
    def why(self) -> tuple[str, str]:
        """What the address of a cell's receipt begins and ends with."""
        return str(escape(f"{self.page.home}why?")), str(escape(f"&{self.page.query_at}" if self.page.query_at else ""))

    def link(self, id: str) -> str:
        return self.page.link(investment_path(self.page.view.plan, id))


def answer_of(page: Page, state: State) -> Answer:
    """What the state asks, from memory where it was asked a moment ago. Raises :class:`Invalid`."""
    return remembered(page, (state.filter, state.by, state.sort, state.shown), lambda: _asked(page.view, state))


def remembered(page: Page, question: tuple[Any, ...], ask: Callable[[], Answer]) -> Answer:
    """The answer to *question* on this page's plan, day and names; asked only if it is not in memory."""
    view = page.view
    key = (view.plan.key, view.today, hash(frozenset(view.names.items())), question)
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
    made = ask()
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT or sum(len(one.rows) for one in _kept.values()) > KEPT_ROWS:
            _kept.popitem(last=False)
    return made


def _asked(view: View, state: State) -> Answer:
    shown: list[str] = []
    for spec in state.shown:
        try:
            column(view, "investment", spec)
        except Invalid:
            if state.columns:
                raise
            continue  # a usual column that this plan does not have
        shown.append(spec)
    sums = [spec for spec in shown if summed(column(view, "investment", spec))]
    sort = state.sort or USUAL_SORT
    return ask(view, "investment", where=state.filter, by=state.by, sums=sums, sort=sort, columns=shown)


def summed(one: Column) -> bool:
    """Whether a column's values make a sum that means something: money, and counts of things."""
    return one.type == "money" or (one.type == "integer" and one.origin == "derived" and one.unit is None)
