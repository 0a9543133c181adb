"""Every page of a workspace of 10,000 investments, first and from memory: CPU seconds of one request.

The floor is the same server answering with nothing of the plan: its settings page, session and frame included.
"""

from __future__ import annotations

import importlib
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.measuring import Sheet
from bench.record import set_up

PAGES = (
    "",
    "portfolio",
    "portfolio?by=portfolio&sort=-planned",
    "portfolio?where=stage+%3D+pilot+and+planned+%3E+10k",
    "portfolio/rows?offset=5000&limit=200",
    "roadmap",
    "strategy",
    "line-of-sight",
    "history",
    "money",
    "money?by=investment&split=1",
    "money?level=investment&id=INV-0042",
    "money/forecast",
    "money/close",
    "investments/INV-0042",
    "search?q=fraud",
)
FLOOR = "settings/about"

LIMITS = {"money": 0.15}
"""Seconds from memory, of what has a limit of its own; of all others ``LIMIT``."""
LIMIT = 0.3


def main() -> int:
    short = "--short" in sys.argv
    with tempfile.TemporaryDirectory(prefix="northing-bench-") as home:
        set_up(home)
        return measure(1_000 if short else 50_000)


def measure(entities: int) -> int:
    from django.conf import settings
    from django.test import Client

    from bench.organisation import edits
    from northing.access.members import new_user
    from northing.access.workspaces import actor_of, create_workspace, find
    from northing.record import Record

    settings.ALLOWED_HOSTS = ["testserver"]
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    importlib.import_module("northing.wsgi")  # as the server runs
    user = new_user("bench@example.org", "bench-word-12", "Bench")
    workspace = create_workspace("Bench", "bench", owner=user)
    record = Record(workspace.id)
    ana = actor_of(find(user, "bench")[1], workspace, user, "web")
    record.commit(edits(entities), on=None, by=ana, reason="Filled")
    client = Client()
    client.force_login(user)
    count = len(record.plan().investments)
    sheet = Sheet(f"Pages of {count:,} investments: CPU seconds of one request")
    floor = statistics.median(_answer(client, FLOOR) for _ in range(5))
    sheet.note(f"/{FLOOR}, which reads no plan", floor)
    for path in PAGES:
        first = _answer(client, path)
        warm = statistics.median(_answer(client, path) for _ in range(5))
        sheet.note(f"/{path}, first", first)
        sheet.within(f"/{path}, from memory", warm, LIMITS.get(path, LIMIT))
    sheet.show()
    return 1 if sheet.failed else 0


def _answer(client: Any, path: str) -> float:
    start = time.process_time()
    answer = client.get(f"/w/bench/{path}")
    taken = time.process_time() - start
    assert answer.status_code == 200, (path, answer.status_code)
    return taken


if __name__ == "__main__":
    sys.exit(main())
