"""The golden set on other engines: a second DuckDB with a database file, and PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from northing.facts import golden
from northing.facts.engines import DuckDB, check
from northing.portfolio.errors import Invalid


def test_another_duckdb_gives_the_same_rows(tmp_path: Path) -> None:
    answers = list(check(f"duckdb://{tmp_path}/other.duckdb"))
    assert len(answers) == len(golden.questions()) >= 25
    assert [answer for answer in answers if not answer.same] == []
    assert sum(answer.rows for answer in answers) > 1000


def test_postgres_gives_the_same_rows(postgres_server: Any) -> None:
    answers = list(check(postgres_server.create("golden")))
    assert [answer for answer in answers if not answer.same] == []
    assert len(answers) == len(golden.questions())


def test_an_engine_that_answers_differently_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that loses the smallest decimal."""
    from northing.facts import engines

    class Rounding(DuckDB):
        types = {**DuckDB.types, "amount": "DECIMAL(24,8)"}

    monkeypatch.setattr(engines, "opened", lambda url: Rounding())
    different = [answer for answer in check("duckdb:") if not answer.same]
    assert different and "only here" in different[0].difference


def test_an_engine_that_is_not_known_is_said() -> None:
    for url, words in (("spark://host", "cannot be asked from here yet"), ("oracle://x", "no engine called")):
        with pytest.raises(Invalid, match=words):
            list(check(url))
