"""How cells are put in order and told to be the same: texts by their letters, choices as listed, empty last."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from northing.portfolio.filter.comparing import single_amount
from northing.portfolio.filter.vocabulary import Word

Name = Callable[[str, str | None], str | None]


def text_key(text: str) -> str:
    """What makes two texts the same, for filters and groups alike: case and surrounding blanks are ignored."""
    return text.strip().casefold()


def sorting_text(text: str) -> tuple[str, str]:
    """Where a text stands in a list: accents and case do not move it far."""
    key = text.strip().casefold()
    if key.isascii():
        return key, key
    plain = "".join(char for char in unicodedata.normalize("NFKD", key) if not unicodedata.combining(char))
    return plain, key


def number_key(text: str) -> tuple[str, int, str]:
    """``INV-10000`` after ``INV-9999``."""
    found = re.fullmatch(r"(\D*)(\d+)(.*)", text)
    return (found[1], int(found[2]), found[3]) if found else (text, -1, "")


def order(places: list[int], cells: Sequence[Any], word: Word, name_of: Name, *, descending: bool) -> list[int]:
    """*places* put in the order of their *cells*: stable, empty ones last whatever the direction.

    Money is ordered inside each currency, and currencies by their code: there is no rate to compare them by.
    Cells in several currencies come after those in one.
    """
    filled = [place for place in places if not is_empty(cells[place])]
    empty = [place for place in places if is_empty(cells[place])]
    if word.type == "money":
        return _by_money(filled, cells, descending=descending) + empty
    key = _key(word, cells, filled, name_of)
    filled.sort(key=key.__getitem__, reverse=descending)
    return filled + empty


def is_empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str | tuple) and not cell)


def _key(word: Word, cells: Sequence[Any], places: Sequence[int], name_of: Name) -> dict[int, Any]:
    """Place → what it is sorted by. One key for each distinct cell, since many rows share one."""
    make = key_of(word, name_of)
    seen: dict[Any, Any] = {}
    keys: dict[int, Any] = {}
    for place in places:
        cell = cells[place]
        if cell not in seen:
            seen[cell] = make(cell)
        keys[place] = seen[cell]
    return keys


def key_of(word: Word, name_of: Name) -> Callable[[Any], Any]:
    """From a filled cell of *word* to what it is sorted by."""
    match word.type:
        case "text":
            return number_key if word.name == "number" else sorting_text
        case "texts":
            return lambda cell: [sorting_text(item) for item in cell]
        case "choice":
            rank = {option: index for index, option in enumerate(word.choices)}
            return lambda cell: (rank.get(cell, len(rank)), str(cell))
        case "reference":
            return lambda cell: (sorting_text(name_of(word.ref or "*", cell) or ""), cell)
        case "references":
            return lambda cell: [(sorting_text(name_of(word.ref or "*", item) or ""), item) for item in cell]
    return lambda cell: cell


def _by_money(places: list[int], cells: Sequence[Any], *, descending: bool) -> list[int]:
    single: dict[str, list[tuple[int, Decimal]]] = {}
    several: list[int] = []
    for place in places:
        one = single_amount(cells[place])
        if one is None:
            several.append(place)
        else:
            single.setdefault(one[0], []).append((place, one[1]))
    result: list[int] = []
    for _, found in sorted(single.items()):
        found.sort(key=lambda pair: pair[1], reverse=descending)
        result.extend(place for place, _ in found)
    return result + several
