"""Forecasts of work in words: the answers in one sentence each, what they rest on, and why there are none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.flow.forecast.asked import Likelihood, Refusal
from northing.measure.flow.forecasting import CHECKED, Forecast
from northing.measure.receipts.forecast import team_of
from northing.measure.sentence import Said
from northing.measure.view import View

from . import words


def name_of(view: View, id: str) -> str:
    """What the team or scope that was sampled is called."""
    return words.say(view, Said("{team}", {"team": team_of(id)}))


def said(view: View, told: Said) -> str:
    """A sentence of the forecast, with teams by their names."""
    values: Mapping[str, Any] = told.values
    if "team" in values:
        values = {**values, "team": name_of(view, str(values["team"]))}
    return words.say(view, msgspec.structs.replace(told, values=values))


def about(view: View, found: Forecast) -> str:
    """What is to be done: "8 open items", "3 items of CLM-18"."""
    question = found.question
    if question.items is not None:
        return ngettext("%(n)s item", "%(n)s items", question.items) % {"n": words.number(question.items)}
    count = {"n": words.number(len(found.left)), "parent": question.parent}
    if question.parent:
        return (
            ngettext("%(n)s open item below %(parent)s", "%(n)s open items below %(parent)s", len(found.left)) % count
        )
    return ngettext("%(n)s open item", "%(n)s open items", len(found.left)) % count


def day_at(found: Forecast, percent: int) -> date | None:
    days = found.when.whole.days if found.when else ()
    return next((one.day for one in days if one.percent == percent), None)


def refusals(found: Forecast) -> tuple[Refusal, ...]:
    """Why *when* is not answered."""
    return found.when.ground.refusals if found.when else ()


def when_said(view: View, found: Forecast) -> str:
    """“8 open items: 85 in 100 futures are done by 14 March 2027.”"""
    if found.when is None:
        return _("Nothing is left to do: no item asked about is open.")
    if refusals(found):
        refused = [name_of(view, one.team) for one in refusals(found)]
        return _("No date can be told: the past of %(teams)s does not bear a forecast.") % {
            "teams": words.listed(refused)
        }
    day, what = day_at(found, CHECKED), about(view, found)
    if day is None:
        return _("%(what)s: not done within ten years in %(percent)s of 100 futures.") % {
            "what": what, "percent": 100 - CHECKED,
        }  # fmt: skip
    return _("%(what)s: %(percent)s in 100 futures are done by %(day)s.") % {
        "what": what, "percent": CHECKED, "day": words.day(day),
    }  # fmt: skip


def rest_said(view: View, found: Forecast) -> str:
    """“Without it, 51 of the 60 items: 85 in 100 futures are done by 28 January 2027.”"""
    if found.rest is None:
        return ""
    day = next((one.day for one in found.rest.whole.days if one.percent == CHECKED), None)
    if day is None:
        return ""
    return _("Without %(teams)s, %(n)s of the %(all)s items: %(percent)s in 100 futures are done by %(day)s.") % {
        "teams": words.listed([name_of(view, one.team) for one in refusals(found)]),
        "n": words.number(found.rest.whole.items), "all": words.number(len(found.left)), "percent": CHECKED,
        "day": words.day(day),
    }  # fmt: skip


def likely_said(found: Forecast) -> str:
    """How many in a hundred futures are done by the day that was asked about."""
    likelihood = found.when.whole.likelihood if found.when else None
    if likelihood is None:
        return ""
    return _("Done by %(day)s: in %(likely)s futures.") % {
        "day": words.day(found.by), "likely": in_hundred(likelihood),
    }  # fmt: skip


def in_hundred(one: Likelihood) -> str:
    """74 of 100, more than 95 of 100, fewer than 1 of 100."""
    if one.text.startswith(">"):
        return _("more than %(n)s of 100") % {"n": one.percent}
    if one.text.startswith("<"):
        return _("fewer than 1 of 100")
    return _("%(n)s of 100") % {"n": one.percent}


def many_said(view: View, found: Forecast) -> str:
    """“By 20 December: 85 in 100 futures finish 10 items or more.”"""
    if not found.many.counts:
        return _("No number can be told: the past of %(teams)s does not bear a forecast.") % {
            "teams": words.listed([name_of(view, one.team) for one in found.many.ground.refusals])
        }
    count = next(one.items for one in found.many.counts if one.percent == CHECKED)
    return ngettext(
        "By %(day)s: %(percent)s in 100 futures finish %(n)s item or more.",
        "By %(day)s: %(percent)s in 100 futures finish %(n)s items or more.",
        count,
    ) % {"day": words.day(found.by), "percent": CHECKED, "n": words.number(count)}


def held_said(found: Forecast) -> str:
    """“Of 26 forecasts made in the past at 85 in 100, 22 held.”"""
    if not found.back.n:
        return _("No past forecast can be compared with what came.")
    return ngettext(
        "Of %(n)s forecast made in the past at %(percent)s in 100, %(held)s held.",
        "Of %(n)s forecasts made in the past at %(percent)s in 100, %(held)s held.",
        found.back.n,
    ) % {"n": found.back.n, "percent": found.back.percent, "held": found.back.inside}


def dates_held_said(found: Forecast) -> str:
    """“Of 31 dates told in the past at 85 in 100, for 12 items, 27 held.”"""
    back = found.dated
    if not back.n:
        return _("No past date can be compared with what came.")
    what = ngettext("%(n)s item", "%(n)s items", found.dated_items) % {"n": words.number(found.dated_items)}
    return ngettext(
        "Of %(n)s date told in the past at %(percent)s in 100, for %(what)s, %(held)s held.",
        "Of %(n)s dates told in the past at %(percent)s in 100, for %(what)s, %(held)s held.",
        back.n,
    ) % {"n": back.n, "percent": back.percent, "held": back.inside, "what": what}


def held_apart(found: Forecast) -> str:
    """Past days that are in no comparison, and why."""
    told = []
    if found.back.refused:
        told.append(
            ngettext(
                "On %(n)s past day nothing would have been said.", "On %(n)s past days nothing would have been said.",
                found.back.refused,
            ) % {"n": found.back.refused}
        )  # fmt: skip
    if found.back.unknown:
        told.append(
            ngettext("%(n)s is not over yet.", "%(n)s are not over yet.", found.back.unknown)
            % {"n": found.back.unknown}
        )
    return " ".join(told)


def cure(code: str) -> str:
    """What would make a forecast possible."""
    told = {
        "too-few-finishes": _("Take more days as the sample, or ask about the value stream, which finishes more."),
        "too-short": _("Wait until more weeks are known, or bring in the history of the work."),
        "unstable-throughput": _(
            "Look at the run chart on Flow for what changed in that week; sample only the days since, if it lasts."
        ),
        "unstable-residual": _(
            "Work in progress gets older, or old work was closed in bulk: finish or drop it before starting more."
        ),
    }
    return told[code]


def notes(view: View, found: Forecast) -> list[str]:
    """What the figures leave out."""
    ground = found.when.ground if found.when else found.many.ground
    told = list(dict.fromkeys(said(view, one) for one in ground.notes))
    if found.as_of < view.today:
        told.insert(0, _("Work last came in on %(day)s: the future is drawn from that day on, not from today.") % {
            "day": words.day(found.as_of),
        })  # fmt: skip
    return told
