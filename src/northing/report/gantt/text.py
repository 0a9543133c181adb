"""How wide a piece of text will be, so that a picture laid out on the server never lets text overlap.

Widths are those of the interface's own typeface (Inter, in hundredths of the font size; digits as wide as
the widest, since figures are aligned), plus a margin for the fonts that stand in for it.
"""

from __future__ import annotations

import unicodedata

_FROM_SPACE_TO_TILDE = (
    28, 32, 52, 64, 65, 100, 66, 33, 37, 37, 54, 67, 32, 47, 32, 38, 67, 67, 67, 67, 67, 67, 67, 67, 67, 67, 32, 33, 67,
    67, 67, 54, 100, 73, 66, 74, 73, 61, 60, 76, 75, 28, 58, 70, 57, 92, 76, 77, 65, 77, 65, 65, 66, 74, 73, 102, 72,
    71, 65, 37, 38, 37, 48, 47, 35, 57, 62, 58, 62, 59, 39, 63, 61, 26, 26, 57, 26, 90, 61, 61, 62, 62, 40, 55, 35, 61,
    59, 84, 57, 59, 57, 45, 36, 45, 67,
)  # fmt: skip
_OTHERS = {"…": 96, "–": 52, "—": 100, "→": 100, "·": 32, "•": 56, "€": 68, "’": 30, "“": 48, "”": 48}
_MARGIN = 1.03


def width(text: str, size: float) -> float:
    """The room that *text* takes at *size*, in the unit of *size*; rather too much than too little."""
    return sum(map(_hundredths, text)) * size / 100 * _MARGIN


def fit(text: str, size: float, room: float) -> str:
    """*text* where it has room, else as much of its beginning as fits with “…”; "" where nothing does."""
    if width(text, size) <= room:
        return text
    left = room - width("…", size)
    kept = 0
    for char in text:
        left -= _hundredths(char) * size / 100 * _MARGIN
        if left < 0:
            break
        kept += 1
    return text[:kept].rstrip(" ,;:–-(") + "…" if kept >= 2 else ""


def _hundredths(char: str) -> int:
    code = ord(char)
    if 32 <= code <= 126:
        return _FROM_SPACE_TO_TILDE[code - 32]
    if char in _OTHERS:
        return _OTHERS[char]
    base = ord(unicodedata.normalize("NFD", char)[0])
    if 32 <= base <= 126:
        return _FROM_SPACE_TO_TILDE[base - 32]
    if unicodedata.category(char) in ("Mn", "Cf"):
        return 0
    return 125 if unicodedata.east_asian_width(char) in ("W", "F") or code > 0xFFFF else 80
