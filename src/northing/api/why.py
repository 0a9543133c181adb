"""Where a figure comes from: its receipt, and the measures there are."""

from __future__ import annotations

from typing import Annotated

import msgspec
from django.http import HttpResponse
from ninja import Query

from northing.measure.figures import MEASURES, read_figure, source_rows
from northing.measure.figures import why as ask
from northing.measure.view import View
from northing.report import receipt_data
from northing.report.asking_money import money_in
from northing.report.viewing import look

from .operation import Here, operation
from .parameters import Mode, Ref

Currency = Annotated[str | None, Query(alias="in", max_length=3, description="Tell money in this currency (ISO 4217).")]


class MeasureSaid(msgspec.Struct, kw_only=True):
    """A measure: what it is called, how it is computed, and which arguments its address may have."""

    name: str
    title: str
    unit: str
    formula: str
    source: str
    version: int
    arguments: list[str]


@operation("GET", "/w/{ws}/why", needs="read", says=receipt_data.ReceiptData, tag="measures")
def get_why(
    here: Here,
    figure: Annotated[str, Query(min_length=1, max_length=2000, description="money.actual level=organisation")],
    offset: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Annotated[int, Query(ge=0, le=1000)] = 100,
    currency: Currency = None,
    *,
    at: Ref = None,
    mode: Mode = "known",
) -> HttpResponse:
    """Get the receipt of a figure: formula, terms, revision, and a window of the source rows under it."""
    asked = money_in(currency)

    def open_view(ref: str) -> View:
        return look(here.workspace, ref, currency=asked).view

    looked = look(here.workspace, at or None, mode=mode, currency=asked)
    address = read_figure(figure)
    found = ask(looked.view, address, open_view)
    rows = source_rows(looked.view, address, offset, limit, open_view)
    return here.answer(receipt_data.data(looked.view, found, rows), looked.at)


@operation("GET", "/w/{ws}/measures", needs="read", says=list[MeasureSaid], tag="measures")
def list_measures(here: Here) -> HttpResponse:
    """List the measures that figures are addressed by."""
    return here.answer(
        [
            MeasureSaid(
                name=one.name,
                title=one.title,
                unit=one.unit,
                formula=one.formula,
                source=one.source,
                version=one.version,
                arguments=list(one.parameters),
            )
            for one in MEASURES.values()
        ]
    )
