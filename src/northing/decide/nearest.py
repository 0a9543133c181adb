"""Of all plans that are worth as much, one that decides the fewest items otherwise than the plan before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from northing.decide.build import changes
from northing.decide.drawn import Drawn
from northing.decide.problem import Problem
from northing.decide.resident import programme, solver
from northing.decide.rows import Model
from northing.decide.solve import Answer


def nearest(problem: Problem, drawn: Drawn, model: Model, answer: Answer, *, seconds: float) -> Answer:
    """*answer* with a plan of at least its value and fewer changes, if one is found in time; else *answer*.

    min Σ changes · x under the same rows and v·x ≥ value; the plan is taken only if whole numbers confirm all of that.
    """
    import highspy

    if answer.plan is None or answer.value is None or problem.previous is None or not problem.fewest_changes:
        return answer
    coef = np.zeros(model.columns, np.int64)
    coef[: len(drawn.ways)], base = changes(problem, drawn)
    now = int(coef @ answer.plan)
    if now + base == 0:
        return answer
    lp = programme(model, whole=True)
    lp.col_cost_ = coef.astype(np.float64)
    highs = solver(time_limit=max(seconds, 0.05))
    highs.passModel(lp)
    filled = np.flatnonzero(model.worth).astype(np.int32)
    highs.addRow(float(answer.value), highspy.kHighsInf, len(filled), filled, model.worth[filled])
    start = highspy.HighsSolution()
    start.col_value = answer.plan.astype(np.float64)
    highs.setSolution(start)
    highs.run()
    values = np.array(highs.getSolution().col_value)
    if len(values) != model.columns:
        return answer
    plan = np.rint(values).astype(np.int64)
    if (plan < model.lower).any() or (plan > model.upper).any() or model.broken(plan).size:
        return answer
    value = model.value_of(plan)
    if value < answer.value or int(coef @ plan) >= now:
        return answer
    return replace(answer, plan=plan, value=value)
