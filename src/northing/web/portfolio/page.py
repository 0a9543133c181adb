"""The Portfolio page: every investment in one grid, or as bubbles; and the windows of rows that it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.measure.cells import Column, column, possible_columns
from northing.measure.table import ask
from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.kinds import references
from northing.report import words
from northing.web.frame.context import Page, page
from northing.web.frame.typed import whole

from . import bubbles
from .cell_html import drawn, raw
from .grid import FIRST, Grid, answer_of, remembered
from .grid_state import EMPTY, FACETS, State, read
from .saved_views import views_of

GROUPS = (
    "stage",
    "portfolio",
    "value_stream",
    "health",
    "owner",
    "org_unit",
    "chain",
    "spend_class",
    "start:quarter",
    "end:quarter",
)
"""What the menu offers to group by; the address takes any column."""

MAX_WINDOW = 400


@page("portfolio")
def portfolio(page: Page) -> HttpResponse:
    """The page itself. A filter that means nothing leaves the page as it would be without it, and says so."""
    state = _state(page)
    problem: Invalid | None = None
    try:
        grid = Grid(page, state)
    except Invalid as wrong:
        problem = wrong
        grid = Grid(page, State(shape=state.shape))
    chart = bubbles.picture(page, grid) if state.shape == "bubbles" and problem is None else None
    heads = grid.heads()
    return page.render(
        "portfolio/page.html",
        state=state,
        grid=grid,
        heads=heads,
        columns_json=msgspec.json.encode([_for_browser(head) for head in heads]).decode(),
        rows=grid.window(0, grid.lines if grid.whole else FIRST),
        foot=grid.foot(),
        problem=problem,
        facets=_facets(page, state) if problem is None else [],
        groupings=_groupings(page),
        chart=chart,
        views=views_of(page),
        saved=next((view for view in views_of(page) if view.id == state.saved), None),
        empty_plan=not page.view.plan.investments,
    )


@page()
def rows(page: Page) -> HttpResponse:
    """A window of lines for the grid: ``offset`` and ``limit`` count group headers too."""
    grid = Grid(page, _state(page))
    offset = _whole(page, "offset", 0)
    limit = min(MAX_WINDOW, _whole(page, "limit", FIRST))
    return page.json(
        {
            "offset": offset,
            "lines": grid.lines,
            "total": grid.answer.total,
            "at": page.at.no,
            "rows": grid.window(offset, limit),
        }
    )


@page()
def options(page: Page) -> HttpResponse:
    """What a link's editor offers: entities of a kind whose name or number holds what was typed."""
    kind = page.request.GET.get("kind", "")
    text = page.request.GET.get("q", "").strip().casefold()
    if kind not in {field.ref for field in references("investment") if not field.hidden}:
        raise NotFound(_("Nothing of this kind is chosen in the grid."))
    table = page.view.plan.table(kind)
    found = []
    for id, entity in table.items():
        name = page.view.name_of(kind, id) or ""
        number = getattr(entity, "number", None) or ""
        if text in name.casefold() or text in number.casefold():
            found.append(
                (
                    not name.casefold().startswith(text),
                    name.casefold(),
                    {"id": id, "name": name, "note": number or getattr(entity, "job", None) or ""},
                )
            )
    found.sort(key=lambda item: item[:2])
    return page.json({"options": [item for _first, _name, item in found[:40]], "more": max(0, len(found) - 40)})


@page()
def value(page: Page) -> HttpResponse:
    """The whole value of one cell, where the grid shows only its beginning."""
    one = _column(page, page.request.GET.get("column", ""))
    id = page.request.GET.get("id", "")
    if id not in page.view.plan.investments:
        raise NotFound(_("There is no such investment."))
    answer = ask(page.view, "investment", columns=[one.key], among=[id])
    return page.json({"value": raw(answer.rows[0].cells[0])})


