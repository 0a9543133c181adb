"""Text out of bytes: UTF-8, and where it is plainly that, what Windows writes in the West."""

from __future__ import annotations

import re

WESTERN = re.compile(rb"[^\x00-\x7f]")
LETTER = re.compile("[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00fe\u0160\u0161\u017d\u017e\u0152\u0153\u0178\u00df]")
SIGNS = frozenset(
    "\u20ac\u00a3\u00a7\u00a9\u00ae\u00b0\u00b2\u00b5\u00b7\u00ab\u00bb\u00a0\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u2022\u2122"
)


class OctetText:
    """Turns one input's lines or documents into text, one after the other.

    What is UTF-8 is read as that. What is not is read as Windows-1252 where every sign beyond ASCII is a letter
    within a word or usual punctuation in it, and nothing before it had such signs in UTF-8: a table is in one encoding.
    """

    def __init__(self) -> None:
        self.is_utf8 = False

    def read(self, raw: bytes) -> str | None:
        """*raw* as text; None where it is none that could be meant."""
        try:
            said = raw.decode("utf-8")
        except UnicodeDecodeError:
            return None if self.is_utf8 else _western(raw)
        if not raw.isascii():
            self.is_utf8 = True
        return said


def _western(raw: bytes) -> str | None:
    try:
        said = raw.decode("cp1252")
    except UnicodeDecodeError:
        return None
    for found in WESTERN.finditer(raw):
        at = found.start()
        if said[at] in SIGNS:
            continue
        beside = said[max(0, at - 1) : at] + said[at + 1 : at + 2]
        if LETTER.match(said[at]) is None or not any(each.isascii() and each.isalpha() for each in beside):
            return None
    return said
