"""The two forms of a reader: one that says how a whole table is turned, and one that reads page by page."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from northing.portfolio.errors import Invalid
from northing.portfolio.fact_reading import About, Empty, Projection, Refused, Row


class TableReader(ABC):
    """A format of tables: it gives a projection, and the engine runs it over all rows at once."""

    name: str
    title: str
    version: int = 1
    tables: tuple[str, ...]
    form: Literal["table", "pages"] = "table"

    @abstractmethod
    def fits(self, name: str, head: bytes) -> float:
        """How well an input that begins with *head* looks like this format, 0 to 1."""

    @abstractmethod
    def project(self, header: Sequence[str], sample: Sequence[Sequence[str]], about: About) -> Projection:
        """How rows with this *header* become facts."""

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        raise Invalid(f"“{self.name}” reads tables, not pages.", remedy="Deliver it as a CSV or Parquet file.")

    def redact(self, pages: Iterable[bytes], about: About) -> Iterator[bytes]:
        yield from pages


class PageReader(ABC):
    """A format that is read piece by piece, in one pass, with memory for one document or line at a time."""

    name: str
    title: str
    version: int = 1
    tables: tuple[str, ...]
    form: Literal["table", "pages"] = "pages"

    @abstractmethod
    def fits(self, name: str, head: bytes) -> float:
        """How well an input that begins with *head* looks like this format, 0 to 1."""

    def project(self, header: Sequence[str], sample: Sequence[Sequence[str]], about: About) -> Projection:
        raise Invalid(f"“{self.name}” reads pages, not tables.", remedy="Choose another format for a table.")

    @abstractmethod
    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        """The rows, one after the other, however the bytes are cut into pages."""

    def redact(self, pages: Iterable[bytes], about: About) -> Iterator[bytes]:
        yield from pages
