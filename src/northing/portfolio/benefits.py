"""What an investment is claimed to bring. Evidence and finance's confirmation stand beside it and are never merged."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from .entity import Entity, about
from .words import word


class BenefitKind(StrEnum):
    """What changes in the books, or beside them."""

    REVENUE = "revenue"
    SAVING = "saving"
    """Money that is no longer spent."""
    AVOIDANCE = "avoidance"
    """Money that would have been spent."""
    CAPACITY = "capacity"
    """Time of people, at what it costs; money only once it is disposed of."""
    RISK = "risk"
    """Expected loss that no longer threatens."""


class BenefitPlanLine(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """What one investment is claimed to bring in one half-open period, as a range."""

    KIND, PLURAL = "benefit_plan_line", "benefit_plan_lines"
    TITLE, TITLE_PLURAL = word("Benefit plan line"), word("Benefit plan lines")

    investment: Annotated[str, about("Investment", ref="investment")]
    name: Annotated[str | None, about("Benefit")] = None
    type: Annotated[BenefitKind, about("Type")] = BenefitKind.SAVING
    value_stream: Annotated[
        str | None, about("Value stream", "Where it arises; empty takes the investment's.", ref="value_stream")
    ] = None
    start: Annotated[date, about("From")]
    end: Annotated[date, about("Until", "The first day after the period.")]
    currency: Annotated[str | None, about("Currency", "ISO 4217; empty takes the investment's.")] = None
    low: Annotated[Decimal | None, about("Low", money="currency")] = None
    likely: Annotated[Decimal, about("Likely", money="currency")]
    high: Annotated[Decimal | None, about("High", money="currency")] = None
    owner: Annotated[str | None, about("Owner", "Who answers for it.", ref="person")] = None
    basis: Annotated[str | None, about("Basis", "What the claim rests on.", long=True)] = None
