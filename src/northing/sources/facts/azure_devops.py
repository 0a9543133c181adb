"""Azure DevOps: reporting revisions of work items, and the updates of single ones, as the REST API answers.

Revisions that change nothing which flow asks are passed over. When a revision was made says ChangedDate; RevisedDate
says when the next one came. With the source's option ``state`` = ``column`` the column of the board is the state, and
“done” in a column that is split is a state of its own: a wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from northing.portfolio.fact_reading import About, Empty, Refused, Row

from .allowed import PERSON, Shape, allowed, hidden, kept_documents
from .cells import Record, Unreadable, amount, shown, text
from .documents import documents
from .reader import PageReader
from .work_rows import YES, Told, day_of, marked, moment, needed, when

NO_PAGE = (
    "This is no answer of Azure DevOps with work items. Store the pages of /wit/reporting/workitemrevisions, "
    "/workitems/{id}/revisions or /updates as they come."
)
NO_FIELDS = "The revision says neither when it was made nor in which state it is; ask for ChangedDate and State."
POINTS = ("StoryPoints", "Effort", "Size")
FIELDS = (
    "System.Id", "System.Rev", "System.AreaPath", "System.TeamProject", "System.IterationPath", "System.WorkItemType",
    "System.State", "System.CreatedDate", "System.ChangedDate", "System.RevisedDate", "System.BoardColumn",
    "System.BoardColumnDone", "System.BoardLane", "System.Title", "System.Tags", "System.Parent", "System.IsDeleted",
    "System.Reason", "Microsoft.VSTS.Common.ClosedDate", "Microsoft.VSTS.Common.ResolvedDate",
    "Microsoft.VSTS.Common.StateChangeDate", "Microsoft.VSTS.Common.Priority", "Microsoft.VSTS.CMMI.Blocked",
    "Microsoft.VSTS.Scheduling.DueDate", *(f"Microsoft.VSTS.Scheduling.{name}" for name in POINTS),
)  # fmt: skip
PEOPLE = ("System.CreatedBy", "System.ChangedBy", "System.AssignedTo")
REVISION: Shape = {
    "id": True, "rev": True, "url": True,
    "fields": {**dict.fromkeys(FIELDS, True), **dict.fromkeys(PEOPLE, PERSON)},
}  # fmt: skip
UPDATE: Shape = {
    "id": True, "workItemId": True, "rev": True, "revisedBy": PERSON, "revisedDate": True,
    "fields": {name: {"oldValue": kept, "newValue": kept}
               for names, kept in ((FIELDS, True), (PEOPLE, PERSON)) for name in names},
}  # fmt: skip


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One revision of a work item: what it says of it, and by whom."""

    line: int
    rev: int
    at: datetime | None
    actor: str | None
    said: dict[str, str | None]
    fields: dict[str, Any]


class AzureDevOps(PageReader):
    """Work items and their revisions."""

    name = "azure_devops"
    title = "Azure DevOps"
    tables: tuple[str, ...] = ("work", "transition")

    def fits(self, name: str, head: bytes) -> float:
        if head.lstrip(b"\xef\xbb\xbf \t\r\n[")[:1] != b"{":
            return 0.0
        if b'"System.' in head:
            return 0.97
        wit = b"_apis/wit/" in head or b"/workItems/" in head
        return 0.8 if wit and (b'"fields"' in head or b'"workItemId"' in head) else 0.0

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        told, items, line = Told(about), _Items(about), 0
        for document in documents(pages):
            if document.value is None:
                line += 1
                yield Refused(line=line, column=None, value="", reason=str(document.fault))
                continue
            listed = _listed(document.value)
            if listed is None:
                line += 1
                yield Refused(line=line, column=None, value=shown(", ".join(list(document.value)[:5])), reason=NO_PAGE)
                continue
            for value in listed:
                line += 1
                try:
                    items.add(line, value)
                except Unreadable as wrong:
                    yield wrong.at(line)
        for item, revisions in items.whole():
            yield from _transitions(told, item, revisions)
            refused = _note(told, item, revisions)
            if refused is not None:
                yield refused
        yield from told.rows()

    def redact(self, pages: Iterable[bytes], about: About) -> Iterator[bytes]:
        """The fields that are read, people as HMACs; no descriptions, histories or fields of one's own."""

        def keep(page: dict[str, Any]) -> dict[str, Any]:
            return {"values": [_kept(each, about) for each in _listed(page) or ()]}

        yield from kept_documents(pages, keep)


