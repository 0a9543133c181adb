"""Is everything as it was written? The record's chain, and every file of facts that any revision names."""

from __future__ import annotations

from typing import cast

from northing.facts.store import Store, Usage, named_hashes
from northing.portfolio.errors import Finding
from northing.portfolio.facts import Delivery
from northing.record import Record


def verify(workspace: str, *, head: str | None = None) -> list[Finding]:
    """What is wrong with the record and the facts of *workspace* (its id); nothing, where all is as committed."""
    record, store = Record(workspace), Store(workspace)
    findings = record.verify(head=head)
    seen: set[str] = set()
    for delivery in _deliveries(record):
        new = named_hashes([delivery]) - seen
        if new:
            seen |= new
            findings.extend(store.missing(delivery))
    return list(dict.fromkeys(findings))


def sweep(workspace: str) -> Usage:
    """Remove files of facts that no revision of any branch names; what went."""
    return Store(workspace).sweep(named_hashes(_deliveries(Record(workspace))))


def _deliveries(record: Record) -> list[Delivery]:
    return cast("list[Delivery]", record.ever("delivery"))
