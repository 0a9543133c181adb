"""Ten thousand investments with twenty columns, scrolled in Chromium: the processor time of the longest task.

Of the main thread's own time, since on a busy machine a task also waits. The floor is the longest task of the same
page while nothing is scrolled but its frames are drawn.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from typing import Any

from bench.measuring import Sheet
from bench.record import set_up
from bench.served import browsed

ROWS, LIMIT = 10_000, 0.05
REST = "async () => { for (let n = 0; n < 200; n += 1) await new Promise(requestAnimationFrame); }"


def main() -> int:
    rows = 1_000 if "--short" in sys.argv else ROWS
    sheet = Sheet(f"{rows:,} rows × 20 columns, scrolled in Chromium: tasks of the main thread")
    with tempfile.TemporaryDirectory(prefix="northing-bench-") as home:
        set_up(home)
        from tests.browser.long_list import fill
        from tests.browser.test_long_grid import COLUMNS, SCROLLED

        fill(rows)
        with browsed(home, "long@example.org", "north-by-north-west-7") as page:
            page.goto(f"/w/long/portfolio?columns={COLUMNS}")
            page.wait_for_load_state("networkidle")
            rest = max(_tasks(page, REST))
            goes = [_tasks(page, SCROLLED) for _ in range(5)]
        sheet.note("the longest at rest", rest)
        sheet.within("the longest while scrolling, median of 5 goes", statistics.median(map(max, goes)), LIMIT)
    sheet.show()
    return 1 if sheet.failed else 0


def _tasks(page: Any, script: str) -> list[float]:
    """Seconds of processor time of each task of the busiest page's main thread while *script* ran."""
    browser = page.context.browser
    browser.start_tracing(page=page, categories=["toplevel", "__metadata"])
    page.evaluate(script)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    mains: dict[tuple[int, int], list[float]] = {
        (event["pid"], event["tid"]): []
        for event in events
        if event.get("name") == "thread_name" and event["args"].get("name") == "CrRendererMain"
    }
    for event in events:
        own = mains.get((event["pid"], event["tid"]))
        if own is not None and event.get("ph") == "X" and "RunTask" in event["name"]:
            own.append(event.get("tdur", 0) / 1e6)
    return max(mains.values(), key=len)


if __name__ == "__main__":
    sys.exit(main())
