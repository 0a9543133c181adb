"""One investment on one page: what and why, who, stage and gates, health, money, milestones, AI, words, history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from markupsafe import Markup

from northing.measure.address import figure
from northing.measure.derived_dates import DIMENSIONS, health, latest_reports
from northing.measure.flow.asked import Whose
from northing.measure.flow.serving import backlog
from northing.measure.line_of_sight import Chain, why
from northing.portfolio import kinds
from northing.portfolio.errors import NotFound
from northing.portfolio.investment import HealthReport, Investment, Milestone, Stage
from northing.portfolio.workspace import CustomField
from northing.record import Blame
from northing.record.permission import may_touch
from northing.report.comments import remarks
from northing.web.frame.addresses import address_of
from northing.web.frame.attention import of_investment
from northing.web.frame.context import Page, page
from northing.web.frame.saying import link, mend_address, own_value, say, typed_value

from .claims import claims_of
from .money_bars import money_bars
from .parts import Strip, systems_of
from .people import people_of
from .provenance import Provenance

FACTS = (
    "owner", "sponsor", "portfolio", "value_stream", "org_unit", "spend_class", "category", "start", "end", "currency",
    "whole_life_cost", "tags", "external_id",
)  # fmt: skip
TEXTS = ("problem", "benefits", "description")
WAY = (Stage.IDEA, Stage.DISCOVERY, Stage.PILOT, Stage.SCALE, Stage.OPERATE)
SHOWN_HISTORY = 12

DIMENSION_TITLES = {
    "scope": gettext_noop("Scope"),
    "schedule": gettext_noop("Schedule"),
    "cost": gettext_noop("Cost"),
    "resource": gettext_noop("Resource"),
}


@dataclass
class Fact:
    """One field of the page: its title, its value ready to show, and who set it."""

    name: str
    title: str
    html: Markup
    text: str = ""
    blame: str = ""
    help: str = ""


@dataclass
class Step:
    """One stage of the way, and the gate that opens it."""

    stage: Stage
    state: str
    """``done``, ``here`` or ``ahead``."""
    gate: Milestone | None = None
    late: int = 0
    moved: int = 0
    """Days that an open gate has moved since it was first dated."""
    times: int = 0


@dataclass
class Why:
    """One chain from the investment up to the board's objective, or to where it breaks."""

    chain: Chain
    links: list[tuple[str, str, str]] = field(default_factory=list)
    """(kind, name, address) from the top down."""
    key_result: tuple[str, str] | None = None
    sentence: Markup = field(default_factory=Markup)
    mend: str = ""
    edit: str = ""


def find(page: Page, key: str) -> Investment:
    """The investment with number or id *key*."""
    plan = page.view.plan
    found: Investment | None = plan.investments.get(key)
    if found is None:
        found = next(iter(plan.investments.by("number", key.upper())), None)
    if found is None:
        raise NotFound(
            _("There is no investment “%(key)s” at this revision.") % {"key": key[:40]},
            remedy=_("It may be newer or removed: look in the portfolio or in the history."),
        )
    return found


@page("portfolio")
def investment(page: Page, key: str) -> HttpResponse:
    found = find(page, key)
    plan = page.view.plan
    milestones = sorted(
        plan.milestones.by("investment", found.id), key=lambda one: (one.due or one.done or date.max, one.name)
    )
    return page.render(
        "investment.html",
        investment=found,
        crumbs=_crumbs(page, found),
        steps=_steps(page, found, milestones),
        withheld=found.withheld,
        money=money_bars(plan.calendar, plan.cost_plan_lines.by("investment", found.id), found.currency, page.today),
        claims=claims_of(page, found),
        people=people_of(page, found),
        milestones=milestones,
        strip=Strip.of(found, milestones, page.today),
        systems=systems_of(page, found),
        attention=of_investment(page, found.id),
        **_described(page, found, milestones),
        **_reported(page, found),
        **_served(page, found),
        **_tied(page, found),
        work=_worked(page, found),
        comments=remarks(page.record, page.view, page.at, found.id),
        comment_on=found.id,
        **_offered(page, found),
    )


