"""The record: how a portfolio is kept. Every plan that ever was, who changed what, when and why.

``from northing.record import Record`` after Django is set up; nothing here touches models before that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .answers import (
        At,
        Blame,
        Branch,
        Committed,
        Consequence,
        EntityChange,
        FieldChange,
        Preview,
        Reverted,
        Tag,
    )
    from .record import Record
    from .revision import Revision

__all__ = [
    "At",
    "Blame",
    "Branch",
    "Committed",
    "Consequence",
    "EntityChange",
    "FieldChange",
    "Preview",
    "Record",
    "Reverted",
    "Revision",
    "Tag",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "Record":
        from .record import Record

        return Record
    if name == "Revision":
        from .revision import Revision

        return Revision
    from . import answers

    return getattr(answers, name)
