"""A problem and its answer as JSON, for a repository and a pipeline. docs/choosing_file.md says the form."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import msgspec
import numpy as np

from northing.decide.build import build
from northing.decide.checking import check, unpayable
from northing.decide.drawn import Drawn, hires
from northing.decide.problem import Number, Problem
from northing.decide.rows import Ints, Model
from northing.decide.solve import Answer
from northing.portfolio.errors import Finding, Invalid

_DECODER = msgspec.json.Decoder(Problem)


def read(octets: bytes) -> Problem:
    """The problem that a file says. Raises ``Invalid`` with findings where it says none, or one without meaning."""
    try:
        problem = _DECODER.decode(octets)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise Invalid("The file says no choice.", findings=[_misread(octets, wrong)]) from None
    found = check(problem) or list(unpayable(problem))
    if found:
        raise Invalid(found[0].message if len(found) == 1 else "The choice means nothing as it stands.", findings=found)
    return problem


def _misread(octets: bytes, wrong: Exception) -> Finding:
    """Why *octets* are no problem. NaN and Infinity, which some programs write, are named for what they are."""
    strange: list[str] = []
    try:
        json.loads(octets, parse_constant=strange.append)
    except ValueError:
        strange = []
    if strange:
        return Finding(code="choice-number", message=f"{strange[0]} is no number.")
    message, _, where = str(wrong).partition(" - at ")
    return Finding(code="choice-form", message=f"{message}.".replace("..", "."), field=where.strip("`") or None)


def write(problem: Problem) -> bytes:
    """*problem* as a file; ``read`` gives back an equal one."""
    return msgspec.json.format(msgspec.json.encode(problem), indent=2) + b"\n"


def answer(problem: Problem, given: Answer, model: Model | None = None) -> dict[str, Any]:
    """What the file's question is answered with: plan, value, bound, gap, and the prices that prove the bound."""
    drawn = Drawn(problem.items, len(problem.periods))
    model = model if model is not None else build(problem, drawn)
    told: dict[str, Any] = {
        "status": given.status,
        "value": _number(given.value),
        "bound": _number(given.most),
        "gap": given.gap,
        "seconds": round(given.seconds, 3),
        "by": given.by,
        "plan": chosen(problem, drawn, given.plan),
    }
    if given.plan is not None and (model.items < 0).any():
        told["hired"] = _hired(problem, drawn, given.plan)
    if given.prices is not None:
        told["prices"] = [
            {"row": int(row), "limit": model.name(int(row)), "price": float(given.prices[row])}
            for row in np.flatnonzero(given.prices)
        ]
    return told


def chosen(problem: Problem, drawn: Drawn, plan: Ints | None) -> dict[str, str] | None:
    """By item that is in, the name of its way: the form of ``previous``."""
    if plan is None:
        return None
    columns = np.flatnonzero(plan[: len(drawn.ways)]).tolist()
    return {problem.items[int(drawn.item[column])].id: drawn.ways[column].name for column in columns}


def _hired(problem: Problem, drawn: Drawn, plan: Ints) -> list[dict[str, Any]]:
    bought = plan[len(drawn.ways) :].tolist()
    return [
        {"of": limit.of, "period": problem.periods[period], "amount": steps * limit.hire.step}
        for (limit, period), steps in zip(hires(problem), bought, strict=True)
        if steps and limit.hire is not None
    ]


def as_json(value: Any) -> bytes:
    """A clash or explanations as JSON: fractions as decimals."""

    def plainly(one: Any) -> Any:
        return _number(one) if isinstance(one, Fraction) else one.item()

    return msgspec.json.encode(value, enc_hook=plainly)


def _number(exact: Fraction | None) -> Number | None:
    if exact is None:
        return None
    return int(exact) if exact.denominator == 1 else float(exact)
