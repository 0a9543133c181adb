"""Cells of a table as SQL expressions: text, money, instants and tags, for all rows at once.

What is usual (a plain number, an ISO instant, tags in JSON) is tried first and is as fast as a cast; only cells
that are not so go the long way. What no way reads becomes NULL, and a check refuses the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

AMOUNT = "DECIMAL(24,12)"
FIRST_DAY, LAST_DAY = "1990-01-01", "2199-12-31"
"""A day outside of these is a mistake, not a date."""

Order = Literal["dmy", "mdy"]

NOTHING = ("NULL", "null")
"""Besides an empty cell, how exports write that there is nothing."""


def literal(text: str) -> str:
    """*text* as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def text(cell: str) -> str:
    """The cell without outer blanks; NULL where it says nothing."""
    nothing = ", ".join(literal(each) for each in ("", *NOTHING))
    # Few cells have outer blanks, and to look for them is a tenth of the work of taking them away. What begins with
    # one stands before "!", as nothing does that can be read.
    trimmed = f"CASE WHEN trim({cell}) IN ({nothing}) THEN NULL ELSE trim({cell}) END"
    return (
        f"CASE WHEN {cell} IN ({nothing}) THEN NULL "
        f"WHEN {cell} < '!' OR {cell} LIKE '% ' THEN {trimmed} ELSE {cell} END"
    )


def plain_money(cell: str) -> str:
    """The number in the cell where it is written as engines write it, exact to twelve decimals; else NULL."""
    # Noughts after the point that say nothing make a cast four times as slow.
    padded = f"strlen({cell}) > 14 AND contains({cell}, '.') AND NOT contains(lower({cell}), 'e')"
    return f"TRY_CAST(CASE WHEN {padded} THEN rtrim({cell}, '0') ELSE {cell} END AS {AMOUNT})"


def bare_money(said: str) -> str:
    """What is left of “$10,000.00 ”, “(12.50)”, “12.50-” or “EUR 5” without blanks, currency and parentheses."""
    bare = rf"regexp_replace({said}, '[\s\x{{a0}}\x{{202f}}''$€£¥]|^[A-Za-z]{{3}}\s|\s[A-Za-z]{{3}}$', '', 'g')"
    return rf"regexp_replace(regexp_replace({bare}, '^\((.*)\)$', '-\1'), '^(.*[0-9])-$', '-\1')"


def money(bare: str, *, comma: bool = False) -> str:
    """The number in *bare* (as :func:`bare_money` leaves it), its thousands apart or not; NULL where it is none.

    *comma*: the file writes a comma before the decimals.
    """
    if comma:
        shape = r"^[-+]?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+)(,[0-9]+)?$"
        plain = f"replace(replace({bare}, '.', ''), ',', '.')"
    else:
        shape = r"^[-+]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?(\.[0-9]*)?([eE][-+]?[0-9]+)?$"
        plain = f"replace({bare}, ',', '')"
    return f"CASE WHEN regexp_matches({bare}, '{shape}') THEN TRY_CAST({plain} AS {AMOUNT}) END"


SHORT_YEAR = ("%d/%m/%y", "%d/%m/%y %H:%M", "%d/%m/%y %H:%M:%S", "%d/%m/%y %I:%M %p")
LONG_YEAR = ("%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %I:%M %p", "%d/%m/%Y %I:%M:%S %p")
YEAR_FIRST = ("%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%dT%H:%M:%S", "%Y/%m/%dT%H:%M:%SZ")


def instant(said: str, order: Order | None = None) -> str:
    """The instant in *said* as a UTC timestamp: ISO with or without zone, or figures in *order*; else NULL."""
    slashed = rf"regexp_replace({said}, '^([0-9]{{1,4}})[-./ ]([0-9]{{1,2}})[-./ ]([0-9]{{1,4}})', '\1/\2/\3')"
    # A cast passes over the distance from UTC. Where seconds end the text, or a Z, there is none to look for.
    longer = f"length({said}) > 16 AND (length({said}) > 20 OR substr({said}, 17, 1) <> ':')"
    far = f"{longer} AND regexp_matches({said}, '{ZONE}')"
    iso = f"{said} LIKE '____-_%' AND NOT contains(substr({said}, 1, 4), '-') AND NOT contains({said}, '/')"
    # What is usual has nothing after its seconds, or a Z; that is seen at one glance, and cast at once.
    usual = f"strlen({said}) <= 20 AND {said} LIKE '____-__-_____:__:%'"
    branches = [
        f"WHEN {usual} THEN TRY_CAST({said} AS TIMESTAMP)",
        f"WHEN {iso} THEN CASE WHEN {far} THEN {_zoned(said)} ELSE TRY_CAST({said} AS TIMESTAMP) END",
        f"WHEN regexp_matches({said}, '^[0-9]{{4}}[/.]') THEN try_strptime({slashed}, {_formats(YEAR_FIRST)})",
    ]
    if order is not None:
        for digits, formats in (("{2}", SHORT_YEAR), ("{4}", LONG_YEAR)):
            shape = "^[0-9]{1,2}/[0-9]{1,2}/[0-9]" + digits + "([ ,]|$)"
            branches.append(
                f"WHEN regexp_matches({slashed}, '{shape}') THEN try_strptime({slashed}, {_formats(formats, order)})"
            )
    return f"CASE {' '.join(branches)} END"