def _described(page: Page, found: Investment, milestones: list[Milestone]) -> dict[str, Any]:
    """Its fields, each with who set it, and its history."""
    provenance = Provenance(page)
    blames = page.record.blame("investment", found.id, page.at)
    body = msgspec.to_builtins(found)
    owns = [one for one in page.view.plan.custom_fields.values() if one.kind == "investment"]
    passages = provenance.history(_belongings(page, found, milestones))
    shown_all = page.request.GET.get("history") == "all"
    return {
        "facts": [_fact(page, name, body, blames, provenance) for name in FACTS],
        "texts": [_fact(page, name, body, blames, provenance) for name in TEXTS],
        "name_fact": _fact(page, "name", body, blames, provenance),
        "stage_blame": provenance.sentence(blames["stage"]) if "stage" in blames else "",
        "owns": [_own_fact(one, found, blames, provenance) for one in sorted(owns, key=lambda one: one.name.lower())],
        "show_blame": page.request.GET.get("blame") == "1",
        "passages": passages if shown_all else passages[:SHOWN_HISTORY],
        "more": 0 if shown_all else max(0, len(passages) - SHOWN_HISTORY),
    }


def _reported(page: Page, found: Investment) -> dict[str, Any]:
    """Its health as it was reported: now, and before."""
    reports = sorted(
        page.view.plan.health_reports.by("investment", found.id), key=lambda one: (one.on or date.min, one.id)
    )
    latest = latest_reports(page.view.plan).get(found.id)
    return {
        "health": health(latest),
        "latest": latest,
        "reports": reports[-12:],
        "all_reports": list(reversed(reports)),
        "dimensions": [_dimension(name, latest) for name in DIMENSIONS] if latest else [],
        "dimension_titles": {name: _(title) for name, title in DIMENSION_TITLES.items()},
        "reporter": page.names.get(latest.by or "") if latest else "",
    }


def _served(page: Page, found: Investment) -> dict[str, Any]:
    """What it serves, up to what the board wants, and how much of it serves nothing."""
    chains = [_why(page, chain) for chain in why(page.view, found)]
    aligned = sum((chain.chain.weight or 0) for chain in chains)
    return {
        "chains": chains,
        "aligned": aligned,
        "remainder": max(0, 1 - aligned) if any(one.chain.contribution for one in chains) else None,
        "unbroken": any(one.chain.broken is None for one in chains),
    }


def _worked(page: Page, found: Investment) -> dict[str, Any] | None:
    """What of the teams' work serves it: in progress, and finished lately; None where no link gives it any."""
    links = page.view.plan.work_links.by("investment", found.id)
    seen = backlog(page.view, Whose("investment", found.id)) if links else None
    if seen is None:
        return None
    scope = {"level": "investment", "id": found.id}
    return {
        "in_progress": (figure("work.in_progress", **scope), len(seen.seen.items)),
        "finished": (figure("work.finished_lately", **scope), len(seen.lately)),
        "href": page.link("flow/work", **scope),
        "flow": page.link("flow", **scope),
        "blocked": sum(one.item.blocked_now for one in seen.seen.items),
    }


def _tied(page: Page, found: Investment) -> dict[str, Any]:
    """What it waits for and what waits for it; links and notes."""
    plan = page.view.plan
    needs, needed_by = (plan.dependencies.by(end, found.id) for end in ("successor", "predecessor"))
    return {
        "needs": [(one, link(page, "investment", one.predecessor)) for one in needs],
        "needed_by": [(one, link(page, "investment", one.successor)) for one in needed_by],
        "links": plan.links.by("subject", found.id),
        "notes": sorted(plan.notes.by("subject", found.id), key=lambda one: (one.on or date.min, one.id), reverse=True),
    }


def _offered(page: Page, found: Investment) -> dict[str, Any]:
    """Whether this person may change it, and the addresses of the forms that do."""
    here = page.here
    return {
        "may": not page.past and may_touch(page.actor, found, page.view.plan),
        "edit": lambda name: page.link(f"edit/investment/{found.id}", fields=name, next=here),
        "change": lambda kind, id, fields="": page.link(f"edit/{kind}/{id}", fields=fields, next=here),
        "new": lambda kind, subject="investment": page.link(f"add/{kind}", **{subject: found.id, "next": here}),
        "drop": lambda kind, id: page.link(f"drop/{kind}/{id}", next=here),
    }


