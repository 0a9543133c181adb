"""The price catalogues that come with Northing, taken in as deliveries like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.utils.translation import gettext as _

from northing.access.actor import Actor
from northing.access.models import Workspace
from northing.portfolio.entity import derived_id
from northing.portfolio.fact_reading import FactReader
from northing.portfolio.facts import Source
from northing.portfolio.plan import Plan
from northing.record import Record

from .delivering import Delivered, deliver

Catalogues = Mapping[str, tuple[str, Callable[[str], Iterable[bytes]]]]
"""Name → what its installed release is called, and what gives its pages."""


def take_in(
    workspace: Workspace, reader: FactReader, catalogues: Catalogues, *, by: Actor, commit: bool = True
) -> list[Delivered]:
    """Take in the installed release of each of *catalogues*: a delivery each; what is in force already adds nothing."""
    by.require("plan", _("take prices in"))
    done = []
    for name, (release, pages) in catalogues.items():
        source = source_of(Record(workspace.id).plan(), name, reader)
        done.append(deliver(workspace, source, reader, pages(name), name=release, by=by, commit=commit))
    return done


def source_of(plan: Plan, catalogue: str, reader: FactReader) -> Source:
    """The source that has delivered *catalogue* before; else the one of all catalogues, made where it is not there."""
    mine = [one for one in plan.deliveries.values() if catalogue in one.scopes.get("price", ())]
    for delivery in sorted(mine, key=lambda one: (one.received, one.id), reverse=True):
        found: Source | None = plan.sources.get(delivery.source)
        if found is not None and found.reader == reader.name:
            return found
    id = derived_id("source", "bundled prices")
    there: Source | None = plan.sources.get(id)
    return there or Source(id=id, name=_("Model prices"), reader=reader.name)
