"""Any file that holds a table, told by its first bytes and not by its name."""

from __future__ import annotations

from . import objects, sheet, text
from .octets import Source, name_of, octets
from .tabular import TableFile


def read(
    source: Source,
    *,
    name: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet_name: str | None = None,
) -> TableFile:
    """The table in *source*: XLSX, JSON or CSV."""
    called = name_of(name) if name else name_of(source)
    data = octets(source)
    if data[:2] == b"PK":
        return sheet.parse(data, called, sheet=sheet_name)
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start in (b"{", b"[") and (called.lower().endswith(".json") or _ends_like_json(data)):
        return objects.parse(data, called)
    return text.parse(data, called, encoding=encoding, delimiter=delimiter)


def _ends_like_json(data: bytes) -> bool:
    return data[-64:].rstrip()[-1:] in (b"}", b"]")
