"""Text tables as the engine can read them: UTF-8, one header, every row as wide as it, and each row with its number.

A file that is clean is read by the engine as it stands. Of one that is not, the faulty rows are set aside here, so
that the numbers of the others stay what they are in the input.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import msgspec

from northing.portfolio.errors import Invalid
from northing.portfolio.fact_reading import Refused

from . import rejects
from .input import PAGE, Stop, check

SAMPLE = 2000
SIGNS = ",;\t|"
MOST_COLUMNS = 2000
LONGEST_CELL = 16 * 1024 * 1024
LONGEST = 32 * 1024 * 1024
"""A row longer than this, in bytes, is passed over and refused: the engine takes none that is longer."""
SHOWN = 400
MOST_FAULTY = 1_000_000

TOO_LONG = (
    f"The line is longer than {LONGEST >> 20} MB and was passed over; a line end or a quotation mark may be missing. "
    "Mend it, or fetch the file again."
)
NUL = "The line holds a NUL byte. Delete it, or fetch the file again."
OPEN = "The row cannot be taken apart: {}. Close its quotation marks, and double each one inside a cell."
UNEVEN = "The row has {} cells, and the header has {}. Mend it, or fetch the file again."


class TextTable(msgspec.Struct, frozen=True, kw_only=True):
    """A CSV file in UTF-8, its header and first rows."""

    path: Path
    sign: str
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    skip: int = 0
    """Physical lines before the first row."""
    faulty: bool = False
    """A line is what the engine may take without a word: one of 2 GB, or one with a NUL byte."""


class _TooLong(csv.Error):
    """A line that is too long to be a row's; it is given as far as it is kept."""


class _Nul(csv.Error):
    """A line with a NUL byte."""


class _Fault(msgspec.Struct, frozen=True):
    """A line that begins no row, as far as it is kept, and why."""

    text: str
    problem: csv.Error


