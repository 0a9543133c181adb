"""Why am I doing this? One item of work: the way from it up to the board, and its own history."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from markupsafe import Markup

from northing.measure.flow.story import Reason, Row, Story, story
from northing.measure.line_of_sight import Chain
from northing.portfolio.filter.writer import quoted
from northing.report import words, work_words
from northing.report.flow_drawing import days_said
from northing.web.changing import asked
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page, page
from northing.web.frame.saying import mend_address, say

from .work_state import item_link


@dataclass
class Step:
    """One step of the way from the board down to the item."""

    icon: str
    title: str
    href: str = ""
    before: str = ""
    """Said before the title: "measured by"."""
    after: str = ""
    link: tuple[str, str] | None = None
    """The work link that says so, and its address."""
    chip: str = ""
    own: bool = False


@dataclass
class Way:
    """One way up, or as far as it leads."""

    steps: list[Step] = field(default_factory=list)
    broken: bool = False
    sentence: Markup = field(default_factory=Markup)
    mend: str = ""


@page("flow")
def item(page: Page, key: str) -> HttpResponse:
    """The item whose key, or id in its source, is *key*."""
    asked = page.request.GET
    found = story(page.view, key, source=asked.get("source") or None, policy=asked.get("policy") or None)
    row = found.row.values
    ways = [_way(page, found, reason, chain) for reason in found.reasons for chain in _shown(reason)]
    below = [] if found.reasons else _below(page, found)
    url = str(row.get("url") or "")
    return page.render(
        "flow/item.html",
        title=" ".join(filter(None, (row.get("key") or row["item"], row.get("title")))),
        found=found,
        row=row,
        tone="warn" if below else _tone(found),
        lead=_of_parts(below) if below else _lead(page, found),
        ways=ways,
        below=below,
        left=words.percent(found.left) if 0 < found.left < 1 else "",
        outside=url if url.startswith(("https://", "http://")) else "",
        facts=_facts(page, found),
        stays=_stays(found),
        problems=[work_words.problem(one) for one in found.problems],
        parts=[_part(page, one) for one in found.parts],
        changes=[_change(found, page, one) for one in found.changes],
        source=_source(page, found),
        new=_new(page, found),
        links=page.link("flow/links"),
        back=page.link("flow/work"),
    )


def _shown(reason: Reason) -> list[Chain]:
    """The unbroken chains; where there is none, the one that is nearest to whole."""
    whole = [chain for chain in reason.chains if chain.broken is None]
    return whole or list(reason.chains[:1])


def _way(page: Page, found: Story, reason: Reason, chain: Chain) -> Way:
    plan, way = page.view.plan, Way(broken=chain.broken is not None)
    for place, id in enumerate(reversed(chain.objectives)):
        top = place == 0 and chain.broken is None
        way.steps.append(
            Step(
                "strategy", plan.objectives[id].name, address_of(page, "objective", id), chip=_("Board") if top else ""
            )
        )
    if chain.key_result in plan.key_results:
        result = plan.key_results[chain.key_result or ""]
        way.steps.append(Step("chart", result.name, address_of(page, "key_result", result.id), _("measured by")))
    served = reason.served
    link = plan.work_links.get(served.rule or "")
    way.steps.append(
        Step(
            "portfolio",
            words.name(page.view, "investment", served.investment),
            address_of(page, "investment", served.investment),
            after="" if served.share == 1 else _("%(share)s of the item") % {"share": words.percent(served.share)},
            link=(asked.called(link), page.link("flow/links") + f"#link-{link.id}") if link is not None else None,
        )
    )
    for above in reversed(found.above):
        title = above.name
        if above.row is not None:
            title = " ".join(filter(None, (above.row.get("key") or above.row["item"], above.row.get("title"))))
        way.steps.append(Step("group", title, item_link(page, above.name) if above.row is not None else ""))
    row = found.row.values
    own = " ".join(filter(None, (row.get("key") or row["item"], row.get("title"))))
    way.steps.append(Step("check", own, own=True))
    if chain.broken is not None:
        way.sentence = say(page, chain.broken.sentence)
        way.mend = mend_address(page, chain.broken.mend)
    return way


def _tone(found: Story) -> str:
    if not found.reasons:
        return "bad"
    return "warn" if any(reason.broken for reason in found.reasons) else "good"


def _lead(page: Page, found: Story) -> str:
    """Why it is done, in one sentence."""
    if not found.reasons:
        return _("Nobody can say why: no link gives any part of it to an investment.")
    names = words.listed(words.name(page.view, "investment", one.served.investment) for one in found.reasons)
    tops = {
        chain.objectives[-1]
        for reason in found.reasons
        for chain in reason.chains
        if chain.broken is None and chain.objectives
    }
    if not tops:
        return _("It serves %(investments)s, from where no chain leads up to the board.") % {"investments": names}
    aims = words.listed(f"“{page.view.plan.objectives[id].name}”" for id in sorted(tops))
    return _("The board wants %(aims)s; %(investments)s serves it, and this is work on it.") % {
        "aims": aims, "investments": names,
    }  # fmt: skip


def _of_parts(below: list[dict[str, Any]]) -> str:
    """A parent that no link speaks of itself, by what its parts serve."""
    names = words.listed(one["name"] for one in below[:3])
    return _("No link speaks of it itself; its parts serve %(investments)s.") % {"investments": names}


def _new(page: Page, found: Story) -> str:
    """The form of a link that claims it, or its parts."""
    key = str(found.row.values.get("key") or found.row.values["item"])
    if found.counts:
        return page.link("flow/links/propose", item=key, next=page.here)
    where = f"{'epic' if found.parts else 'key'} = {quoted(key)}"
    return page.link("flow/links/new", where=where, next=page.here)


def _below(page: Page, found: Story) -> list[dict[str, Any]]:
    """Of a parent that no link speaks of itself: the investments that its parts serve."""
    from northing.measure.flow.serving import served

    mine, counts = served(page.view), {}  # type: ignore[var-annotated]
    for part in found.parts:
        for one in mine.get((str(part["source"]), str(part["item"])), ()):
            counts[one.investment] = counts.get(one.investment, 0) + 1
    return [
        {
            "name": words.name(page.view, "investment", id),
            "href": address_of(page, "investment", id),
            "count": count,
        }
        for id, count in sorted(counts.items(), key=lambda told: (-told[1], told[0]))
    ]


def _facts(page: Page, found: Story) -> list[tuple[str, str]]:
    """What it is, who works on it, and how long it took: what is known of it."""
    row, item = found.row.values, found.item
    told = [
        (_("Type"), str(row.get("type") or "")),
        (
            _("Team"),
            words.listed(words.name(page.view, "team", id) for id in found.teams) or str(row.get("team") or ""),
        ),
        (_("Project"), str(row.get("project") or "")),
        (_("Priority"), str(row.get("priority") or "")),
        (_("Sprint"), str(row.get("sprint") or "")),
        (_("Due"), words.day(row.get("due"))),
    ]
    work = found.work
    if item is not None and work is not None:
        told.append((_("Kind"), words.label(item.kind) if item.kind else _("the policy gives its type none")))
        told.append((_("Created"), words.day(work.days.of(item.created))))
        if item.started is not None:
            told.append((_("Started"), words.day(work.days.of(item.started))))
            end = item.finished if item.finished is not None else work.now
            if end >= item.started:
                name = _("Took") if item.finished is not None else _("In progress for")
                told.append((name, days_said(Fraction(work.took(item.started, end), work.unit))))
                if item.finished is not None:
                    told.append((_("Worked on for"), work_words.lasted(item.active)))
        if item.finished is not None:
            name = _("Delivered") if item.outcome == "delivered" else _("Ended without delivery")
            told.append((name, words.day(work.days.of(item.finished))))
        if item.blocked:
            told.append((_("Blocked for"), work_words.lasted(item.blocked)))
        if item.reopened or item.backward:
            told.append((_("Went back"), words.number(item.reopened + item.backward)))
    return [(name, text) for name, text in told if text]  # fmt: skip


def _stays(found: Story) -> list[dict[str, Any]]:
    """Where it was, in order: each with its part of the whole time, to be drawn."""
    work = found.work
    if work is None or not found.stays:
        return []
    first = found.stays[0].entered
    item = found.item
    over = item is not None and item.finished is not None
    last = found.stays[-1].entered if over else work.now
    whole = max(1, last - first)
    told = []
    for stay in found.stays:
        left = stay.left if stay.left is not None else (None if over else work.now)
        until = min(left, last) if left is not None else last
        told.append(
            {
                "state": stay.span.state or _("not said"),
                "phase": stay.span.phase.value if stay.span.phase is not None else "unknown",
                "known": stay.span.phase is not None,
                "from": work_words.instant(stay.entered, work.days.zone),
                "until": work_words.instant(stay.left, work.days.zone) if stay.left is not None else None,
                "lasted": work_words.lasted((left if left is not None else stay.entered) - stay.entered)
                if left is not None
                else "",
                "blocked": work_words.lasted(stay.span.blocked) if stay.span.blocked else "",
                "x": round(1000 * (stay.entered - first) / whole, 2),
                "width": round(1000 * max(0, until - stay.entered) / whole, 2),
                "inferred": stay.span.origin == "inferred",
            }
        )
    return told


def _part(page: Page, row: Row) -> dict[str, str]:
    key = str(row.get("key") or row["item"])
    title, state = (str(row.get(name) or "") for name in ("title", "state"))
    return {"key": key, "title": title, "href": item_link(page, key), "state": state}


def _change(found: Story, page: Page, row: Row) -> dict[str, Any]:
    was, now = work_words.changed(row)
    return {"at": page.local(row["at"]), "field": work_words.field(str(row["field"])), "was": was, "now": now}


def _source(page: Page, found: Story) -> dict[str, Any]:
    """The row of the delivery that describes it."""
    delivery = page.view.plan.deliveries.get(found.row.delivery)
    return {
        "name": delivery.name if delivery is not None else _("Unknown input"),
        "line": found.row.line,
        "href": address_of(page, "delivery", found.row.delivery) if delivery is not None else "",
        "source": words.name(page.view, "source", str(found.row.values["source"])),
    }
