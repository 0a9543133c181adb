"""Where SQL about facts may stand: questions in ``queries/``, and what takes rows in, in the modules that do that."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import northing

ROOT = Path(northing.__file__).parent
SQL = re.compile(r"\b(SELECT\b.*\bFROM|COPY \(|CREATE\b.*\bTABLE|INSERT INTO|read_parquet\(|read_csv\()", re.DOTALL)
TAKING_IN = {"facts/landing.py", "facts/parquet_parts.py", "facts/reading.py"}
WRITING = {"facts/flow_files.py"}
"""Writes what a question came to into a file: no question of its own."""
"""DuckDB alone runs this, once an input, over the input's own rows (docs/decisions/0042)."""
ABOUT_THE_ENGINE = {"facts/dialect.py", "facts/engines.py"}
"""Which functions there are; tables of made-up facts for another engine."""
OF_THE_RECORD = ("record/", "access/migrations/", "facts/migrations/")


def written(path: Path) -> list[str]:
    """The texts in a module that are SQL, its docstrings left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            text = node.value
        else:
            continue
        if SQL.search(text):
            found.append(text)
    return found


def test_every_question_stands_among_the_queries() -> None:
    modules = {path.relative_to(ROOT).as_posix(): path for path in ROOT.rglob("*.py")}
    holding = {
        name for name, path in modules.items() if not name.startswith(OF_THE_RECORD) and written(path)
    }  # fmt: skip
    assert holding == TAKING_IN | WRITING | ABOUT_THE_ENGINE


def test_what_takes_rows_in_asks_nothing_of_what_is_in_force() -> None:
    """It knows the file that it is given: no store of facts, and no plan that says what counts."""
    for name in TAKING_IN:
        names = {node.id for node in ast.walk(ast.parse((ROOT / name).read_text())) if isinstance(node, ast.Name)}
        assert not names & {"InForce", "in_force", "FactsAt", "Plan"}, name
