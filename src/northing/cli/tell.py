"""How the command line shows answers and errors: tables and sentences for people, JSON for programs."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click
import msgspec

from northing.portfolio.errors import Busy, Conflict, FieldConflict, Finding, Invalid, Misconfigured, NorthingError
from northing.report.plain import encode

SHOWN = 20
"""Findings and conflicts that are printed; the rest are counted, and stand in ``--json``."""


class Usage(NorthingError):
    """The command line cannot be understood: a wrong command, option or value."""

    code, exit_code = "usage", 2


def write_json(value: Any) -> None:
    """One JSON document on standard output."""
    encoded = msgspec.json.format(encode(value), indent=2)
    sys.stdout.write(encoded.decode() + "\n")


def write_table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), total: str = ""
) -> None:
    """A table: fitted to the terminal, or in full and untouched where the output goes to a file or a program."""
    cells = [[_line(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        from rich import box
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
        for position, column in enumerate(columns):
            shown.add_column(Text(column), justify="right" if position in right else "left", overflow="fold")
        for row in cells:
            shown.add_row(*(Text(cell) for cell in row))
        Console().print(shown)
    else:
        widths = (
            [max(map(len, column)) for column in zip(columns, *cells, strict=True)] if cells else [*map(len, columns)]
        )
        for row in [list(columns), *cells]:
            padded = [
                cell.rjust(width) if position in right else cell.ljust(width)
                for position, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            sys.stdout.write("  ".join(padded).rstrip() + "\n")
    if total:
        sys.stdout.write(f"{total}\n")


def write_facts(pairs: Mapping[str, str]) -> None:
    """Name and value on a line each, the values under one another."""
    width = max(map(len, pairs), default=0)
    for name, value in pairs.items():
        sys.stdout.write(f"{name.ljust(width)}  {_line(value)}\n")


def _line(text: str) -> str:
    # A cell may hold anything that somebody imported: a line end would break the table, an escape the terminal.
    return "".join(letter if letter.isprintable() else " " for letter in text)


# -- errors


def usage(problem: click.ClickException, *, as_json: bool) -> int:
    """A command line that click did not understand."""
    context = getattr(problem, "ctx", None)
    remedy = f"{context.command_path} --help" if context else "northing --help"
    return refuse(Usage(problem.format_message(), remedy=remedy), as_json=as_json)


def refuse(error: NorthingError, *, as_json: bool) -> int:
    """Show an error, and return the exit code that goes with it."""
    if as_json:
        write_json(error.as_dict())
        return error.exit_code
    lines = [error.message]
    if isinstance(error, Invalid):
        lines += _some([_finding(finding) for finding in error.findings if finding.message != error.message])
    if isinstance(error, Conflict):
        lines += _some([_conflict(conflict) for conflict in error.conflicts])
        lines.append(f"The plan stands at {error.head}.")
    if error.remedy:
        lines.append(f"→ {error.remedy}")
    sys.stderr.write("\n".join(lines) + "\n")
    return error.exit_code


def _some(lines: list[str]) -> list[str]:
    if len(lines) <= SHOWN:
        return lines
    return [*lines[:SHOWN], f"  … and {len(lines) - SHOWN:,} more; --json lists them all."]


def _finding(finding: Finding) -> str:
    where = [f"line {finding.line}"] if finding.line is not None else []
    column = finding.column or finding.field
    where += [f"column “{column}”"] if column and finding.line is not None else [f"“{column}”"] if column else []
    where += [f"value {finding.value!r}"] if finding.value is not None else []
    text = f"  {', '.join(where)}: {finding.message}" if where else f"  {finding.message}"
    return f"{text} → {finding.remedy}" if finding.remedy else text


def _conflict(conflict: FieldConflict) -> str:
    field = conflict.field or "the whole of it"
    since = f" (revision {conflict.revision})" if conflict.revision is not None else ""
    return (
        f"  {conflict.kind} {conflict.id}, {field}: it was {_value(conflict.base)}; "
        f"theirs {_value(conflict.theirs)}{since}; yours {_value(conflict.yours)}"
    )


def _value(value: Any) -> str:
    return "empty" if value is None else str(value)


def refusal(problem: Exception) -> NorthingError | None:
    """The sentence for an error that a person can do something about; None for a defect."""
    if isinstance(problem, NorthingError):
        return problem
    if isinstance(problem, OSError) and problem.strerror:
        where = f"{problem.filename}: " if problem.filename else ""
        return Misconfigured(f"{where}{problem.strerror}.", remedy=_of_system(problem.errno))
    django_errors = sys.modules.get("django.db.utils")
    if django_errors is not None and isinstance(problem, django_errors.DatabaseError):
        return _of_database(str(problem))
    return None


def _of_system(number: int | None) -> str | None:
    import errno

    return {
        errno.ENOSPC: "Make room on the disk, and call this again; nothing was half done.",
        errno.EACCES: "Check who owns the file or folder.",
        errno.EROFS: "Choose a folder that can be written to.",
    }.get(number or 0)


def _of_database(text: str) -> NorthingError | None:
    said = text.strip().splitlines()[0] if text.strip() else "no reason given"
    lower = said.lower()
    if "no such table" in lower or "no such column" in lower or ("relation" in lower and "does not exist" in lower):
        return Misconfigured("The database has not got the tables of this version.", remedy="northing migrate")
    if "full" in lower or "no space left" in lower:
        return Misconfigured(
            f"The database has no room: {said}.", remedy="Make room on the disk; what was acknowledged is kept."
        )
    if "locked" in lower or "lock timeout" in lower:
        return Busy("Another writer holds the database.", remedy="Call this again in a moment.")
    if "readonly" in lower or "read-only" in lower or "unable to open" in lower:
        return Misconfigured(f"The database cannot be written: {said}.", remedy="Check who owns NORTHING_HOME.")
    if any(word in lower for word in ("connection", "could not translate", "password", "role", "database")):
        return Misconfigured(
            f"The database does not answer: {said}.", remedy="Check NORTHING_DATABASE_URL, and that the server runs."
        )
    return None
