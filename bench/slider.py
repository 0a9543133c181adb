"""A slider of the page of choices, 500 investments, in Chromium: from the move until the new answer is drawn.

The plan is that of ``bench.portfolios``, each investment in four starts, as plan, benefit and demand lines in a
workspace of a server that was started for it. "First" is the first slider after the start; the floor is a request from
the same page to the same server that reads no plan. By the clock: the solver, the server and Chromium share the machine.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

import numpy as np

from bench.measuring import Sheet
from bench.portfolios import portfolio
from bench.record import set_up
from bench.served import browsed

SIZE, LIMIT = 500, 0.25
MOVE = """(fraction) => new Promise((done) => {
  const slider = document.querySelector('input[type="range"]'), page = document.querySelector("northing-choose");
  const begun = performance.now();
  slider.value = String(Number(slider.max) * fraction);
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  const look = () => page.classList.contains("is-stale") && page.querySelector("[data-wrong]").hidden ? requestAnimationFrame(look) : requestAnimationFrame(() => done(performance.now() - begun));
  requestAnimationFrame(look);
})"""
FLOOR = """async () => { const begun = performance.now(); await (await fetch(document.body.dataset.home + "settings/about")).text(); return performance.now() - begun; }"""


def edits(size: int) -> Iterator[Any]:
    """The portfolio of that size as a plan that begins next year."""
    from northing.portfolio.edits import create
    from northing.portfolio.entity import derived_id

    def id_of(*words: object) -> str:
        return derived_id("slider", *map(str, words))

    quarters = [date(time.localtime().tm_year + 1 + n // 4, 3 * (n % 4) + 1, 1) for n in range(13)]
    problem = portfolio(size)
    yield create("team", id_of("team"), name="Everybody")
    themes = sorted({item.tags["theme"] for item in problem.items})
    yield from (create("theme", id_of(theme), name=theme) for theme in themes)
    roles = sorted({role for item in problem.items for role in item.uses})
    yield from (create("role", id_of(role), name=role) for role in roles)
    money = np.zeros(12)
    for place, item in enumerate(problem.items):
        own = id_of(item.id)
        yield create("investment", own, number=f"INV-{place + 1:04d}", name=f"Investment {place + 1}", stage="idea",
                     currency="EUR", risk=str(item.measures["risk"]), must_do=item.must or None, may_wait=9,
                     theme=id_of(item.tags["theme"]), choice=None if place % 3 else "out")  # fmt: skip
        for kind, given in item.cost.items():
            money += np.array(given)
            for first, last, amount in _runs(given):
                yield create("cost_plan_line", id_of(item.id, kind, first), investment=own,
                             likely=f"{amount * 1000 * (last - first):.0f}", start=quarters[first], end=quarters[last],
                             expense="capex" if kind == "build" else "opex")  # fmt: skip
        for role, given in item.uses.items():
            for first, last, people in _runs(given):
                yield create("resource_demand", id_of(item.id, role, first), investment=own, role=id_of(role),
                             team=id_of("team"), start=quarters[first], end=quarters[last], people=str(people))  # fmt: skip
        yield create("benefit_plan_line", id_of(item.id, "b"), investment=own, likely=f"{item.value * 1000:.0f}",
                     start=quarters[8], end=quarters[12])  # fmt: skip
    yield create("limit", id_of("lid"), name="Budget", type="budget", per="quarter", start=quarters[0], end=quarters[12],
                 most=f"{money.mean() * 450:.0f}")  # fmt: skip
    for limit in problem.limits:
        said = type(limit).__name__
        if said == "Capacity":
            yield create("capacity", id_of("c", limit.of), role=id_of(limit.of), team=id_of("team"), start=quarters[0],
                         end=quarters[12], people=str(limit.most))  # fmt: skip
        elif said == "Share":
            yield create("limit", id_of("share", limit.of), name=limit.of, type="share", per="whole",
                         where=f'theme = "{limit.of}"', most=_text(limit.most), least=_text(limit.least))  # fmt: skip
        elif said == "Requires":
            yield create("dependency", id_of("d", limit.item, limit.needs), successor=id_of(limit.item),
                         predecessor=id_of(limit.needs))  # fmt: skip
    yield create("limit", id_of("risk"), name="Risk", type="risk", per="whole", most="0.36")


def _runs(given: Any) -> Iterator[tuple[int, int, float]]:
    """Equal amounts in a row, each with its first position and the one after its last."""
    at = 0
    for amount, run in groupby(given):
        size = len(list(run))
        if amount:
            yield at, at + size, amount
        at += size


def _text(number: Any) -> str | None:
    return None if number is None else str(number)


def main() -> int:
    size = 100 if "--short" in sys.argv else SIZE
    with tempfile.TemporaryDirectory(prefix="northing-bench-") as home:
        set_up(home)
        _fill(size)
        return measure(home, size)


def _fill(size: int) -> None:
    from northing.access.members import new_user
    from northing.access.workspaces import actor_of, create_workspace, find
    from northing.record import Record

    user = new_user("bench@example.org", "bench-word-12", "Bench")
    workspace = create_workspace("Bench", "bench", owner=user, currency="EUR")
    ana = actor_of(find(user, "bench")[1], workspace, user, "web")
    Record(workspace.id).commit(list(edits(size)), on=None, by=ana, reason="Filled")


def measure(home: str, size: int) -> int:
    sheet = Sheet(f"A slider among {size} investments × 4 starts, in Chromium, by the clock")
    with browsed(home, "bench@example.org", "bench-word-12") as page:
        begun = time.perf_counter()
        page.goto("/w/bench/choose")
        sheet.note("the page, first", time.perf_counter() - begun)
        floor = statistics.median(page.evaluate(FLOOR) / 1000 for _ in range(5))
        sheet.note("a request that reads no plan", floor)
        sheet.within("the first slider after the start", page.evaluate(MOVE, 0.45) / 1000, LIMIT)
        moved = []
        for fraction in (0.4, 0.5, 0.35, 0.55, 0.42, 0.48, 0.6, 0.3, 0.52, 0.38):
            page.wait_for_timeout(300)
            moved.append(page.evaluate(MOVE, fraction) / 1000)
        sheet.within("a slider, median of 10", statistics.median(moved), LIMIT)
        sheet.within("a slider, slowest of 10", max(moved), LIMIT * 2)
    sheet.show()
    return 1 if sheet.failed else 0


if __name__ == "__main__":
    sys.exit(main())
