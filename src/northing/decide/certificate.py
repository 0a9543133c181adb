"""A bound that anybody can recompute: from prices of the rows alone, without the solver that found them.

For every x in the bounds with low ≤ A x ≤ high, and every price vector y,

    v·x ≤ U(y) = Σ_r (y_r > 0 ? y_r · high_r : y_r · low_r) + Σ_j max(d_j · l_j, d_j · u_j),   d = v − Aᵀy

so the better the prices the lower the bound; a wrong solver can only make it worse, never untrue. A price on a side
without a limit is taken as 0. (Weak duality; the one line of NumPy in the rule book, with rows ≥ and = and bounds.)
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor

import numpy as np

from northing.decide.rows import Floats, Ints, Model

ROUNDING = 2.0**-52
"""A machine operation's relative error."""


@dataclass(frozen=True, eq=False)
class Bound:
    """No plan is worth more than ``most``; shown by ``prices``."""

    most: Fraction
    """Rounded outwards, and where all values are multiples of a step, down to one."""
    raw: float
    """U(y) as added up, for comparison with a solver's own figure."""
    prices: Floats
    reduced: Floats
    """d: what a column is worth beyond the prices of what it takes."""


def allowed(model: Model, prices: Floats) -> Floats:
    """*prices*, 0 where they would price a side that has no limit."""
    wrong = ((prices > 0) & np.isinf(model.row_high)) | ((prices < 0) & np.isinf(model.row_low))
    return np.where(wrong | ~np.isfinite(prices), 0.0, prices)


def bound(model: Model, prices: Floats, lower: Ints | None = None, upper: Ints | None = None) -> Bound:
    """U(*prices*), with the columns between *lower* and *upper* (the model's own if not said).

    Rounded outwards by more than the additions can be wrong by: depth × 2^-52 × the sum of absolute terms, where
    depth is the longest chain of additions.
    """
    lower = model.lower if lower is None else lower
    upper = model.upper if upper is None else upper
    prices = allowed(model, prices)
    terms = model.data * prices[model.row_of]
    taken = np.bincount(model.index, weights=terms, minlength=model.columns)
    size = np.bincount(model.index, weights=np.abs(terms), minlength=model.columns)
    reduced = model.worth - taken
    side = np.where(prices > 0, model.row_high, model.row_low)
    priced = np.where(prices == 0, 0.0, prices * np.where(prices == 0, 0.0, side))
    most = np.maximum(reduced * lower, reduced * upper)
    raw = float(priced.sum() + most.sum())
    reach = np.maximum(np.abs(lower), np.abs(upper))
    depth = int(np.bincount(model.index, minlength=1).max(initial=1)) + 64
    error = depth * ROUNDING * float(np.abs(priced).sum() + ((size + np.abs(model.worth)) * reach).sum())
    return Bound(stepped(model, raw + error), raw, prices, reduced)


def ray_closes(model: Model, ray: Floats, lower: Ints, upper: Ints) -> bool:
    """Whether *ray* proves that no point between *lower* and *upper* keeps the rows: U of it without values < 0."""
    prices = allowed(model, ray)
    size = float(np.abs(prices).max(initial=0.0))
    if not size:
        return False
    prices = prices / size
    terms = model.data * prices[model.row_of]
    reduced = -np.bincount(model.index, weights=terms, minlength=model.columns)
    absolute = np.bincount(model.index, weights=np.abs(terms), minlength=model.columns)
    side = np.where(prices > 0, model.row_high, model.row_low)
    priced = np.where(prices == 0, 0.0, prices * np.where(prices == 0, 0.0, side))
    reach = np.maximum(np.abs(lower), np.abs(upper))
    scale = float(np.abs(priced).sum() + (absolute * reach).sum())
    depth = int(np.bincount(model.index, minlength=1).max(initial=1)) + 64
    most = float(priced.sum() + np.maximum(reduced * lower, reduced * upper).sum())
    return most + depth * ROUNDING * scale < 0


def stepped(model: Model, most: float) -> Fraction:
    """*most* down to what a plan can be worth: a multiple of ``Model.step``."""
    exact = Fraction(most)
    return floor(exact / model.step) * model.step


def gap(value: Fraction, most: Fraction) -> float | None:
    """(U − V) / V: how far from the best the plan can be at most; None where that is no number."""
    if most <= value:
        return 0.0
    return float((most - value) / abs(value)) if value else None
