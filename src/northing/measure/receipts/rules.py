"""Receipts of what attribution rules take from each other.

``rule.overlap rule=RULE-0069 other=RULE-0074``: what the other would claim of the rule's rows, were the rule not there.
"""

from __future__ import annotations

from collections.abc import Sequence

from northing.measure.explained import Measure, Question, Term, entity
from northing.measure.rule_claims import claim_spans, rule_claims
from northing.measure.sentence import Ref
from northing.portfolio.money import Amounts
from northing.portfolio.words import word

TWO = ("rule", "other")


def _two(question: Question) -> list[str]:
    return [entity(question.view, "attribution_rule", question.get(name)) for name in TWO]


def _overlap(question: Question) -> Amounts:
    rule, other = _two(question)
    if question.view.facts is None:
        return Amounts()
    found = question.view.facts.overlaps(claim_spans(question.view)).get(rule, {}).get(other)
    return Amounts(dict(found.amounts)) if found is not None else Amounts()


def _terms(question: Question) -> Sequence[Term]:
    """Both rules, with what each claims now: the overlap is within the first."""
    claims = rule_claims(question.view).by_rule
    return [
        Term(
            value=claims[id].native or claims[id].usage_cost,
            sign=0,
            ref=Ref("attribution_rule", id),
            rows=claims[id].lines or claims[id].usage_lines,
            figure=question.figure.but("spend.attributed", rule=id, other=None) if claims[id].lines else None,
        )
        for id in _two(question)
        if id in claims
    ]


MEASURES = (
    Measure(
        name="rule.overlap",
        title=word("Overlap of two rules"),
        unit="money",
        formula=word("What the other rule would claim of the rule's rows, were the rule not there."),
        of=_overlap,
        terms=_terms,
        tables=("cost", "usage"),
        parameters=TWO,
    ),
)
"""Every figure of two rules."""
