"""``docs/filter.md``: every example in it can be asked, and the grammar it shows is the one that is read."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import northing.portfolio.filter
from northing.measure.view import View
from northing.portfolio.edits import Body, apply, check_body
from northing.portfolio.filter import ask_plan, parse
from northing.portfolio.kinds import KINDS, kind_of
from northing.portfolio.plan import Plan
from northing.sources.sample import directory, story

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
    bodies: dict[tuple[str, str], Body] = {}
    for step in story(today=TODAY):
        for edit in step.edits:
            body = apply(bodies.get((edit.kind, edit.id)), edit)
            if body is None:
                bodies.pop((edit.kind, edit.id), None)
            else:
                bodies[edit.kind, edit.id] = body
    entities = [check_body(kind, body)[0] for (kind, _), body in bodies.items()]
    entities += [
        KINDS["custom_field"](id="risk", kind="investment", name="Risk class", type="choice", choices=("low", "high")),  # type: ignore[call-arg]
        KINDS["source_file"](
            id="f", source="omb", name="a.csv", sha256="0", header=("agency", "HI_justification", "Cost")
        ),  # type: ignore[call-arg]
    ]
    names = {id: person.name for id, person in directory().items()}
    return View(Plan.of("sample", "main", 1, entities), names, TODAY)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 60


@pytest.mark.parametrize(("kind", "text"), EXAMPLES)
def test_an_example_is_a_query(view: View, kind: str, text: str) -> None:
    kind = kind_of(kind)
    ids, _ = ask_plan(text, view, kind)
    assert ids <= set(view.plan.table(kind))
    # What is written back asks for the same.
    assert ask_plan(str(parse(text, view.vocabulary, kind)), view, kind)[0] == ids


def test_most_examples_find_something_in_the_sample(view: View) -> None:
    hits = sum(bool(ask_plan(text, view, kind_of(kind))[0]) for kind, text in EXAMPLES)
    assert hits > len(EXAMPLES) / 2


def test_the_grammar_on_the_page_is_the_one_that_is_read() -> None:
    (shown,) = re.findall(r"^```lark\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    path = Path(northing.portfolio.filter.__file__).parent / "grammar.lark"
    assert shown == path.read_text()
