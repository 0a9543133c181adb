"""Numbers as they come in an address or a form."""

from __future__ import annotations

DIGITS = 9
"""More of them name no revision, no place in a list and no year."""


def whole(text: str) -> int | None:
    """The whole number that *text* says in at most nine plain digits; None where it says anything else."""
    plain = text.removeprefix("-")
    return int(text) if plain.isascii() and plain.isdigit() and len(plain) <= DIGITS else None
