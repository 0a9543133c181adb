"""A receipt for a program: typed values beside the words, the same from the API and the command line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from northing.measure.explained import Receipt, SourceRows
from northing.measure.fx import Rate
from northing.measure.view import View

from .plain import plain
from .receipts import tell, words_of


class TermData(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a figure is made of, typed, for a program; ``words`` is for a person."""

    words: str
    kind: str | None
    id: str | None
    address: str | None
    """Of its own receipt, where it has one."""
    sign: int
    value: Any
    stated: Any
    share: Decimal | None
    rate: Rate | None
    rows: int


class RowData(msgspec.Struct, frozen=True, kw_only=True):
    """One source row, typed: stated × share × rate = value."""

    table: str
    input: str
    line: int
    delivery: str | None
    source: str | None
    values: dict[str, Any]
    column: str
    stated: Decimal | None
    share: Decimal
    rate: Decimal | None
    value: Decimal | None
    currency: str
    investment: str | None
    rule: str | None


class ReceiptData(msgspec.Struct, frozen=True, kw_only=True):
    """A figure, accounted for, typed.

    The terms’ values times their signs, put together by the formula, give the value.
    """

    address: str
    measure: str
    title: str
    unit: str
    value: Any
    formula: str
    source: str
    version: int
    currency: str
    terms: list[TermData]
    rows_total: int
    rows: list[RowData]
    branch: str
    revision: int
    deliveries: list[str]
    until: date | None
    stale: list[str]
    findings: list[str]


def data(view: View, receipt: Receipt, rows: SourceRows) -> ReceiptData:
    """*receipt* with a window of its rows, for a program."""
    measure, said = receipt.measure, tell(view, receipt)
    return ReceiptData(
        address=said.address,
        measure=measure.name,
        title=said.title,
        unit=measure.unit,
        value=plain(receipt.value),
        formula=said.formula,
        source=measure.source,
        version=measure.version,
        currency=receipt.currency,
        terms=[
            TermData(
                words=words_of(view, term),
                kind=term.ref.kind if term.ref is not None else None,
                id=term.ref.id if term.ref is not None else None,
                address=str(term.figure) if term.figure is not None else None,
                sign=term.sign,
                value=plain(term.value),
                stated=plain(term.stated),
                share=term.share,
                rate=term.rate,
                rows=term.rows,
            )
            for term in receipt.terms
        ],
        rows_total=rows.total,
        rows=[
            RowData(
                table=row.table,
                input=row.input,
                line=row.line,
                delivery=row.delivery,
                source=row.source,
                values={name: plain(value) for name, value in row.values.items()},
                column=row.column,
                stated=row.stated,
                share=row.share,
                rate=row.rate.rate if row.rate is not None else None,
                value=row.value,
                currency=row.currency,
                investment=row.investment,
                rule=row.rule,
            )
            for row in rows.rows
        ],
        branch=receipt.branch,
        revision=receipt.revision,
        deliveries=list(receipt.deliveries),
        until=receipt.fresh.until if receipt.fresh is not None else None,
        stale=list(said.stale),
        findings=list(said.findings),
    )
