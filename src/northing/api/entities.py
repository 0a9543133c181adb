"""Reading entities: a list as one table, and one with what is linked to it."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query

from northing.portfolio.errors import Finding
from northing.portfolio.kinds import kind_of
from northing.report.asking import FUNCTIONS, AggregateSaid, ColumnSaid, GroupSaid, answer, question
from northing.report.shown import Shown, names_of, show

from . import cursor as cursors
from .operation import Here, operation
from .parameters import Mode, Ref, resolve

Listed = Annotated[list[str], Query(max_length=60)]
Text = Annotated[str, Query(max_length=8000)]


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
    where: Text = "",
    search: Text = "",
    sort: Listed = [],  # noqa: B006
    fields: Listed = [],  # noqa: B006
    by: Listed = [],  # noqa: B006
    sum: Listed = [],  # noqa: B006
    mean: Listed = [],  # noqa: B006
    median: Listed = [],  # noqa: B006
    min: Listed = [],  # noqa: B006
    max: Listed = [],  # noqa: B006
    count: Listed = [],  # noqa: B006
    distinct: Listed = [],  # noqa: B006
    limit: Annotated[int, Query(ge=0, le=1000)] = 100,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
    at: Ref = None,
    mode: Mode = "known",
) -> HttpResponse:
    """List entities of a kind: filtered, sorted, grouped, with sums; at any revision.

    ``where`` is the filter language (docs/filter.md). ``fields`` are names, paths (``owner.org_unit.name``), derived
    columns (``planned``), custom fields, ``source."…"``, or ``*``. ``next`` asks for the following page, of the same
    revision, whoever commits meanwhile. Groups and sums speak of all that match, not of the page.
    """
    wanted = (sum, mean, median, min, max, count, distinct)
    asked = question(
        plural,
        where=where,
        search=search,
        by=by,
        sort=sort,
        columns=fields,
        figures=zip(FUNCTIONS, wanted, strict=True),
    )
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
