"""How a limit's numbers are said in words."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import Any

from northing.decide.problem import Problem


def amount(number: Any, scale: int = 1, unit: str = "") -> str:
    """A whole number over its scale as a decimal: "1,250.5 EUR"."""
    exact = Fraction(int(number), scale)
    text = f"{exact.numerator:,}" if exact.denominator == 1 else f"{float(exact):,.10g}"
    return f"{text} {unit}".rstrip()


def enough(more: Fraction, currency: str) -> str:
    """What suffices: in a currency it is rounded up to the cent, "37,804.04 EUR"."""
    if not currency:
        return amount(more.numerator, more.denominator)
    return amount(ceil(more * 100), 100, currency)


def of_period(problem: Problem, period: int) -> str:
    """ " in Q3", or nothing where there is one period only and it has no name."""
    name = problem.periods[period]
    if name:
        return f" in {name}"
    return "" if len(problem.periods) == 1 else f" in period {period + 1}"


def of_span(problem: Problem, span: tuple[int, int]) -> str:
    """ " in Q3", " in Q3 to Q1"."""
    first, last = (problem.periods[at] or f"period {at + 1}" for at in (span[0], span[1] - 1))
    return f" in {first}" if first == last else f" in {first} to {last}"


def several_items(names: Sequence[str]) -> str:
    """Up to three names, and how many more."""
    shown = ", ".join(f"“{name}”" for name in names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"
