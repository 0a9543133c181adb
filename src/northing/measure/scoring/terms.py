"""What the score of an investment is made of, by one scoring model (decision.md §7).

- Weighted: Σ w·v / Σ w; v = (value − low) / (high − low) on the criterion's scale, 1 − v where less is better. A
  criterion without a scale takes the least and the most that occur.
- WSJF: Σ of the other criteria / job size (SAFe); the size is the criterion called ``size``, else the last one.
- RICE: the product of the other criteria / effort; the effort is the criterion called ``effort``, else the last one.
- Cost of delay: benefit of a month / months that it takes (Reinertsen): criteria called ``benefit`` and ``months``,
  else the claimed benefit by month and the months that are planned.
- Risk-adjusted net present value: (1 − risk) · present value of the claimed benefit − that of the planned cost.
- Benefit/cost: the first divided by the second, without the risk.

A value that is missing makes the whole score missing: it is a gap, named, and never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from northing.measure.cells import cells, column
from northing.measure.choosing.choosing import choosing
from northing.measure.choosing.ways import pieces
from northing.measure.fx import exchange
from northing.measure.money_flows import line_currency, months, spread
from northing.measure.view import View
from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.filter.columns import ids
from northing.portfolio.investment import Investment
from northing.portfolio.money import Amounts
from northing.portfolio.scoring import Criterion, Method, Score, ScoringModel
from northing.portfolio.words import word

DIVISORS = {Method.WSJF: "size", Method.RICE: "effort"}
BENEFIT, COST, CHANCE, MONTHLY, MONTHS = "benefit", "cost", "chance", "monthly", "months"
RECKONED = {
    BENEFIT: word("Claimed benefit, present value"),
    COST: word("Planned cost, present value"),
    CHANCE: word("Chance that it does not fail"),
    MONTHLY: word("Claimed benefit of a month"),
    MONTHS: word("Months that it takes"),
}
"""Terms that no criterion names."""


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One term of one investment's score."""

    key: str
    name: str
    value: Fraction | None
    """As it was given or reckoned; None: missing."""
    scaled: Fraction | None = None
    """Of weighted scores: between 0 and 1."""
    weight: Fraction | None = None
    """Of weighted scores: its part of all weights."""
    by: str | None = None
    """Who gave it."""
    note: str | None = None
    money: bool = False

    @property
    def points(self) -> Fraction | None:
        """What it adds to a weighted score."""
        return None if self.scaled is None or self.weight is None else self.scaled * self.weight


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """One investment by one model."""

    investment: str
    terms: tuple[Term, ...]
    score: Fraction | None

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the terms that nobody has given."""
        return tuple(term.name for term in self.terms if term.value is None)


def checked(model: ScoringModel) -> ScoringModel:
    """*model*; raises :class:`Invalid` where no score can come of it."""
    weights = [one.weight for one in model.criteria]
    if any(not weight.is_finite() for weight in weights) or any(weight < 0 for weight in weights):
        raise _wrong(model, f"A weight of “{model.name}” is below zero, or no number.", "Weights are 0 or more.")
    if model.method is Method.WEIGHTED and not sum(weights):
        said = "has no criteria yet" if not weights else "weighs nothing: all its weights are zero"
        raise _wrong(model, f"“{model.name}” {said}.", "Give it a criterion with a weight above zero.")
    if model.method in DIVISORS and len(model.criteria) < 2:
        raise _wrong(
            model, f"“{model.name}” needs two criteria or more: what it brings, and what it takes.", "Add them."
        )
    keys = [one.key for one in model.criteria]
    if len(set(keys)) < len(keys):
        raise _wrong(model, f"Two criteria of “{model.name}” have the same key.", "Call one of them otherwise.")
    return model


def _wrong(model: ScoringModel, message: str, remedy: str) -> Invalid:
    return Invalid(message, remedy=remedy, kind="scoring_model", id=model.id)


class Given(msgspec.Struct, frozen=True):
    """The value of one criterion for one investment, and who said it."""

    value: Fraction
    by: str | None = None
    note: str | None = None


def given(view: View, model: ScoringModel) -> tuple[dict[str, dict[str, Given]], list[Finding]]:
    """Criterion → investment → value; and criteria whose source says no numbers."""
    found: dict[str, dict[str, Given]] = {one.key: {} for one in model.criteria}
    asked = {one.key for one in model.criteria if not one.source}
    score: Score
    for score in view.plan.table("score").by("model", model.id):
        if score.criterion in asked and score.value.is_finite():
            found[score.criterion][score.investment] = Given(Fraction(score.value), score.by, score.note)
    wrong = []
    for one in model.criteria:
        if not one.source:
            continue
        try:
            told = cells(view, column(view, "investment", one.source))
        except Invalid as problem:
            wrong.append(
                Finding(code="criterion-unread", message=f"“{one.name}” of “{model.name}”: {problem.message}",
                        severity="warning", kind="scoring_model", id=model.id, remedy=problem.remedy)
            )  # fmt: skip
            continue
        for id, value in zip(ids(view.plan, "investment"), told, strict=True):
            number = _number(view, value)
            if number is not None:
                found[one.key][id] = Given(number)
    return found, wrong


def _number(view: View, value: Any) -> Fraction | None:
    if isinstance(value, Amounts):
        amounts = value.by_currency
        return Fraction(amounts.get(view.home_currency, Decimal(0))) if set(amounts) <= {view.home_currency} else None
    if isinstance(value, bool | int | Fraction):
        return Fraction(value)
    if isinstance(value, Decimal) and value.is_finite():
        return Fraction(value)
    return None


def scored(view: View, model: ScoringModel, investments: Sequence[Investment]) -> tuple[list[Scored], list[Finding]]:
    """The score of each of *investments*; and what is wrong with the model's sources."""
    checked(model)
    told, wrong = given(view, model)
    match model.method:
        case Method.WEIGHTED:
            return _weighted(model, told, investments), wrong
        case Method.WSJF | Method.RICE:
            return [_divided(model, told, one.id) for one in investments], wrong
        case Method.COST_OF_DELAY if {one.key for one in model.criteria} >= {"benefit", "months"}:
            return [_delayed(model, told, one.id) for one in investments], wrong
        case _:
            worth = Worth(view, model)
            return [worth.scored(one) for one in investments], wrong


