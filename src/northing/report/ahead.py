"""Reading ahead: what the first page after a start would have to wait for, done before it is asked.

Nothing depends on it: what is not there yet is worked out when it is asked for.
"""

from __future__ import annotations

import importlib
import logging
import threading

from django.db import connection

from northing.access.models import Workspace
from northing.decide.seats import SEATS
from northing.measure.flow.asked import Whose, asked

from .viewing import look

log = logging.getLogger("northing.facts")
LIBRARIES = ("sqlglot", "numpy", "duckdb")
"""Imported with the first question of facts, for a command that asks none starts without them."""
MOST = 20
"""Workspaces that are read ahead, the newest."""


def after_start() -> None:
    """In a thread of its own: the libraries, and the work of each workspace; and the solver, in its own process."""
    SEATS.warm()
    threading.Thread(target=_ahead, name="ahead", daemon=True).start()


def _ahead() -> None:
    try:
        for workspace in Workspace.objects.order_by("-created")[:MOST]:
            read_work(workspace)
    except Exception:
        log.exception("nothing was read ahead")
    finally:
        connection.close()


def read_work(workspace: Workspace) -> None:
    """All work, by the policies that hold today: what is asked for most."""
    view = look(workspace).view
    if view.facts is not None and view.plan.workflow_policies:
        for name in LIBRARIES:
            importlib.import_module(name)
        asked(view, Whose())
