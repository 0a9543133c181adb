"""The kinds of entity, and what each of their fields is: what forms, grid, filter, API and imports all read."""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

import msgspec

from . import (
    ai,
    benefits,
    choosing,
    deciding,
    facts,
    flow,
    forecasting,
    funding,
    investment,
    money,
    people,
    rates,
    scoring,
    strategy,
    workspace,
)
from .entity import Entity
from .errors import NotFound

KINDS: dict[str, type[Entity]] = {
    cls.KIND: cls
    for cls in (
        investment.Investment,
        strategy.Portfolio,
        strategy.ValueStream,
        strategy.Objective,
        strategy.KeyResult,
        strategy.StrategicContribution,
        people.Person,
        people.OrgUnit,
        people.Team,
        people.Role,
        investment.Milestone,
        investment.Dependency,
        investment.HealthReport,
        money.CostPlanLine,
        forecasting.ForecastLine,
        forecasting.Commitment,
        forecasting.PeriodClose,
        funding.Fund,
        funding.Account,
        funding.Transfer,
        benefits.BenefitPlanLine,
        rates.RateCard,
        rates.FxRate,
        rates.PriceOverride,
        ai.AISystem,
        ai.AIModel,
        ai.ModelUse,
        investment.Note,
        investment.Link,
        facts.Source,
        facts.Delivery,
        facts.AttributionRule,
        flow.WorkLink,
        flow.WorkflowPolicy,
        flow.Calendar,
        flow.ServiceLevelExpectation,
        flow.MarkedEvent,
        choosing.Theme,
        choosing.Horizon,
        choosing.Variant,
        choosing.Limit,
        choosing.Group,
        choosing.Capacity,
        choosing.ResourceDemand,
        scoring.ScoringModel,
        scoring.Score,
        deciding.ApprovalRule,
        deciding.Decision,
        deciding.Approval,
        deciding.Comment,
        workspace.FiscalCalendar,
        workspace.CustomField,
        workspace.Mapping,
        workspace.SavedView,
        workspace.SourceFile,
        workspace.SourceRow,
    )
}

BY_PLURAL = {cls.PLURAL: kind for kind, cls in KINDS.items()}

FieldType = Literal["text", "number", "integer", "date", "choice", "flag", "reference", "texts", "data"]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a kind, as every door needs to know it."""

    kind: str
    name: str
    title: str
    help: str
    type: FieldType
    required: bool = False
    ref: str | None = None
    """The kind that a reference points to; "*" for any."""
    choices: tuple[str, ...] = ()
    """The only words allowed where the type is ``choice``; suggestions elsewhere."""
    long: bool = False
    money: str | None = None
    """For an amount: the field that holds its currency."""
    unit: str | None = None
    hidden: bool = False
    default: Any = None


def kind_of(word: str) -> str:
    """The kind that *word* names in singular or plural, with ``-`` or ``_``."""
    key = word.replace("-", "_").lower()
    if key in KINDS:
        return key
    if key in BY_PLURAL:
        return BY_PLURAL[key]
    from rapidfuzz import process

    near = process.extractOne(key, list(BY_PLURAL), score_cutoff=50)
    raise NotFound(
        f"There is no kind of entity called “{word}”.",
        remedy=f"Did you mean “{near[0]}”?" if near else "Kinds: " + ", ".join(BY_PLURAL),
    )


@functools.cache
def fields(kind: str) -> dict[str, Field]:
    """All fields of *kind*, in the order in which a form shows them."""
    cls = KINDS[kind]
    hints = typing.get_type_hints(cls, include_extras=True)
    found: dict[str, Field] = {}
    for info in msgspec.structs.fields(cls):
        found[info.name] = _describe(kind, info, hints[info.name])
    shared = ("custom", "withheld", "source_row")
    order = [name for name in found if name not in shared] + list(shared)
    return {name: found[name] for name in order}


def references(kind: str) -> Iterable[Field]:
    """The fields of *kind* that point to another entity."""
    return [field for field in fields(kind).values() if field.type == "reference"]


@functools.cache
def referring_fields(kind: str) -> tuple[Field, ...]:
    """The fields, of any kind, that may point to an entity of *kind*."""
    return tuple(field for other in KINDS for field in references(other) if field.ref in (kind, "*"))


@functools.cache
def name_field(kind: str) -> str | None:
    """The field that an entity of *kind* is called by, if it has one of its own."""
    return next((name for name in ("name", "title", "text") if name in fields(kind)), None)


def _describe(kind: str, info: msgspec.structs.FieldInfo, hint: Any) -> Field:
    meta = next((m for m in getattr(hint, "__metadata__", ()) if isinstance(m, msgspec.Meta)), None)
    if meta is None and typing.get_origin(hint) is None and hasattr(hint, "__metadata__"):
        meta = hint.__metadata__[0]
    extra = dict(meta.extra or {}) if meta else {}
    bare = hint.__origin__ if hasattr(hint, "__metadata__") else hint
    options = [part for part in typing.get_args(bare) if part is not type(None)]
    if isinstance(bare, types.UnionType) or typing.get_origin(bare) is typing.Union:
        bare = options[0]
    required = info.default is msgspec.NODEFAULT and info.default_factory is msgspec.NODEFAULT
    default = None if info.default is msgspec.NODEFAULT else info.default
    field_type, choices = _type_of(bare, extra)
    return Field(
        kind=kind,
        name=info.name,
        title=(meta.title if meta else None) or info.name,
        help=(meta.description if meta else None) or "",
        type=field_type,
        required=required,
        ref=extra.get("ref"),
        choices=choices or tuple(extra.get("choices") or ()),
        long=bool(extra.get("long")),
        money=extra.get("money"),
        unit=extra.get("unit"),
        hidden=bool(extra.get("hidden")),
        default=default,
    )


def _type_of(bare: Any, extra: dict[str, Any]) -> tuple[FieldType, tuple[str, ...]]:
    if extra.get("ref"):
        return "reference", ()
    if typing.get_origin(bare) is Literal:
        return "choice", tuple(typing.get_args(bare))
    if typing.get_origin(bare) is tuple:
        return ("texts" if typing.get_args(bare)[0] in (str, int) else "data"), ()
    if isinstance(bare, type):
        if issubclass(bare, StrEnum):
            return "choice", tuple(member.value for member in bare)
        for cls, name in ((bool, "flag"), (int, "integer"), (Decimal, "number"), (date, "date"), (str, "text")):
            if issubclass(bare, cls):
                return typing.cast(FieldType, name), ()
    return "data", ()
