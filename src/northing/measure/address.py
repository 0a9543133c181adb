"""The address of a figure: the name of a measure and its arguments, as text and as the query of a URL.

Text: ``money.actual level=investment id=INV-0042 from=2026-03-01 until=2026-04-01``; a value with blanks or quotes
stands in double quotes. URL: ``of=money.actual&level=investment&id=INV-0042…``. Both read back as the same figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import parse_qsl, urlencode

import msgspec

from northing.portfolio.errors import Invalid
from northing.portfolio.periods import Period

OF = "of"

FIRST, LAST = date(1900, 1, 1), date(2200, 1, 1)
"""Figures are asked of days within these."""

_NAME = re.compile(r"[a-z][a-z0-9_.]*")
_ARGUMENT = re.compile(r'([a-z][a-z0-9_]*)=("(?:[^"\\]|\\.)*"|\S*)')
_BARE = re.compile(r"[^\s\"\\]+")


class Figure(msgspec.Struct, frozen=True):
    """One figure. Equal addresses name the same figure; arguments that are empty are left out."""

    measure: str
    args: tuple[tuple[str, str], ...] = ()
    """In the order of their names."""

    def get(self, name: str, default: str = "") -> str:
        """The value of an argument; *default* where it is not given."""
        return next((value for own, value in self.args if own == name), default)

    def __str__(self) -> str:
        return " ".join((self.measure, *(f"{name}={_written(value)}" for name, value in self.args)))

    def query(self) -> str:
        """As the query of a URL, without the question mark."""
        return urlencode(((OF, self.measure), *self.args))

    def but(self, measure: str | None = None, **args: object) -> Figure:
        """The same figure of another measure, or with other arguments; None takes one away."""
        known: dict[str, object] = dict(self.args)
        known.update({_plain(name): value for name, value in args.items()})
        return figure(measure or self.measure, **known)

    def window(self) -> Period | None:
        """The days from ``from`` up to ``until``; None where neither is given. Raises :class:`Invalid`.

        Where one of them is left out, from the first or until the last day that a figure is asked of.
        """
        start, end = self.get("from"), self.get("until")
        if not start and not end:
            return None
        try:
            first = date.fromisoformat(start) if start else FIRST
            period = Period(first, date.fromisoformat(end) if end else LAST)
        except ValueError:
            raise _wrong(f"“{start or end}” is not a date.", "Write dates as 2026-03-31.") from None
        if period.end <= period.start:
            raise _wrong("The first day is not before the day after the last.", "Turn from and until around.")
        return period


def figure(measure: str, /, **args: object) -> Figure:
    """The address of a figure: ``figure("money.actual", level="investment", id=…, window=Period(…))``.

    A ``window`` becomes ``from`` and ``until``; a name that Python keeps for itself takes an underscore behind it.
    """
    found: dict[str, str] = {}
    for name, value in args.items():
        if value is None or value == "":
            continue
        if isinstance(value, Period):
            found["from"], found["until"] = value.start.isoformat(), value.end.isoformat()
        else:
            found[_plain(name)] = str(value)
    return Figure(measure, tuple(sorted(found.items())))


def read_figure(text: str) -> Figure:
    """The figure that *text* names, in either form. Raises :class:`Invalid` where it names none."""
    text = text.strip().removeprefix("?")
    if text.startswith(f"{OF}="):
        return figure_from_query(parse_qsl(text, keep_blank_values=True))
    name, _, rest = text.partition(" ")
    if not _NAME.fullmatch(name):
        raise _wrong(f"“{name}” is not the name of a measure.", 'Write: why "money.actual level=organisation".')
    args: dict[str, object] = {}
    at = 0
    while rest[at:].strip():
        at += len(rest[at:]) - len(rest[at:].lstrip())
        found = _ARGUMENT.match(rest, at)
        if found is None:
            raise _wrong(f"“{rest[at:].split()[0]}” is not an argument.", "Write arguments as name=value.")
        args[found[1]] = _read(found[2])
        at = found.end()
    return _near(figure(name, **args))


def figure_from_query(
    query: Mapping[str, str] | Iterable[tuple[str, str]], leave: Iterable[str] = ("at", "mode")
) -> Figure:
    """The figure that the query of a URL names; arguments in *leave* belong to the page."""
    pairs = dict(query.items() if isinstance(query, Mapping) else query)
    name = pairs.pop(OF, "")
    if not _NAME.fullmatch(name):
        raise _wrong("The address names no measure.", "Begin it with of=money.actual.")
    left = set(leave)
    return _near(figure(name, **{key: value for key, value in pairs.items() if key not in left}))


def _near(found: Figure) -> Figure:
    """*found*, unless it asks of a day that no calendar of a plan reaches. What is no day is for its measure to say."""
    for _name, value in found.args:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) and not FIRST.isoformat() <= value <= LAST.isoformat():
            raise _wrong(
                f"Figures are of days from {FIRST} until {LAST}, not of {value}.",
                "Leave out from or until to ask of all.",
            )
    return found


def _plain(name: str) -> str:
    return name.removesuffix("_")


def _written(value: str) -> str:
    if _BARE.fullmatch(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _read(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def _wrong(message: str, remedy: str) -> Invalid:
    return Invalid(message, remedy=remedy)
