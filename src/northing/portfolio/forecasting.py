"""What is expected to be spent, what is bound already, and the months that are closed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec

from .entity import Entity, about
from .money import CostKind, Expense
from .words import word


class ForecastLine(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """What one investment is now expected to cost in one half-open period; the record keeps every earlier answer."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "forecast_line", "forecast_lines", word("Forecast line"), word("Forecast lines")

    investment: Annotated[str, about("Investment", ref="investment")]
    start: Annotated[date, about("From")]
    end: Annotated[date, about("Until", "The first day after the period.")]
    expense: Annotated[Expense | None, about("Capex or opex")] = None
    type: Annotated[CostKind | None, about("Type", "Build, run, change or oversight.")] = None
    currency: Annotated[str | None, about("Currency", "ISO 4217; empty takes the investment's.")] = None
    amount: Annotated[Decimal, about("Amount", money="currency")]
    note: Annotated[str | None, about("Note", long=True)] = None


class CommitmentType(StrEnum):
    """A reservation can be given back; an obligation is an order or a contract."""

    RESERVATION = "reservation"
    OBLIGATION = "obligation"


class Commitment(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """Money bound before it is spent: a purchase order, a contract, a reservation.

    Open = amount − what the bill rows that name its reference come to, never below zero.
    """

    KIND, PLURAL, TITLE, TITLE_PLURAL = "commitment", "commitments", word("Commitment"), word("Commitments")
    NUMBERED = "COM"

    number: Annotated[str | None, about("Number")] = None
    investment: Annotated[str, about("Investment", ref="investment")]
    name: Annotated[str, about("What for")]
    type: Annotated[CommitmentType, about("Type")] = CommitmentType.OBLIGATION
    supplier: Annotated[str | None, about("Supplier")] = None
    reference: Annotated[str | None, about("Reference", "The order's number, as bills name it.")] = None
    amount: Annotated[Decimal, about("Amount", money="currency")]
    currency: Annotated[str | None, about("Currency", "ISO 4217; empty takes the investment's.")] = None
    expense: Annotated[Expense | None, about("Capex or opex")] = None
    start: Annotated[date | None, about("From")] = None
    end: Annotated[date | None, about("Until", "The first day after it.")] = None
    closed: Annotated[date | None, about("Closed on", "From then on nothing of it is open.")] = None


class Accrual(msgspec.Struct, frozen=True, omit_defaults=True):
    """Cost received and not billed yet, as the close of a period states it."""

    investment: str
    amount: Decimal
    currency: str
    expense: Expense | None = None
    reason: str = ""


class PeriodClose(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """The act of closing a fiscal period, with a name on it. What speaks of a closed period is locked."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "period_close", "period_closes", word("Month close"), word("Month closes")

    start: Annotated[date, about("From")]
    end: Annotated[date, about("Until", "The first day after the period.")]
    by: Annotated[str | None, about("Closed by", ref="person")] = None
    on: Annotated[date | None, about("Closed on")] = None
    accruals: Annotated[tuple[Accrual, ...], about("Accruals")] = ()
    note: Annotated[str | None, about("Note", long=True)] = None
