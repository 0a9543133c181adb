"""Decimals as whole numbers, so that sums and limits are compared exactly, a hundred thousand at a time."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIGITS = 9
"""Decimals that are looked for; a number with more of them is read digit by digit."""
SAFE = 1 << 62
"""Sums below this are added in machine words; beyond, in Python's own whole numbers: slower, never wrong."""

Whole = NDArray[Any]
"""An array of whole numbers: int64, or Python's where int64 does not hold them."""


def whole(numbers: Sequence[float] | NDArray[Any]) -> tuple[Whole, int]:
    """The same numbers times a power of ten that makes all of them whole, and that power.

    A float means the decimal it is written as: 0.1 is one tenth. For k ≤ 9 decimals that is exact in machine
    arithmetic: with whole z < 2^53, z / 10^k rounds to the float nearest to the decimal, so equality proves it.
    """
    array = np.asarray(numbers)
    if array.dtype.kind in "iu":
        return array.astype(np.int64), 1
    if array.dtype.kind == "f":
        size = float(np.max(np.abs(array), initial=0.0))
        for digits in range(DIGITS + 1):
            scaled = np.rint(array * 10.0**digits)
            if size * 10.0**digits >= 2.0**53:
                break
            if np.array_equal(scaled / 10.0**digits, array):
                return scaled.astype(np.int64), 10**digits
    return _digit_by_digit(array)


def _digit_by_digit(array: NDArray[Any]) -> tuple[Whole, int]:
    written = [Decimal(repr(number) if isinstance(number, float) else number) for number in array.ravel().tolist()]
    digits = max((max(0, -int(number.as_tuple().exponent)) for number in written), default=0)
    exact = [int(number.scaleb(digits)) for number in written]
    return fitting(np.array(exact, dtype=object).reshape(array.shape)), 10**digits


def fitting(numbers: Whole) -> Whole:
    """*numbers* as int64 where they fit."""
    if numbers.dtype == object and all(-SAFE < number < SAFE for number in numbers.ravel().tolist()):
        return numbers.astype(np.int64)
    return numbers


def times(numbers: Whole, factor: int) -> Whole:
    """*numbers* × *factor*, exactly."""
    if factor == 1:
        return numbers
    if numbers.dtype == object or largest(numbers) * abs(factor) >= SAFE:
        return numbers.astype(object) * factor
    return numbers * factor


def product(left: Whole, right: Whole) -> Whole:
    """Element by element, exactly."""
    if object in (left.dtype, right.dtype) or largest(left) * largest(right) >= SAFE:
        left, right = left.astype(object), right.astype(object)
    return np.multiply(left, right)


def largest(numbers: Whole) -> int:
    """The largest absolute value; 0 of none."""
    return int(np.max(np.abs(numbers))) if numbers.size else 0


def alike(*parts: tuple[Whole, int]) -> tuple[list[Whole], int]:
    """The *parts* at one scale."""
    scale = max((part[1] for part in parts), default=1)
    return [times(numbers, scale // own) for numbers, own in parts], scale
