"""Who set what: the blame of a field and the history of an entity, with the dates that revisions speak for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from northing.portfolio import kinds
from northing.portfolio.kinds import KINDS
from northing.record import Blame, FieldChange, Revision
from northing.report import words
from northing.web.frame.context import Page
from northing.web.frame.saying import field_title, typed_value
from northing.web.frame.words import day

QUIET = ("id", "number", "source_row", "withheld")
"""Fields whose setting is no news."""


@dataclass
class Passage:
    """What one revision did to an investment and what belongs to it."""

    revision: Revision
    on: date
    who: str
    lines: list[tuple[str, str, str, str]] = field(default_factory=list)
    """(what of, field, before, after) in words."""
    approved: str = ""

    @property
    def reason(self) -> str:
        return self.revision.reason


class Provenance:
    """Reads revisions once for one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._revisions: dict[int, Revision] = {}

    def revision(self, no: int) -> Revision:
        if no not in self._revisions:
            self._revisions[no] = self.page.record.revision(no)
        return self._revisions[no]

    def day_of(self, no: int) -> date:
        """The day that a revision speaks for; where it says none, that of its making."""
        found = self.revision(no)
        return found.effective_on or self.page.local(found.at).date()

    def sentence(self, blame: Blame) -> str:
        """ "Set by Ana Ferreira, r311, 12 Jun 2026: vendor security review late"."""
        said = _("Set by %(who)s, r%(no)s, %(day)s") % {
            "who": self.page.name_of(blame.author),
            "no": blame.no,
            "day": day(self.day_of(blame.no)),
        }
        if blame.approved_by:
            said += _(", approved by %(who)s in r%(no)s") % {
                "who": self.page.name_of(blame.approved_by),
                "no": blame.approved_no,
            }
        return f"{said}: {blame.reason}" if blame.reason else said

    def history(self, of: Iterable[tuple[str, str, str, str | None]]) -> list[Passage]:
        """What happened to (kind, id, name, currency) by revision, the newest first."""
        passages: dict[int, Passage] = {}
        for kind, id, name, currency in of:
            found = self.page.record.history(kind, id, self.page.at)
            born = found[0].no if found else 0
            for change in found:
                if change.field in QUIET:
                    continue
                passage = passages.get(change.no)
                if passage is None:
                    passage = passages[change.no] = self._passage(change)
                line = self._line(kind, name, change, currency, born=born)
                if line is not None and line not in passage.lines:
                    passage.lines.append(line)
        return [passages[no] for no in sorted(passages, reverse=True)]

    def _passage(self, change: FieldChange) -> Passage:
        revision = self.revision(change.no)
        return Passage(revision, self.day_of(change.no), self.page.name_of(change.author))

    def _line(
        self, kind: str, name: str, change: FieldChange, currency: str | None, *, born: int
    ) -> tuple[str, str, str, str] | None:
        if change.field is None:
            return (name or _(KINDS[kind].TITLE), _("removed"), "", "")
        if change.no == born:
            return (name or _(KINDS[kind].TITLE), _("added"), "", "")
        before = self._said(kind, change.field, change.before, currency)
        after = self._said(kind, change.field, change.after, currency)
        if before == after:
            return None
        if (
            kinds.fields(kind).get(change.field)
            and kinds.fields(kind)[change.field].type == "date"
            and before
            and after
        ):
            moved = (date.fromisoformat(str(change.after)) - date.fromisoformat(str(change.before))).days
            after = f"{after} ({words.days_moved(moved)})"
        return (name, field_title(self.page, kind, change.field), before, after)

    def _said(self, kind: str, name: str, value: Any, currency: str | None) -> str:
        said = typed_value(self.page, kind, name, value, currency)
        return said if len(said) <= 160 else said[:159].rstrip() + "…"