def ends(criterion: Criterion, values: Iterable[Fraction]) -> tuple[Fraction, Fraction]:
    """The ends of a criterion's scale: its own, else the least and the most that occur."""
    every = list(values)
    low = Fraction(criterion.low) if criterion.low is not None else min(every, default=Fraction(0))
    high = Fraction(criterion.high) if criterion.high is not None else max(every, default=Fraction(1))
    return low, high


def _weighted(
    model: ScoringModel, told: Mapping[str, Mapping[str, Given]], investments: Sequence[Investment]
) -> list[Scored]:
    total = sum((Fraction(one.weight) for one in model.criteria), Fraction(0))
    here = {one.id for one in investments}
    scales = {
        one.key: ends(one, (said.value for id, said in told[one.key].items() if id in here)) for one in model.criteria
    }
    found = []
    for investment in investments:
        terms = []
        for one in model.criteria:
            said = told[one.key].get(investment.id)
            terms.append(
                Term(
                    key=one.key, name=one.name, value=said.value if said else None,
                    scaled=_scaled(one, said.value, scales[one.key]) if said else None,
                    weight=Fraction(one.weight) / total, by=said.by if said else None, note=said.note if said else None,
                )
            )  # fmt: skip
        points = [term.points for term in terms if term.weight]
        score = None if None in points else sum((one for one in points if one is not None), Fraction(0))
        found.append(Scored(investment=investment.id, terms=tuple(terms), score=score))
    return found


def _scaled(criterion: Criterion, value: Fraction, scale: tuple[Fraction, Fraction]) -> Fraction:
    """Between 0 and 1; beyond the scale's ends as at them. Where all are alike, nothing tells them apart: 0."""
    low, high = scale
    if high <= low:
        return Fraction(0)
    part = min(max((value - low) / (high - low), Fraction(0)), Fraction(1))
    return 1 - part if criterion.better == "down" else part


def _terms(model: ScoringModel, told: Mapping[str, Mapping[str, Given]], id: str) -> list[Term]:
    made = []
    for one in model.criteria:
        said = told[one.key].get(id)
        made.append(
            Term(key=one.key, name=one.name, value=said.value if said else None, by=said.by if said else None,
                 note=said.note if said else None)
        )  # fmt: skip
    return made


