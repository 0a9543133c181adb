"""What the organisation wants, and how investments are tied to it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from .entity import Direction, Entity, about
from .words import word


class Portfolio(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """Investments managed as a group to reach strategic objectives (PMI)."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "portfolio", "portfolios", word("Portfolio"), word("Portfolios")

    name: Annotated[str, about("Name")]
    description: Annotated[str | None, about("Description", long=True)] = None
    parent: Annotated[str | None, about("Part of", ref="portfolio")] = None
    owner: Annotated[str | None, about("Owner", ref="person")] = None


class ValueStream(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """The steps that deliver value; the unit that receives lean budgets (SAFe)."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "value_stream", "value_streams", word("Value stream"), word("Value streams")

    name: Annotated[str, about("Name")]
    description: Annotated[str | None, about("Description", long=True)] = None
    owner: Annotated[str | None, about("Owner", ref="person")] = None
    zone: Annotated[str | None, about("Time zone", "IANA name; empty takes the workspace's.")] = None


class Level(StrEnum):
    """Who set the objective."""

    BOARD = "board"
    EXECUTIVE = "executive"
    UNIT = "unit"
    TEAM = "team"


class Objective(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A qualitative aim (OKR). Board objectives are the roots of the line of sight."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "objective", "objectives", word("Objective"), word("Objectives")
    NUMBERED = "OBJ"

    number: Annotated[str | None, about("Number")] = None
    name: Annotated[str, about("Name")]
    description: Annotated[str | None, about("Description", long=True)] = None
    level: Annotated[Level | None, about("Level")] = None
    parent: Annotated[str | None, about("Serves", "The objective above it.", ref="objective")] = None
    owner: Annotated[str | None, about("Owner", ref="person")] = None
    start: Annotated[date | None, about("Start")] = None
    end: Annotated[date | None, about("End")] = None


class KeyResult(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A measured proof of an objective.

    Progress = (current − baseline) / (target − baseline), not clipped; empty where one of them is, or where
    target equals baseline. The direction follows from the two ends; ``better`` says it where they do not.
    """

    KIND, PLURAL, TITLE, TITLE_PLURAL = "key_result", "key_results", word("Key result"), word("Key results")

    name: Annotated[str, about("Name")]
    objective: Annotated[str | None, about("Objective", ref="objective")] = None
    owner: Annotated[str | None, about("Owner", ref="person")] = None
    unit: Annotated[str | None, about("Unit")] = None
    better: Annotated[Direction | None, about("Better when")] = None
    measure_baseline: Annotated[Decimal | None, about("Baseline", "The value before the change.")] = None
    target: Annotated[Decimal | None, about("Target")] = None
    current: Annotated[Decimal | None, about("Current value")] = None
    measured_on: Annotated[date | None, about("Measured on")] = None
    due: Annotated[date | None, about("Due")] = None


class StrategicContribution(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """The weighted link by which an investment serves an objective or one of its key results (MoP).

    Weights of one investment add up to at most one; what is left is unaligned and shown as such.
    """

    KIND, PLURAL = "strategic_contribution", "strategic_contributions"
    TITLE, TITLE_PLURAL = word("Strategic contribution"), word("Strategic contributions")

    investment: Annotated[str, about("Investment", ref="investment")]
    objective: Annotated[str | None, about("Objective", ref="objective")] = None
    key_result: Annotated[str | None, about("Key result", ref="key_result")] = None
    weight: Annotated[Decimal, about("Weight", "Share of the investment, 0 to 1.")] = Decimal(1)
    rationale: Annotated[str | None, about("Why", long=True)] = None
