"""Hands each test to a worker of its database, in one run of pytest with one closing line.

A worker is started with ``--tx popen//env:NORTHING_TEST_DATABASE=postgres`` or without the variable. The tests of one
file go to one worker, so that what the file prepared is used again; all browser tests go to one, so that one Chromium
runs at a time.
"""

from __future__ import annotations

from typing import Any

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]
from xdist.workermanage import WorkerController  # type: ignore[import-untyped]

LONGEST_FIRST = ("tests/browser", "tests/outside", "tests/faults")


class ByDatabase(LoadScopeScheduling):  # type: ignore[misc]
    """xdist's own scheduling by group of tests, with a choice of which worker may take a group."""

    def __init__(self, config: Any, log: Any) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        if file.startswith("tests/browser/"):
            file = "tests/browser"
        identity = nodeid.rsplit("[", 1)[-1].rstrip("]") if nodeid.endswith("]") else ""
        database = "postgres" if "postgres" in identity.split("-") else "sqlite"
        return f"{database} {file}"

    def _takes(self, node: WorkerController, scope: str) -> bool:
        of_node = {one: one.gateway.spec.env.get("NORTHING_TEST_DATABASE", "sqlite") for one in self.nodes}
        wanted = scope.split(" ", 1)[0]
        if wanted not in of_node.values():
            return True  # nobody tests that database here: whoever gets it says why
        return bool(of_node[node] == wanted)

    def _next_for(self, node: WorkerController) -> str | None:
        fitting = [scope for scope in self.workqueue if self._takes(node, scope)]
        early = [scope for scope in fitting if scope.split(" ", 1)[1].startswith(LONGEST_FIRST)]
        return next(iter(early or fitting), None)

    def _assign_work_unit(self, node: WorkerController) -> None:
        scope = self._next_for(node)
        if scope is None:
            node.shutdown()
            return
        self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)

    def _reschedule(self, node: WorkerController) -> None:
        if not node.shutting_down and self._next_for(node) is None:
            node.shutdown()
            return
        super()._reschedule(node)