def _kept(value: Any, about: About) -> Any:
    return allowed(value, UPDATE if isinstance(value, dict) and "workItemId" in value else REVISION, about.hide)


def _listed(page: Record) -> list[Any] | None:
    """The revisions or updates on a page; a single one; or those of an answer as the documentation shows it."""
    for name in ("values", "value"):
        if isinstance(page.get(name), list):
            found: list[Any] = page[name]
            return found
    if isinstance(page.get("fields"), dict) and ("rev" in page or "id" in page):
        return [page]
    responses = page.get("responses")
    if isinstance(responses, dict):
        bodies = [each.get("body") for each in responses.values() if isinstance(each, dict)]
        inner = [_listed(body) for body in bodies if isinstance(body, dict)]
        return next((each for each in inner if each is not None), None)
    return None


class _Items:
    """The revisions of each item, with only what flow asks."""

    def __init__(self, about: About) -> None:
        self.about = about
        self.column = about.source.options.get("state") == "column"
        self._revisions: dict[str, dict[int, Revision]] = {}
        self._updates: dict[str, dict[int, tuple[int, Record]]] = {}

    def add(self, line: int, value: Any) -> None:
        if not isinstance(value, dict) or not isinstance(value.get("fields"), dict):
            if isinstance(value, dict) and "workItemId" in value:
                return  # an update of links only
            raise Unreadable("fields", "", NO_PAGE)
        if "workItemId" in value:
            item, number = text(value, "workItemId"), _whole(value, "id")
            self._updates.setdefault(str(item), {})[number] = (line, value)
            return
        item = text(value, "id") or text(value["fields"], "System.Id")
        if item is None:
            raise Unreadable("id", "", "The revision does not say of which work item it is; ask for System.Id.")
        if not any(name in value["fields"] for name in ("System.State", "System.ChangedDate", "System.CreatedDate")):
            raise Unreadable("fields", item, NO_FIELDS)
        made = self._revision(line, _whole(value, "rev"), value["fields"], value["fields"].get("System.ChangedBy"))
        self._revisions.setdefault(item, {})[made.rev] = made

    def whole(self) -> Iterator[tuple[str, list[Revision]]]:
        """Each item and its revisions, in order."""
        for item, updates in self._updates.items():
            if item not in self._revisions:
                self._revisions[item] = {made.rev: made for made in self._folded(updates)}
        for item, revisions in self._revisions.items():
            yield item, [revisions[rev] for rev in sorted(revisions)]

    def _folded(self, updates: dict[int, tuple[int, Record]]) -> Iterator[Revision]:
        """What updates come to: each one's new values on top of those before it."""
        fields: dict[str, Any] = {}
        for number in sorted(updates):
            line, update = updates[number]
            changed = {name: each for name, each in update["fields"].items() if isinstance(each, dict)}
            if not fields and number > 1:  # what was there before the first update that was delivered
                before = {name: each.get("oldValue") for name, each in changed.items() if name in BASES}
                if any(value is not None for value in before.values()):
                    yield self._revision(line, number - 1, {**before, "System.ChangedDate": None}, None)
            fields = {**fields, **{name: each.get("newValue") for name, each in changed.items()}}
            at = {} if "System.ChangedDate" in changed else {"System.ChangedDate": update.get("revisedDate")}
            yield self._revision(line, number, {**fields, **at}, update.get("revisedBy"))

    def _revision(self, line: int, rev: int, fields: dict[str, Any], who: Any) -> Revision:
        state = text(fields, "System.State")
        if self.column and (column := text(fields, "System.BoardColumn")) is not None:
            done = str(fields.get("System.BoardColumnDone")).lower() == "true"
            state = f"{column} · done" if done else column
        said = {
            "state": state, "type": text(fields, "System.WorkItemType"), "project": text(fields, "System.TeamProject"),
            "sprint": text(fields, "System.IterationPath"), "parent": text(fields, "System.Parent"),
            "blocked": YES if _blocked(fields) else None,
        }  # fmt: skip
        kept = {name: each for name, each in fields.items() if name in FIELDS or name in PEOPLE}
        at = when(fields, "System.ChangedDate")
        return Revision(line=line, rev=rev, at=at, actor=hidden(who, self.about.hide), said=said, fields=kept)


