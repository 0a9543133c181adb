"""Work links as pages call them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.flow.linking import Count
from northing.report import words


def items(count: Count) -> str:
    """ "214 items, 4 of them in progress"; "2 items in progress"."""
    if count.items and count.progress == count.items:
        return ngettext("%(n)s item in progress", "%(n)s items in progress", count.items) % {
            "n": words.number(count.items)
        }
    told = ngettext("%(n)s item", "%(n)s items", count.items) % {"n": words.number(count.items)}
    if not count.progress:
        return told
    return _("%(items)s, %(n)s of them in progress") % {"items": told, "n": words.number(count.progress)}
