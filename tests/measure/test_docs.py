"""``docs/measures.md`` says of every derived column, cause and code what it means, as the code has it."""

from __future__ import annotations

from pathlib import Path

from northing.measure.aggregates import FUNCTIONS
from northing.measure.attention import TITLES, Limits
from northing.measure.columns import registry
from northing.measure.figures import MEASURES
from northing.measure.line_of_sight import CAUSES

FIGURES = (Path(__file__).parents[2] / "docs" / "figures.md").read_text()
PAGE = (Path(__file__).parents[2] / "docs" / "measures.md").read_text()


def test_every_derived_column_is_documented_with_its_formula() -> None:
    for columns in registry().values():
        for column in columns.values():
            assert f"| `{column.name}` | {column.title} |" in PAGE
            assert f"| {column.formula} |" in PAGE


def test_every_cause_code_and_function_is_documented() -> None:
    for code, title in {**CAUSES, **TITLES}.items():
        assert f"| `{code}` | {title} |" in PAGE
    for function in FUNCTIONS:
        assert f"`{function}`" in PAGE


def test_the_limits_are_those_of_the_code() -> None:
    assert f"at most {Limits().model_days} days" in PAGE
    assert f"more than {Limits().pilot_days} days" in PAGE


def test_every_figure_is_documented_with_its_formula_and_arguments() -> None:
    for measure in MEASURES.values():
        assert f"| `{measure.name}` | {measure.title} |" in FIGURES, measure.name
        assert measure.formula in FIGURES, measure.name
        assert all(f"`{name}`" in FIGURES for name in measure.parameters), measure.name
