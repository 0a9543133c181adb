"""The SQL that may be written: a list of functions, so that a query means the same on every engine.

``PORTABLE`` is for questions (``queries/*.sql``), which other engines answer too. Expressions of readers run on DuckDB
alone, while rows are taken in: they may use each of its functions of single values that always gives the same.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from sqlglot import exp

QUERIES = Path(__file__).parent / "queries"

PORTABLE = frozenset(
    (
        "count", "sum", "min", "max", "coalesce", "nullif", "lower", "upper", "str_position", "starts_with", "cast",
        "try_cast", "trim", "case", "if", "json_extract_scalar", "and", "or", "row_number", "lag", "lead",
    )
)  # fmt: skip
"""Names of SQLGlot's functions; what differs between engines, some in silence, is not among them: whole seconds of
instants, quantiles that are approximate, first and last, hashes."""

MACROS = frozenset(("json", "nullif", "split_part", "array_to_string"))
"""Of DuckDB's macros those that a reader may use."""


class NotAllowedHere(ValueError):
    """A query or a reader's expression says something that it may not say: a defect of ours, not of the input."""


@functools.cache
def _parsed(name: str) -> exp.Expr:
    import sqlglot

    return sqlglot.parse_one((QUERIES / f"{name}.sql").read_text(encoding="utf-8"), dialect="duckdb")


def query(name: str) -> exp.Expr:
    """The syntax tree of ``queries/<name>.sql``, the caller's own to change."""
    return _parsed(name).copy()


def functions(tree: exp.Expr) -> set[str]:
    """The functions that *tree* calls."""
    from sqlglot import exp

    found = set()
    for node in tree.find_all(exp.Func):
        found.add(node.name.lower() if isinstance(node, exp.Anonymous) else node.sql_name().lower())
    return found


def check_expression(
    text: str, width: int, connection: DuckDBPyConnection, steps: frozenset[str] = frozenset()
) -> set[str]:
    """The columns that a reader's expression names. Raises :class:`NotAllowedHere` where it is more than an expression.

    It is taken apart by the engine's own parser, so that what is checked is what runs.
    """
    columns = _NAMED.get(text)
    if columns is None:
        columns = _columns(text, connection)
        if len(_NAMED) < MOST_NAMED:
            _NAMED[text] = columns
    allowed = {f"c{index}" for index in range(width)} | {"line"} | steps
    if columns - allowed:
        raise NotAllowedHere(f"There is no column {sorted(columns - allowed)[0]} in the input: {text}")
    return set(columns)


MOST_NAMED = 5_000
_NAMED: dict[str, frozenset[str]] = {}
"""Expression → its columns, once it is found to be fine: a source's files ask the same of each other."""


def _columns(text: str, connection: DuckDBPyConnection) -> frozenset[str]:
    found = connection.execute("SELECT json_serialize_sql(?)", [f"SELECT {text}"]).fetchone()
    told = msgspec.json.decode(found[0] if found else "{}")
    if told.get("error"):
        raise NotAllowedHere(f"{told.get('error_message')}: {text}")
    statements = told["statements"]
    node = statements[0]["node"]
    if len(statements) != 1 or len(node.get("select_list", ())) != 1 or node["from_table"]["type"] != "EMPTY":
        raise NotAllowedHere(f"Not one expression: {text}")
    columns: set[str] = set()
    _walk(node["select_list"][0], columns, text, _consistent(connection))
    return frozenset(columns)


_CONSISTENT: set[str] = set()


def _consistent(connection: DuckDBPyConnection) -> set[str]:
    """DuckDB's functions of single values that depend on these alone: no clock, no chance, no file, no setting."""
    if not _CONSISTENT:
        found = connection.execute(
            "SELECT DISTINCT function_name FROM duckdb_functions()"
            " WHERE function_type = 'scalar' AND stability = 'CONSISTENT' AND NOT has_side_effects"
        ).fetchall()
        _CONSISTENT.update(name for (name,) in found)
    return _CONSISTENT


def _walk(node: Any, columns: set[str], text: str, allowed: set[str]) -> None:
    if isinstance(node, list):
        for item in node:
            _walk(item, columns, text, allowed)
    if not isinstance(node, dict):
        return
    kind = node.get("class")
    if kind in ("SUBQUERY", "STAR", "PARAMETER", "WINDOW", "POSITIONAL_REFERENCE"):
        raise NotAllowedHere(f"A reader's expression may hold no {kind.lower()}: {text}")
    if kind == "FUNCTION" and (name := node["function_name"].lower()) not in allowed | MACROS:
        raise NotAllowedHere(f"“{name}” may not stand in a reader's expression: {text}")
    if kind == "COLUMN_REF":
        columns.add(".".join(node["column_names"]))
    for value in node.values():
        _walk(value, columns, text, allowed)
