"""Parts of one input that are Parquet files: one Parquet file with the rows of all, in the order of the parts.

Their columns are the same; the types may differ as far as one holds the values of the other, as exports choose types
by what a part happens to hold.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from northing.portfolio.errors import Invalid

from .connection import opened
from .input import PAGE
from .store import sha256_of

MAGIC = b"PAR1"
APART = "Bring in one after another what was not exported as parts of one file. Nothing was taken in."


def joined_parquet(parts: Sequence[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """The parts as one Parquet file, the same for the same parts.

    Raises :class:`Invalid` for one that is there twice, is damaged or of another format, or has other columns.
    """
    with tempfile.TemporaryDirectory(prefix="northing-parts-") as made:
        folder = Path(made)
        paths = list(_written(parts, folder))
        _whole(paths, [name for name, _ in parts], folder)
        with (folder / "whole").open("rb") as file:
            while page := file.read(PAGE):
                yield page


def _written(parts: Sequence[tuple[str, Iterable[bytes]]], folder: Path) -> Iterator[Path]:
    """Each part on disk."""
    seen: dict[str, str] = {}
    for number, (name, pages) in enumerate(parts):
        path = folder / f"{number:06}"
        with path.open("wb") as file:
            file.writelines(pages)
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise Invalid(
                    f"{name} is no Parquet file, and {parts[0][0]} is; parts of one input have the same format.",
                    remedy=APART,
                )
        digest = sha256_of(path)
        if digest in seen:
            raise Invalid(
                f"{name} is the same as {seen[digest]}: it would count twice.",
                remedy="Leave one of them out. Nothing was taken in.",
            )
        seen[digest] = name
        yield path


def _whole(paths: Sequence[Path], names: Sequence[str], folder: Path) -> None:
    """Write the rows of all *paths* to the file ``whole`` in *folder*."""
    import duckdb

    connection = opened(folder, folder / "spill", keep_order=True)
    name = names[0]
    try:
        first: list[str] | None = None
        for path, name in zip(paths, names, strict=True):
            found = connection.execute(f"DESCRIBE FROM read_parquet('{_quoted(path)}', hive_partitioning = false)")
            columns = [row[0] for row in found.fetchall()]
            first = first or columns
            if sorted(columns) != sorted(first):
                raise Invalid(
                    f"{name} has other columns than {names[0]}; parts of one input have the same.",
                    remedy=APART,
                )
        name = "One of the parts"
        files = ", ".join(f"'{_quoted(path)}'" for path in paths)
        rows = f"FROM read_parquet([{files}], union_by_name = true, hive_partitioning = false)"
        connection.execute(f"COPY ({rows}) TO '{_quoted(folder / 'whole')}' (FORMAT parquet, COMPRESSION zstd)")
    except duckdb.Error as problem:
        raise Invalid(
            f"{name} is damaged or cut off and cannot be read: {str(problem).splitlines()[0]}",
            remedy="Fetch it again. Nothing of it was taken in.",
        ) from problem
    finally:
        connection.close()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
