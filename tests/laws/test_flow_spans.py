"""Spans as columns say what the spans say: of each item its own, in their order."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from northing.facts.flow_asking import Id, Span
from northing.facts.flow_spans import spans_of, together
from northing.portfolio.flow import Phase

IDS = st.tuples(st.sampled_from(["s", "t"]), st.sampled_from(["a", "b", "c"]))
STATES = st.sampled_from(
    [("To do", Phase.BACKLOG, 0), ("Doing", Phase.ACTIVE, 1), ("Mystery", None, None), (None, None, None)]
)
LEFT = st.none() | st.integers(-(2**40), 2**40)


@st.composite
def told(draw: st.DrawFn) -> list[Span]:
    """Spans of some items in any order, an item's numbered from 1."""
    found = []
    for source, item in draw(st.lists(IDS, unique=True)):
        for n in range(1, draw(st.integers(1, 4)) + 1):
            state, phase, rank = draw(STATES)
            found.append(
                Span(item=item, n=n, entered=draw(st.integers(-(2**40), 2**40)), source=source, state=state, phase=phase,
                     rank=rank, left=draw(LEFT), origin=draw(st.sampled_from(["recorded", "inferred"])),
                     blocked=draw(st.integers(0, 99)))
            )  # fmt: skip
    return draw(st.permutations(found))


def plainly(spans: list[Span]) -> dict[Id, tuple[Span, ...]]:
    by: dict[Id, list[Span]] = defaultdict(list)
    for span in sorted(spans, key=lambda span: span.n):
        by[span.source, span.item].append(span)
    return {id: tuple(found) for id, found in by.items()}


@given(told(), st.lists(IDS))
def test_columns_say_what_the_spans_say(spans: list[Span], asked: list[Id]) -> None:
    found, plain = spans_of(spans), plainly(spans)
    assert dict(found) == plain and list(found) == sorted(plain) and found.rows == len(spans)
    assert dict(found.only(asked)) == {id: own for id, own in plain.items() if id in asked}
    rows, sizes = found.rows_of(asked)
    assert sizes.tolist() == [len(plain.get(id, ())) for id in asked]
    every = list(chain.from_iterable(found.values()))
    assert [every[row] for row in rows.tolist()] == [span for id in asked for span in plain.get(id, ())]


@given(told())
def test_parts_together_are_the_whole(spans: list[Span]) -> None:
    whole = spans_of(spans)
    parts = [spans_of(span for span in spans if span.source == source) for source in ("s", "t")]
    assert together(parts) == whole
    assert together([whole.only([id]) for id in whole] or [whole]) == whole
