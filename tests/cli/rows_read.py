"""The facts of a home read from their files by a few lines that know nothing of Northing's engine."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from .conftest import Terminal

NEAR = Decimal("0.000001")
"""Rates are kept to 18 digits; sums of thousands of rows stay within this of each other."""


class Rows:
    """Rows of the files in force: of each source's scope, the file that came last."""

    def __init__(self, terminal: Terminal) -> None:
        self.folder = terminal.home / "facts"
        said = terminal("list", "fx_rates", "--columns", "base,quote,on,rate", "--json").json["data"]
        self.rates = {(one["base"], one["quote"], one["on"]): Decimal(one["rate"]) for one in said}
        self.newest = {table: self._newest(table) for table in ("cost", "usage")}

    def _newest(self, table: str) -> dict[tuple[str, str, str], str]:
        """(source, scope, month) → the file that came last."""
        found = self._ask(f"select distinct source, scope, month, filename from {self._files(table)}")
        found.sort(key=lambda one: Path(one[3]).stat().st_mtime_ns)
        return {(source, scope, month): file for source, scope, month, file in found}

    def sums(self, table: str, column: str, start: str, until: str, where: str = "true") -> dict[tuple[str, str], Any]:
        """(day, currency) → the sum of *column* over the rows of [start, until) for which *where* holds."""
        rows = self._ask(
            f"select source, scope, month, filename, day::varchar, currency, sum({column}) from {self._files(table)}"
            f" where day >= ? and day < ? and ({where}) group by all", start, until,
        )  # fmt: skip
        found: dict[tuple[str, str], Any] = {}
        for source, scope, month, file, day, currency, amount in rows:
            if self.newest[table][source, scope, month] == file:
                found[day, currency] = found.get((day, currency), 0) + (amount or 0)
        return found

    def _files(self, table: str) -> str:
        return f"read_parquet('{self.folder}/*/{table}/*/*.parquet', filename = true)"

    def euro(self, sums: dict[tuple[str, str], Any]) -> Decimal:
        """Amounts in euro, each at the newest rate of its day or before."""
        return sum((Decimal(amount) / self._rate(currency, day) for (day, currency), amount in sums.items()), Decimal())

    def _rate(self, currency: str, day: str) -> Decimal:
        if currency == "EUR":
            return Decimal(1)
        return self.rates["EUR", currency, max(on for _, to, on in self.rates if to == currency and on <= day)]

    @staticmethod
    def _ask(query: str, *values: str) -> list[Any]:
        with duckdb.connect() as connection:
            return connection.execute(query, values).fetchall()


def euro(figure: dict[str, Any]) -> Decimal:
    """A figure of a JSON answer that stands in euro alone."""
    assert set(figure["value"]) <= {"EUR"}, figure
    return Decimal(figure["value"].get("EUR", 0))
