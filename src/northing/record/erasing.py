"""Erasing the whole record of a workspace: of a sample, or of a workspace that its owner closes for good."""

from __future__ import annotations

from django.apps import apps
from django.db import transaction


def erase(workspace: str) -> int:
    """Delete every row of the record of *workspace* (its id); returns how many. Nothing of it can be read again."""
    count = 0
    with transaction.atomic():
        for model in apps.get_app_config("record").get_models():
            deleted, _ = model._default_manager.filter(ws=workspace).delete()
            count += deleted
    return count
