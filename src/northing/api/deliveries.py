"""Sources with how fresh they are, and deliveries: what came in, bringing in more, and what was refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, BinaryIO, cast

from django.http import FileResponse, HttpResponse
from ninja import File, Form, Query, Schema
from ninja.files import UploadedFile
from pydantic import Field

from northing.facts.parts import joined, named_together
from northing.facts.store import Store
from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.facts import Delivery, Source
from northing.report import bundled_prices, deliveries, delivering
from northing.report.deliveries_data import (
    DeliverySaid,
    SourceSaid,
    delivered_said,
    delivery_said,
    source_said,
)
from northing.report.source_names import find_source, new_source_id, source_name
from northing.sources.facts import READERS, guess_reader
from northing.sources.facts.price_catalogue import CATALOGUES, pages, release
from northing.sources.octets import MAX_FILE

from .door import TooLarge
from .operation import Here, operation
from .parameters import Mode, Ref

PAGE = 1 << 20
Short = Annotated[str, Field(max_length=200)]
OfSource = Annotated[str | None, Query(description="Of this source alone: its id or name.", max_length=200)]
Preview = Annotated[bool, Query(description="Read it and say what it would do; take nothing in.")]


class DeliveryAsked(Schema):
    """From where the input is."""

    source: Short | None = Field(None, description="Its id or name; a new name makes a new source.")
    reader: Short | None = Field(None, description="The format, of a new source; found out where it is left out.")


@operation("GET", "/w/{ws}/facts/sources", needs="read", says=list[SourceSaid], tag="facts")
def list_fact_sources(here: Here, at: Ref = None, mode: Mode = "known") -> HttpResponse:
    """List the sources with how far each has spoken, those that are late first."""
    looked = here.look(at, mode)
    return here.answer([source_said(one) for one in deliveries.sources(looked.view)], looked.at)


@operation("GET", "/w/{ws}/facts/sources/{id}", needs="read", says=SourceSaid, tag="facts")
def get_fact_source(here: Here, id: str, at: Ref = None, mode: Mode = "known") -> HttpResponse:
    """Get one source, by id or name, with how far it has spoken."""
    looked = here.look(at, mode)
    wanted = find_source(looked.view.plan, id)
    found = next(one for one in deliveries.sources(looked.view) if one.source.id == wanted.id)
    return here.answer(source_said(found), looked.at)


@operation("GET", "/w/{ws}/facts/deliveries", needs="read", says=list[DeliverySaid], tag="facts")
def list_fact_deliveries(here: Here, source: OfSource = None, *, at: Ref = None, mode: Mode = "known") -> HttpResponse:
    """List the deliveries, the newest first: what each states scope by scope, and whether it still counts."""
    looked = here.look(at, mode)
    plan = looked.view.plan
    wanted = find_source(plan, source).id if source else None
    made = here.record.made("delivery", looked.at)
    found = [one for one in plan.deliveries.values() if wanted in (None, one.source)]
    found.sort(key=lambda one: (one.received, one.id), reverse=True)
    return here.answer([delivery_said(here.workspace, plan, one, made.get(one.id)) for one in found], looked.at)


@operation("GET", "/w/{ws}/facts/deliveries/{id}", needs="read", says=DeliverySaid, tag="facts")
def get_fact_delivery(here: Here, id: str, at: Ref = None, mode: Mode = "known") -> HttpResponse:
    """Get one delivery."""
    looked = here.look(at, mode)
    delivery = _delivery(looked.view.plan, id)
    made = here.record.made("delivery", looked.at).get(delivery.id)
    return here.answer(delivery_said(here.workspace, looked.view.plan, delivery, made), looked.at)


@operation(
    "GET", "/w/{ws}/facts/deliveries/{id}/rejects", needs="read", says=bytes, tag="facts", media="text/csv"
)  # fmt: skip
def get_rejects(here: Here, id: str) -> HttpResponse:
    """Get the rows of a delivery that were refused, as CSV: line, column, value, reason."""
    delivery = _delivery(here.record.plan(), id)
    path = Store(here.workspace.id).rejects(delivery.rejects_sha256 or "")
    if delivery.rejects_sha256 is None or not path.is_file():
        raise NotFound("No row of it was refused.")
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename="refused.csv", content_type="text/csv; charset=utf-8"
    )
    return cast(HttpResponse, response)


@operation("POST", "/w/{ws}/facts/deliveries", needs="plan", says=DeliverySaid, status=201, again=True, tag="facts")
def deliver_file(
    here: Here, file: File[list[UploadedFile]], asked_form: Form[DeliveryAsked], *, preview: Preview = False
) -> HttpResponse:
    """Bring in a bill or another input of a source. The same input twice adds nothing.

    ``file`` may be given several times: the parts of one input, all CSV, all JSON or all Parquet; they count together.

    What it states takes the place of what the source said of the same scopes. With ``preview`` nothing is taken in,
    and the answer says what would be. 422 where nothing of it can be read.
    """
    if sum(one.size or 0 for one in file) > MAX_FILE:
        raise TooLarge(f"The file is larger than {MAX_FILE >> 20} MB.", remedy="northing deliver takes larger ones.")
    plan = here.record.plan()
    parts = sorted(((_called(one), one) for one in file), key=lambda part: part[0])
    source = _source(here, asked_form, *parts[0])
    reader = READERS[source.reader]
    pages = joined([(name, _pages(cast(BinaryIO, one))) for name, one in parts])
    done = delivering.deliver(
        here.workspace, source, reader, pages, name=named_together([name for name, _ in parts]), by=here.actor,
        commit=not preview,
    )  # fmt: skip
    said = delivered_said(here.workspace, plan, done)
    no = done.committed.revision.no if done.committed is not None else None
    return here.answer(said, no, status=201 if no is not None else 200)


@operation("POST", "/w/{ws}/facts/prices", needs="plan", says=list[DeliverySaid], status=201, again=True, tag="facts")
def deliver_prices(here: Here) -> HttpResponse:
    """Take in the price catalogues that come with Northing; those in force already add nothing."""
    plan = here.record.plan()
    installed = {name: (release(name), pages) for name in CATALOGUES}
    done = bundled_prices.take_in(here.workspace, READERS["prices"], installed, by=here.actor)
    new = any(one.committed is not None for one in done)
    said = [delivered_said(here.workspace, plan, one) for one in done]
    return here.answer(said, status=201 if new else 200)


def _called(file: UploadedFile) -> str:
    return (file.name or "file").replace("\\", "/").rpartition("/")[2][:200] or "file"


def _source(here: Here, asked: DeliveryAsked, name: str, file: UploadedFile) -> Source:
    """The source that is named, or a new one; without a name the only one of the format that the file has."""
    plan = here.record.plan()
    if asked.reader is not None and asked.reader not in READERS:
        raise Invalid(f"There is no format “{asked.reader}”.", remedy=f"There are: {', '.join(READERS)}.")
    if asked.source:
        try:
            return find_source(plan, asked.source)
        except NotFound:
            made = source_name(plan, asked.source)
            return Source(id=new_source_id(plan, made), name=made, reader=asked.reader or _guessed(name, file))
    reader = asked.reader or _guessed(name, file)
    mine = [one for one in plan.sources.values() if one.reader == reader]
    if len(mine) == 1:
        return cast(Source, mine[0])
    if mine:
        names = ", ".join(sorted(f"“{one.name}”" for one in mine))
        raise Invalid(f"{name} could be from several sources.", remedy=f"Say which in “source”: {names}.")
    made = source_name(plan, READERS[reader].title)
    return Source(id=new_source_id(plan, made), name=made, reader=reader)


def _guessed(name: str, file: UploadedFile) -> str:
    file.seek(0)
    head = file.read(PAGE)
    file.seek(0)
    if not head:
        raise Invalid(f"{name} is empty.", remedy="Choose the file that holds the rows.", file=name)
    found = guess_reader(name, head)
    if not found:
        remedy = f"Say it in “reader”: {', '.join(READERS)}."
        raise Invalid(f"{name} looks like none of the formats that are known.", remedy=remedy, file=name)
    return found[0][0].name


def _delivery(plan: Any, id: str) -> Delivery:
    found: Delivery | None = plan.deliveries.get(id)
    if found is None:
        raise NotFound("There is no such delivery at this revision.")
    return found


def _pages(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PAGE):
        yield piece
