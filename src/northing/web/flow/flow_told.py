"""The figures of the Flow page in words: the sentence, the headlines, the kinds, what is expected, two policies."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.address import Figure
from northing.measure.flow.ageing import Ageing, ageing
from northing.measure.flow.asked import Asked, asked
from northing.measure.flow.beside import beside
from northing.measure.flow.days import DAY
from northing.measure.flow.expectation import Expected, Kept
from northing.measure.flow.five import Five, Kinds, five
from northing.measure.flow.flowing import Run, balance, run_of
from northing.measure.flow.little import Little
from northing.measure.view import View
from northing.portfolio.flow import FlowKind
from northing.portfolio.periods import Period
from northing.report import reading_told, words
from northing.report.flow_charts import items_said, kind_name
from northing.report.flow_drawing import days_said
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page

from .flow_state import FlowState

TOO_FAR = Fraction(1, 4)
"""A residual beyond this, either way, says that work is not stable."""


def decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


@dataclass(frozen=True)
class Told:
    """What the figures of the page are taken from."""

    asked: Asked
    days: Period
    five: Five
    run: Run
    aged: Ageing
    balance: Little | None


def told_of(view: View, found: Asked, days: Period) -> Told:
    work = found.work
    return Told(found, days, five(work, days), run_of(view, found, days), ageing(work, days), balance(found, days))


@dataclass(frozen=True)
class Headline:
    key: str
    name: str
    value: str
    why: str
    figure: Figure | None = None
    tone: str = ""
    exact: str = ""
    share: float | None = None


def lead(told: Told, promised: list[Expected]) -> tuple[str, str]:
    """ "38 items delivered, 2.9 a week, half of them within 9 days; 24 in progress, the oldest for 41 days." """
    made, load = told.five.velocity.total, told.five.load.total
    said = {
        "made": items_said(made),
        "half": days_said(told.five.time.median),
        "week": words.number(decimal(told.run.mean), 1) if told.run.mean is not None else "",
        "load": words.number(load),
        "oldest": days_said(told.aged.items[0].days) if told.aged.items else "",
    }
    if not made:
        first = _("Nothing was delivered in these days")
    elif told.run.mean is not None and told.five.time.median is not None:
        first = _("%(made)s delivered, %(week)s a week, half of them within %(half)s") % said
    else:
        first = _("%(made)s delivered") % said
    then = (
        _("%(load)s in progress, the oldest for %(oldest)s.") if told.aged.items else _("nothing is in progress now.")
    )
    whole = next((one for one in promised if one.expectation.kind is None and one.kept is not None), None)
    kept, tone = (_kept(whole), _TONES[whole.kept]) if whole is not None and whole.kept is not None else ("", "")
    return " ".join(filter(None, (f"{first}; {then % said}", kept))), tone


_TONES = {Kept.MET: "good", Kept.CLOSE: "warn", Kept.MISSED: "bad"}


def _kept(one: Expected) -> str:
    said = {
        "percent": words.percent(one.expectation.probability),
        "days": days_said(one.expectation.days),
        "share": words.percent(decimal(1 - one.share)) if one.share is not None else "",
    }
    if one.kept is Kept.MET:
        return _("What is expected is met: %(share)s within %(days)s.") % said
    if one.kept is Kept.CLOSE:
        return _("What is expected is just missed: %(share)s within %(days)s, not %(percent)s.") % said
    return _("What is expected is missed: %(share)s within %(days)s, not %(percent)s.") % said


def headlines(view: View, state: FlowState, told: Told) -> list[Headline]:
    five = told.five
    made = five.velocity.total
    ended = len(five.velocity.discarded)
    largest = max(five.distribution.kinds.items(), key=lambda one: one[1], default=None)
    return [
        Headline(
            "velocity", _("Velocity"), words.number(made),
            ngettext("delivered; %(n)s ended otherwise", "delivered; %(n)s ended otherwise", ended)
            % {"n": words.number(ended)} if ended else _("delivered"),
            state.figure("velocity"),
        ),
        Headline(
            "time", _("Flow time"), days_said(five.time.median),
            _("half took no longer; 85%% %(most)s or less") % {"most": days_said(five.time.percentiles.get(85))}
            if five.time.median is not None else _("nothing with a start was delivered"),
            state.figure("time") if five.time.median is not None else None,
        ),
        _efficiency(view, state, told),
        Headline(
            "load", _("Load"), words.number(five.load.total),
            _("in progress; %(n)s blocked") % {"n": sum(1 for one in five.load.items if one.blocked_now)},
            state.figure("load"),
        ),
        Headline(
            "distribution", _("Distribution"),
            f"{words.percent(Decimal(largest[1]) / made)} {kind_name(largest[0]).lower()}" if largest and made else "–",
            _others(five.distribution.kinds, largest[0]) if largest and made else _("nothing was delivered"),
            state.figure("distribution", kind=largest[0] or "none") if largest and made else None,
        ),
        _age(state, told),
        Headline(
            "throughput", _("Throughput"),
            _("%(n)s a week") % {"n": words.number(decimal(told.run.mean), 1)} if told.run.mean is not None else "–",
            _steady(told), state.figure("throughput") if told.run.mean is not None else None,
            "warn" if told.run.limits is not None and not told.run.limits.stable else "",
        ),
        _residual(state, told),
    ]  # fmt: skip


def _efficiency(view: View, state: FlowState, told: Told) -> Headline:
    found = told.five.efficiency
    if found.share is None:
        reason = words.say(view, found.reason) if found.reason is not None else ""
        return Headline("efficiency", _("Efficiency"), _("Not measurable"), reason.removeprefix(_("Not measurable: ")))
    left = len(found.inferred)
    why = _("of the time is work, the rest is waiting")
    if left:
        why += "; " + _("%(n)s without a history left out") % {"n": left}
    return Headline(
        "efficiency", _("Efficiency"), words.percent(decimal(found.share)), why, state.figure("efficiency"),
        share=float(found.share),
    )  # fmt: skip


def _age(state: FlowState, told: Told) -> Headline:
    work, aged = told.asked.work, told.aged
    days = round(Fraction(work.progress.age(work.now), DAY))
    if not aged.items:
        return Headline("age", _("Age of work"), "–", _("nothing is in progress"))
    said = {"mean": days_said(Fraction(round(Fraction(days, len(aged.items)))))}
    why = _("calendar days of all in progress together; %(mean)s on average") % said
    return Headline("age", _("Age of work"), days_said(days), why, state.figure("age"))


def _others(kinds: Kinds, first: FlowKind | None) -> str:
    """The other kinds, the most frequent first; their shares stand in the table of kinds, each with its receipt."""
    others = sorted((kind for kind in kinds if kind is not first), key=lambda kind: -kinds[kind])
    if not others:
        return _("nothing else was delivered")
    return _("then %(kinds)s") % {"kinds": words.listed([kind_name(kind).lower() for kind in others])}


def _steady(told: Told) -> str:
    if told.run.limits is None:
        return _("too few whole weeks for limits")
    if told.run.limits.stable:
        return _("stable: within its own limits")
    count = len({*told.run.limits.outside, *told.run.limits.runs})
    return ngettext("%(n)s signal that something changed", "%(n)s signals that something changed", count) % {"n": count}


def _residual(state: FlowState, told: Told) -> Headline:
    residual = told.balance.residual if told.balance is not None else None
    if residual is None:
        return Headline("residual", _("Little's law"), "–", _("nothing finished in these days"))
    stable = abs(residual) <= TOO_FAR
    why = (
        _("stable: what is in progress agrees with what leaves")
        if stable
        else _("old work left: forecasts are doubtful")
        if residual > 0
        else _("work piles up: forecasts are doubtful")
    )
    return Headline(
        "residual", _("Little's law"), words.percent(decimal(residual)), why, state.figure("residual"),
        "" if stable else "warn",
    )  # fmt: skip


@dataclass(frozen=True)
class KindRow:
    name: str
    velocity: Headline
    share: Headline
    load: Headline
    meter: float


def kinds(state: FlowState, told: Told) -> list[KindRow]:
    """What was delivered and what is in progress, by kind."""
    made, loaded = told.five.velocity, told.five.load
    found = []
    for kind in (*FlowKind, None):
        done, load = made.kinds.get(kind, 0), loaded.kinds.get(kind, 0)
        if not done and not load and kind is None:
            continue
        of = kind or "none"
        share = Decimal(done) / made.total if made.total else None
        found.append(
            KindRow(
                kind_name(kind),
                Headline("", "", words.number(done), "", state.figure("velocity", kind=of) if done else None),
                Headline(
                    "",
                    "",
                    words.percent(share) if share is not None else "–",
                    "",
                    state.figure("distribution", kind=of) if done else None,
                ),
                Headline("", "", words.number(load), "", state.figure("load", kind=of) if load else None),
                float(share or 0),
            )
        )
    return found


@dataclass(frozen=True)
class Promise:
    """A service level expectation beside what was."""

    what: str
    said: str
    tone: str
    late: Headline
    overdue: Headline
    late_href: str
    overdue_href: str
    share: float
    allowed: float


def promises(page: Page, state: FlowState, promised: list[Expected]) -> list[Promise]:
    found = []
    for one in promised:
        kind = one.expectation.kind
        args = {"kind": kind} if kind else {}
        what = _("%(percent)s within %(days)s") % {
            "percent": words.percent(one.expectation.probability), "days": days_said(one.expectation.days),
        }  # fmt: skip
        if kind:
            what = f"{kind_name(kind)}: {what}"
        share = words.percent(decimal(one.share)) if one.share is not None else "–"
        late = _("%(share)s (%(n)s of %(all)s)") % {"share": share, "n": len(one.longer), "all": one.items}
        found.append(
            Promise(
                what, _kept(one) if one.kept is not None else _("Nothing was delivered to hold it against."),
                _TONES[one.kept] if one.kept is not None else "",
                Headline("", "", late, "", state.figure("late_share", **args) if one.items else None),
                Headline("", "", words.number(len(one.overdue)), "",
                         state.figure("overdue", **args) if one.overdue else None),
                page.link("flow", **state.query(show="late")) + "#items" if kind is None and one.longer else "",
                page.link("flow", **state.query(show="overdue")) + "#items" if kind is None and one.overdue else "",
                float(one.share or 0), float(one.allowed),
            )
        )  # fmt: skip
    return found


# Two policies


@dataclass(frozen=True)
class Side:
    """The same work by two policies."""

    names: tuple[str, str]
    rows: list[tuple[str, str, str]]
    said: str
    items: list[tuple[str, str, str]]
    """Items seen otherwise: name, address, in what."""
    more: int


FEW = 30


def side_by_side(page: Page, state: FlowState, found: Asked) -> Side | None:
    """What two policies make of these days, where a second one was chosen."""
    other = asked(page.view, state.base.whose, state.base.other) if state.base.other else None
    if other is None or (other.policy.id == found.policy.id and len(found.parts) < 2):
        return None
    both = beside(found.work, other.work, state.days)
    seen = {
        "counted": _("counted by one only"), "kind": _("kind"), "started": _("start"), "finished": _("finish"),
        "outcome": _("outcome"), "active": _("active time"),
    }  # fmt: skip
    items = []
    for one in both.otherwise[:FEW]:
        item = one.one or one.other
        if item is not None:
            name = " ".join(filter(None, (item.key or item.item, item.title)))
            items.append(
                (name, address_of(page, "work", item.key or item.item), ", ".join(seen[what] for what in one.what))
            )
    counts = {"n": words.number(len(both.otherwise)), "alike": words.number(both.alike)}
    said = ngettext(
        "%(n)s item is seen otherwise, %(alike)s alike.",
        "%(n)s items are seen otherwise, %(alike)s alike.",
        len(both.otherwise),
    )
    rows = [
        (name, one, two) for (name, one), (_name, two) in zip(_five_said(both.one), _five_said(both.other), strict=True)
    ]
    return Side(
        (reading_told.read_by(found), other.policy.name), rows, said % counts, items, max(0, len(both.otherwise) - FEW)
    )  # fmt: skip


def _five_said(found: Five) -> list[tuple[str, str]]:
    share = found.efficiency.share
    made = found.velocity.total
    return [
        (_("Velocity"), words.number(made)),
        (_("Flow time, half within"), days_said(found.time.median)),
        (_("Flow time, 85% within"), days_said(found.time.percentiles.get(85))),
        (_("Efficiency"), words.percent(decimal(share)) if share is not None else _("Not measurable")),
        (_("Load"), words.number(found.load.total)),
        *((kind_name(kind), words.percent(Decimal(found.distribution.kinds.get(kind, 0)) / made) if made else "–")
          for kind in FlowKind),
    ]  # fmt: skip
