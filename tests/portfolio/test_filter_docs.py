"""``docs/filter.md``: every example in it can be asked, and the grammar it shows is the one that is read."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import northing.portfolio.filter
from northing.measure.view import View
from northing.portfolio.filter import ask_plan, parse, write
from northing.portfolio.kinds import KINDS, kind_of
from tests.sample import sample_view

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "filter.md").read_text()
TODAY = date(2026, 6, 1)

EXAMPLES = [
    (kind, line)
    for kind, block in re.findall(r"^```filter (\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]


@pytest.fixture(scope="module")
def view() -> View:
    """The sample organisation, with a custom field and a source file of the page's examples."""
    more = [
        KINDS["custom_field"](id="risk", kind="investment", name="Risk class", type="choice", choices=("low", "high")),  # type: ignore[call-arg]
        KINDS["source_file"](
            id="f", source="omb", name="a.csv", sha256="0", header=("agency", "HI_justification", "Cost")
        ),  # type: ignore[call-arg]
    ]
    return sample_view(TODAY, more)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 60


@pytest.mark.parametrize(("kind", "text"), EXAMPLES)
def test_an_example_is_a_query(view: View, kind: str, text: str) -> None:
    kind = kind_of(kind)
    ids, _ = ask_plan(text, view, kind)
    assert ids <= set(view.plan.table(kind))
    # What is written back asks for the same.
    assert ask_plan(write(parse(text, view.vocabulary, kind)), view, kind)[0] == ids


def test_most_examples_find_something_in_the_sample(view: View) -> None:
    hits = sum(bool(ask_plan(text, view, kind_of(kind))[0]) for kind, text in EXAMPLES)
    assert hits > len(EXAMPLES) / 2


def test_the_grammar_on_the_page_is_the_one_that_is_read() -> None:
    (shown,) = re.findall(r"^```lark\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    path = Path(northing.portfolio.filter.__file__).parent / "grammar.lark"
    assert shown == path.read_text()
