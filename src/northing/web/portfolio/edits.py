"""Changes made in the grid: a cell, a pasted block, many at once, a new row, taking back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from django.http import HttpResponse, QueryDict
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from northing.measure.cells import Column, column
from northing.measure.table import ask
from northing.portfolio import edits
from northing.portfolio.edits import Edit
from northing.portfolio.entity import new_id
from northing.portfolio.errors import Conflict, FieldConflict, Finding, Invalid, NotFound
from northing.portfolio.investment import Stage
from northing.record import EntityChange
from northing.report import words
from northing.web.changing.answering import body, clash, done, now_said, revision_on, said_value
from northing.web.changing.committing import of_this_plan
from northing.web.frame.context import Page, page

from .cell_html import Writer
from .cell_input import changed, value_of
from .grid import Grid, answer_of
from .grid_state import EMPTY, State, read

MOST_CELLS = 20_000


class Cell(msgspec.Struct, frozen=True):
    """One cell as the browser names it: the investment, the column's key, and what was typed."""

    id: str
    column: str
    text: str


@page(methods=("POST",), changes=True)
def edit(page: Page) -> HttpResponse:
    """Change one or more cells in one commit."""
    given = body(page)
    cells = _cells(given)
    made, findings = _edits(page, cells)
    if findings:
        raise Invalid(findings[0].message, findings=findings, remedy=findings[0].remedy)
    return _commit(page, given, made, _words(page, cells))


@page(methods=("POST",), changes=True)
def paste(page: Page) -> HttpResponse:
    """A block from a spreadsheet, put down from one cell rightwards and downwards: first shown, then one commit."""
    given = body(page)
    state = _state(given)
    answer = answer_of(page, state)
    places = {row.id: place for place, row in enumerate(answer.rows)}
    keys = [one.key for one in answer.columns]
    if given.get("id") not in places or given.get("column") not in keys:
        raise NotFound(_("The cell to paste at is not in the grid any more."))
    top, left = places[given["id"]], keys.index(given["column"])
    block = block_of(str(given.get("text", "")))
    if sum(map(len, block)) > MOST_CELLS:
        raise Invalid(_("That is more than %(n)s cells at once; import it as a file.") % {"n": MOST_CELLS})
    cells, outside = [], 0
    for down, line in enumerate(block):
        for right, text in enumerate(line):
            if top + down < len(answer.rows) and left + right < len(keys):
                cells.append(Cell(answer.rows[top + down].id, keys[left + right], text))
            else:
                outside += 1
    made, findings = _edits(page, cells)
    text = ngettext("%(n)s cell pasted", "%(n)s cells pasted", len(cells)) % {"n": len(cells)}
    if given.get("apply"):
        return _commit(page, given, made, text)
    changing = list(page.record.preview(made, on=revision_on(given), by=page.actor).changes) if made else []
    if not findings and not outside and len(cells) == 1:
        return _commit(page, given, made, _words(page, cells))
    told = _differences(page, changing, answer.columns)
    dialog = page.render(
        "portfolio/paste.html",
        told=told[:40],
        more=max(0, len(told) - 40),
        findings=findings,
        outside=outside,
        rows=len(changing),
        name_of=_name_of(page),
    )
    return page.json({"dialog": dialog.content.decode(), "possible": bool(changing)})


@page(methods=("POST",), changes=True)
def many(page: Page) -> HttpResponse:
    """One field of many investments, set at once."""
    given = body(page)
    ids = chosen(page, given)
    key = str(given.get("column", ""))
    cells = [Cell(id, key, str(given.get("text", ""))) for id in ids]
    made, findings = _edits(page, cells)
    if findings:
        raise Invalid(findings[0].message, findings=findings[:1], remedy=findings[0].remedy)
    one = column(page.view, "investment", key)
    text = ngettext("%(field)s of %(n)s investment set", "%(field)s of %(n)s investments set", len(ids)) % {
        "field": words.heading(one), "n": len(ids)
    }  # fmt: skip
    return _commit(page, given, made, text)


@page(methods=("POST",), changes=True)
def add(page: Page) -> HttpResponse:
    """A new investment by its name; what the quick filters fix is filled in."""
    given = body(page)
    name = " ".join(str(given.get("name", "")).split())
    if not name:
        raise Invalid(_("An investment needs a name."))
    state = _state(given)
    fixed: dict[str, Any] = {"currency": page.workspace.currency}
    for field in ("stage", "portfolio", "value_stream", "owner"):
        chosen = [value for value in state.chosen(field) if value != EMPTY]
        if len(chosen) == 1:
            fixed[field] = chosen[0]
    if not page.may_edit:
        fixed["stage"] = Stage.IDEA.value  # what a contributor brings in
    id = new_id()
    reason = _("Investment “%(name)s” added") % {"name": name}
    committed = page.record.commit(
        [edits.create("investment", id, name=name, **fixed)], on=None, by=page.actor, reason=reason
    )
    fresh = page.again_now()
    return done(
        fresh, committed, text=reason, id=id, row=_rows(fresh, state, [id])[id], total=len(fresh.view.plan.investments)
    )


