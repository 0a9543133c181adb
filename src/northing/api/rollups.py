"""What needs somebody, the strategy rolled up, and the roadmap."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from django.http import HttpResponse
from ninja import Query

from northing.measure.attention import CODES, Limits, attention
from northing.measure.roadmap import roadmap
from northing.measure.rollup import Node, strategy
from northing.measure.sentence import Mend, Ref, Said
from northing.measure.view import View
from northing.portfolio.errors import Invalid
from northing.portfolio.money import Amounts
from northing.report import words
from northing.report.plain import plain
from northing.report.shown import names_of

from . import cursor as cursors
from .measures import MendSaid, Named, mended, named
from .operation import Here, operation
from .parameters import Limit, Mode, Next
from .parameters import Ref as Reference


class ItemSaid(msgspec.Struct, kw_only=True):
    """Something that needs somebody, and the edit that would mend it."""

    code: str
    title: str
    severity: Literal["high", "medium", "low"]
    entity: Named
    sentence: str
    mend: MendSaid | None
    others: list[Named]
    days: int | None


class ShareSaid(msgspec.Struct, kw_only=True):
    """An investment at an objective: its weight, and the planned money that goes this way."""

    investment: Named
    weight: Decimal
    planned: Amounts


class NodeSaid(msgspec.Struct, kw_only=True):
    """An objective or key result, and all that hangs on it."""

    entity: Named
    depth: int
    progress: Decimal | None
    count: int
    """Distinct investments here and below."""
    planned_here: Amounts
    planned: Amounts
    """Here and below, by weight."""
    shares: list[ShareSaid]
    children: list[NodeSaid]


class StrategySaid(msgspec.Struct, kw_only=True):
    """The tree, and beside it what hangs nowhere. ``planned`` = ``aligned`` + ``unaligned``."""

    roots: list[NodeSaid]
    loose: list[NodeSaid]
    planned: Amounts
    aligned: Amounts
    unaligned: Amounts
    unaligned_by_investment: dict[str, Amounts]
    orphans: list[str]
    orphan_objectives: list[str]
    orphan_key_results: list[str]
    empty: list[str]


@operation(
    "GET",
    "/w/{ws}/attention",
    needs="read",
    says=list[ItemSaid],
    more={"limits": Limits, "total": int, "next": str | None},
    tag="measures",
)
def list_attention(
    here: Here,
    *,
    code: Annotated[list[str], Query(max_length=20)] = [],  # noqa: B006
    limit: Limit = 500,
    cursor: Next = None,
    baseline: Annotated[str | None, Query(max_length=250)] = None,
    at: Reference = None,
    mode: Mode = "known",
) -> HttpResponse:
    """List what needs somebody: gaps, things past due, broken promises, pilots that never end, look-alikes."""
    unknown = [one for one in code if one not in CODES]
    if unknown:
        raise Invalid(f"Nothing is called “{unknown[0]}” here.", remedy="Codes: " + ", ".join(CODES))
    mark = cursors.fingerprint(here.workspace.id, "attention", code, baseline, at, mode)
    begun = cursors.read(cursor, mark) if cursor else None
    looked = here.look(begun.at if begun else at, mode, begun.today if begun else None)
    view = looked.view
    limits = Limits()
    before = here.look(baseline, mode).view if baseline else None
    items = attention(view, code or CODES, baseline=before)
    page, following = cursors.page(items, limit, at=str(looked.at), today=view.today, question=mark, begun=begun)
    found = [
        ItemSaid(
            code=item.code,
            title=item.title,
            severity=item.severity,
            entity=named(view, item.entity.kind, item.entity.id),
            sentence=words.say(view, item.sentence),
            mend=mended(view, item.mend) if item.mend else None,
            others=[named(view, other.kind, other.id) for other in item.others],
            days=item.days,
        )
        for item in page
    ]
    return here.answer(found, looked.at, limits=limits, total=len(items), next=following)


@operation("GET", "/w/{ws}/strategy", needs="read", says=StrategySaid, more={"names": dict[str, str]}, tag="measures")
def get_strategy(here: Here, at: Reference = None, mode: Mode = "known") -> HttpResponse:
    """Get the strategy rolled up: objectives, key results and investments, money by weight, and what hangs nowhere."""
    looked = here.look(at, mode)
    view = looked.view
    found = strategy(view)
    said = StrategySaid(
        roots=[_node(view, node) for node in found.roots],
        loose=[_node(view, node) for node in found.loose],
        planned=found.planned,
        aligned=found.aligned,
        unaligned=found.unaligned,
        unaligned_by_investment=dict(found.unaligned_by_investment),
        orphans=list(found.orphans),
        orphan_objectives=list(found.orphan_objectives),
        orphan_key_results=list(found.orphan_key_results),
        empty=list(found.empty),
    )
    ids = [
        said.orphans,
        said.orphan_objectives,
        said.orphan_key_results,
        said.empty,
        list(said.unaligned_by_investment),
    ]
    return here.answer(said, looked.at, names=names_of(view, ids, {}))


@operation("GET", "/w/{ws}/roadmap", needs="read", says=dict[str, Any], more={"names": dict[str, str]}, tag="measures")
def get_roadmap(
    here: Here,
    *,
    by: Annotated[Literal["portfolio", "objective", "value_stream"], Query()] = "portfolio",
    baseline: Annotated[str | None, Query(max_length=250, description="A revision reference to compare with.")] = None,
    where: Annotated[str, Query(max_length=8000)] = "",
    search: Annotated[str, Query(max_length=8000)] = "",
    at: Reference = None,
    mode: Mode = "known",
) -> HttpResponse:
    """Get the roadmap: rows with stages, gates and milestones, dependencies with the broken ones marked."""
    looked = here.look(at, mode)
    before = here.look(baseline, mode).view if baseline else None
    found = roadmap(looked.view, by=by, baseline=before, where=where, search=search)
    said = _spoken(looked.view, found)
    return here.answer(said, looked.at, names=names_of(looked.view, said, {}))


def _node(view: View, node: Node) -> NodeSaid:
    return NodeSaid(
        entity=named(view, node.ref.kind, node.ref.id),
        depth=node.depth,
        progress=node.progress,
        count=node.count,
        planned_here=node.planned_here,
        planned=node.planned,
        shares=[
            ShareSaid(
                investment=named(view, "investment", share.investment), weight=share.weight, planned=share.planned
            )
            for share in node.shares
        ],
        children=[_node(view, child) for child in node.children],
    )


def _spoken(view: View, value: Any) -> Any:
    """*value* as JSON values, its sentences in words."""
    if isinstance(value, Said):
        return words.say(view, value)
    if isinstance(value, Mend):
        return msgspec.to_builtins(mended(view, value))
    if isinstance(value, Ref):
        return msgspec.to_builtins(named(view, value.kind, value.id))
    if isinstance(value, msgspec.Struct):
        return {name: _spoken(view, getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, dict):
        return {name: _spoken(view, one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_spoken(view, one) for one in value]
    return plain(value)
