"""Every figure has an address, and every address a receipt: what it is made of, down to the rows as they came.

A page shows a figure beside its address (:func:`figure`); ``why`` answers with formula, terms, revision, deliveries and
freshness, ``source_rows`` with the rows. The terms' values times their signs, put together by the formula, give the
figure; the rows' values add up to what facts bring to it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from northing.portfolio.entity import Entity
from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.filter.vocabulary import nearest

from . import figures_between, figures_plan
from .address import Figure, figure, figure_from_query, read_figure
from .explained import Asked, Measure, OpenView, Question, Receipt, SourceRowOf, SourceRows, Term
from .freshness import freshness_of
from .money_sums import findings_of
from .receipts import (
    aims,
    choosing,
    claims,
    closing,
    commitments,
    deliveries,
    delivery,
    flow,
    forecast,
    funding,
    ledger,
    money,
    returns,
    rules,
    shares,
    spend,
    states,
    usage,
    work,
)
from .receipts.facts import read_rows
from .sentence import Ref
from .view import View

__all__ = [
    "MEASURES",
    "Figure",
    "Measure",
    "Receipt",
    "SourceRowOf",
    "SourceRows",
    "Term",
    "figure",
    "figure_from_query",
    "read_figure",
    "source_rows",
    "value_of",
    "why",
]


def _registry() -> Mapping[str, Measure]:
    found: dict[str, Measure] = {}
    for module in (
        money,
        spend,
        aims,
        usage,
        deliveries,
        delivery,
        flow,
        forecast,
        funding,
        ledger,
        figures_plan,
        figures_between,
        closing,
        commitments,
        rules,
        shares,
        claims,
        returns,
        work,
        states,
        choosing,
    ):
        for measure in module.MEASURES:
            assert measure.name not in found, f"two measures called {measure.name}"
            found[measure.name] = measure
    return MappingProxyType(found)


MEASURES: Mapping[str, Measure] = _registry()
"""Name → measure; every one that Northing has."""


def measure(name: str) -> Measure:
    """The measure of that name. Raises :class:`NotFound` with the nearest one."""
    found = MEASURES.get(name)
    if found is None:
        near, _ = nearest(name, MEASURES, 50)
        raise NotFound(
            f"There is no measure “{name}”.",
            remedy=f"Did you mean “{near}”?" if near else "`northing why --list` names all of them.",
        )
    return found


def value_of(view: View, address: Figure, open_view: OpenView | None = None) -> Any:
    """The figure itself. Raises :class:`NotFound` where there is none, :class:`Invalid` for a wrong argument."""
    return measure(address.measure).of(_question(view, address, open_view))


def why(view: View, address: Figure, open_view: OpenView | None = None) -> Receipt:
    """The receipt of a figure. *open_view* opens earlier revisions, for figures that compare two of them.

    Raises :class:`NotFound` where there is no such figure, :class:`Invalid` for a wrong argument.
    """
    found = measure(address.measure)
    question = _question(view, address, open_view)
    if found.name == "column":
        found = msgspec.structs.replace(
            found, title=figures_plan.column_title(question), formula=figures_plan.column_formula(question)
        )
    terms = tuple(found.terms(question))
    asked = found.facts(question)
    tables = set(found.tables)
    return Receipt(
        figure=question.figure,
        measure=found,
        value=found.of(question),
        terms=terms,
        rows=sum(one.lines for one in asked) or _imported(question.view, terms)[0],
        branch=view.plan.branch,
        revision=view.plan.no,
        currency=question.view.currency,
        deliveries=_deliveries(view, asked) if asked else (),
        fresh=freshness_of(view, tables) if tables else None,
        findings=findings_of(question.view, "billed") if "cost" in tables else (),
    )


def source_rows(
    view: View, address: Figure, offset: int = 0, limit: int = 100, open_view: OpenView | None = None
) -> SourceRows:
    """The rows under a figure: of facts, where it is made of facts; else those of the files its terms came from."""
    question = _question(view, address, open_view)
    found = measure(address.measure)
    asked = found.facts(question)
    if asked or found.tables:
        return read_rows(question.view, asked, offset, limit)
    total, rows = _imported(question.view, found.terms(question), offset, limit)
    return SourceRows(rows=rows, total=total, offset=offset)


def _question(view: View, address: Figure, open_view: OpenView | None) -> Question:
    """The figure as its measure understands it; its own currency goes before the reader's.

    A scope that a measure of the whole organisation has no use for is left out; anything else that it does not
    understand is refused.
    """
    known = measure(address.measure).parameters
    for name, _ in address.args:
        if name not in known and name not in OF_PAGES:
            raise Invalid(
                f"“{address.measure}” does not understand “{name}”.",
                remedy="It understands: " + ", ".join(known) + "." if known else "It takes no arguments.",
            )
    own = Figure(address.measure, tuple(pair for pair in address.args if pair[0] in known))
    currency = address.get("currency")
    if currency and currency != view.currency:
        view = dataclasses.replace(view, currency=currency)
    return Question(view, own, open_view)


OF_PAGES = ("level", "id", "basis", "currency")
"""What every page has, and puts into its addresses."""


def _deliveries(view: View, asked: Sequence[Asked]) -> tuple[str, ...]:
    """The deliveries with rows of these tables in these days."""
    found = []
    for landed in view.plan.deliveries.values():
        for batch in landed.batches:
            if any(
                one.table == batch.table
                and one.delivery in (None, landed.id)
                and (one.span is None or (batch.start < one.span[1] and batch.end > one.span[0]))
                for one in asked
            ):
                found.append(landed.id)
                break
    return tuple(sorted(found))


def _imported(
    view: View, terms: Iterable[Term], offset: int = 0, limit: int = 0
) -> tuple[int, tuple[SourceRowOf, ...]]:
    """The rows of imported files that the terms' entities were made of."""
    made: dict[str, list[Entity]] = {}
    for term in terms:
        entity = view.plan.get(term.ref.kind, term.ref.id) if term.ref is not None else None
        if entity is not None and entity.source_row:
            made.setdefault(entity.source_row, []).append(entity)
    ids = sorted(made)
    if view.source_rows is None or not limit:
        return len(ids), ()
    rows = []
    for row in view.source_rows(ids[offset : offset + limit]):
        file = view.plan.source_files.get(row.file)
        rows.append(
            SourceRowOf(
                table="source_row",
                values=dict(zip(file.header if file is not None else (), row.cells, strict=False)),
                line=row.line or row.ordinal,
                input=file.name if file is not None else "",
                file=row.file,
                refs=tuple(Ref(entity.KIND, entity.id) for entity in made.get(row.id, ())),
            )
        )
    return len(ids), tuple(rows)
