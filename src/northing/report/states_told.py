"""Where the time of finished work went, in words: days, states, and the verdict before and after an event."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.flow.time_in_state import FEWEST, Split, TimeInStates, Verdict

from . import flow_words, words

DAY = 86_400_000_000


def days_of(time: int | Fraction) -> Decimal:
    """Microseconds as days, to a tenth; what is less than that to a hundredth."""
    found = Fraction(time) / DAY
    exact = Decimal(found.numerator) / found.denominator
    return exact.quantize(Decimal("0.1") if abs(exact) >= Decimal("0.1") or not exact else Decimal("0.01"))


def days_said(time: int | Fraction | None, *, signed: bool = False) -> str:
    """9.3 days, +4.1 days; nothing for None."""
    if time is None:
        return ""
    told = days_of(time)
    sign = "+" if signed and told > 0 else ""
    return sign + ngettext("%(n)s day", "%(n)s days", 2) % {"n": number(told)}


def plain(time: int | Fraction | None, *, signed: bool = False) -> str:
    """9.3, +4.1: days under a head that says so; nothing for None."""
    if time is None:
        return ""
    told = days_of(time)
    return ("+" if signed and told > 0 else "") + number(told)


def number(days: Decimal) -> str:
    """5.0, 0.07: one decimal always, so that figures beneath each other can be compared."""
    return str(format_decimal(days, "#,##0.0#", locale=words.locale())).replace("-", words.MINUS)


def state_name(state: str | None) -> str:
    """What a state is called; time of which none is known has a name, too."""
    return flow_words.place_name(state) if state is not None else _("no state known")


def share_of(part: Fraction | int, whole: Fraction | int) -> Decimal | None:
    if not whole:
        return None
    found = Fraction(part) / whole
    return Decimal(found.numerator) / found.denominator


def tone(split: Split | None) -> str:
    """How the page says it: a bottleneck that only moved asks for attention, time saved for good does not."""
    if split is None or split.verdict is Verdict.TOO_FEW:
        return ""
    return "warn" if split.verdict is Verdict.ONLY_MOVED else "good" if saved(split) else ""


def saved(split: Split) -> bool:
    """Whether an item takes less time than before."""
    before, after = split.before.mean, split.after.mean
    return before is not None and after is not None and after < before


def without_event(found: TimeInStates) -> str:
    """The answer where no event is looked at."""
    top = found.bottleneck
    if top is None or found.mean is None:
        return _("Nothing finished in these days.")
    share = share_of(top.time, found.time)
    return _("Most time goes into %(state)s: %(days)s of the %(all)s that an item takes, %(share)s.") % {
        "state": state_name(top.state), "days": days_said(top.mean), "all": days_said(found.mean),
        "share": words.percent(share),
    }  # fmt: skip


def verdict(split: Split) -> str:
    """The answer in a sentence or two, with its figures."""
    said = {
        "since": _("Since “%(event)s” (%(day)s)") % {"event": split.event.name, "day": words.day(split.event.on)},
        "was": _side(split, split.source),
        "now": _side(split, split.target),
        "before": _items(len(split.before.items)),
        "after": _items(len(split.after.items)),
        "n": FEWEST,
    }
    match split.verdict:
        case Verdict.TOO_FEW:
            few = _("%(since)s: %(before)s before and %(after)s after it are too few to say anything;")
            return f"{few} {_('%(n)s on either side are needed.')}" % said
        case Verdict.STAYED:
            told = _("%(since)s the bottleneck is still %(now)s.")
        case Verdict.ONLY_MOVED:
            told = _("%(since)s the bottleneck only moved, from %(was)s to %(now)s.")
        case Verdict.MOVED:
            told = _("%(since)s the bottleneck moved from %(was)s to %(now)s.")
    return f"{told % said} {_whole(split)}"


def _side(split: Split, state: str | None) -> str:
    """In progress (9.3 → 5.7 days)."""
    change = next((one for one in split.changes if one.state == state), None)
    if change is None:
        return state_name(state)
    before, after = (number(days_of(time)) for time in (change.before, change.after))
    return _("%(state)s (%(before)s → %(after)s days)") % {
        "state": state_name(state), "before": before, "after": after,
    }  # fmt: skip


def _whole(split: Split) -> str:
    """What is left of what was gained."""
    said = {
        "before": days_said(split.before.mean), "after": days_said(split.after.mean),
        "gained": days_said(split.gained), "share": words.percent(share_of(split.lost, split.gained)),
    }  # fmt: skip
    told = _("an item takes %(after)s, before it %(before)s.") % said
    if not split.gained:
        return _("No state takes less time: %(told)s") % {"told": told}
    if split.lost >= split.gained:
        lost = _("All of the %(gained)s gained per item, and more, is lost again in other states: %(told)s")
    else:
        lost = _("Of %(gained)s gained per item, %(share)s is lost again in other states: %(told)s")
    return lost % (said | {"told": told})


def _items(count: int) -> str:
    return ngettext("%(n)s item", "%(n)s items", count) % {"n": words.number(count)}
