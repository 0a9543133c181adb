"""Reading entities: a list as one table, and one with what is linked to it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from northing.portfolio.errors import Finding
from northing.portfolio.kinds import KINDS, kind_of
from northing.report.asking import FUNCTIONS, AggregateSaid, ColumnSaid, GroupSaid, Question, answer, question
from northing.report.export import to_csv, to_xlsx
from northing.report.shown import Shown, names_of, show

from . import cursor as cursors
from .operation import Here, operation
from .parameters import Mode, Ref, resolve

TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Listed = Annotated[list[str], Field(max_length=60)]
Text = Annotated[str, Field(max_length=8000)]


class TableAsked(Schema):
    """Which table of a kind is asked for.

    ``where`` is the filter language (docs/filter.md). ``fields`` are names, paths (``owner.org_unit.name``), derived
    columns (``planned``), custom fields, ``source."…"``, or ``*``. Each list may be repeated, or
    hold several with commas.
    """

    where: Text = ""
    search: Text = ""
    sort: Listed = []
    fields: Listed = []
    by: Listed = []
    sum: Listed = []
    mean: Listed = []
    median: Listed = []
    min: Listed = []
    max: Listed = []
    count: Listed = []
    distinct: Listed = []

    def question(self, plural: str) -> Question:
        return question(
            plural,
            where=self.where,
            search=self.search,
            by=self.by,
            sort=self.sort,
            columns=self.fields,
            figures=[(function, getattr(self, function)) for function in FUNCTIONS],
        )


@operation(
    "GET",
    "/w/{ws}/{plural}",
    needs="read",
    says=list[dict[str, Any]],
    tag="entities",
    more={
        "columns": list[ColumnSaid],
        "total": int,
        "next": str | None,
        "groups": list[GroupSaid],
        "aggregates": list[AggregateSaid],
        "names": dict[str, str],
        "where": str,
        "findings": list[Finding],
    },
)
def list_entities(
    here: Here,
    plural: str,
    *,
    table: Annotated[TableAsked, Query()],
    limit: Annotated[int, Query(ge=0, le=1000)] = 100,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
    at: Ref = None,
    mode: Mode = "known",
) -> HttpResponse:
    """List entities of a kind: filtered, sorted, grouped, with sums; at any revision.

    ``next`` asks for the following page, of the same revision, whoever commits meanwhile. Groups and sums speak of all
    that match, not of the page.
    """
    asked = table.question(plural)
    mark = cursors.fingerprint(here.workspace.id, asked, at, mode)
    begun = cursors.read(cursor, mark) if cursor else None
    looked = here.look(begun.at if begun else at, mode, begun.today if begun else None)
    offset = begun.offset if begun else 0
    found, said = answer(looked.view, asked, offset=offset, limit=limit)
    following = offset + len(said.rows)
    more = None
    if said.rows and following < found.length:
        more = cursors.write(cursors.Cursor(str(looked.at), looked.view.today, following, mark))
    return here.answer(
        said.rows,
        looked.at,
        columns=said.columns,
        total=said.total,
        next=more,
        groups=said.groups,
        aggregates=said.aggregates,
        names=said.names,
        where=said.where,
        findings=said.findings,
    )


@operation(
    "GET",
    "/w/{ws}/exports/{plural}",
    needs="read",
    says=bytes,
    tag="entities",
    media="text/csv application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
def export_entities(
    here: Here,
    plural: str,
    *,
    table: Annotated[TableAsked, Query()],
    format: Annotated[Literal["csv", "xlsx"], Query()] = "csv",
    at: Ref = None,
    mode: Mode = "known",
) -> HttpResponse:
    """Get the same table as a file, CSV or XLSX: all rows, in words, formulas as text."""
    looked = here.look(at, mode)
    found, _ = answer(looked.view, table.question(plural))
    title = KINDS[found.kind].TITLE_PLURAL
    content = to_csv(looked.view, found) if format == "csv" else to_xlsx(looked.view, found, title)
    response = HttpResponse(content, content_type=TYPES[format])
    name = f"{KINDS[found.kind].PLURAL}-{looked.at.no}.{format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["ETag"] = f'"{looked.at}"'
    return response


@operation("GET", "/w/{ws}/{plural}/{id}", needs="read", says=Shown, more={"names": dict[str, str]}, tag="entities")
def get_entity(
    here: Here,
    plural: str,
    id: str,
    *,
    at: Ref = None,
    mode: Mode = "known",
    blame: Annotated[bool, Query(description="Also say who set each field.")] = False,
) -> HttpResponse:
    """Get one entity by id or number, with its links; at any revision."""
    kind = kind_of(plural)
    looked = here.look(at, mode)
    entity = looked.view.plan.need(kind, resolve(looked.view.plan, kind, id))
    blamed = here.record.blame(kind, entity.id, looked.at) if blame else None
    shown = show(looked.view, entity, blamed)
    return here.answer(shown, looked.at, names=names_of(looked.view, [shown.fields, shown.links], {}))
