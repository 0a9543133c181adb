"""What is measured, found and defined: line of sight, search, and what each kind consists of."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from django.http import HttpResponse
from ninja import Query

from northing.measure.cells import possible_columns
from northing.measure.line_of_sight import line_of_sight
from northing.measure.search import Hit, search
from northing.measure.sentence import Mend
from northing.measure.spend_in_sight import line_of_sight_spend
from northing.measure.view import View
from northing.portfolio.kinds import KINDS, Field, fields, kind_of
from northing.portfolio.money import Amounts
from northing.report import words
from northing.report.asking import ColumnSaid
from northing.report.asking_money import Addressing, Figured
from northing.report.plain import plain

from .operation import Here, operation
from .parameters import Limit, Mode, Ref


class Named(msgspec.Struct, kw_only=True):
    """An entity by what people call it."""

    kind: str
    id: str
    number: str | None
    name: str


class MendSaid(msgspec.Struct, kw_only=True):
    """The edit that would put something right: a field to change, or an entity to create with what is known of it."""

    words: str
    op: str
    kind: str
    id: str | None
    field: str | None
    given: dict[str, Any]


class BrokenSaid(msgspec.Struct, kw_only=True):
    """An investment without an unbroken chain."""

    investment: Named
    cause: str
    title: str
    sentence: str
    mend: MendSaid


class SightOfSpendSaid(msgspec.Struct, kw_only=True):
    """Of the money on the bills: what an unbroken chain leads up from, and what stands outside; addressed."""

    share: Figured
    in_sight: Figured
    outside: Figured
    unattributed: Figured
    total: Figured


class LineOfSightSaid(msgspec.Struct, kw_only=True):
    """The share of investments with an unbroken chain up to a board objective, and the others by name and cause."""

    share: Decimal | None
    unbroken: int
    broken_count: int
    broken: list[BrokenSaid]
    """The first of them, by cause, the most frequent first."""
    ended: int
    by_cause: dict[str, int]
    planned_unbroken: Amounts
    planned_all: Amounts
    planned_share: dict[str, Decimal]
    formula: str
    spend: SightOfSpendSaid


class KindSaid(msgspec.Struct, kw_only=True):
    """A kind of entity: its fields, every column that can be asked of it, and its JSON schema."""

    kind: str
    plural: str
    title: str
    title_plural: str
    numbered: str | None
    fields: list[Field]
    columns: list[ColumnSaid]
    json_schema: dict[str, Any]


def named(view: View, kind: str, id: str) -> Named:
    entity = view.plan.get(kind, id)
    return Named(kind=kind, id=id, number=getattr(entity, "number", None), name=words.name(view, kind, id))


def mended(view: View, mend: Mend) -> MendSaid:
    """*mend* in words and plain values."""
    given: Mapping[str, Any] = mend.given
    return MendSaid(
        words=words.say(view, mend.words) if mend.words else "",
        op=mend.op,
        kind=mend.kind,
        id=mend.id,
        field=mend.field,
        given={name: plain(value) for name, value in given.items()},
    )


@operation("GET", "/w/{ws}/line-of-sight", needs="read", says=LineOfSightSaid, tag="measures")
def get_line_of_sight(here: Here, limit: Limit = 500, at: Ref = None, mode: Mode = "known") -> HttpResponse:
    """Get the share of investments with an unbroken chain, and each broken one with its cause and the mending edit."""
    looked = here.look(at, mode)
    view = looked.view
    found = line_of_sight(view)
    said = LineOfSightSaid(
        share=found.share,
        unbroken=len(found.unbroken),
        broken_count=len(found.broken),
        broken=[
            BrokenSaid(
                investment=named(view, "investment", one.investment),
                cause=one.cause,
                title=one.title,
                sentence=words.say(view, one.break_.sentence),
                mend=mended(view, one.mend),
            )
            for one in found.broken[:limit]
        ],
        ended=found.ended,
        by_cause=dict(found.by_cause),
        planned_unbroken=found.planned_unbroken,
        planned_all=found.planned_all,
        planned_share=dict(found.planned_share),
        formula=found.formula,
        spend=_spend(view),
    )
    return here.answer(said, looked.at)


def _spend(view: View) -> SightOfSpendSaid:
    found, at = line_of_sight_spend(view), Addressing(view)
    return SightOfSpendSaid(
        share=at.of("spend.in_sight_share", found.share),
        in_sight=at.of("spend.in_sight", found.in_sight),
        outside=at.of("spend.outside", found.outside),
        unattributed=at.of("spend.unattributed", found.unattributed),
        total=at.of("spend.billed", found.total),
    )


@operation("GET", "/w/{ws}/search", needs="read", says=list[Hit], tag="entities")
def search_all(
    here: Here,
    q: Annotated[str, Query(max_length=200, description="A number, a name, words.")],
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    *,
    kind: Annotated[list[str], Query(max_length=30)] = [],  # noqa: B006
    at: Ref = None,
    mode: Mode = "known",
) -> HttpResponse:
    """Find entities of any kind by number, name or words, best first."""
    looked = here.look(at, mode)
    return here.answer(search(looked.view, q, limit, tuple(kind_of(one) for one in kind)), looked.at)


@operation("GET", "/w/{ws}/schema", needs="read", says=list[KindSaid], tag="schema")
def list_kinds(here: Here, at: Ref = None, mode: Mode = "known") -> HttpResponse:
    """List the kinds of entity, with their fields, columns and JSON schemas."""
    looked = here.look(at, mode)
    return here.answer([_kind(looked.view, kind) for kind, cls in KINDS.items() if cls.LOADED], looked.at)


@operation("GET", "/w/{ws}/schema/{plural}", needs="read", says=KindSaid, tag="schema")
def get_kind(here: Here, plural: str, at: Ref = None, mode: Mode = "known") -> HttpResponse:
    """Get one kind: its fields, columns and JSON schema."""
    looked = here.look(at, mode)
    return here.answer(_kind(looked.view, kind_of(plural)), looked.at)


def _kind(view: View, kind: str) -> KindSaid:
    cls = KINDS[kind]
    return KindSaid(
        kind=kind,
        plural=cls.PLURAL,
        title=cls.TITLE,
        title_plural=cls.TITLE_PLURAL,
        numbered=cls.NUMBERED,
        fields=list(fields(kind).values()),
        columns=[ColumnSaid.of(column) for column in possible_columns(view, kind)],
        json_schema=msgspec.json.schema(cls),
    )
