"""Whether an XLSX file may be unpacked at all: told from the ZIP's directory, before a byte is inflated.

A workbook of 1.5 MB can unfold into gigabytes, and one of two cells can span the whole sheet. Sizes, ratio,
number of entries, overlaps and nested archives are read from the headers; then each sheet is inflated once in
pieces, to see that the headers did not lie and how far apart its cells lie.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

from northing.portfolio.errors import Finding, Invalid

MAX_ENTRIES = 5_000
MAX_DIRECTORY = 2 << 20
MAX_UNPACKED = 256 << 20
MAX_RATIO = 250
"""Of an entry larger than a megabyte; sheets of one repeated row reach about 120."""
MAX_AREA = 20_000_000
"""Cells in the rectangle around all cells of a sheet."""
NESTED = (".zip", ".xlsx", ".xlsm", ".gz", ".7z", ".rar", ".tar", ".jar")


def check(data: bytes, name: str) -> None:
    """Raise Invalid where *data* is no workbook that is safe to open."""
    entries = _directory(data, name)
    total = 0
    offsets = sorted(entry.header_offset for entry in entries)
    for entry in entries:
        total += entry.file_size
        if entry.flag_bits & 0x1:
            raise _refused(name, entry.filename, "is encrypted", "Take the password off and save it again.")
        if entry.filename.lower().endswith(NESTED):
            raise _refused(name, entry.filename, "is an archive inside the archive", "Remove what is embedded.")
        ratio = entry.file_size / max(entry.compress_size, 1)
        if entry.file_size > 1 << 20 and ratio > MAX_RATIO:
            raise _refused(
                name,
                entry.filename,
                f"would unfold {ratio:,.0f} times, to {entry.file_size >> 20:,} MB",
                "Save the sheet again as CSV.",
            )
        if total > MAX_UNPACKED:
            raise _refused(
                name, entry.filename, f"brings the file to more than {MAX_UNPACKED >> 20} MB", "Save the sheet as CSV."
            )
    if sum(entry.compress_size for entry in entries) > len(data) or len(set(offsets)) != len(offsets):
        raise _refused(name, entries[0].filename, "overlaps another", "Save the sheet again.")
    if not any(entry.filename.startswith("xl/") for entry in entries):
        raise Invalid(
            f"{name} is a ZIP archive, not a workbook.", remedy="Unpack it, and name the file in it.", file=name
        )
    for entry in entries:
        _inflate(data, entry, name)


def _refused(name: str, entry: str, why: str, remedy: str) -> Invalid:
    finding = Finding(
        code="unsafe-archive", message=f"{name}: “{entry}” {why}.", line=0, column=entry, value=why, remedy=remedy
    )
    return Invalid(finding.message, findings=[finding], remedy=remedy, file=name)


def _directory(data: bytes, name: str) -> list[zipfile.ZipInfo]:
    """The entries, after a look at the end record: a directory of a million entries is not even read."""
    broken = Invalid(
        f"{name} is not a sound workbook.", remedy="Open it in a spreadsheet and save it again.", file=name
    )
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_600))
    if at < 0 or len(data) < at + 22:
        raise broken
    count, size = struct.unpack("<HI", data[at + 10 : at + 16])
    if count > MAX_ENTRIES or size > MAX_DIRECTORY:
        raise _refused(name, "directory", f"names {count:,} entries in {size:,} bytes", "Save the sheet as CSV.")
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, struct.error, UnicodeDecodeError, ValueError):
        raise broken from None
    if len(entries) > MAX_ENTRIES:
        raise _refused(name, "directory", f"names {len(entries):,} entries", "Save the sheet as CSV.")
    if not entries:
        raise broken
    return entries


CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')


def _inflate(data: bytes, entry: zipfile.ZipInfo, name: str) -> None:
    """Unpack *entry* in pieces and drop them: its true size, and the area of its cells."""
    local = data[entry.header_offset : entry.header_offset + 30]
    if len(local) < 30 or local[:4] != b"PK\x03\x04":
        raise _refused(name, entry.filename, "does not stand where the directory says", "Save the sheet again.")
    names, extra = struct.unpack("<HH", local[26:30])
    start = entry.header_offset + 30 + names + extra
    packed = data[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        if len(packed) != entry.file_size:
            raise _refused(name, entry.filename, "is not as long as the directory says", "Save the sheet again.")
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise _refused(name, entry.filename, "is packed in an unusual way", "Save the sheet again.")
    sheet = entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml")
    unpack = zlib.decompressobj(-15)
    size, tail = 0, b""
    right = bottom = 0
    try:
        while packed and not unpack.eof:
            piece = unpack.decompress(packed, 1 << 20)
            packed = unpack.unconsumed_tail
            size += len(piece)
            if size > entry.file_size:
                raise _refused(name, entry.filename, "is larger than the directory says", "Save the sheet again.")
            if sheet:
                for letters, digits in CELL.findall(tail + piece):
                    bottom = max(bottom, int(digits))
                    if len(letters) > 1 or letters > b"A":
                        right = max(right, _number(letters))
                tail = piece[-64:]
    except zlib.error:
        raise _refused(name, entry.filename, "does not unpack", "Open it in a spreadsheet and save it again.") from None
    if max(right, 1) * bottom > MAX_AREA:
        raise _refused(
            name,
            entry.filename,
            f"spans {bottom:,} rows by {right:,} columns",
            "Delete the cells far off, and save it again.",
        )


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
