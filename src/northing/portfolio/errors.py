"""One family of errors. Each has a code, an HTTP status, a sentence, and data; a door only renders it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

Severity = Literal["error", "warning", "note"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong, located: what, where, and what to do about it."""

    code: str
    """Stable and documented, ``contribution-over-one``."""
    message: str
    """One sentence for a person."""
    severity: Severity = "error"
    kind: str | None = None
    id: str | None = None
    field: str | None = None
    line: int | None = None
    column: str | None = None
    value: str | None = None
    remedy: str | None = None


class NorthingError(Exception):
    """Something a person can be told. Everything else that is raised is a defect."""

    code = "error"
    status = 400
    exit_code = 1

    def __init__(self, message: str, *, remedy: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.details: Mapping[str, Any] = details

    def as_dict(self) -> dict[str, Any]:
        """The envelope that every door sends: ``{code, message, remedy, details}``."""
        return {
            "code": self.code,
            "message": self.message,
            "remedy": self.remedy,
            "details": msgspec.to_builtins(self.details),
        }


class NotFound(NorthingError):
    """No such thing, or nothing that this person may see: the two are not told apart."""

    code, status, exit_code = "not-found", 404, 4


class NotAllowed(NorthingError):
    """The person is known and may see this, but may not do it."""

    code, status, exit_code = "not-allowed", 403, 5


class Invalid(NorthingError):
    """The input does not mean anything, or breaks a rule; ``findings`` says where."""

    code, status, exit_code = "invalid", 422, 2

    def __init__(
        self, message: str, *, findings: Iterable[Finding] = (), remedy: str | None = None, **details: Any
    ) -> None:
        self.findings = tuple(findings)
        super().__init__(message, remedy=remedy, findings=self.findings, **details)


class FieldConflict(msgspec.Struct, frozen=True, kw_only=True):
    """One field that two people changed: what it was, what theirs and yours say, and who was first.

    ``field`` is None where one side removed the entity that the other side changed. Values are JSON values.
    """

    kind: str
    id: str
    field: str | None
    base: Any
    theirs: Any
    yours: Any
    by: str | None = None
    """The author (an actor's id) of *theirs*."""
    revision: int | None = None
    """The revision that set *theirs*."""


class Conflict(NorthingError):
    """The plan moved while you worked, and a field you changed was changed to something else."""

    code, status, exit_code = "conflict", 409, 3

    def __init__(self, message: str, *, conflicts: Iterable[FieldConflict], head: int, **details: Any) -> None:
        self.conflicts = tuple(conflicts)
        self.head = head
        super().__init__(message, conflicts=self.conflicts, head=head, **details)


class Busy(NorthingError):
    """Another writer held the record for longer than we wait."""

    code, status, exit_code = "busy", 503, 6


class Misconfigured(NorthingError):
    """The installation cannot run as it is set up: a variable, a folder, a library, a database."""

    code, status, exit_code = "misconfigured", 500, 7


class Unavailable(NorthingError):
    """The store under the record refused: the disk is full, read-only or gone. Nothing was written."""

    code, status, exit_code = "unavailable", 507, 7
