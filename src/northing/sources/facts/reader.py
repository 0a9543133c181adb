"""The two forms of a reader: one that says how a whole table is turned, and one that reads page by page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from northing.portfolio.errors import Invalid
from northing.portfolio.fact_reading import About, Empty, Projection, Refused, Row


class TableReader:
    """A format of tables: it gives a projection, and the engine runs it over all rows at once."""

    name: str
    title: str
    version: int = 1
    tables: tuple[str, ...]
    form: Literal["table", "pages"] = "table"

    def fits(self, name: str, head: bytes) -> float:
        raise NotImplementedError

    def project(self, header: Sequence[str], sample: Sequence[Sequence[str]], about: About) -> Projection:
        raise NotImplementedError

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        raise Invalid(f"“{self.name}” reads tables, not pages.", remedy="Deliver it as a CSV or Parquet file.")

    def redact(self, pages: Iterable[bytes], about: About) -> Iterator[bytes]:
        yield from pages


class PageReader:
    """A format that is read piece by piece, in one pass, with memory for one document or line at a time."""

    name: str
    title: str
    version: int = 1
    tables: tuple[str, ...]
    form: Literal["table", "pages"] = "pages"

    def fits(self, name: str, head: bytes) -> float:
        raise NotImplementedError

    def project(self, header: Sequence[str], sample: Sequence[Sequence[str]], about: About) -> Projection:
        raise Invalid(f"“{self.name}” reads pages, not tables.", remedy="Choose another format for a table.")

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        raise NotImplementedError

    def redact(self, pages: Iterable[bytes], about: About) -> Iterator[bytes]:
        yield from pages