BASES = ("System.State", "System.WorkItemType", "System.TeamProject", "System.IterationPath", "System.Parent")


def _transitions(told: Told, item: str, revisions: list[Revision]) -> Iterator[Row]:
    """What changed from one revision to the next; of the first that is here its state, where others were before."""
    before: Revision | None = None
    project = next((each.said["project"] for each in reversed(revisions) if each.said["project"]), None)
    told.states("transition", project)
    for each in revisions:
        if each.at is not None:
            for field, now in each.said.items():
                was = before.said[field] if before is not None else None
                at = each.at
                if before is None:
                    if field != "state" or each.rev == 1 or now is None:
                        continue
                    at = moment(each.fields.get("Microsoft.VSTS.Common.StateChangeDate")) or at
                if now != was and (now is not None or field in ("blocked", "parent")):
                    yield from told.change(
                        each.line, project, item, str(each.rev), field, at, sequence=each.rev, was=was, now=now,
                        actor=each.actor,
                    )  # fmt: skip
        before = each if before is None else _over(before, each)


def _over(before: Revision, each: Revision) -> Revision:
    """*each*, and where it says nothing of a field what was said before: a page may hold only some fields."""
    said = {
        field: now if now is not None or field in ("blocked", "parent") else before.said[field]
        for field, now in each.said.items()
    }
    return msgspec.structs.replace(each, said=said, fields={**before.fields, **each.fields})


def _note(told: Told, item: str, revisions: list[Revision]) -> Refused | None:
    """Note the item as its last revision has it; where it does not say when it was created, that is refused."""
    last = revisions[0]
    for each in revisions[1:]:
        last = _over(last, each)
    fields = last.fields
    try:
        created = needed(fields, "System.CreatedDate")
        closed = when(fields, "Microsoft.VSTS.Common.ClosedDate")
        points = next(
            (found for name in POINTS
             if (found := amount(fields, f"Microsoft.VSTS.Scheduling.{name}")) is not None), None
        )  # fmt: skip
    except Unreadable as wrong:
        return wrong.at(revisions[-1].line)
    kind = last.said["type"]
    tags = [each.strip() for each in (text(fields, "System.Tags") or "").split(";")]
    complete = [each.rev for each in revisions] == list(range(1, len(revisions) + 1))
    told.item(
        last.line, last.said["project"], item, created,
        key=item, title=text(fields, "System.Title"), project=last.said["project"],
        team=text(fields, "System.AreaPath"), type=kind, level=_level(kind), parent=last.said["parent"],
        state=last.said["state"], updated=last.at, resolved=closed,
        resolution=text(fields, "System.Reason") if closed else None,
        due=day_of(fields, "Microsoft.VSTS.Scheduling.DueDate"),
        priority=text(fields, "Microsoft.VSTS.Common.Priority"), sprint=last.said["sprint"], points=points,
        author=hidden(fields.get("System.CreatedBy"), told.about.hide),
        assignee=hidden(fields.get("System.AssignedTo"), told.about.hide),
        blocked=last.said["blocked"] is not None, deleted=True if fields.get("System.IsDeleted") is True else None,
        history="whole" if complete else "part", tags=marked(dict.fromkeys(tags, YES)),
    )  # fmt: skip
    told.states("work", last.said["project"])
    return None


def _blocked(fields: Record) -> bool:
    tags = [each.strip().lower() for each in (text(fields, "System.Tags") or "").split(";")]
    return "blocked" in tags or (text(fields, "Microsoft.VSTS.CMMI.Blocked") or "").lower() == "yes"


def _level(kind: str | None) -> str:
    named = (kind or "").lower()
    return "parent" if named in ("epic", "feature") else "part" if named == "task" else "item"


def _whole(value: Record, name: str) -> int:
    found = value.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise Unreadable(name, "" if found is None else found, "This is no number of a revision; fetch the page again.")
    return found
