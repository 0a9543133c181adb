"""What is in force: of each scope of each source, the delivery that was received last, and its files.

Deliveries are entities of the plan, so every plan (an old revision, a scenario, a plan after a revert) has its own
answer, and no file is ever changed for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

import msgspec

from northing.portfolio.entity import encode
from northing.portfolio.facts import TABLES, Batch, Delivery
from northing.portfolio.plan import Plan

Scope = tuple[str, str, str]
"""Source's id, table, scope: what a delivery replaces as a whole."""


class File(msgspec.Struct, frozen=True, kw_only=True):
    """One Parquet file that counts: all of it, or only the rows of some scopes."""

    batch: Batch
    delivery: str
    source: str
    scopes: tuple[str, ...] | None
    """None: every row of it."""
    received: str = ""
    """When its delivery was."""

    def overlaps(self, start: date | None, end: date | None) -> bool:
        """Whether it can hold rows from *start* up to, and without, *end*."""
        return (start is None or self.batch.end > start) and (end is None or self.batch.start < end)


class InForce(msgspec.Struct, frozen=True, kw_only=True):
    """The files that count, by table, and who won each scope."""

    files: dict[str, tuple[File, ...]]
    winners: dict[Scope, str]
    """Scope → the delivery that it is read from."""
    key: str
    """Equal keys read equal rows."""

    def table(self, name: str) -> tuple[File, ...]:
        return self.files.get(name, ())

    def holds(self, delivery: Delivery) -> bool:
        """Whether every scope that *delivery* states is read from it."""
        return all(self.winners.get(scope) == delivery.id for scope in scopes_of(delivery))


def scopes_of(delivery: Delivery) -> Iterable[Scope]:
    for table, scopes in delivery.scopes.items():
        for scope in scopes:
            yield (delivery.source, table, scope)


def in_order(plan: Plan) -> list[Delivery]:
    """All deliveries, the one received last at the end."""
    return sorted(plan.deliveries.values(), key=lambda delivery: (delivery.received, delivery.id))


def in_force(plan: Plan) -> InForce:
    """Which files *plan* reads; made once for it and for every plan with the same deliveries."""
    return plan.memo("facts in force", frozenset(("delivery",)), lambda: _made(in_order(plan)))


def _made(deliveries: list[Delivery]) -> InForce:
    winners: dict[Scope, str] = {}
    for delivery in deliveries:
        for scope in scopes_of(delivery):
            winners[scope] = delivery.id
    files: dict[str, list[File]] = {}
    for delivery in deliveries:
        for batch in delivery.batches:
            won = tuple(
                scope for scope in batch.scopes if winners.get((delivery.source, batch.table, scope)) == delivery.id
            )
            if won:
                files.setdefault(batch.table, []).append(
                    File(
                        batch=batch,
                        delivery=delivery.id,
                        source=delivery.source,
                        scopes=None if len(won) == len(batch.scopes) else won,
                        received=delivery.received,
                    )
                )
    for found in files.values():
        found.sort(key=lambda file: (file.batch.month, file.batch.sha256, file.delivery))
    # Where a table has a key, what was received last counts: then the order is a part of what is read.
    told = [
        (table, file.batch.sha256, file.delivery, file.scopes, file.received if TABLES[table].key else "")
        for table in sorted(files)
        for file in files[table]
    ]
    key = hashlib.sha256(encode(told)).hexdigest()[:32]
    return InForce(files={table: tuple(found) for table, found in files.items()}, winners=winners, key=key)
