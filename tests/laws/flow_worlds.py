"""Work as it may be delivered, and a plain reading of it: flow.md's rules over lists, with no SQL and no files."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from northing.facts.flow_asking import Reading, State, reading
from northing.portfolio.fact_reading import About, Empty, Refused, Row
from northing.portfolio.facts import Source
from northing.portfolio.flow import FlowKind, Phase, StartRule
from northing.sources.facts.reader import PageReader
from tests.facts.conftest import SOURCE, World

BASE = datetime(2026, 1, 5, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ENDED = (Phase.DONE, Phase.DISCARDED)
STARTED = (Phase.QUEUE, Phase.ACTIVE, Phase.WAIT)
STATES = (
    State("to do", Phase.BACKLOG, 0, "To do"), State("ready", Phase.QUEUE, 1, "Ready"),
    State("doing", Phase.ACTIVE, 2, "Doing"), State("in progress", Phase.ACTIVE, 2, "Doing"),
    State("review", Phase.WAIT, 3, "Review"), State("done", Phase.DONE, 4, "Done"),
    State("closed", Phase.DONE, 5, "Closed"), State("dropped", Phase.DISCARDED, 6, "Dropped"),
)  # fmt: skip
NAMES = ("To do", "Ready", "Doing", " in progress", "REVIEW", "Done", "Closed", "Dropped", "Mystery")


def told(**more: Any) -> Reading:
    return reading(**{"states": STATES, "discarded": ("won't fix",), "kinds": {"bug": FlowKind.DEFECT}, **more})


class JsonWork(PageReader):
    """Lines of JSON, each a row of work or of a transition."""

    name, title, version, tables, form = "json_work", "Work", 1, ("work", "transition"), "pages"

    def fits(self, name: str, head: bytes) -> float:
        return 1.0

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        for line, text in enumerate(b"".join(pages).decode().splitlines(), 1):
            row = json.loads(text)
            values = {
                name: datetime.fromisoformat(value) if value and name in ("at", "created", "resolved") else value
                for name, value in row.items() if name != "table"
            }  # fmt: skip
            first = values["at"] if row["table"] == "transition" else values["created"]
            yield Row(row["table"], {"line": line, "day": first.astimezone(UTC).date(), **values})


def instant(minutes: int) -> str:
    return (BASE + timedelta(minutes=minutes)).isoformat()


def micros(minutes: int) -> int:
    return (BASE - EPOCH) // timedelta(microseconds=1) + minutes * 60_000_000


def work(item: str, created: int, state: str = "To do", **more: Any) -> dict[str, Any]:
    return {"table": "work", "scope": "P", "item": item, "key": item.upper(), "created": instant(created),
            "state": state, "type": "Story", **more}  # fmt: skip


def move(item: str, change: int, at: int, was: str, now: str, field: str = "state", **more: Any) -> dict[str, Any]:
    return {"table": "transition", "scope": "P", "item": item, "change": f"{change:06}", "sequence": change,
            "at": instant(at), "field": field, "was": was, "now": now, **more}  # fmt: skip


class FlowWorld(World):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.clock = datetime(2026, 6, 1, tzinfo=UTC)

    def bring(self, rows: Sequence[dict[str, Any]], scope: str = "P", source: Source = SOURCE) -> None:
        text = "\n".join(json.dumps({**row, "scope": scope}) for row in rows)
        self.take(text.encode(), reader=JsonWork(), name=f"{scope}.jsonl", source=source)


def plainly(rows: Sequence[dict[str, Any]], how: Reading) -> dict[str, dict[str, Any]]:
    """Item → what flow.md says of it, worked out one rule after the other."""
    found = {}
    for one in (row for row in rows if row["table"] == "work"):
        mine = sorted(
            (row for row in rows if row["table"] == "transition" and row["item"] == one["item"]),
            key=lambda row: (at(row["at"]), row["sequence"], row["change"]),
        )
        found[one["item"]] = _of(one, mine, how)
    return found


def at(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


def _of(one: dict[str, Any], mine: list[dict[str, Any]], how: Reading) -> dict[str, Any]:
    created = at(one["created"])
    moves = [row for row in mine if row["field"] == "state"]
    known = max([created, *(at(row["at"]) for row in mine)])
    visits: list[tuple[int, str]] = [(created, moves[0]["was"] if moves else one["state"])]
    visits += [(at(row["at"]), row["now"]) for row in moves]
    stays: list[dict[str, Any]] = []
    for entered, name in visits:
        meant = how.state(name)
        called = meant.called if meant else name.strip()
        if not stays or stays[-1]["state"] != called:
            if stays:
                stays[-1]["left"] = entered
            stays.append({"state": called, "phase": meant and meant.phase, "rank": meant and meant.rank,
                          "entered": entered, "left": None})  # fmt: skip
    for stay in stays:
        stay["blocked"] = sum(
            max(0, min(stay["left"] or known, until) - max(stay["entered"], since))
            for since, until in _blocked(created, [row for row in mine if row["field"] == "blocked"], known)
        )
    return _episode(one, stays, how, inferred=not moves, known=known)


def _blocked(created: int, flags: list[dict[str, Any]], known: int) -> list[tuple[int, int]]:
    found, since = [], created if flags and flags[0]["was"] else None
    for row in flags:
        if since is not None:
            found.append((since, at(row["at"])))
        since = at(row["at"]) if row["now"] else None
    return [*found, (since, known)] if since is not None else found


def _episode(
    one: dict[str, Any], stays: list[dict[str, Any]], how: Reading, *, inferred: bool, known: int
) -> dict[str, Any]:
    begin = 0
    if how.start_rule is StartRule.LAST_RETURN:
        begin = max((n + 1 for n, stay in enumerate(stays) if stay["phase"] is Phase.BACKLOG), default=0)
    start = next((n for n in range(begin, len(stays)) if stays[n]["phase"] in STARTED), None)
    end = None
    for n in range(len(stays) - 1, -1, -1):
        if stays[n]["phase"] not in ENDED:
            break
        end = n
    inside = [] if start is None else stays[start : len(stays) if end is None else end]
    first = next((stay["entered"] for stay in stays if stay["phase"] in ENDED), None)
    pairs = [(a, b) for a, b in itertools.pairwise(stays)]
    reopened = sum(a["phase"] in ENDED and b["phase"] is not None and b["phase"] not in ENDED for a, b in pairs)
    backward = sum(
        a["rank"] is not None and b["rank"] is not None and b["rank"] < a["rank"]
        and a["phase"] not in ENDED and b["phase"] not in ENDED
        for a, b in pairs
    )  # fmt: skip
    finished = None if end is None else stays[end]["entered"]
    if inferred and end is not None:
        finished = first = at(one["resolved"]) if one.get("resolved") else None
    dropped = stays[-1]["phase"] is Phase.DISCARDED or (one.get("resolution") or "").strip().lower() in how.discarded
    return {
        "started": None if start is None else stays[start]["entered"], "finished": finished, "first_finished": first,
        "outcome": "open" if end is None else "discarded" if dropped else "delivered",
        "active": sum(
            (stay["left"] or known) - stay["entered"] - (stay["blocked"] if how.blocked_waits else 0)
            for stay in inside if stay["phase"] is Phase.ACTIVE
        ),
        "blocked": sum(stay["blocked"] for stay in inside), "reopened": reopened, "backward": backward,
        "origin": "inferred" if inferred else "recorded", "state": stays[-1]["state"], "spans": stays,
    }  # fmt: skip
