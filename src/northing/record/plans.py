"""Plans in memory, keyed by what they are, so that nothing is ever invalidated.

A plan's key holds the hash of its revision. A row rolled back, a database restored or emptied under a
running process: its hash no longer turns up, and the old plan is not used again.
"""

from __future__ import annotations

import gc
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from northing.portfolio.entity import Entity
from northing.portfolio.kinds import KINDS
from northing.portfolio.plan import Plan, Table

from . import sql, versions
from .revision import MAIN, find
from .versions import DECODERS, REDACTED, Level

LOADED = frozenset(kind for kind, cls in KINDS.items() if cls.LOADED)
BYTES_PER_BODY_BYTE = 4
"""Memory that an entity takes for each byte of its stored body, and about what it costs in a dictionary."""
BYTES_PER_ENTRY = 110


class PlanKey(NamedTuple):
    workspace: str
    branch: str
    no: int
    hash: str
    redactions: int


class Plans:
    """The plans most recently used, up to *limit* bytes (an estimate)."""

    def __init__(self, limit: int = 512 * 1024 * 1024) -> None:
        self.limit = limit
        self._held: OrderedDict[PlanKey, tuple[Plan, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._building: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)

    def get(self, workspace: str, branch: str, no: int) -> Plan:
        """The plan of *branch* at its newest revision not after *no*."""
        found = sql.one(
            "SELECT r.no, r.hash, r.base, c.redactions FROM record_revision r JOIN record_counter c ON c.ws = r.ws"
            " WHERE r.ws = %s AND r.branch = %s AND r.no <= %s ORDER BY r.no DESC LIMIT 1",
            workspace,
            branch,
            no,
        )
        if found is None:
            return Plan(workspace, branch, 0, {})
        at, digest, base, redactions = found
        return self.at(PlanKey(workspace, branch, at, digest, redactions), base)

    def at(self, key: PlanKey, base: int | None) -> Plan:
        """The plan with *key*, whose revision stands on *base*."""
        plan = self._lookup(key)
        if plan is not None:
            return plan
        with self._building[key.workspace]:
            plan = self._lookup(key)
            if plan is None:
                plan, weight = self._build(key, base)
                self.put(key, plan, weight)
        return plan

    def put(self, key: PlanKey, plan: Plan, weight: int) -> None:
        with self._lock:
            old = self._held.pop(key, None)
            self._bytes += weight - (old[1] if old else 0)
            self._held[key] = (plan, weight)
            while self._bytes > self.limit and len(self._held) > 1:
                _, (_, dropped) = self._held.popitem(last=False)
                self._bytes -= dropped

    def stepped(self, key: PlanKey, plan: Plan, written: int, kinds: Collection[str]) -> None:
        """Hold *plan*, which a commit has just stepped from another by *written* bytes of bodies of *kinds*."""
        self.put(key, plan, _step_weight(plan, written, kinds))

    def clear(self) -> None:
        with self._lock:
            self._held.clear()
            self._bytes = 0

    def _lookup(self, key: PlanKey) -> Plan | None:
        with self._lock:
            held = self._held.get(key)
            if held is None:
                return None
            self._held.move_to_end(key)
            return held[0]

    def _build(self, key: PlanKey, base: int | None) -> tuple[Plan, int]:
        level = Level(key.branch, key.no)
        if base is not None:
            parent = find(key.workspace, base)
            under = self.get(key.workspace, parent.branch, parent.no) if parent else Plan(key.workspace, MAIN, 0, {})
            return _step(under, level, _own(key.workspace, level))
        near = self._nearest(key)
        if near is not None:
            rows = _window(near, level, limit=len(near) // 2 + 100)
            if rows is not None:
                return _step(near, level, rows)
        return _load(key.workspace, level)

    def _nearest(self, key: PlanKey) -> Plan | None:
        """The held plan of the same branch whose revision is nearest and still in the record."""
        with self._lock:
            line = [
                other
                for other in self._held
                if other.workspace == key.workspace
                and other.branch == key.branch
                and other.redactions == key.redactions
            ]
        for other in sorted(line, key=lambda other: abs(other.no - key.no))[:3]:
            row = sql.one("SELECT hash FROM record_revision WHERE ws = %s AND no = %s", key.workspace, other.no)
            plan = self._lookup(other) if row is not None and row[0] == other.hash else None
            if plan is not None:
                return plan
        return None


def _own(workspace: str, level: Level) -> list[sql.Row]:
    return versions.own_rows(workspace, level, kinds=LOADED, head=_is_recent(workspace, level))


def _is_recent(workspace: str, level: Level) -> bool:
    """Whether *level* is nearer to the head of its branch than to its beginning."""
    row = sql.one("SELECT head FROM record_branch WHERE ws = %s AND name = %s", workspace, level.branch)
    return row is None or level.no * 2 >= row[0]


def _load(workspace: str, level: Level) -> tuple[Plan, int]:
    """The plan from its rows: one range scan, one decoding each."""
    tables: dict[str, dict[str, Entity]] = {kind: {} for kind in LOADED}
    ways: dict[tuple[str, int], Any] = {
        (kind, cls.SCHEMA): (DECODERS[kind], tables[kind]) for kind, cls in KINDS.items() if cls.LOADED
    }
    weight = 0
    collecting = gc.isenabled()
    gc.disable()  # nothing made here is garbage, and looking for it takes a third of the time
    try:
        for kind, id, schema, body in _own(workspace, level):
            if body is None:
                continue
            weight += len(body)
            way = ways.get((kind, schema))
            if way is not None and body != REDACTED:
                way[1][id] = way[0](body)
            else:
                tables[kind][id] = versions.entity_of(kind, id, schema, body)
    finally:
        if collecting:
            gc.enable()
    held = sum(len(table) for table in tables.values())
    plan = Plan(workspace, level.branch, level.no, {kind: Table(table) for kind, table in tables.items() if table})
    return plan, weight * BYTES_PER_BODY_BYTE + held * BYTES_PER_ENTRY


def _window(near: Plan, level: Level, limit: int) -> list[sql.Row] | None:
    """What differs between *near* and *level*, as rows; None where that is more than *limit*."""
    forward = near.no < level.no
    low, high = (near.no, level.no) if forward else (level.no, near.no)
    kinds = sorted(LOADED)
    listed = f"{sql.aside('kind')} IN ({sql.marks(len(kinds))})"
    within = f" AND from_no > %s AND from_no <= %s AND {listed}"
    where = (near.workspace, level.branch)
    if forward:
        rows = sql.rows(
            f"{versions.IN_FORCE}{within} AND {sql.aside('to_no')} > %s LIMIT %s",
            *where,
            low,
            high,
            *kinds,
            high,
            limit + 1,
        )
        return rows if len(rows) <= limit else None
    touched = sql.rows(
        f"SELECT kind, id FROM record_version WHERE ws = %s AND branch = %s{within} LIMIT %s",
        *where,
        low,
        high,
        *kinds,
        limit + 1,
    )
    if len(touched) > limit:
        return None
    ended = sql.rows(
        f"{versions.IN_FORCE} AND to_no > %s AND to_no <= %s AND from_no <= %s AND {listed}",
        *where,
        low,
        high,
        low,
        *kinds,
    )
    back = {(row[0], row[1]) for row in ended}
    return ended + [(kind, id, 0, None) for kind, id in dict.fromkeys(touched) if (kind, id) not in back]


def _step(near: Plan, level: Level, rows: list[sql.Row]) -> tuple[Plan, int]:
    delta: dict[str, dict[str, Entity | None]] = {}
    for kind, id, entity in versions.decoded(rows):
        delta.setdefault(kind, {})[id] = entity
    plan = near.step(level.no, delta, branch=level.branch)
    return plan, _step_weight(plan, sum(len(row[3]) for row in rows if row[3] is not None), delta)


def _step_weight(after: Plan, written: int, kinds: Collection[str]) -> int:
    own = sum(len(after.table(kind)) for kind in kinds)
    return written * BYTES_PER_BODY_BYTE + own * BYTES_PER_ENTRY + 2000


PLANS = Plans()
