"""Removing a workspace with all that it ever held: its record, its people, its members' places."""

from __future__ import annotations

import logging

from django.db import transaction

from northing.access.actor import Actor
from northing.access.models import Workspace

from .erasing import erase
from .permission import check_workspace

log = logging.getLogger("northing.record")


def remove_workspace(workspace: Workspace, *, by: Actor) -> None:
    """Remove *workspace* for good, in one transaction. Only an owner may; a backup is the only way back."""
    check_workspace(by, workspace.id)
    by.require("own", "remove the workspace")
    id = workspace.id
    with transaction.atomic():
        erase(id)
        workspace.delete()
    log.warning("workspace removed: workspace=%s by=%s", id, by.id)
