"""What a commit would write: the branch it goes to, what changes on it, and what stands against it."""

from __future__ import annotations

from dataclasses import dataclass, field

from northing.portfolio.entity import Entity
from northing.portfolio.errors import FieldConflict, Finding
from northing.portfolio.plan import Plan

from . import versions
from .plans import PLANS, PlanKey
from .revision import Revision
from .versions import Level, Stored


@dataclass
class Line:
    """A branch as a writer finds it: its row, its head, and where its parent stands."""

    workspace: str
    name: str
    kind: str
    parent: str | None
    head: Revision | None
    closed_by: int | None = None
    merged_head: int | None = None
    redactions: int = 0

    @property
    def no(self) -> int:
        return self.head.no if self.head else 0

    def levels(self) -> list[Level]:
        if self.head is None or self.head.base is None:
            return [Level(self.name, self.no)]
        return versions.levels(self.workspace, self.name, self.no)

    def plan(self) -> Plan:
        if self.head is None:
            return Plan(self.workspace, self.name, 0, {})
        return PLANS.at(self.key(self.head), self.head.base)

    def key(self, revision: Revision) -> PlanKey:
        return PlanKey(self.workspace, self.name, revision.no, revision.hash, self.redactions)


@dataclass
class Change:
    """One entity as a revision will write it."""

    kind: str
    id: str
    version: Stored | None
    """What is valid now, on this branch or below it."""
    before: Entity | None
    after: Entity | None
    body: bytes | None
    schema: int


@dataclass
class Draft:
    """What a commit would write, worked out on the head, before anything is written."""

    line: Line
    changes: list[Change] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    conflicts: list[FieldConflict] = field(default_factory=list)
    settled: list[FieldConflict] = field(default_factory=list)
    """Conflicts for which a choice was given."""
    aside: list[FieldConflict] = field(default_factory=list)
    """What was left out because a rule would break."""
    before: Plan | None = None
    after: Plan | None = None

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == "error"]
