"""The form of what is asked in an order, attribution rules and work links: what it would claim, and the commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from northing.access.models import Workspace
from northing.portfolio.edits import change as changed
from northing.portfolio.errors import Invalid, NotAllowed
from northing.portfolio.facts import AttributionRule
from northing.portfolio.plan import Plan
from northing.web.frame.context import Page

from . import asked
from .committing import as_looked_at, commit_and_go, looked_at, without_theirs
from .rule_input import Typed, edits_of, given, of_rule, rules_of, take


@dataclass(frozen=True)
class Looked:
    """The preview of all rules that the form says."""

    rules: list[Any] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True)
class Words:
    """What the form says of its own kind."""

    title: str
    say: str
    """Said while it names no filter yet."""
    made: str


@dataclass(frozen=True)
class Form:
    """What differs between the kinds. A work link is typed and previewed as the rule that it is."""

    kind: str
    template: str
    preview_template: str
    back: str
    """Where it leads when nothing else is said, below the workspace."""
    as_rule: Callable[[Any], AttributionRule]
    preview: Callable[[Workspace, Plan, list[AttributionRule]], Sequence[Any]]
    """Raises :class:`Invalid` where a filter cannot be read."""
    told: Callable[[Page, AttributionRule, Any, Typed], Any]
    """One preview in words."""
    words: Callable[[], Words]
    reason: Callable[[Page, Typed, list[AttributionRule]], str]

    def new(self, page: Page) -> HttpResponse:
        """A new one; what the address says of it already is filled in."""
        _now(page)
        if page.request.method != "POST":
            typed = given(page.request.GET, page.view.plan, kind=self.kind)
            return self._show(page, typed, self._look(page, typed))
        return self._save(page, given(page.request.POST, page.view.plan, kind=self.kind))

    def change(self, page: Page, id: str) -> HttpResponse:
        """One that is there, changed."""
        rule = self.as_rule(page.view.plan.need(self.kind, id))
        _now(page)
        if page.request.method != "POST":
            typed = of_rule(page.view.plan, rule, self.kind)
            return self._show(page, typed, self._look(page, typed))
        return self._save(page, given(page.request.POST, page.view.plan, rule, self.kind))

    def look(self, page: Page) -> HttpResponse:
        """What the form comes to as it stands, for whoever is still typing; nothing is recorded."""
        form = page.request.POST
        id = form.get("id", "")
        rule = self.as_rule(page.view.plan.need(self.kind, id)) if id else None
        typed = given(form, page.view.plan, rule, self.kind)
        looked = self._look(page, typed)
        html = render_to_string(self.preview_template, {"page": page, "looked": looked}, request=page.request)
        return page.json({"html": html, "errors": typed.errors, "mends": typed.mends})

    def _save(self, page: Page, typed: Typed) -> HttpResponse:
        plan = page.view.plan
        if page.request.POST.get("look"):  # without a script: the button that only looks
            return self._show(page, typed, self._look(page, typed))
        rules = rules_of(typed, plan)
        if typed.errors or not rules:
            return self._show(page, typed, Looked(), status=422)
        try:
            self.preview(page.workspace, plan, rules)  # reads every filter before anything is recorded
            edits = edits_of(rules, self._as_looked_at(page, typed), self.kind)
            if typed.rule is not None:
                id = typed.rule.id
                edits = [
                    changed(self.kind, id, **without_theirs(page, id, one.fields)) if one.id == id else one
                    for one in edits
                ]
            reason = page.request.POST.get("reason", "").strip() or self.reason(page, typed, rules)
            return commit_and_go(page, edits, reason, _("Saved.") if typed.rule else self.words().made)
        except Invalid as wrong:
            take(typed, wrong)
            return self._show(page, typed, Looked(), status=422)

    def _as_looked_at(self, page: Page, typed: Typed) -> AttributionRule | None:
        """The rule as it was when the form was opened: what differs from that is what this person changed."""
        if typed.rule is None:
            return None
        found = as_looked_at(page, self.kind, typed.rule.id)
        return self.as_rule(found) if found is not None else typed.rule

    def _show(self, page: Page, typed: Typed, looked: Looked, status: int = 200) -> HttpResponse:
        rule = typed.rule
        back = page.request.POST.get("next") or page.request.GET.get("next") or ""
        if typed.errors and not looked.rules:
            looked = Looked(note=_("What it would claim is shown as soon as everything can be read."))
        name = asked.called(page.view.plan.need(self.kind, rule.id)) if rule else ""
        return page.render(
            self.template,
            status=status,
            bare=page.fragment,
            title=_("Change %(rule)s") % {"rule": name} if rule else self.words().title,
            typed=typed,
            looked=looked,
            rule=rule,
            back=back if back.startswith(page.home) else page.link(self.back),
            on=looked_at(page) or page.head,
        )

    def _look(self, page: Page, typed: Typed) -> Looked:
        """What the form comes to; errors are put at their controls."""
        rules = rules_of(typed, page.view.plan, strict=False)
        if not rules:
            return Looked(note=self.words().say if not typed.errors else "")
        try:
            found = self.preview(page.workspace, page.view.plan, rules)
        except Invalid as wrong:
            take(typed, wrong)
            return Looked()
        return Looked([self.told(page, rule, one, typed) for rule, one in zip(rules, found, strict=True)])


def _now(page: Page) -> None:
    if page.past:
        raise NotAllowed(_("A past view cannot be changed."), remedy=_("Go back to now first."))