def _divided(model: ScoringModel, told: Mapping[str, Mapping[str, Given]], id: str) -> Scored:
    terms = _terms(model, told, id)
    divisor = next((term for term in terms if term.key == DIVISORS[model.method]), terms[-1])
    others = [term.value for term in terms if term is not divisor]
    if divisor.value is not None and divisor.value <= 0:
        # Nothing takes no effort: such a size is a gap.
        terms = [msgspec.structs.replace(term, value=None) if term is divisor else term for term in terms]
        divisor = msgspec.structs.replace(divisor, value=None)
    score = None
    if divisor.value is not None and None not in others:
        known = [one for one in others if one is not None]
        top = sum(known, Fraction(0))
        if model.method is Method.RICE:
            top = Fraction(1)
            for one in known:
                top *= one
        score = top / divisor.value
    return Scored(investment=id, terms=tuple(terms), score=score)


def _delayed(model: ScoringModel, told: Mapping[str, Mapping[str, Given]], id: str) -> Scored:
    terms = _terms(model, told, id)
    by = {term.key: term.value for term in terms}
    benefit, takes = by["benefit"], by["months"]
    score = benefit / takes if benefit is not None and takes is not None and takes > 0 else None
    return Scored(investment=id, terms=tuple(terms), score=score)


class Worth:
    """Scores that are reckoned from the plan: its claimed benefit and its planned cost from the horizon on."""

    def __init__(self, view: View, model: ScoringModel) -> None:
        self.view, self.model, self.ahead = view, model, choosing(view).ahead
        self._rates, self._home = exchange(view), view.home_currency
        rate = model.discount if model.discount > -1 else Decimal(0)
        self._factor = Decimal(1) / (1 + rate) ** (Decimal(1) / 12)
        self._places: dict[Any, int] = {}

    def scored(self, investment: Investment) -> Scored:
        plan, id = self.view.plan, investment.id
        benefit, benefits = self._present(plan.benefit_plan_lines.by("investment", id))
        cost, costs = self._present(plan.cost_plan_lines.by("investment", id))
        chance = None if investment.risk is None else 1 - Fraction(investment.risk)
        match self.model.method:
            case Method.COST_OF_DELAY:
                monthly = None if not benefits else self._sum(plan.benefit_plan_lines.by("investment", id)) / benefits
                terms = [_told(MONTHLY, monthly, money=True), _told(MONTHS, Fraction(costs) if costs else None)]
                score = monthly / costs if monthly is not None and costs else None
            case Method.BENEFIT_COST:
                terms = [_told(BENEFIT, benefit, money=True), _told(COST, cost or None, money=True)]
                score = benefit / cost if benefit is not None and cost else None
            case _:
                terms = [_told(BENEFIT, benefit, money=True), _told(CHANCE, chance), _told(COST, cost, money=True)]
                known = benefit is not None and chance is not None and cost is not None
                score = benefit * chance - cost if known else None  # type: ignore[operator]
        return Scored(investment=id, terms=tuple(terms), score=score)

    def _monthly(self, lines: Any) -> list[tuple[Any, Decimal]]:
        found = []
        for piece in pieces(self.view, self.ahead, lines, "likely"):
            currency = line_currency(self.view.plan, piece.line)
            told = self._rates.convert(piece.amount, currency, self._home, piece.start)
            if told is None:
                continue
            found += [
                (month, part)
                for month, part in spread(told, months(self.view).cut(piece.start, piece.end))
                if month is not None
            ]
        return found

    def _present(self, lines: Any) -> tuple[Fraction | None, int]:
        """Present value at the horizon's start, and in how many months; None where no line says anything."""
        parts = self._monthly(lines)
        if not parts:
            return None, 0
        total = sum((part * self._factor ** self._place(month) for month, part in parts), Decimal(0))
        return Fraction(total), len({month for month, _ in parts})

    def _sum(self, lines: Any) -> Fraction:
        return Fraction(sum((part for _, part in self._monthly(lines)), Decimal(0)))

    def _place(self, month: Any) -> int:
        """Months from the horizon's start."""
        if not self._places:
            at = self.ahead.start
            for place in range(12 * 40):
                self._places[at] = place
                at = months(self.view).of(at).end
        return self._places.get(month, len(self._places))


def _told(key: str, value: Fraction | None, *, money: bool = False) -> Term:
    return Term(key=key, name=RECKONED[key], value=value, money=money)
