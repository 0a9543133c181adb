"""Laws of the merge, on bodies alone."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from northing.portfolio.edits import Body
from northing.record.merging import Clash, differing, merge, put

TEXT = st.sampled_from(["a", "b", "c"])
BODY = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {"id": st.just("x"), "name": TEXT},
        optional={
            "stage": TEXT,
            "category": TEXT,
            "tags": st.sets(TEXT, min_size=1).map(sorted),
            "custom": st.dictionaries(st.sampled_from(["k", "l"]), TEXT, min_size=1),
        },
    ),
)


def sides(clashes: list[Clash]) -> set[tuple[Any, ...]]:
    """Conflicts without regard to who is called theirs and who yours."""
    return {(clash.field, str(clash.base), *sorted([str(clash.theirs), str(clash.yours)])) for clash in clashes}


@given(BODY, BODY)
def test_a_side_that_did_nothing_changes_nothing(base: Body | None, other: Body | None) -> None:
    assert merge(base, other, base) == (other, [])
    assert merge(base, base, other) == (other, [])
    assert merge(base, other, other) == (other, [])


@given(BODY, BODY, BODY)
def test_it_does_not_matter_who_comes_first(base: Body | None, a: Body | None, b: Body | None) -> None:
    """Either both orders give the same body, or both are refused with the same conflicts."""
    one, told = merge(base, a, b)
    two, told_too = merge(base, b, a)
    assert sides(told) == sides(told_too)
    if not told:
        assert one == two


@given(BODY, BODY, BODY)
def test_a_merge_takes_each_field_from_somebody(base: Body | None, a: Body | None, b: Body | None) -> None:
    merged, clashes = merge(base, a, b)
    if clashes or merged is None or a is None or b is None:
        return
    for name in ("name", "stage", "category"):
        assert merged.get(name) in {(base or {}).get(name), a.get(name), b.get(name)}
        if a.get(name) != (base or {}).get(name):
            assert merged.get(name) == a.get(name)
        if b.get(name) != (base or {}).get(name):
            assert merged.get(name) == b.get(name)
    added = (set(a.get("tags", ())) | set(b.get("tags", ()))) - set((base or {}).get("tags", ()))
    assert added <= set(merged.get("tags", ()))


@given(BODY, BODY)
def test_a_difference_put_back_is_the_other_body(before: Body | None, after: Body | None) -> None:
    if before is None or after is None:
        return
    body = before
    for field, _, value in differing(before, after):
        body = put(body, field, value)
    assert body == after
