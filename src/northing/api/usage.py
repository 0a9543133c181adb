"""AI usage, what made its cost change, what it would have cost, what models cost; and what nobody claims."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Query

from northing.measure.unattributed import unattributed
from northing.measure.usage import usage
from northing.report import usage_data
from northing.report.asking_money import needed_window, window_of

from . import cursor as cursors
from .money import Basis, From, Level, Of, PeriodNamed, Unit, Until, looked_at, scoped
from .operation import Here, operation
from .parameters import Limit, Mode, Next, Ref
from .why import Currency

Where = Annotated[str, Query(max_length=2000, description="A filter, such as provider = openai.")]
Model = Annotated[str | None, Query(max_length=200)]
On = Annotated[date | None, Query(description="At the prices of this day.")]


@operation(
    "GET", "/w/{ws}/unattributed", needs="read", says=usage_data.UnattributedSaid,
    more={"total": int, "next": str | None}, tag="money",
)  # fmt: skip
def get_unattributed(
    here: Here,
    by: Annotated[str, Query(max_length=300, description="Columns, with commas: provider,tag.x.")] = "",
    where: Where = "", basis: Basis = "billed", period: PeriodNamed = None, start: From = None, until: Until = None,
    currency: Currency = None, limit: Limit = 200, cursor: Next = None, *, at: Ref = None, mode: Mode = "known",
) -> HttpResponse:  # fmt: skip
    """Get the money that no investment claims, by what its rows say of themselves, shadow AI first, in pages."""
    mark = cursors.fingerprint(here.workspace.id, "nobody", by, where, basis, period, start, until, currency, at, mode)
    begun = cursors.read(cursor, mark) if cursor else None
    looked = looked_at(here, begun.at if begun else at, mode, currency)
    view = looked.view
    columns = tuple(one.strip() for one in by.split(",") if one.strip()) or ("provider", "account", "service")
    window = window_of(view, period, start, until)
    found = unattributed(view, window=window, by=columns, where=where, basis=basis)
    said = usage_data.unattributed_said(view, found, where=where, basis=basis)
    total = len(said.groups)
    page, following = cursors.page(
        said.groups, limit, at=str(looked.at), today=view.today, question=mark, begun=begun
    )  # fmt: skip
    said.groups[:] = page
    return here.answer(said, looked.at, total=total, next=following)


@operation("GET", "/w/{ws}/usage", needs="read", says=usage_data.UsageSaid, tag="usage")
def get_usage(
    here: Here,
    by: Annotated[str, Query(max_length=100, description="model, provider, investment …")] = "model",
    unit: Unit = "month", level: Level = "organisation", id: Of = None, where: Where = "", period: PeriodNamed = None,
    start: From = None, until: Until = None, currency: Currency = None, *, at: Ref = None, mode: Mode = "known",
) -> HttpResponse:  # fmt: skip
    """Get tokens, requests and cost by model, provider, investment, project, key or team, over time."""
    looked = looked_at(here, at, mode, currency)
    view = looked.view
    scope, window = scoped(view, level, id), window_of(view, period, start, until)
    found = usage(view, scope, window=window, by=by, unit=unit, where=where)
    return here.answer(usage_data.usage_said(view, found, scope, where), looked.at)


@operation("GET", "/w/{ws}/usage/effects", needs="read", says=usage_data.EffectsSaid, tag="usage")
def get_usage_effects(
    here: Here, before_from: date, before_until: date, after_from: date, after_until: date,
    per: Literal["tokens", "requests"] = "tokens", level: Level = "organisation", id: Of = None, where: Where = "",
    currency: Currency = None, *, at: Ref = None, mode: Mode = "known",
) -> HttpResponse:  # fmt: skip
    """Get why usage costs more or less than before: volume, mix, price, joint. An until is the first day after."""
    looked = looked_at(here, at, mode, currency)
    view = looked.view
    before = needed_window(view, None, before_from, before_until, name="before")
    after = needed_window(view, None, after_from, after_until, name="after")
    return here.answer(usage_data.effects_said(view, before, after, scoped(view, level, id), per, where), looked.at)


@operation("GET", "/w/{ws}/usage/reprice", needs="read", says=usage_data.RepricedSaid, tag="usage")
def get_usage_repriced(
    here: Here, model: Model = None, provider: Model = None, on: On = None, level: Level = "organisation",
    id: Of = None, where: Where = "", period: PeriodNamed = None, start: From = None, until: Until = None,
    currency: Currency = None, *, at: Ref = None, mode: Mode = "known",
) -> HttpResponse:  # fmt: skip
    """Get what the same usage would have cost on another model, from another provider, or at another day's prices."""
    looked = looked_at(here, at, mode, currency)
    view = looked.view
    said = usage_data.repriced_said(
        view, window_of(view, period, start, until), scoped(view, level, id), provider=provider or None,
        model=model or None, on=on, where=where,
    )  # fmt: skip
    return here.answer(said, looked.at)


@operation("GET", "/w/{ws}/prices", needs="read", says=list[usage_data.PriceSaid], tag="usage")
def list_prices(
    here: Here, model: Annotated[str, Query(min_length=1, max_length=200)], provider: Model = None, on: On = None,
    *, at: Ref = None, mode: Mode = "known",
) -> HttpResponse:  # fmt: skip
    """List what a model costs on a day, per million tokens of each kind: as agreed, else as the catalogues list it."""
    looked = here.look(at, mode)
    return here.answer(usage_data.prices_said(looked.view, model, provider or None, on), looked.at)
