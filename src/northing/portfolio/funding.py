"""Funds and the double-entry ledger: money approved, moved, reserved; corrected only by another transfer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec

from .entity import Entity, about
from .words import word


class Fund(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """Money set aside for a purpose, in one currency; its accounts say where it is."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "fund", "funds", word("Fund"), word("Funds")
    NUMBERED = "FUND"

    number: Annotated[str | None, about("Number")] = None
    name: Annotated[str, about("Name")]
    currency: Annotated[str, about("Currency", "ISO 4217 code.")]
    owner: Annotated[str | None, about("Owner", ref="person")] = None
    org_unit: Annotated[str | None, about("Organisational unit", ref="org_unit")] = None
    portfolio: Annotated[str | None, about("Portfolio", ref="portfolio")] = None
    start: Annotated[date | None, about("From")] = None
    end: Annotated[date | None, about("Until", "The first day after it.")] = None
    overdraft: Annotated[bool | None, about("May be overdrawn", "Whether its accounts may go below zero.")] = None
    note: Annotated[str | None, about("Note", long=True)] = None


class AccountType(StrEnum):
    """What an account of the ledger holds. Only a source is below zero by nature: it is where money comes from."""

    SOURCE = "source"
    FUND = "fund"
    INVESTMENT = "investment"
    TRANCHE = "tranche"
    RESERVE = "reserve"


class Account(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A place where money of a fund can be: unassigned in the fund, with an investment, in a tranche, in reserve."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "account", "accounts", word("Account"), word("Accounts")

    name: Annotated[str, about("Name")]
    fund: Annotated[str, about("Fund", ref="fund")]
    type: Annotated[AccountType, about("Type")] = AccountType.FUND
    investment: Annotated[str | None, about("Investment", ref="investment")] = None
    note: Annotated[str | None, about("Note", long=True)] = None


class Leg(msgspec.Struct, frozen=True, omit_defaults=True):
    """One side of a transfer: what comes into an account (above zero) or leaves it (below)."""

    account: str
    amount: Decimal


class TransferType(StrEnum):
    APPROVE = "approve"
    TRANSFER = "transfer"
    RESERVE = "reserve"
    RELEASE = "release"
    REVERSE = "reverse"


class Transfer(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """Money moved between accounts. Its legs sum to zero; it is never changed, only reversed by another."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "transfer", "transfers", word("Transfer"), word("Transfers")
    NUMBERED = "TRF"
    APPEND_ONLY = True

    number: Annotated[str | None, about("Number")] = None
    type: Annotated[TransferType, about("Type")] = TransferType.TRANSFER
    on: Annotated[date, about("On")]
    legs: Annotated[tuple[Leg, ...], about("Legs")]
    by: Annotated[str | None, about("By", ref="person")] = None
    reason: Annotated[str | None, about("Reason", long=True)] = None
    reverses: Annotated[str | None, about("Reverses", ref="transfer")] = None
