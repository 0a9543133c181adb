"""Laws of the filter language: it reads what it writes, and logic holds of its answers."""

# ruff: noqa: E501 - lists of samples stand in rows

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from northing.portfolio.errors import Invalid
from northing.portfolio.filter import ask_plan, read, write
from northing.portfolio.filter.reader import search_for
from northing.portfolio.filter.tree import (
    Among,
    And,
    Blank,
    Compare,
    Each,
    Match,
    Node,
    Not,
    Or,
    Query,
    Scope,
    Search,
)
from tests.measure.told import view_told

ANY_TEXT = st.text(min_size=1, max_size=12).filter(str.strip)
WORDS = st.sampled_from(
    ["pilot", "and", "NOT", "in", "is", "any", "where", "empty", "1.5M EUR", "last 90 days", "FY26-Q3", "2026-03", "a.b",
     "it's", 'say "hi"', "back\\slash", "-5", "+5", "5 AND", "!", "!=x", "x!", "a,b", "(a)", "“x”", "last 9 day", ".", "a.", "."]
)  # fmt: skip
TEXTS = ANY_TEXT | WORDS
PATHS = st.lists(TEXTS, min_size=1, max_size=3).map(tuple)
TESTS = st.one_of(
    st.builds(Compare, PATHS, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), TEXTS),
    st.builds(Among, PATHS, st.lists(TEXTS, min_size=1, max_size=3).map(tuple), st.booleans()),
    st.builds(Match, PATHS, st.sampled_from(["contains", "starts with"]), TEXTS),
    st.builds(Blank, PATHS, st.sampled_from(["empty", "withheld"]), st.booleans()),
)
WHICH = st.sampled_from(["any", "all", "none"])


def several(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[tuple[Node, ...]]:
    return st.lists(parts, min_size=2, max_size=3).map(tuple)


NODES: st.SearchStrategy[Node] = st.recursive(
    TESTS | st.builds(Search, TEXTS),
    lambda parts: st.one_of(
        st.builds(Not, parts),
        st.builds(And, several(parts)),
        st.builds(Or, several(parts)),
        st.builds(Each, WHICH, TESTS),
        st.builds(Scope, WHICH, PATHS, parts),
    ),
    max_leaves=8,
)


@given(NODES)
def test_what_is_written_reads_as_the_same(node: Node) -> None:
    assert read(write(node)).root == node


@given(NODES)
def test_and_is_written_the_same_again(node: Node) -> None:
    once = write(read(write(node)))
    assert write(read(once)) == once


@given(st.text(alphabet=string.printable + "“”é\u00a0\x00", max_size=40))
def test_any_text_is_a_query_or_is_told_where_it_is_not(text: str) -> None:
    try:
        query = read(text)
    except Invalid as wrong:
        (finding,) = wrong.findings
        assert finding.column is None or 1 <= int(finding.column) <= len(text) + 1
    else:
        assert read(write(query)).root == query.root


VIEW = view_told(
    """
    portfolio
      id | name
      p  | Growth
      q  | Run

    investment
      id | name  | stage | portfolio | start      | tags | currency
      a  | Alpha | pilot | p         | 2026-01-01 | x    | EUR
      b  | Beta  | scale | p         |            | x, y | USD
      c  | Gamma | pilot | q         | 2025-05-05 |      |
      d  | Delta |       |           | 2026-03-01 | y    | EUR
      e  | alpha |       | q         |            |      | EUR

    ai_system
      name | investment | development_stage
      s1   | a          | Deployed
      s2   | a          | Pilot
      s3   | b          | Deployed
      s4   | c          |

    cost_plan_line
      investment | likely
      a          | 10
      a          | 5
      b          | 7
    """
)
ALL = set(VIEW.plan.investments)
CONDITIONS = st.sampled_from(
    ["stage = pilot", "stage != pilot", "stage is empty", "portfolio = growth", "portfolio.name contains r", "start < 2026",
     "tags = x", "all(tags = x)", "planned > 6", "ai_systems.development_stage = deployed", "alpha", "chain = broken",
     "all(ai_systems.development_stage = deployed)", "none(ai_systems where name = s1)", "ai_systems is empty", "milestones is empty"]
)  # fmt: skip


def hits(text: str) -> set[str]:
    return ask_plan(text, VIEW, "investment")[0]


@given(CONDITIONS, CONDITIONS)
def test_logic_holds(a: str, b: str) -> None:
    assert hits(f"not {a}") == ALL - hits(a)
    assert hits(f"{a} and {b}") == hits(a) & hits(b)
    assert hits(f"{a} {b}") == hits(a) & hits(b)
    assert hits(f"{a} or {b}") == hits(a) | hits(b)
    assert hits(f"not ({a} and {b})") == hits(f"not {a} or not {b}")
    assert hits(f"not {a} and {b}") == hits(b) - hits(a)


@given(
    st.sampled_from(["stage", "portfolio", "name", "tags", "ai_systems.development_stage", "start", "currency"]),
    st.sampled_from(["pilot", "growth", "alpha", "x", "2026", "EUR", "deployed"]),
)
def test_a_comparison_never_holds_of_what_is_empty(path: str, value: str) -> None:
    try:
        same, other = hits(f"{path} = {value}"), hits(f"{path} != {value}")
    except Invalid:
        return
    filled = hits(f"{path} is not empty")
    assert same | other == filled
    if path not in ("tags", "ai_systems.development_stage"):
        assert not same & other
        assert hits(f"{path} is empty") == ALL - filled
        assert hits(f"{path} in ({value})") == same
        assert hits(f"{path} not in ({value})") == other


@given(st.sampled_from(["ai_systems.development_stage = deployed", "tags = x", "ai_systems.name starts with s"]))
def test_any_all_none_fit_together(test: str) -> None:
    assert hits(f"any({test})") == hits(test)
    assert hits(f"none({test})") == ALL - hits(test)
    assert hits(f"all({test})") <= hits(test)


@given(st.lists(st.sampled_from(["alpha", "beta", "a", "gam ma", "zz"]), min_size=1, max_size=3))
def test_search_wants_every_word(words: list[str]) -> None:
    text = " ".join(f'"{word}"' for word in words)
    assert ask_plan(search_for(text), VIEW, "investment")[0] == set.intersection(*(hits(f'"{word}"') for word in words))


def test_the_empty_text_holds_of_all() -> None:
    assert hits("") == hits("   ") == ALL
    assert write(Query("", read("").root)) == ""
