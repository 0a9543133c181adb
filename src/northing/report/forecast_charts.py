"""The pictures of a forecast of work: how many futures are done by each day, and past forecasts beside what came."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from northing.measure.flow.forecast.asked import HowManyAnswer, Policy, WhenAnswer
from northing.measure.flow.forecast.checked import BackTest

from . import words
from .charts import Table
from .flow_drawing import Bar, Days, Dot, Drawing, Key, Line, Rule, Scale, Tick, upto

HEIGHT = 220
MOST_POINTS = 120
COLOURS = {50: "var(--c3)", 70: "var(--c2)", 85: "var(--c1)", 95: "var(--ink-2)"}


def futures_done(answer: WhenAnswer, title: str) -> Drawing:
    """The share of futures that are done by the end of each day, with the days that the answer names."""
    whole, trials, start = answer.whole, answer.ground.policy.trials, answer.ground.as_of
    last = max((day for day, _n in whole.spread), default=start)
    days = Days(start, (last - start).days + 2)
    scale, by, total = Scale(100.0, HEIGHT), dict(whole.spread), 0
    points, step = [(0.0, scale.y(0))], max(1, days.count // MOST_POINTS)
    hits = []
    for number in range(days.count):
        day = start + timedelta(days=number)
        total += by.get(day, 0)
        points.append((days.left(day + timedelta(days=1)), scale.y(100 * total / trials)))
        if number % step == 0:
            said = _("By %(day)s: %(n)s of 100 futures") % {"day": words.day(day), "n": 100 * total // trials}
            hits.append(Bar(days.left(day), 0, round(days.width * step, 3), HEIGHT, "none", said))
    known = [(one.percent, one.day) for one in whole.days if one.day is not None]
    rules = tuple(Rule(scale.y(percent), f"{percent}: {words.day(day)}", COLOURS[percent]) for percent, day in known)
    dots = tuple(
        Dot(days.left(day + timedelta(days=1)), scale.y(percent), COLOURS[percent], tip=f"{percent}: {words.day(day)}")
        for percent, day in known
    )
    rows = tuple((words.number(one.percent), words.day(one.day) if one.day else "") for one in whole.days)
    curve = Line(tuple(points), "var(--c1)", title)
    return Drawing(
        title, _("Futures that are done by the end of each day, of 100."),
        Table((_("In 100 futures"), _("Done by")), rows), height=HEIGHT, y_title=_("of 100"),
        y=tuple(Tick(scale.y(one), str(one)) for one in (0, 25, 50, 75, 100)), x=days.ticks(6), lines=(curve,),
        rules=rules, hits=tuple(hits), dots=dots,
    )  # fmt: skip


def futures_many(answer: HowManyAnswer, policy: Policy, title: str) -> Drawing:
    """The share of futures that finish at least so many items."""
    most = max(number for number, _n in answer.spread)
    scale, by = Scale(100.0, HEIGHT), dict(answer.spread)
    least, reached = min(by), policy.trials
    bars, width = [], 100 / (most - least + 1)
    for number in range(least, most + 1):
        share = 100 * reached / policy.trials
        said = _("%(items)s or more: %(n)s of 100 futures") % {"items": number, "n": 100 * reached // policy.trials}
        at = max((one.percent for one in answer.counts if one.items >= number), default=0)
        colour = COLOURS.get(at, "var(--ink-3)")
        y = scale.y(share)
        bars.append(Bar(round((number - least) * width + width * 0.1, 2), y, round(width * 0.8, 2),
                        round(HEIGHT - y, 1), colour, said, "", not at))  # fmt: skip
        reached -= by.get(number, 0)
    step = max(1, (most - least + 1) // 8)
    ticks = tuple(
        Tick(round((number - least + 0.5) * width, 2), str(number)) for number in range(least, most + 1, step)
    )
    rows = tuple((words.number(one.percent), words.number(one.items)) for one in answer.counts)
    legend = tuple(
        Key(_("%(n)s in 100: %(items)s or more") % {"n": one.percent, "items": one.items}, COLOURS[one.percent])
        for one in answer.counts
    )
    return Drawing(
        title, _("Futures that finish at least so many items, of 100."),
        Table((_("In 100 futures"), _("Items or more")), rows), height=HEIGHT, y_title=_("of 100"),
        y=tuple(Tick(scale.y(one), str(one)) for one in (0, 25, 50, 75, 100)), x=ticks, bars=tuple(bars),
        legend=legend,
    )  # fmt: skip


def past_forecasts(found: BackTest, title: str, ahead: int) -> Drawing:
    """What each past forecast said, and what came: a bar that reaches its mark held."""
    start, last = found.checks[0].as_of, found.checks[-1].as_of
    days = Days(start, (last - start).days + 7)
    pairs = [(one.as_of, _number(one.said), _number(one.came), one.inside) for one in found.checks]
    scale = upto(max(max(said, came) for _day, said, came, _held in pairs), 160)
    bars, dots = [], []
    for day, said, came, held in pairs:
        tip = _("From %(day)s: %(said)s or more were said, %(came)s came") % {
            "day": words.day(day), "said": said, "came": came,
        }  # fmt: skip
        colour, y = "var(--c1)" if held else "var(--bad)", scale.y(came)
        left = days.left(day)
        bars.append(Bar(round(left + days.width, 2), y, round(days.width * 5, 2), round(160 - y, 1), colour, tip))
        dots.append(Dot(round(left + days.width * 3.5, 2), scale.y(said), "var(--ink)", "diamond", tip))
    rows = tuple(
        (words.day(day), words.number(said), words.number(came), _("held") if held else _("did not hold"))
        for day, said, came, held in pairs
    )
    return Drawing(
        title, _("Each bar is what came in the %(n)s days after; it held where it reaches its mark.") % {"n": ahead},
        Table((_("From"), _("Said, or more"), _("Came"), _("Held")), rows), height=160, y_title=_("items"),
        y=scale.ticks(), x=days.ticks(7), bars=tuple(bars), dots=tuple(dots),
        legend=(Key(_("came, and held"), "var(--c1)"), Key(_("came, and did not hold"), "var(--bad)"),
                Key(_("said: so many or more"), "var(--ink)", "diamond")),
    )  # fmt: skip


def _number(value: int | date | None) -> int:
    return value if isinstance(value, int) else 0