def _crumbs(page: Page, found: Investment) -> list[tuple[str, str]]:
    crumbs = [(_("Portfolio"), page.link("portfolio"))]
    if found.portfolio and found.portfolio in page.view.plan.portfolios:
        crumbs.append((page.view.plan.portfolios[found.portfolio].name, address_of(page, "portfolio", found.portfolio)))
    return crumbs


def _fact(page: Page, name: str, body: dict[str, Any], blames: dict[str, Blame], provenance: Provenance) -> Fact:
    about = kinds.fields("investment")[name]
    value = body.get(name)
    text = typed_value(page, "investment", name, value, body.get("currency"))
    html = link(page, about.ref or "*", value) if about.ref and about.ref != "person" and value else Markup.escape(text)
    return Fact(name, _(about.title), html, text, _blame(blames, name, provenance), _(about.help) if about.help else "")


def _own_fact(own: CustomField, found: Investment, blames: dict[str, Blame], provenance: Provenance) -> Fact:
    """A field of the organisation's own."""
    name, text = f"custom.{own.id}", own_value(own, found.custom.get(own.id))
    return Fact(name, own.name, Markup.escape(text), text, _blame(blames, name, provenance), own.help or "")


def _blame(blames: dict[str, Blame], name: str, provenance: Provenance) -> str:
    return provenance.sentence(blames[name]) if name in blames else ""


def _belongings(page: Page, found: Investment, milestones: list[Milestone]) -> list[tuple[str, str, str, str | None]]:
    """What the history of an investment is told of: itself, and the few things that steer it."""
    plan = page.view.plan
    told: list[tuple[str, str, str, str | None]] = [("investment", found.id, "", found.currency)]
    told += [("milestone", one.id, one.name, None) for one in milestones]
    for one in plan.strategic_contributions.by("investment", found.id):
        aim = ("key_result", one.key_result) if one.key_result else ("objective", one.objective)
        told.append(
            (
                "strategic_contribution",
                one.id,
                _("Serves “%(aim)s”") % {"aim": page.view.name_of(*aim) if aim[1] else ""},
                None,
            )
        )
    return told


def _steps(page: Page, found: Investment, milestones: list[Milestone]) -> list[Step]:
    gates = {gate.stage: gate for gate in milestones if gate.type == "gate" and gate.stage is not None}
    reached = [
        index for index, stage in enumerate(WAY) if stage == found.stage or (stage in gates and gates[stage].done)
    ]
    here = max(reached, default=-1)
    steps = []
    for index, stage in enumerate(WAY):
        gate = gates.get(stage)
        step = Step(stage, "done" if index < here else "here" if index == here else "ahead", gate)
        if gate is not None and gate.done is None and gate.due is not None:
            step.late = max(0, (page.today - gate.due).days)
            dues = [
                date.fromisoformat(str(one.after))
                for one in page.record.history("milestone", gate.id, page.at)
                if one.field == "due" and one.after
            ]
            if len(dues) > 1:
                step.moved, step.times = (dues[-1] - dues[0]).days, len(dues) - 1
        steps.append(step)
    return steps


def _dimension(name: str, report: HealthReport) -> dict[str, Any]:
    return {
        "title": _(DIMENSION_TITLES[name]),
        "rating": getattr(report, name),
        "trend": getattr(report, f"{name}_trend"),
        "words": getattr(report, f"{name}_words"),
    }


def _why(page: Page, chain: Chain) -> Why:
    plan = page.view.plan
    told = Why(chain)
    told.links = [
        ("objective", plan.objectives[id].name, address_of(page, "objective", id)) for id in reversed(chain.objectives)
    ]
    if chain.key_result in plan.key_results:
        told.key_result = (
            plan.key_results[chain.key_result].name,
            address_of(page, "key_result", str(chain.key_result)),
        )
    if chain.contribution:
        told.edit = page.link(
            f"edit/strategic_contribution/{chain.contribution}", fields="aim,percent,rationale", next=page.here
        )
    if chain.broken is not None:
        told.sentence = say(page, chain.broken.sentence, without=chain.investment)
        told.mend = mend_address(page, chain.broken.mend)
    return told
