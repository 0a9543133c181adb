"""Reading entities: one, with what is linked to it."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import Query

from northing.portfolio.kinds import kind_of

from .operation import Here, operation
from .past import At_, Mode
from .shown import Shown, names_of, show
from .writes import resolve


@operation("GET", "/w/{ws}/{plural}/{id}", needs="read", says=Shown, more={"names": dict[str, str]}, tag="entities")
def get_entity(
    here: Here,
    plural: str,
    id: str,
    *,
    at: At_ = None,
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
