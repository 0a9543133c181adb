"""Work and what it serves: items in progress, why one is done, and what a link would claim.

Work links are written like any other entity.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from django.http import HttpResponse
from ninja import Path, Query

from northing.measure.flow.asked import read_whose
from northing.measure.flow.linking import effect
from northing.report import linking, work_data

from .operation import Here, operation
from .parameters import Mode, Ref

Level = Annotated[
    Literal["organisation", "value_stream", "team", "investment"],
    Query(description="Whose work; all but the organisation need an id."),
]
Of = Annotated[str | None, Query(alias="id", max_length=200, description="Of the level: an id, a number or a name.")]
Where = Annotated[str, Query(max_length=2000, description="A filter over work items: project = CHAT and type = Bug.")]
Policy = Annotated[
    str | None, Query(max_length=100, description="A workflow policy: id, number or name; empty: the one that holds.")
]
Standing = Annotated[
    Literal["orphan", "broken", "in_sight"] | None, Query(description="Only items that serve nothing, and so on.")
]
Source = Annotated[str | None, Query(max_length=100, description="Id of the source, where several have such an item.")]


class LinkAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A new link, or what would be changed of ``link`` (its id, number or name)."""

    link: str | None = None
    name: str | None = None
    where: str | None = None
    investment: Annotated[str | None, msgspec.Meta(description="An id, a number or a name.")] = None
    share: Decimal | None = None
    precedence: int | None = None
    start: date | None = None
    end: date | None = None


@operation("GET", "/w/{ws}/work", needs="read", says=work_data.WorkSaid | None, tag="flow")
def get_work(
    here: Here, level: Level = "organisation", id: Of = None, where: Where = "", standing: Standing = None,
    policy: Policy = None, *, at: Ref = None, mode: Mode = "known",
) -> HttpResponse:  # fmt: skip
    """Get the work in progress: its share in line of sight, the causes of broken chains, the orphans, each item."""
    looked = here.look(at, mode)
    view = looked.view
    said = work_data.work_said(view, read_whose(view, level, id), policy=policy, where=where, standing=standing)
    return here.answer(said, looked.at)


@operation("GET", "/w/{ws}/work/{key}", needs="read", says=work_data.StorySaid, tag="flow")
def get_work_item(
    here: Here, key: Annotated[str, Path(description="Its key, or its id in its source.")],
    source: Source = None, policy: Policy = None, *, at: Ref = None, mode: Mode = "known",
) -> HttpResponse:  # fmt: skip
    """Get why one item is done, up to the board, and its own history."""
    looked = here.look(at, mode)
    return here.answer(work_data.story_said(looked.view, key, source=source, policy=policy), looked.at)


@operation("GET", "/w/{ws}/work_links/claims", needs="read", says=list[work_data.LinkSaid], tag="flow")
def list_link_claims(here: Here, *, at: Ref = None, mode: Mode = "known") -> HttpResponse:
    """List the work links in the order in which they are asked, with the items that each claims."""
    looked = here.look(at, mode)
    return here.answer(work_data.links_said(looked.view), looked.at)


@operation("POST", "/w/{ws}/work_links/preview", needs="read", says=work_data.EffectSaid, tag="flow")
def preview_link(here: Here, asked: LinkAsked) -> HttpResponse:
    """Say which items a link would claim, from which others, and what stays an orphan. Writes nothing."""
    looked = here.look(None)
    says = {name: value for name, value in msgspec.structs.asdict(asked).items() if name != "link"}
    before = work_data.find_link(looked.view, asked.link) if asked.link else None
    made = work_data.link_of(looked.view, before, says)
    (found,) = linking.preview(here.workspace, looked.view.plan, [made])
    return here.answer(work_data.effect_said(effect(looked.view, found)), looked.at)