ZONE = r"\s*([+-])([0-9]{2}):?([0-9]{2})?$"


def _zoned(said: str) -> str:
    """An instant with its distance from UTC, which a cast would pass over."""
    hours, minutes = (
        f"coalesce(TRY_CAST(nullif(regexp_extract({said}, '{ZONE}', {n}), '') AS INTEGER), 0)" for n in (2, 3)
    )
    ahead = f"CASE WHEN regexp_extract({said}, '{ZONE}', 1) = '-' THEN -1 ELSE 1 END"
    bare = f"TRY_CAST(regexp_replace({said}, '{ZONE}', '') AS TIMESTAMP)"
    return f"{bare} - to_minutes(({hours} * 60 + {minutes}) * {ahead})"


def _formats(formats: Sequence[str], order: Order = "dmy") -> str:
    if order == "mdy":
        formats = [each.replace("%d/%m", "%m/%d") for each in formats]
    return "[" + ", ".join(literal(each) for each in formats) + "]"


def day(found: str) -> str:
    """The UTC day of the instant *found*; NULL where there is none, or none that can be meant."""
    inside = f"{found} >= TIMESTAMP '{FIRST_DAY} 00:00:00' AND {found} <= TIMESTAMP '{LAST_DAY} 23:59:59'"
    return f"CASE WHEN {inside} THEN CAST({found} AS DATE) END"


def first_day_after(found: str) -> str:
    """The first day that lies wholly after the instant *found*: itself at midnight, else the next one."""
    return f"CAST({found} + INTERVAL 86399999999 MICROSECONDS AS DATE)"


def tags(said: str, called: str) -> str:
    """Tags as a JSON object: from JSON, JSON without its braces, key=value pairs; else under the column's name."""
    braced = f"'{{' || {said} || '}}'"
    pairs = _pairs(said)
    return (
        f"CASE WHEN {said} IS NULL OR {said} IN ('{{}}', '[]') THEN NULL "
        f"WHEN starts_with({said}, '{{') AND json_valid({said}) THEN {said} "
        f"WHEN starts_with({said}, '\"') AND json_valid({braced}) THEN {braced} "
        f"WHEN contains({said}, '=') AND json_valid({pairs}) THEN {pairs} "
        f"ELSE CAST(json_object({literal(called)}, {said}) AS VARCHAR) END"
    )


def _pairs(said: str) -> str:
    """``a=1;b=2``, ``a=1, b=2`` or ``{a=1, b=2}`` as JSON text; something that is no JSON where it is not that."""
    bare = rf"regexp_replace({said}, '^\{{(.*)\}}$', '\1')"
    safe = rf"""replace(replace({bare}, '\', '\\'), '"', '\"')"""
    found = [
        rf"'{{' || rtrim(regexp_replace({safe}, '\s*([^={sign}]*?)\s*=\s*([^{sign}]*?)\s*({sign}|$)', "
        rf"""'"\1":"\2",', 'g'), ',') || '}}'"""
        for sign in ";,"
    ]
    return f"CASE WHEN contains({said}, ';') THEN {found[0]} ELSE {found[1]} END"


def with_more_tags(base: str | None, more: Sequence[tuple[str, str]]) -> str | None:
    """*base* (a JSON object or NULL) with *more* (key, expression for text) where those say something."""
    if not more:
        return base
    said = ", ".join(expression for _, expression in more)
    made = f"json_object({', '.join(f'{literal(key)}, {expression}' for key, expression in more)})"
    whole = f"CAST(json_merge_patch({f"coalesce({base}, '{{}}')" if base else "'{}'"}, {made}) AS VARCHAR)"
    return f"CASE WHEN coalesce({said}) IS NULL THEN {base or 'NULL'} ELSE {whole} END"
