"""Text tables as the engine can read them: UTF-8, one header, every row as wide as it, and each row with its number.

A file that is clean is read by the engine as it stands. Of one that is not, the faulty rows are set aside here, so
that the numbers of the others stay what they are in the input.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import msgspec

from northing.portfolio.errors import Invalid
from northing.portfolio.fact_reading import Refused

from .input import PAGE, Stop, check

SAMPLE = 2000
SIGNS = ",;\t|"
MOST_COLUMNS = 2000
LONGEST_CELL = 16 * 1024 * 1024


class TextTable(msgspec.Struct, frozen=True, kw_only=True):
    """A CSV file in UTF-8, its header and first rows."""

    path: Path
    sign: str
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    skip: int = 0
    """Physical lines before the first row."""


def text_table(path: Path, bench: Path) -> TextTable:
    """The table in the file *path*; where it is not in UTF-8 it is written anew to *bench*. Raises :class:`Invalid`."""
    path = _in_utf8(path, bench)
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding="utf-8", newline="") as file:
        sign = _sign(file)
        file.seek(0)
        rows = csv.reader(file, delimiter=sign)
        try:
            header = next((row for row in rows if any(cell.strip() for cell in row)), None)
            if header is None:
                raise Invalid("The file holds no row.", remedy="Choose the file that holds the rows.")
            skip = rows.line_num
            sample = tuple(tuple(row) for row, _ in zip(_full(rows), range(SAMPLE), strict=False))
        except csv.Error as problem:
            raise Invalid(f"The file is no table: {problem}.", remedy="Export it as CSV again.") from problem
    if len(header) > MOST_COLUMNS:
        raise Invalid(f"The table has {len(header):,} columns; {MOST_COLUMNS:,} can be read.")
    return TextTable(path=path, sign=sign, header=tuple(cell.strip() for cell in header), sample=sample, skip=skip)


def cleaned(table: TextTable, target: Path, *, stop: Stop | None = None) -> list[Refused]:
    """Write *table* to *target* without faulty rows, each row's number in front; the faulty ones.

    Raises :class:`Invalid` where the file ends in the middle of a row: then nobody knows what else is missing.
    """
    refused: list[Refused] = []
    width, line, last_bad = len(table.header), 0, False
    with table.path.open(encoding="utf-8", newline="") as file, target.open("w", encoding="utf-8", newline="") as clean:
        writer = csv.writer(clean)
        for _ in range(table.skip):
            file.readline()
        rows = csv.reader(file, delimiter=table.sign, strict=True)
        while True:
            if line % 10_000 == 0:
                check(stop)
            try:
                row = next(rows)
            except StopIteration:
                break
            except csv.Error as problem:
                line, last_bad = line + 1, True
                refused.append(
                    Refused(line=line, column=None, value="", reason=f"The row cannot be taken apart: {problem}.")
                )
                continue
            if not row:
                continue
            line += 1
            last_bad = len(row) != width
            if last_bad:
                said = f"The row has {len(row)} cells, and the header has {width}."
                refused.append(Refused(line=line, column=None, value=table.sign.join(row)[:200], reason=said))
            else:
                writer.writerow((line, *row))
    if last_bad and not _ends_a_line(table.path):
        raise Invalid(
            f"The file is cut off: it ends in the middle of row {line:,}.",
            remedy="Fetch it again. Nothing of it was taken in.",
        )
    return refused


def _full(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    return (row for row in rows if row)


def _sign(file: TextIO) -> str:
    """What stands between the cells: the sign that is most frequent in the first line, outside of quotes."""
    line = next((line for line in file if line.strip()), "")
    quoted, found = False, dict.fromkeys(SIGNS, 0)
    for char in line:
        if char == '"':
            quoted = not quoted
        elif not quoted and char in found:
            found[char] += 1
    return max(SIGNS, key=lambda sign: found[sign])


def _in_utf8(path: Path, bench: Path) -> Path:
    with path.open("rb") as file:
        head = file.read(256 * 1024)
    if b"\0" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Invalid("The file is no text, and no Parquet file either.", remedy="Bring it in as CSV or as Parquet.")
    encoding = _encoding(path, head)
    if encoding == "utf-8":
        return path
    target = bench / "utf8.csv"
    try:
        with path.open(encoding=encoding, newline="") as source, target.open("w", encoding="utf-8", newline="") as sink:
            while text := source.read(PAGE):
                sink.write(text)
    except UnicodeError as problem:
        raise Invalid(
            f"The file is neither UTF-8 nor {encoding}: {problem}.",
            remedy="Save it in UTF-8.",
        ) from problem
    return target


def _encoding(path: Path, head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if _is_utf8(path):
        return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    from charset_normalizer import from_bytes

    best = from_bytes(head, cp_isolation=["cp1252", "latin_1", "cp1250", "cp1251", "mac_roman", "cp932"]).best()
    return best.encoding if best is not None else "cp1252"


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while page := file.read(PAGE):
                decoder.decode(page)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, io.SEEK_END)
        return file.read(1) in (b"\n", b"\r")