class _Lines:
    """The lines of a text file as the csv module asks for them; memory for one row, however long a line is."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._again: deque[tuple[str, bool]] = deque()
        self._taken: list[tuple[str, bool]] = []
        """(line, whether it is all of it) since :meth:`begin`: those of the row that is being read."""
        self._length = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line, whole = self._again.popleft() if self._again else self._read()
        if not line:
            raise StopIteration
        self._taken.append((line, whole))
        if not whole:
            raise _TooLong(line)
        if "\0" in line:
            raise _Nul(NUL)
        self._length += _octets(line)
        if self._length > LONGEST:
            raise csv.Error(f"it runs on for more than {LONGEST >> 20} MB")
        return line

    def begin(self) -> None:
        """A row begins with the next line."""
        self._taken, self._length = [], 0

    def give_back(self) -> str:
        """The first line of what is no row; each of the others may be a row of its own, and comes again."""
        if not self._taken:
            return ""
        first, *others = self._taken
        self._again.extendleft(reversed(others))
        return first[0]

    def _read(self) -> tuple[str, bool]:
        line = self._file.readline(LONGEST + 1)
        if len(line) <= LONGEST // 4 or _octets(line) <= LONGEST:
            return line, True
        while not line.endswith(("\n", "\r")) and (rest := self._file.readline(PAGE)):
            line = line[:SHOWN] + rest[-1]
        return line[:SHOWN], False


def _octets(line: str) -> int:
    return len(line) if line.isascii() else len(line.encode("utf-8"))


def _rows(lines: _Lines, sign: str) -> Iterator[list[str] | _Fault]:
    """The rows of *lines*, blank ones left out; a quotation mark that is not closed costs its own line alone."""
    rows = csv.reader(lines, delimiter=sign, strict=True)
    while True:
        lines.begin()
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as problem:
            yield _Fault(lines.give_back(), problem)
        else:
            if row:
                yield row


def text_table(path: Path, bench: Path) -> TextTable:
    """The table in the file *path*; where it is not in UTF-8 it is written anew to *bench*. Raises :class:`Invalid`."""
    path = _in_utf8(path, bench)
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding="utf-8", newline="") as file:
        lines = _Lines(file)
        try:
            sign = _sign(lines)
            file.seek(0)
            rows = csv.reader(lines, delimiter=sign)
            header = next((row for row in rows if any(cell.strip() for cell in row)), None)
        except csv.Error as problem:
            raise _no_header(problem) from problem
        if header is None:
            raise Invalid("The file holds no row.", remedy="Choose the file that holds the rows.")
        full = (tuple(row) for row in _rows(lines, sign) if not isinstance(row, _Fault))
        sample = tuple(row for row, _ in zip(full, range(SAMPLE), strict=False))
    if len(header) > MOST_COLUMNS:
        raise Invalid(f"The table has {len(header):,} columns; {MOST_COLUMNS:,} can be read.")
    names = tuple(cell.strip() for cell in header)
    return TextTable(
        path=path, sign=sign, header=names, sample=sample, skip=rows.line_num, faulty=_is_faulty(path)
    )  # fmt: skip


def _is_faulty(path: Path) -> bool:
    """Whether a line of the file is longer than ``LONGEST``, or holds a NUL byte."""
    since = 0
    with path.open("rb") as file:
        while page := file.read(PAGE):
            if b"\0" in page:
                return True
            end = b"\n" if b"\n" in page else b"\r"
            first = page.find(end)
            since += len(page) if first < 0 else first
            if since > LONGEST:
                return True
            if first >= 0:
                since = len(page) - 1 - page.rfind(end)
    return False


def _no_header(problem: csv.Error) -> Invalid:
    remedy = "The first line names the columns. Export the file as CSV again."
    if not isinstance(problem, _TooLong):
        return Invalid(f"The file is no table: {problem}.", remedy=remedy)
    line = str(problem)
    sign = max(SIGNS, key=line.count)
    column, value = f"Column {line.count(sign) + 1}", line.rpartition(sign)[2][:200]
    return Invalid(
        f"The header cannot be read. {TOO_LONG}",
        findings=[rejects.finding(Refused(line=1, column=column, value=value, reason=TOO_LONG))],
        remedy=remedy,
    )


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
        for line, row in enumerate(_rows(_Lines(file), table.sign), 1):
            if line % 10_000 == 0:
                check(stop)
            if not isinstance(row, _Fault) and len(row) == width:
                last_bad = False
                writer.writerow((line, *row))
                continue
            last_bad = True
            refused.append(_refused(line, row, table))
            if len(refused) > MOST_FAULTY:
                raise Invalid(
                    f"More than {MOST_FAULTY:,} rows cannot be read. The first: {refused[0].reason}",
                    remedy="Check that this is the right file, and that it is a CSV.",
                )
    if last_bad and not _ends_a_line(table.path):
        raise Invalid(
            f"The file is cut off: it ends in the middle of row {line:,}.",
            findings=[rejects.finding(refused[-1])],
            remedy="Fetch it again. Nothing of it was taken in.",
        )
    return refused


def _refused(line: int, row: list[str] | _Fault, table: TextTable) -> Refused:
    """A row that cannot be cut, with the column in which it is seen to be wrong."""
    if not isinstance(row, _Fault):
        said = UNEVEN.format(len(row), len(table.header))
        return Refused(line=line, column=None, value=table.sign.join(row)[:200], reason=said)
    ends = "\0" if isinstance(row.problem, _Nul) else '"' if not isinstance(row.problem, _TooLong) else ""
    seen = row.text[: row.text.rfind(ends)] if ends and ends in row.text else row.text
    at = min(seen.count(table.sign), len(table.header) - 1)
    cell = row.text[seen.rfind(table.sign) + 1 :]
    if isinstance(row.problem, _TooLong):
        said, value = TOO_LONG, cell
    elif isinstance(row.problem, _Nul):
        said, value = NUL, cell.partition(table.sign)[0].replace("\0", "\\x00")
    else:
        said, value = OPEN.format(row.problem), row.text
    return Refused(line=line, column=table.header[at] or f"Column {at + 1}", value=value.strip()[:200], reason=said)


def _sign(lines: _Lines) -> str:
    """What stands between the cells: the sign that is most frequent in the first line, outside of quotes."""
    line = next((line for line in lines if line.strip()), "")
    quoted, found = False, dict.fromkeys(SIGNS, 0)
    for char in line[: 1 << 20]:
        if char == '"':
            quoted = not quoted
        elif not quoted and char in found:
            found[char] += 1
    return max(SIGNS, key=lambda sign: found[sign])


def _in_utf8(path: Path, bench: Path) -> Path:
    with path.open("rb") as file:
        head = file.read(256 * 1024)
    if head.count(0) * 100 > len(head) and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
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