@page()
def chooser(page: Page) -> HttpResponse:
    """The dialog in which columns are chosen and put in order."""
    state = _state(page)
    possible = possible_columns(page.view, "investment")
    shown: list[Column] = []
    for spec in state.shown:
        try:
            shown.append(column(page.view, "investment", spec))
        except Invalid:
            continue
    keys = {one.key for one in shown}
    groups: list[tuple[str, list[tuple[str, str, str]]]] = []
    for title, origins in (
        (_("Fields"), ("field",)),
        (_("Computed"), ("derived",)),
        (_("Custom fields"), ("custom",)),
        (_("Linked"), ("reverse", "directory")),
        (_("As in the source file"), ("source",)),
    ):
        found = [
            (one.key, words.heading(one), one.help) for one in possible if one.origin in origins and one.key not in keys
        ]
        if found:
            groups.append((title, found))
    return page.render(
        "portfolio/columns.html",
        state=state,
        shown=[(one.key, words.heading(one), one.help) for one in shown],
        groups=groups,
    )


@page()
def export(page: Page, form: str) -> HttpResponse:
    """The grid as it stands, as a spreadsheet or as text."""
    from northing.report.export import to_csv, to_xlsx

    state = _state(page)
    answer = answer_of(page, state)
    name = f"{page.workspace.slug}-portfolio-r{page.at.no}.{form}"
    if form == "csv":
        content, kind = to_csv(page.view, answer), "text/csv; charset=utf-8"
    else:
        content = to_xlsx(page.view, answer, _("Portfolio"))
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    made = HttpResponse(content, content_type=kind)
    made["Content-Disposition"] = f'attachment; filename="{name}"'
    return made


def _state(page: Page) -> State:
    """The state of the address; where it only names a saved view, that view's."""
    given = page.request.GET
    state = read(given)
    if state.saved and set(given) <= {"view", "at", "mode", "offset", "limit"}:
        found = page.view.plan.saved_views.get(state.saved)
        if found is not None:
            from django.http import QueryDict

            return msgspec.structs.replace(read(QueryDict(found.query)), saved=state.saved)
    return state


def _for_browser(head: Any) -> dict[str, Any]:
    return {
        "key": head.key, "title": head.title, "type": head.type, "field": head.field, "ref": head.ref,
        "choices": head.choices, "long": head.long, "width": head.width,
    }  # fmt: skip


def _facets(page: Page, state: State) -> list[dict[str, Any]]:
    """The quick filters, each with its values and how many investments have them under the other filters."""
    made = []
    for field in FACETS:
        try:
            one = column(page.view, "investment", field)
        except Invalid:
            continue
        others = msgspec.structs.replace(state, facets=tuple(pair for pair in state.facets if pair[0] != field))
        answer = remembered(
            page,
            ("facet", field, others.filter),
            lambda field=field, others=others: ask(  # type: ignore[misc]
                page.view, "investment", where=others.filter, by=[field], columns=["id"], limit=0
            ),
        )
        entries = []
        for group in answer.groups:
            key = EMPTY if group.value is None else str(group.value)
            entries.append(
                {
                    "value": key,
                    "text": words.group_label(page.view, answer.by[0], group),
                    "html": drawn(field, None if group.value is None else str(group.value), "en")
                    if field in ("stage", "health")
                    else "",
                    "count": group.count,
                    "on": (field, key) in state.facets,
                    "query": state.query(facets=state.toggled(field, key), saved=""),
                }
            )
        chosen = [entry for entry in entries if entry["on"]]
        made.append({"field": field, "title": words.heading(one), "entries": entries, "chosen": chosen})
    return made


def _groupings(page: Page) -> list[tuple[str, str]]:
    found = []
    for spec in GROUPS:
        path, _colon, unit = spec.partition(":")
        try:
            title = words.heading(column(page.view, "investment", path))
        except Invalid:
            continue
        found.append((spec, f"{title} ({_('by quarter')})" if unit else title))
    return found


def _column(page: Page, spec: str) -> Column:
    return column(page.view, "investment", spec)


def _whole(page: Page, name: str, usual: int) -> int:
    asked = whole(page.request.GET.get(name, ""))
    return usual if asked is None or asked < 0 else asked


def titles(columns: Sequence[Column]) -> list[str]:
    return [words.heading(one) for one in columns]