@page(methods=("POST",), changes=True)
def resolve(page: Page) -> HttpResponse:
    """What clashed, sent again with a choice for each field; stands on the head that the clash was found on."""
    given = body(page)
    kept = given.get("conflict") or {}
    choices = given.get("choices") or {}
    clashed = msgspec.convert(kept.get("fields", []), list[FieldConflict])
    theirs = {(one.id, one.field) for number, one in enumerate(clashed) if choices.get(f"c{number}") != "yours"}
    made = [
        edits.change(one.kind, one.id, **left) if one.op == "change" else one
        for one in msgspec.convert(kept.get("asked", {}).get("edits", []), list[Edit])
        if one.op != "change"
        or (
            left := {
                name: value
                for name, value in one.fields.items()
                if (one.id, name) not in theirs and (one.id, None) not in theirs
            }
        )
    ]
    asked = {**given, "query": kept.get("asked", {}).get("query", "")}
    if not made:
        fresh = page.again_now()
        rows = _rows(fresh, _state(asked), [one.id for one in clashed])
        return page.json(
            {"head": page.head, "toast": {"text": _("Theirs stands; nothing of yours was changed.")}, "rows": rows}
        )
    return _commit(page, asked, made, str(kept.get("asked", {}).get("reason", "")) or _("Conflict settled"))


@page(methods=("POST",), changes=True)
def undo(page: Page) -> HttpResponse:
    """Take a revision back. What others have changed since stays, and is said."""
    given = body(page)
    no = given.get("no")
    if not isinstance(no, int):
        raise Invalid(_("It is not said which revision to take back."))
    of_this_plan(page, no)
    reverted = page.record.revert(no, by=page.actor)
    if reverted.revision is None:
        return page.json(
            {
                "head": page.head,
                "toast": {"text": _("Nothing could be taken back: it has all been changed since."), "tone": "bad"},
            }
        )
    text = _("r%(no)s taken back") % {"no": no}
    if reverted.conflicts:
        text += " " + ngettext(
            "%(n)s field was changed since and stays.",
            "%(n)s fields were changed since and stay.",
            len(reverted.conflicts),
        ) % {"n": len(reverted.conflicts)}
    whole = any(change.before is None or change.after is None for change in reverted.changes)
    fresh = page.again_now()
    ids = [change.id for change in reverted.changes if change.kind == "investment" and change.after is not None]
    return page.json(
        {
            "head": reverted.revision.no,
            "said": now_said(page),
            "toast": {"text": text, "undo": reverted.revision.no, "undoText": _("Redo")},
            "reload": whole,
            "rows": {} if whole else _rows(fresh, _state(given), ids[:400]),
        }
    )


def block_of(text: str) -> list[list[str]]:
    """Text of the clipboard as lines of cells: tabs part cells, quotes hold line breaks, as spreadsheets write it."""
    import csv
    import io

    lines = [list(line) for line in csv.reader(io.StringIO(text.replace("\r\n", "\n").rstrip("\n")), delimiter="\t")]
    return lines or [[""]]


def _state(given: dict[str, Any]) -> State:
    return read(QueryDict(str(given.get("query", "")).lstrip("?")))


def _cells(given: dict[str, Any]) -> list[Cell]:
    try:
        return msgspec.convert(given.get("cells"), list[Cell])
    except msgspec.ValidationError:
        raise Invalid(_("The page sent something that is no cell."), remedy=_("Load it again.")) from None


def chosen(page: Page, given: dict[str, Any]) -> list[str]:
    """The ids that are meant: those named, or all that the state shows."""
    if given.get("all"):
        return [row.id for row in answer_of(page, _state(given)).rows]
    known = page.view.plan.investments
    ids = [str(id) for id in given.get("ids") or () if id in known]
    if not ids:
        raise Invalid(_("No investment is chosen."), remedy=_("Tick a few rows first."))
    return list(dict.fromkeys(ids))


