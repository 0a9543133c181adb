"""DORA's five in words: how often, how long, which share, of how many, and what says so."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from northing.measure.delivery.asked import Delivery, called, value
from northing.measure.delivery.five import Five
from northing.portfolio.flow import Evidence

from . import words

HOUR = 3_600_000_000
TITLES: Mapping[str, str] = {
    "frequency": gettext_noop("Deployment frequency"),
    "lead_time": gettext_noop("Change lead time"),
    "recovery": gettext_noop("Failed deployment recovery time"),
    "fail_rate": gettext_noop("Change fail rate"),
    "rework_rate": gettext_noop("Deployment rework rate"),
}
"""The five, in DORA's words."""
EVIDENCE: Mapping[str, str] = {
    "link": gettext_noop("%(n)s by a link"),
    "fix": gettext_noop("%(n)s by a fix"),
    "root_cause": gettext_noop("%(n)s by root cause"),
    "window": gettext_noop("%(n)s by time alone"),
}


def took(micros: Fraction | int | None) -> str:
    """42 min, 3.5 h, 4.2 days."""
    if micros is None:
        return ""
    hours = Decimal(micros.numerator) / micros.denominator / HOUR
    if abs(hours) < 1:
        return _("%(n)s min") % {"n": words.number((hours * 60).quantize(Decimal(1)))}
    if abs(hours) < 48:
        return _("%(n)s h") % {"n": words.number(hours.quantize(Decimal("0.1")))}
    return _("%(n)s days") % {"n": words.number((hours / 24).quantize(Decimal("0.1")))}


def often(per_day: Fraction | None) -> str:
    """2.4 a day, 3.1 a week, 1.2 a month: the first of which there is one."""
    if per_day is None:
        return ""
    for days, text in ((1, gettext_noop("%(n)s a day")), (7, gettext_noop("%(n)s a week"))):
        if per_day * days >= 1:
            return _(text) % {"n": _tenths(per_day * days)}
    return _("%(n)s a month") % {"n": _tenths(per_day * 30)}


def _tenths(number: Fraction) -> str:
    return words.number((Decimal(number.numerator) / number.denominator).quantize(Decimal("0.1")))


def told(name: str, number: Fraction | None) -> str:
    """One of the five as people read it; empty where there is none."""
    if name == "frequency":
        return often(number)
    if name in ("lead_time", "recovery"):
        return took(number)
    return "" if number is None else words.percent(Decimal(number.numerator) / number.denominator)


def counts(found: Five, name: str) -> str:
    """What stands in place of a median or share of fewer than five."""
    match name:
        case "lead_time":
            return changes(found.lead_time.total)
        case "recovery":
            many = len(found.recovery.restored)
            return ngettext("%(num)s restored", "%(num)s restored", many) % {"num": words.number(many)}
        case "fail_rate":
            return _of(len(found.fail_rate.failures), found.fail_rate.of)
        case "rework_rate":
            return _of(len(found.rework.unplanned), found.rework.of)
    return deployments(found.frequency.total)


def shown(found: Five, name: str) -> str:
    """The figure, or its counts where there are too few."""
    return told(name, value(found, name)) or counts(found, name)


def _of(part: int, of: int) -> str:
    return _("%(n)s of %(of)s") % {"n": words.number(part), "of": words.number(of)}


def deployments(many: int) -> str:
    return ngettext("%(num)s deployment", "%(num)s deployments", many) % {"num": words.number(many)}


def changes(many: int) -> str:
    return ngettext("%(num)s change", "%(num)s changes", many) % {"num": words.number(many)}


def failures(many: int) -> str:
    return ngettext("%(num)s failed deployment", "%(num)s failed deployments", many) % {"num": words.number(many)}


def stands_on(found: Five, name: str) -> str:
    """What the figure stands on: of how many, how much of it is known, and by which evidence."""
    lead = found.lead_time
    match name:
        case "frequency":
            parts = [deployments(found.frequency.total)]
            if found.frequency.week is not None:
                week = found.frequency.week
                text = ngettext("on %(n)s day a week", "on %(n)s days a week", 1 if week == 1 else 2)
                parts.append(text % {"n": _tenths(week)})
            return ", ".join(parts)
        case "lead_time":
            parts = [changes(len(lead.measured))]
            if lead.known < lead.of:
                parts.append(_("known of %(n)s of %(of)s deployments") % _numbers(lead.known, lead.of))
            if lead.undated or lead.untrue:
                parts.append(_("%(n)s without a usable date") % _numbers(len(lead.undated) + len(lead.untrue)))
            if authored := sum(many for clock, many in lead.clocks.items() if clock.value == "authored"):
                whole = authored == len(lead.measured)
                parts.append(_("by author date") if whole else _("%(n)s by author date") % _numbers(authored))
            return ", ".join(parts)
        case "recovery":
            parts = [counts(found, "recovery")] if found.recovery.median is not None else []
            if found.recovery.open:
                parts.append(_("%(n)s still open") % _numbers(len(found.recovery.open)))
            return ", ".join([*parts, *evidence(found.recovery.evidence)])
        case "fail_rate":
            parts = [counts(found, "fail_rate")] if found.fail_rate.share is not None else []
            return ", ".join([*parts, *evidence(found.fail_rate.evidence)])
        case _:
            parts = [counts(found, "rework_rate")] if found.rework.share is not None else []
            kinds = [
                f"{words.number(many)} {words.label(kind.value, 'deployment').lower()}"
                for kind, many in found.rework.kinds.items()
            ]
            return ", ".join([*parts, *kinds])


def evidence(mix: Mapping[Evidence, int]) -> list[str]:
    """3 by a link, 1 by time alone."""
    return [_(EVIDENCE[one.value]) % _numbers(many) for one, many in mix.items()]


def _numbers(n: int, of: int = 0) -> dict[str, str]:
    return {"n": words.number(n), "of": words.number(of)}


def lead(found: Delivery) -> tuple[str, str]:
    """The answer in a sentence, and whether it is good or bad."""
    if not found.services:
        return "", ""
    still = [(age, one.service) for one in found.services for _failure, age in one.recovery.open]
    if len(found.services) == 1:
        (one,) = found.services
        text = _("%(service)s went live %(often)s; %(failed)s of %(of)s deployments failed, mended in %(took)s.")
        if one.recovery.median is None:
            text = _("%(service)s went live %(often)s; %(failed)s of %(of)s deployments failed.")
        said = _service(one)
    else:
        one = max(found.services, key=lambda each: (value(each, "fail_rate") or -1, each.service))
        said = _service(one) | {"n": words.number(len(found.services))}
        text = _("Of %(n)s services %(service)s fails most: %(failed)s of %(of)s deployments, mended in %(took)s.")
        if one.recovery.median is None:
            text = _("Of %(n)s services %(service)s fails most: %(failed)s of %(of)s deployments.")
        if not one.fail_rate.failures:
            text = _("None of the %(n)s services had a deployment that failed in these days.")
    if not still:
        return text % said, ""
    age, service = max(still)
    opened = ngettext(
        "%(num)s failure is still open: %(service)s, for %(age)s.",
        "%(num)s failures are still open, the oldest of %(service)s for %(age)s.",
        len(still),
    ) % {"num": words.number(len(still)), "service": called(service), "age": took(age)}
    return f"{text % said} {opened}", "bad"


def _service(one: Five) -> dict[str, str]:
    return {
        "service": called(one.service), "often": often(one.frequency.per_day),
        "failed": words.number(len(one.fail_rate.failures)), "of": words.number(one.fail_rate.of),
        "took": took(one.recovery.median),
    }  # fmt: skip
