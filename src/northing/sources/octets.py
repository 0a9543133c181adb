"""A file's bytes, taken in pieces and refused before they can fill the memory."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from northing.portfolio.errors import Finding, Invalid, NotAllowed, NotFound

from .tabular import shown

PIECE = 1 << 20
MAX_FILE = 512 << 20
MAX_LINE = 16 << 20
"""A line longer than this is no table's."""

Source = str | Path | BinaryIO | bytes


def name_of(source: Source) -> str:
    """What the file is called, without the folders it lies in."""
    if isinstance(source, bytes):
        return "file"
    named = source if isinstance(source, (str, Path)) else getattr(source, "name", None)
    if not isinstance(named, (str, Path)) or named == "<stdin>":
        return "standard input"
    return str(named).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1] or "file"


def octets(source: Source) -> bytes:
    """All of *source*. Raises NotFound where there is no such file and Invalid where it is none or too much."""
    if isinstance(source, bytes):
        return _bounded([source], "file")
    if not isinstance(source, (str, Path)):
        return _bounded(iter(lambda: source.read(PIECE), b""), name_of(source))
    path = Path(source)
    try:
        if path.is_dir():
            raise Invalid(f"“{source}” is a folder, not a file.", remedy="Name the file in it.")
        if not path.exists():
            raise NotFound(
                f"There is no file “{shown(str(source))}”.",
                remedy="Give its path, from here or from the root, and its ending.",
            )
        if not path.is_file():
            raise Invalid(f"“{source}” is not a regular file.", remedy="Copy what it gives into a file, and name that.")
        with path.open("rb") as handle:
            return _bounded(iter(lambda: handle.read(PIECE), b""), path.name)
    except PermissionError:
        raise NotAllowed(
            f"“{source}” may not be read.", remedy="Ask its owner, or copy it to a place of yours."
        ) from None
    except (OSError, ValueError) as wrong:  # a name too long, with a NUL, on a disk that fails
        raise Invalid(f"“{shown(str(source))}” cannot be opened: {wrong}.", remedy="Check the name.") from None


def _bounded(pieces: object, name: str) -> bytes:
    taken: list[bytes] = []
    total = 0
    lines = 0
    since = 0  # bytes since the last line end
    sheet = False  # a ZIP has no lines; its own reader checks its sizes
    for piece in pieces:  # type: ignore[attr-defined]
        if not taken and piece[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
            sheet = True
        total += len(piece)
        taken.append(piece)
        if total > MAX_FILE:
            raise Invalid(
                f"{name} is larger than {MAX_FILE >> 20} MB.",
                remedy="Split it, or leave out the columns that are not needed.",
                file=name,
            )
        if sheet:
            continue
        first = _line_end(piece, 0)
        if since + (len(piece) if first < 0 else first) > MAX_LINE:
            raise _endless(b"".join(taken[:2]), taken, lines + 1, since, name)
        if first < 0:
            since += len(piece)
            continue
        lines += piece.count(b"\n") or piece.count(b"\r")
        since = len(piece) - 1 - max(piece.rfind(b"\n"), piece.rfind(b"\r"))
    return b"".join(taken)


def _line_end(piece: bytes, start: int) -> int:
    at = piece.find(b"\n", start)
    return at if at >= 0 else piece.find(b"\r", start)


def _endless(head: bytes, taken: list[bytes], line: int, since: int, name: str) -> Invalid:
    """The refusal of a line without end, with the column in which it stood when we stopped."""
    begin = sum(len(piece) for piece in taken[:-1]) - since
    skipped = 0
    start = b""
    for piece in taken:
        if skipped + len(piece) > begin and len(start) < 1 << 16:
            start += piece[max(0, begin - skipped) :][: 1 << 16]
        skipped += len(piece)
    header = head.split(b"\n", 1)[0][: 1 << 16].decode("utf-8", "replace").lstrip("\ufeff").rstrip("\r")
    delimiter = max(",;\t|", key=header.count)
    names = header.split(delimiter)
    text = start.decode("utf-8", "replace")
    position = min(text.count(delimiter), len(names) - 1)
    column = names[position].strip('"') if line > 1 else f"Column {text.count(delimiter) + 1}"
    finding = Finding(
        code="line-too-long",
        message=f"{name}: line {line} is longer than {MAX_LINE >> 20} MB; the file was not read further.",
        line=line,
        column=shown(column, 60),
        value=shown(text.rsplit(delimiter, 1)[-1], 60),
        remedy="A quotation mark or a line end may be missing. Mend this line, or save the file again as CSV.",
    )
    return Invalid(finding.message, findings=[finding], remedy=finding.remedy, file=name)