def _edits(page: Page, cells: Iterable[Cell]) -> tuple[list[Edit], list[Finding]]:
    """One edit an investment; what cannot be read is left out and told, with the name of the row."""
    columns: dict[str, Column] = {}
    by_id: dict[str, dict[str, Any]] = {}
    findings: list[Finding] = []
    for cell in cells:
        if cell.column not in columns:
            columns[cell.column] = column(page.view, "investment", cell.column)
        if cell.id not in page.view.plan.investments:
            raise NotFound(_("One of these investments is not there any more."), remedy=_("Load the page again."))
        try:
            fields = changed(page.view, columns[cell.column], cell.text)
        except Invalid as wrong:
            findings += [msgspec.structs.replace(one, kind="investment", id=cell.id) for one in wrong.findings]
            continue
        into = by_id.setdefault(cell.id, {})
        for name, value in fields.items():
            into[name] = {**into.get(name, {}), **value} if isinstance(value, dict) else value
    return [edits.change("investment", id, **fields) for id, fields in by_id.items()], findings


def _commit(page: Page, given: dict[str, Any], made: Sequence[Edit], reason: str) -> HttpResponse:
    try:
        committed = page.record.commit(made, on=revision_on(given), by=page.actor, reason=reason)
    except Conflict as conflict:
        asked = {"edits": [msgspec.to_builtins(one) for one in made], "query": given.get("query", ""), "reason": reason}
        return clash(page, conflict, asked)
    fresh = page.again_now()
    state = _state(given)
    ids = [change.id for change in committed.changes if change.kind == "investment"] or [one.id for one in made]
    return done(
        fresh,
        committed,
        text=reason,
        rows=_rows(fresh, state, ids[:400]),
        foot=_foot(fresh, state),
        reload=len(ids) > 400,
    )


def _rows(page: Page, state: State, ids: Sequence[str]) -> dict[str, str]:
    """The rows of *ids* as they now are, whether or not the filter still holds of them."""
    shown = [one.key for one in answer_of(page, state).columns]
    answer = ask(page.view, "investment", columns=shown, among=ids)
    grid_link = Grid(page, state)
    writer = Writer(page.view, answer.columns, grid_link.link, get_language() or "en", grid_link.why)
    return {row.id: writer.row(row.id, row.cells, 0, labels=grid_link.whole, pick=page.may_edit) for row in answer.rows}


def _foot(page: Page, state: State) -> list[str]:
    return Grid(page, state).foot()


def _words(page: Page, cells: Sequence[Cell]) -> str:
    """What a commit says of itself: "Stage of Claims triage: Scale"."""
    if len(cells) != 1:
        investments = len({cell.id for cell in cells})
        return ngettext(
            "%(n)s field of %(m)s investments changed", "%(n)s fields of %(m)s investments changed", len(cells)
        ) % {"n": len(cells), "m": investments}
    cell = cells[0]
    one = column(page.view, "investment", cell.column)
    name = page.view.name_of("investment", cell.id)
    value = value_of(page.view, one, cell.text)
    if value is None:
        return _("%(field)s of %(name)s emptied") % {"field": words.heading(one), "name": name}
    said = (
        words.name(page.view, one.ref, value)
        if one.type == "reference"
        else words.label(value, one.key)
        if one.type == "choice"
        else cell.text.strip()
    )
    return _("%(field)s of %(name)s: %(value)s") % {
        "field": words.heading(one),
        "name": name,
        "value": said if len(said) <= 80 else said[:79] + "…",
    }


def _differences(
    page: Page, changes: Sequence[EntityChange], columns: Sequence[Column]
) -> list[tuple[str, str, str, str]]:
    """Name, field, before, after: for each field that a preview changes."""
    found = []
    for change in changes:
        for one in columns:
            if one.field is None or change.before is None or change.after is None:
                continue
            before, after = (_typed(side, one) for side in (change.before, change.after))
            if before != after:
                name = page.view.call(change.before)
                found.append((name, words.heading(one), _said(page, one, before), _said(page, one, after)))
    return found


def _typed(entity: Any, one: Column) -> Any:
    """The JSON value that an entity holds in a column."""
    assert one.field is not None
    if one.field.startswith("custom."):
        return entity.custom.get(one.field.removeprefix("custom."))
    return msgspec.to_builtins(getattr(entity, one.field))


def _said(page: Page, one: Column, value: Any) -> str:
    assert one.field is not None
    if one.field.startswith("custom."):
        return ", ".join(value) if isinstance(value, list) else words.value(page.view, value)
    return said_value(page, "investment", one.field, value)


def _name_of(page: Page) -> Any:
    return lambda id: page.view.name_of("investment", id) or ""
