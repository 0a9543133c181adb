"""An amount as a person types it or a spreadsheet gives it."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from northing.portfolio.amount_text import LARGEST, decimal_text
from northing.portfolio.errors import Finding, Invalid

SCALES = {"": 1, "k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9}


def read_amount(text: str) -> Decimal | None:
    """1200000, 1,200,000.50, 1.200.000,50, €1.2m, (500): an amount; None for an empty cell. Raises :class:`Invalid`."""
    plain = re.sub(r"[\s\u00a0\u202f'’_]", "", text.replace("−", "-"))
    if plain in ("", "-", "–"):
        return None
    if plain.startswith("(") and plain.endswith(")"):
        plain = "-" + plain[1:-1]  # as accountants write what is below zero
    plain = re.sub(r"^([+-]?)(?:[€$£¥₹]|[A-Z]{3})|(?:[€$£¥₹]|[A-Z]{3})$", r"\1", plain)
    found = re.fullmatch(r"([+-]?)([\d.,]+)(k|m|mn|bn)?", plain, flags=re.IGNORECASE)
    amount: Decimal | None = None
    if found:
        digits = decimal_text(found[1] + found[2])
        amount = Decimal(digits) * SCALES[(found[3] or "").lower()] if digits else None
    if amount is None or abs(amount) >= LARGEST:
        message = _("“%(text)s” is no amount.") % {"text": text[:40]}
        remedy = _("Write it as 1200000, 1,200,000 or 1.2m.")
        raise Invalid(message, findings=[Finding(code="wrong-value", message=message, value=text[:40], remedy=remedy)])
    return amount
