"""Bringing in a file: upload, what its columns mean, what it would do, and only then the commit."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from urllib.parse import quote

import msgspec
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from northing.access import directory
from northing.portfolio.errors import Finding, Invalid, NotFound
from northing.portfolio.reading import Reading
from northing.record import At, landing
from northing.record.landing import Landing, branch_of
from northing.report import words
from northing.sources import choosing, files, mapping, omb, table
from northing.sources.again import again
from northing.sources.meanings import TARGETS
from northing.sources.octets import MAX_FILE
from northing.sources.tabular import TableFile, shown
from northing.sources.values import safe_text
from northing.web.changing import uploads
from northing.web.changing.uploads import Upload
from northing.web.frame.context import Page, page

from .mapping_form import layout_of, questionnaire, shown_columns, stages, target_title, targets
from .preview import preview

KEEP = {"plan": "theirs", "file": "yours"}


@page("import")
def start(opened: Page) -> HttpResponse:
    """What can be brought in, and what was."""
    plan = opened.view.plan
    return opened.render(
        "import/start.html",
        title=_("Import"),
        limit=MAX_FILE >> 20,
        empty=not plan.investments,
        files=sorted(plan.source_files.values(), key=lambda file: (file.source, file.edition or "", file.name)),
        again=lambda file: file.format.get("kind", "csv") == "csv",
        mappings=sorted(plan.table("mapping").values(), key=lambda known: known.name.lower()),
    )


@page("import", methods=("POST",), changes=True)
def upload(opened: Page) -> HttpResponse:
    """Take a file and go to what it says."""
    opened.actor.require("plan", "bring in a file")
    given = opened.request.FILES.get("file")
    if given is None:
        if int(opened.request.META.get("CONTENT_LENGTH") or 0) > MAX_FILE:
            raise Invalid(_("The file is larger than %(limit)s MB.") % {"limit": MAX_FILE >> 20}, remedy=_("Split it."))
        raise Invalid(_("No file was chosen."), remedy=_("Choose a CSV, XLSX or JSON file."))
    kept = uploads.receive(opened.workspace.id, opened.membership.user_id, given)
    return HttpResponseRedirect(f"{opened.home}import/{kept.token}")


@page("import")
def waiting(opened: Page, token: str) -> HttpResponse:
    """A waiting file: its mapping as long as nobody has confirmed one, then what it would do."""
    kept = _kept(opened, token)
    read = _read(kept)
    if omb.recognises(read) and not kept.about.as_table:
        return _preview(opened, kept, read, _inventory(opened, kept, read))
    if kept.about.layout is None or opened.request.GET.get("step") == "mapping":
        return _ask(opened, kept, read)
    return _preview(opened, kept, read, _by_mapping(opened, kept, read))


@page("import", methods=("POST",), changes=True)
def answer(opened: Page, token: str) -> HttpResponse:
    """What a person says of the file: how to read it, or what its columns mean."""
    kept = _kept(opened, token)
    form, about = opened.request.POST, kept.about
    match form.get("do"):
        case "reading":
            about.encoding, about.delimiter = form.get("encoding", "").strip(), form.get("delimiter", "")
            about.sheet, about.edition = form.get("sheet", "").strip(), form.get("edition", "").strip()
            about.layout = None
        case "as-table" | "as-inventory":
            about.as_table = form.get("do") == "as-table"
        case _:
            made = layout_of(form, _read(kept))
            about.layout = msgspec.to_builtins(made)
            about.called = mapping.check_name(form.get("called", ""))
            about.effective_on = _day(form.get("effective_on", ""))
    kept.keep()
    return HttpResponseRedirect(f"{opened.home}import/{token}")


@page("import", methods=("POST",), changes=True)
def land(opened: Page, token: str) -> HttpResponse:
    """Commit what the file says, and go to the revision."""
    kept = _kept(opened, token)
    form = opened.request.POST
    read = _read(kept)
    inventory = bool(omb.recognises(read)) and not kept.about.as_table
    readings = _inventory(opened, kept, read) if inventory else _by_mapping(opened, kept, read)
    if not inventory:
        _remember(opened, kept, read)
    done = landing.land(
        opened.record,
        readings,
        by=opened.actor,
        reason=form.get("reason", "").strip() or None,
        resolve=KEEP.get(form.get("keep", "")),  # type: ignore[arg-type]
    )
    merged = [each.merged for each in done if each.merged is not None]
    kept.discard()
    if not merged:
        messages.success(opened.request, _("The plan holds all of it already; nothing was written."))
        return HttpResponseRedirect(f"{opened.home}import")
    left = sum(len(each.conflicts) for each in merged)
    said = _("%(name)s is in the plan.") % {"name": kept.about.name}
    if left:
        said += " " + _("%(n)s values were settled or left out, because a rule of the plan would break.") % {
            "n": words.number(left)
        }
    messages.success(opened.request, said)
    return HttpResponseRedirect(f"{opened.home}history/{merged[-1].revision.no}")


@page("import", methods=("POST",))
def discard(opened: Page, token: str) -> HttpResponse:
    """Forget a waiting file."""
    _kept(opened, token).discard()
    messages.success(opened.request, _("The file is forgotten; nothing was written."))
    return HttpResponseRedirect(f"{opened.home}import")


@page("import")
def findings(opened: Page, token: str) -> HttpResponse:
    """What could not be read, as a file: line, column, value, reason, remedy."""
    kept = _kept(opened, token)
    read = _read(kept)
    if omb.recognises(read) and not kept.about.as_table:
        readings: Sequence[Reading] = _inventory(opened, kept, read)
    elif kept.about.layout is not None:
        readings = _by_mapping(opened, kept, read)
    else:
        readings = ()
    listed = [finding for reading in readings for finding in reading.findings] or list(read.findings)
    return _download(_findings(listed), f"{kept.about.name}-findings.csv", "text/csv; charset=utf-8")


def _findings(listed: Iterable[Finding]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_("Severity"), _("Line"), _("Column"), _("Value"), _("Reason"), _("Remedy")])
    for found in listed:
        cells = (
            found.severity,
            found.line,
            found.column,
            found.value and shown(found.value),
            found.message,
            found.remedy,
        )
        writer.writerow([safe_text(str(cell)) if cell is not None else "" for cell in cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


@page("import")
def export(opened: Page, file: str) -> HttpResponse:
    """An imported file again: as it came, byte for byte, with what people have edited since in its cells."""
    plan = opened.view.plan
    held = plan.source_files.get(file)
    if held is None:
        raise NotFound(_("There is no such file in the plan."))
    said = opened.record.plan(At(branch_of(held.source), opened.at.no))
    rows = opened.record.source_rows(held.id, ref=opened.at)
    return _download(again(held, rows, plan, said), held.name, "text/csv")


def _download(content: bytes, name: str, kind: str) -> HttpResponse:
    made = HttpResponse(content, content_type=kind)
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "._- ") else "_" for char in name)
    made["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return made


# Reading


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(
            _("“%(text)s” is not a date.") % {"text": text[:40]}, remedy=_("Write it as 2026-03-31.")
        ) from None


def _kept(opened: Page, token: str) -> Upload:
    opened.actor.require("plan", "bring in a file")
    return uploads.find(opened.workspace.id, opened.membership.user_id, token)


def _read(kept: Upload) -> TableFile:
    about = kept.about
    with kept.file.open("rb") as source:
        return files.read(
            source,
            name=about.name,
            encoding=about.encoding or None,
            delimiter=about.delimiter or None,
            sheet_name=about.sheet or None,
        )


def _inventory(opened: Page, kept: Upload, read: TableFile) -> list[Reading]:
    said = landing.said(opened.record, omb.SOURCE)
    return [omb.read(read, said, edition=kept.about.edition or None)]


def _by_mapping(opened: Page, kept: Upload, read: TableFile) -> list[Reading]:
    if kept.about.layout is None:
        raise Invalid(_("Nobody has said yet what its columns mean."), remedy=_("Confirm the columns first."))
    source = table.slug(kept.about.called)
    return list(
        table.read(
            read,
            msgspec.convert(kept.about.layout, mapping.Layout),
            source=source,
            before=landing.before(opened.record, source),
            people=directory.names(opened.workspace.id),
            effective_on=kept.about.effective_on,
        )
    )


def _remember(opened: Page, kept: Upload, read: TableFile) -> None:
    """Keep the mapping under its name, where it is not the same already."""
    made = msgspec.convert(kept.about.layout, mapping.Layout)
    edit = choosing.remember(opened.record.plan(), kept.about.called, made, read.columns)
    if edit is not None:
        reason = _("Remember the mapping “%(name)s”") % {"name": kept.about.called}
        opened.record.commit([edit], on=None, by=opened.actor, reason=reason)


# Pages


def _ask(opened: Page, kept: Upload, read: TableFile) -> HttpResponse:
    known = list(opened.view.plan.table("mapping").values())
    asked = questionnaire(kept.about, read, known, chosen=opened.request.GET.get("mapping", ""))
    return opened.render(
        "import/mapping.html",
        title=_("What do the columns mean?"),
        kept=kept,
        read=read,
        asked=asked,
        columns=shown_columns(read, asked),
        mappings=[one.name for one in known],
        inventory=omb.recognises(read),
        groups=targets(),
        all_targets=TARGETS,
        target_title=target_title,
        stages=stages(),
    )


def _preview(opened: Page, kept: Upload, read: TableFile, readings: Sequence[Reading]) -> HttpResponse:
    landings: list[Landing] = landing.preview(opened.record, readings)
    return opened.render(
        "import/preview.html",
        title=_("What this file would do"),
        kept=kept,
        read=read,
        shown=preview(opened, landings),
        landings=landings,
        nothing=all(each.nothing for each in landings),
        inventory=omb.recognises(read),
    )
