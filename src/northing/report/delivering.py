"""Bringing facts in: the one way for every door, from raw pages to a revision."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.access.actor import Actor
from northing.access.models import Workspace
from northing.facts.engine import FactsAt
from northing.facts.hiding import hider
from northing.facts.input import Progress, Stop
from northing.facts.staging import Staged, stage
from northing.facts.store import Store
from northing.portfolio.edits import Edit, change, create, plain
from northing.portfolio.entity import Entity
from northing.portfolio.errors import Invalid
from northing.portfolio.fact_reading import About, FactReader, Price, Rate
from northing.portfolio.facts import Delivery, Source
from northing.portfolio.plan import Plan
from northing.portfolio.prices import PriceList
from northing.portfolio.rates import RateCard, RateUnit
from northing.portfolio.workspace import Mapping
from northing.record import Committed, Record


@dataclass(frozen=True)
class Delivered:
    """What came of an input: what it holds and would change, and the revision where it was taken in."""

    staged: Staged
    committed: Committed | None
    """None: only looked at, or nothing was new."""


def deliver(
    workspace: Workspace, source: Source, reader: FactReader, pages: Iterable[bytes], *, name: str, by: Actor,
    commit: bool = True, progress: Progress | None = None, stop: Stop | None = None, received: datetime | None = None,
    effective_on: date | None = None, mapping: Mapping | None = None,
) -> Delivered:  # fmt: skip
    """Read *pages* as *reader* understands them, and take in what they hold, as a revision by *by*.

    A *source* that the plan does not have yet comes in with it, and so does a *mapping* of its columns. Without
    *commit* nothing is recorded; the same input again is then not read a second time, as long as the source, the
    prices and the rates are the same. *received*: the server's clock, where it is not now. *effective_on*: the date
    that the revision speaks for.
    """
    by.require("plan" if commit else "suggest", _("bring facts in"))
    record = Record(workspace.id)
    plan = record.plan()
    if reader.name != source.reader:
        raise Invalid(
            _("The source “%(source)s” is read as “%(reader)s”.") % {"source": source.name, "reader": source.reader},
            remedy=_("Choose its own format, or change the source."),
        )
    store = Store(workspace.id)
    staged = stage(
        store, plan, source, reader, pages, name=name, about=about(workspace, plan, source, name, mapping),
        received=received or datetime.now(UTC), progress=progress, stop=stop, look=not commit,
    )  # fmt: skip
    if not commit:
        return Delivered(staged, None)
    committed = take_in(workspace, source, staged, by=by, effective_on=effective_on, mapping=mapping)
    return Delivered(msgspec.structs.replace(staged, unchanged=True) if committed is None else staged, committed)


def take_in(
    workspace: Workspace, source: Source, staged: Staged, *, by: Actor, effective_on: date | None = None,
    mapping: Mapping | None = None,
) -> Committed | None:  # fmt: skip
    """Record what was staged, with the source and the mapping where these are new; None where nothing is new.

    Where somebody takes in the same at the same moment, one of the two is recorded, and for the other nothing is new.
    """
    record = Record(workspace.id)
    for last in (False, False, True):
        plan = record.plan()
        there = plan.deliveries.get(staged.delivery.id)
        if not staged.edits or (there is not None and any(edit.op == "create" for edit in staged.edits)):
            return None
        made = [edit for one in (mapping, source) if one is not None for edit in _made(plan, one)]
        edits = [*made, *staged.edits]
        try:
            return record.commit(
                edits, on=None, by=by, reason=reason(source, staged.delivery), effective_on=effective_on
            )
        except Invalid as wrong:
            if last or not any(finding.code == "exists" for finding in wrong.findings):
                raise
    return None


def _made(plan: Plan, wanted: Entity) -> list[Edit]:
    """What makes *wanted* part of *plan* as it is here: nothing, where it is."""
    fields = plain({field: getattr(wanted, field) for field in wanted.__struct_fields__ if field != "id"})
    there = plan.get(wanted.KIND, wanted.id)
    if there is None:
        return [create(wanted.KIND, wanted.id, **{key: value for key, value in fields.items() if value})]
    before = plain({field: getattr(there, field) for field in fields})
    differ = {key: value for key, value in fields.items() if value != before[key]}
    return [change(wanted.KIND, wanted.id, **differ)] if differ else []


def reason(source: Source, delivery: Delivery) -> str:
    """Why there is a revision: which input of which source it took in."""
    rows = ngettext("%(count)s row", "%(count)s rows", delivery.rows_in) % {"count": f"{delivery.rows_in:,}"}
    return _("%(source)s: %(name)s, %(rows)s") % {"source": source.name, "name": delivery.name, "rows": rows}


def about(workspace: Workspace, plan: Plan, source: Source, name: str, mapping: Mapping | None = None) -> About:
    """What a reader may ask of *plan*: prices, rates, the mapping of its source (*mapping*, where that is new)."""
    if mapping is None and source.mapping:
        mapping = plan.get("mapping", source.mapping)
    return About(
        source=source,
        name=name,
        hide=hider(workspace.id),
        mapping=mapping,
        price=_prices(workspace, plan),
        rate=_rates(plan),
    )


def _prices(workspace: Workspace, plan: Plan) -> Callable[[str | None, str, str, date], Price | None]:
    """Agreed prices, then delivered lists and catalogues; they are read when the first price is asked for."""
    made: list[PriceList] = []

    def price(provider: str | None, model: str, tokens: str, day: date) -> Price | None:
        if not made:
            made.append(PriceList(facts_at(workspace, plan).prices(), plan.price_overrides.values()))
        return made[0].on(provider, model, tokens, day)

    return price


def facts_at(workspace: Workspace, plan: Plan) -> FactsAt:
    """The facts that *plan* reads."""
    return FactsAt(Store(workspace.id), plan)


def _rates(plan: Plan) -> Callable[[str | None, str | None, date], Rate | None]:
    """Role's name, team's name, day → the card that says most about them: role and team, role alone, team alone."""
    roles = {_spelled(role.name): role.id for role in sorted(plan.roles.values(), key=lambda one: one.id)}
    teams = {_spelled(team.name): team.id for team in sorted(plan.teams.values(), key=lambda one: one.id)}
    cards = sorted(plan.rate_cards.values(), key=lambda card: (_weight(card), card.start or date.min, card.id))

    def rate(role: str | None, team: str | None, day: date) -> Rate | None:
        mine = roles.get(_spelled(role)) if role else None
        ours = teams.get(_spelled(team)) if team else None
        for card in reversed(cards):
            if (card.role is not None and card.role != mine) or (card.team is not None and card.team != ours):
                continue
            if (card.start is None or card.start <= day) and (card.end is None or day < card.end):
                return _an_hour(card)
        return None

    return rate


def _weight(card: RateCard) -> int:
    return 2 * (card.role is not None) + (card.team is not None)


def _an_hour(card: RateCard) -> Rate:
    hours = (card.hours_a_day or 8) if card.unit == RateUnit.DAY else 1
    return Rate(
        an_hour=card.rate / hours,
        currency=card.currency,
        basis=card.id,
        expense=None if card.expense is None else card.expense.value,
    )


def _spelled(name: str) -> str:
    return " ".join(name.split()).casefold()
