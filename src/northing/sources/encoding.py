"""Which encoding a file was written in, so that writing it again gives the same bytes."""

from __future__ import annotations

import codecs
import re
import unicodedata
from itertools import pairwise

from northing.portfolio.errors import Invalid

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
MARK = {encoding: mark for mark, encoding in MARKS}

SAMPLE = 1 << 18


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str, bool]:
    """The text, its encoding, and whether a byte order mark stood before it.

    Bytes that do not decode stand in the text as lone surrogates (PEP 383), to be found row by row. UTF-8 is
    told by its own rules; Western single-byte text by what its letters stand next to; the rest is guessed.
    """
    mark, marked = next(((mark, found) for mark, found in MARKS if data.startswith(mark)), (b"", None))
    if encoding is not None:
        try:
            name = codecs.lookup(encoding).name
        except LookupError:
            raise Invalid(f"No encoding is called “{encoding}”.", remedy="Try utf-8, cp1252 or utf-16.") from None
        name = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(name, name)
    else:
        name = marked or _wide(data) or ""
    body = data[len(mark) :] if marked else data
    if not name:
        name = "utf-8"
        try:
            return body.decode("utf-8"), "utf-8", False
        except UnicodeDecodeError:
            name = _single_byte(body)
    try:
        text = body.decode(name)
    except (UnicodeDecodeError, UnicodeError):
        try:
            text = body.decode(name, "surrogateescape")
        except UnicodeError:
            text = body.decode(name, "replace")
    return text, name, bool(marked)


def encode(text: str, encoding: str, mark: bool) -> bytes:
    """The bytes of *text*, its byte order mark before it where the file had one."""
    return (MARK.get(encoding, b"") if mark else b"") + text.encode(encoding, "surrogateescape")


def undecoded(text: str) -> int:
    """Where the first byte that is no text stands in *text*, or -1."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as wrong:
        return wrong.start
    return -1


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Western text is NUL."""
    sample = data[:4096]
    if len(sample) >= 4 and sample.count(0) > len(sample) * 0.3:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        if odd > 10 * max(even, 1):
            return "utf-16-le"
        if even > 10 * max(odd, 1):
            return "utf-16-be"
    return None


def _single_byte(body: bytes) -> str:
    lenient = body.decode("utf-8", "surrogateescape")
    broken = len(re.findall("[\udc80-\udcff]", lenient))
    sound = len(re.findall("[^\x00-\x7f]", lenient)) - broken
    if sound > 3 * broken:
        return "utf-8"  # a few bad bytes in a UTF-8 file: their rows are listed
    try:
        western = body.decode("cp1252")
    except UnicodeDecodeError:
        western = None
    if western is not None and _western(western):
        return "cp1252"
    from charset_normalizer import from_bytes

    at = next((index for index, byte in enumerate(body) if byte > 0x7F), 0)
    best = from_bytes(body[max(0, at - SAMPLE // 2) : at + SAMPLE // 2]).best()
    for candidate in filter(None, (best.encoding if best else None, "cp1252", "latin-1")):
        try:
            if body.decode(candidate).encode(candidate) == body:
                return codecs.lookup(candidate).name
        except UnicodeError:
            continue
    return "latin-1"


def _western(text: str) -> bool:
    """Whether the letters past ASCII stand alone between ASCII ones, as in French or German, and few are odd."""
    high = [match.start() for match in re.finditer("[^\x00-\x7f]", text[: 1 << 22])]
    beside = sum(1 for left, right in pairwise(high) if right == left + 1 and text[left].isalpha())
    rare = "¦¬¯¸ºªƒˆ‰"
    odd = sum(1 for at in high if unicodedata.category(text[at]) in ("Cc", "Sk", "No") or text[at] in rare)
    return beside <= 0.2 * len(high) and odd <= 0.2 * len(high)
