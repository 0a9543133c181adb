"""A fold with its spans beside each other: ten thousand accounts over a year are as many lines, not twelve times."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Protocol

from .asking import Across, Fold, Part
from .attributing import EXACT, NOBODYS, Marks, Rules
from .relation import Cuts
from .trees import FoldTree, across_tree


class Folding(Protocol):
    def folded(self, fold: Fold, cuts: Cuts, rules: Rules | None, tree: FoldTree) -> list[Any]: ...


def across(facts: Folding, fold: Fold, rules: Rules | None) -> list[Across]:
    """The lines of *fold*, one for each part of what the same rules hold of."""
    if len(fold.sums) != 1:
        raise ValueError("one sum stands across the spans")
    cuts = Cuts(fold.spans, rules.days if rules else ())
    by, width = len(fold.by), rules.width if rules else 0
    spans = [fold.spans.index(day) for number in range(len(cuts.days) + 1) if (day := cuts.span(number)) is not None]
    # A rule that begins inside a span cuts it into pieces: these are put together again.
    cut = len(spans) != len(set(spans))
    parts: dict[Marks, tuple[Part, ...]] = {}
    found = []
    for row in facts.folded(fold, cuts, rules, across_tree):
        marks = tuple(row[by : by + width])
        mine = parts.get(marks)
        if mine is None:
            mine = parts[marks] = NOBODYS if rules is None else rules.parts(marks)
        sums = tuple(row[by + width : -1])
        if cut:
            sums = _together(sums, spans)
        for part in mine:
            own = sums if part.share == 1 else _times(sums, part.share)
            found.append(Across(part.investment, part.rule, tuple(row[:by]), own, int(row[-1])))
    return found


def _together(sums: Sequence[Decimal | None], spans: Sequence[int]) -> tuple[Decimal | None, ...]:
    total: list[Decimal | None] = [None] * (spans[-1] + 1)
    for span, amount in zip(spans, sums, strict=True):
        if amount is not None:
            known = total[span]
            total[span] = amount if known is None else EXACT.add(known, amount)
    return tuple(total)


def _times(sums: Sequence[Decimal | None], share: Decimal) -> tuple[Decimal | None, ...]:
    return tuple(None if amount is None else EXACT.multiply(amount, share) for amount in sums)
