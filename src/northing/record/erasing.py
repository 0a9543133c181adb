"""Erasing the whole record of a workspace: of a sample, or of a workspace that its owner closes for good."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import transaction

from . import beside


def erase(workspace: str) -> int:
    """Delete every row of the record and the facts of *workspace* (its id), and then their files.

    Returns how many rows there were. Nothing of it can be read again.
    """
    count = 0
    with transaction.atomic():
        for label in ("record", "facts"):
            for model in apps.get_app_config(label).get_models():
                deleted, _ = model._default_manager.filter(ws=workspace).delete()
                count += deleted
        transaction.on_commit(lambda: beside.erase(workspace, Path(settings.HOME)))
    return count
