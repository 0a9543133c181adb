"""How investments are ranked: scoring models, whose weights a second person approves, and scores that people give."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec

from .entity import Direction, Entity, about
from .words import word


class Method(StrEnum):
    """How terms make a score (decision.md §7)."""

    WEIGHTED = "weighted"
    """Σ weight · v, v between 0 and 1 on each criterion's own scale, weights taken relative to their sum."""
    WSJF = "wsjf"
    """(value + time criticality + risk reduction) / job size (SAFe)."""
    RICE = "rice"
    """Reach · impact · confidence / effort."""
    COST_OF_DELAY = "cost_of_delay"
    """Benefit of a month, divided by the months that it takes (Reinertsen)."""
    RNPV = "rnpv"
    """Risk-adjusted net present value of the claimed benefit and the planned cost."""
    BENEFIT_COST = "benefit_cost"
    """Present value of the claimed benefit, divided by that of the planned cost."""


class Criterion(msgspec.Struct, frozen=True, omit_defaults=True):
    """One term of a score.

    Its value is what ``source`` says: empty asks people (:class:`Score`); else a name of the filter language, a field,
    a measure or a custom field of the investment. ``low`` and ``high`` are the ends of its scale.
    """

    key: str
    """By which scores name it; never changed."""
    name: str
    weight: Decimal = Decimal(1)
    source: str = ""
    better: Direction = "up"
    low: Decimal | None = None
    high: Decimal | None = None


class ScoringModel(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A way to rank. Its weights decide on money, so they change only with a second person's approval."""

    KIND, PLURAL = "scoring_model", "scoring_models"
    TITLE, TITLE_PLURAL = word("Scoring model"), word("Scoring models")
    NUMBERED = "SCM"

    number: Annotated[str | None, about("Number")] = None
    name: Annotated[str, about("Name")]
    method: Annotated[Method, about("Method")] = Method.WEIGHTED
    criteria: Annotated[tuple[Criterion, ...], about("Criteria")] = ()
    per_cost: Annotated[bool, about("Divided by cost", "Under a budget, what a score costs ranks better.")] = False
    discount: Annotated[Decimal, about("Discount rate", "A year; 0.08 is 8 %.")] = Decimal("0.08")
    where: Annotated[str, about("Which investments", "In the filter language; empty: all.", long=True)] = ""
    note: Annotated[str | None, about("Note", long=True)] = None


class Score(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody says an investment is worth by one criterion of a scoring model."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "score", "scores", word("Score"), word("Scores")

    investment: Annotated[str, about("Investment", ref="investment")]
    model: Annotated[str, about("Scoring model", ref="scoring_model")]
    criterion: Annotated[str, about("Criterion", "Its key in the scoring model.")]
    value: Annotated[Decimal, about("Value")]
    by: Annotated[str | None, about("By", ref="person")] = None
    note: Annotated[str | None, about("Why", long=True)] = None
