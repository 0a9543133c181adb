"""What a reader makes of a file: what it says of each entity, the rows as they came, and what it could not read.

A reader commits nothing. ``record/landing.py`` compares a reading with what the same source said before,
and commits the difference on the source's own branch.
"""

from __future__ import annotations

from datetime import date

import msgspec

from .edits import Edit
from .errors import Finding
from .workspace import SourceFile, SourceRow


class PersonDetails(msgspec.Struct, frozen=True, kw_only=True):
    """A person's name and address, for the directory outside the chain."""

    name: str
    email: str | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Something that only a person can settle; never applied unasked."""

    code: str
    message: str
    column: str | None = None
    options: tuple[str, ...] = ()


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One file, read: complete, with nothing dropped in silence."""

    source: str
    """Names the import branch: ``import/<source>``."""
    file: SourceFile
    effective_on: date | None = None
    """The date that the file speaks for, where it does."""
    says: tuple[Edit, ...] = ()
    """For each entity a ``create`` edit with *all* fields that the source owns (None: stated as empty).
    Landing turns it into create, change or nothing, comparing with the source's own branch."""
    rows: tuple[SourceRow, ...] = ()
    people: dict[str, PersonDetails] = {}
    """Person id → name, for the Person entities in ``says``."""
    findings: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()
    vanished: tuple[tuple[str, str], ...] = ()
    """(kind, id) of what the source's previous edition listed and this one does not."""
