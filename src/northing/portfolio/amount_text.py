"""A number as a person types it: which of its signs parts thousands, and which comes before decimals."""

from __future__ import annotations

import re
from decimal import Decimal

LARGEST = Decimal(10) ** 15
"""Numbers of this size and above are no amounts, rates or shares: sums and pages could not hold them."""

_LONGEST = 60
_GROUPED = {
    sign: re.compile(rf"[1-9]\d{{0,2}}(?:{re.escape(sign)}\d{{2,3}})*{re.escape(sign)}\d{{3}}") for sign in ",."
}


def decimal_text(text: str) -> str | None:
    """*text* with a point before its decimals and nothing between thousands; None where it is no number.

    Of two signs the last comes before decimals: 1.200.000,50 and 1,200,000.50. A comma alone parts thousands where
    it can (1,200; 12,00,000), else it comes before decimals (1,5; 0,859); a point alone parts them only where there
    are several. No sign is guessed away: 1,2,3 is no number.
    """
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text.removeprefix("+"))
    if len(digits) > _LONGEST or not re.fullmatch(r"[0-9.,]*[0-9][0-9.,]*", digits):
        return None
    if "," in digits and "." in digits:
        point, thousands = (".", ",") if digits.rindex(".") > digits.rindex(",") else (",", ".")
        whole, _, decimals = digits.rpartition(point)
        if point in whole or not _GROUPED[thousands].fullmatch(whole) or not decimals.isdigit():
            return None
        return f"{sign}{whole.replace(thousands, '')}.{decimals}"
    for one in ",.":
        if _GROUPED[one].fullmatch(digits) and (one == "," or digits.count(one) > 1):
            return sign + digits.replace(one, "")
    plain = digits.replace(",", ".")
    return sign + plain if plain.count(".") <= 1 else None
