"""Which source a file is from: one that is there, or a new one made of what was filled in."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from northing.portfolio.currencies import CURRENCIES
from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.facts import Delivery, Source
from northing.portfolio.flow_rules import is_zone
from northing.portfolio.money import CostKind, Expense
from northing.portfolio.plan import Plan
from northing.report.source_names import new_source_id, source_name
from northing.sources import files, mapping
from northing.sources.facts import READERS

from . import formats

RHYTHMS = (
    ("2", gettext_noop("Every day")),
    ("9", gettext_noop("Every week")),
    ("40", gettext_noop("Every month")),
    ("105", gettext_noop("Every quarter")),
)
"""Days from the last day that a delivery speaks of to the day from which the next is late, with some patience."""
PROVIDERS = ("ServiceProviderName", "ProviderName", "PublisherName")
LONGEST = 200


def likely_source(plan: Plan, name: str, readers: Sequence[str]) -> Source | None:
    """The source that an input called *name* is probably from: of the first reader that has any."""
    for reader in readers:
        mine = [one for one in plan.sources.values() if one.reader == reader]
        if mine:
            found: Source = max(mine, key=lambda one: (_alike(plan, one, name), one.name, one.id))
            return found
    return None


def of_mapping(plan: Plan, file: Path) -> Source | None:
    """The source whose remembered columns are those of *file*."""
    with file.open("rb") as source:
        head = source.read(256 * 1024)
    if head[:4] == b"PAR1" or head[:2] in (b"\x1f\x8b", b"PK"):
        return None
    try:
        header = files.read(head[: head.rfind(b"\n") + 1] or head, name="head").columns
    except Invalid:
        return None
    mine = [one for one in plan.sources.values() if one.mapping and plan.get("mapping", one.mapping) is not None]
    found = mapping.best([plan.get("mapping", one.mapping) for one in mine], header)
    return next((one for one in mine if found is not None and one.mapping == found.id), None)


def _alike(plan: Plan, source: Source, name: str) -> float:
    """How much *name* is like what the source has delivered so far."""
    deliveries: Sequence[Delivery] = plan.deliveries.by("source", source.id)
    latest = sorted(deliveries, key=lambda one: one.received)[-3:]
    return max((difflib.SequenceMatcher(None, one.name, name).ratio() for one in latest), default=0.0)


def proposed_name(plan: Plan, reader: str, file: Path) -> str:
    """What a new source could be called: after the provider that a bill names, else after its format."""
    named = ""
    if reader == "focus":
        named = _provider(file)
    told = _("%(provider)s bill") % {"provider": named} if named else formats.title(reader)
    taken = {one.name.casefold() for one in plan.sources.values()}
    number, name = 2, told
    while name.casefold() in taken:
        name, number = f"{told} {number}", number + 1
    return name


def _provider(file: Path) -> str:
    """Whom the first row of a bill names; nothing where that cannot be told at a glance."""
    with file.open("rb") as source:
        head = source.read(64 * 1024)
    if head[:4] in (b"PAR1", b"PK\x03\x04") or head[:2] == b"\x1f\x8b":
        return ""
    rows = csv.reader(io.StringIO(head.decode("utf-8-sig", "replace")))
    try:
        header, first = next(rows), next(rows)
    except (StopIteration, csv.Error):
        return ""
    for column in PROVIDERS:
        if column in header and len(first) > header.index(column) and (name := first[header.index(column)].strip()):
            return name[:60] if name.isprintable() else ""
    return ""


def said(form: Mapping[str, str]) -> dict[str, str]:
    """What was filled in of a new source, as it was."""
    names = ("name", "reader", "owner", "cadence_days", "currency", "provider", "expense", "kind", "note")
    asked = (name for name in READ_BY if name in form)
    return {name: form.get(name, "").strip()[:LONGEST] for name in (*names, *asked)}


READ_BY = ("zone", "project", "extent")
"""Options of the readers of work that a person fills in with the first file."""


def options_of(form: Mapping[str, str]) -> dict[str, Any]:
    """What was filled in of a new source's options. Raises :class:`Invalid` where it cannot be."""
    if not formats.of_work(form.get("reader", "")):
        return {}
    given = {name: form.get(name, "").strip()[:LONGEST] for name in READ_BY}
    if given["zone"] and not is_zone(given["zone"]):
        message = _("There is no time zone “%(name)s”.") % {"name": given["zone"]}
        finding = Finding(code="wrong-value", message=message, field="zone", remedy=_("Write it as Europe/Lisbon."))
        raise Invalid(message, findings=[finding], remedy=finding.remedy)
    if given["extent"] not in ("", "changes"):
        given["extent"] = ""
    return {name: value for name, value in given.items() if value}


def source_of(plan: Plan, form: Mapping[str, str], *, there: Source | None = None, **more: Any) -> Source:
    """The source that *form* says. Raises :class:`Invalid` with a finding for each field that is wrong."""
    given = said(form)
    findings: list[Finding] = []

    def wrong(field: str, message: str, remedy: str = "") -> None:
        findings.append(
            Finding(code="wrong-value", message=message, field=field, value=given[field], remedy=remedy or None)
        )

    name = given["name"]
    try:
        name = source_name(plan, name, there)
    except Invalid as problem:
        findings += problem.findings
    if given["reader"] not in READERS:
        wrong("reader", _("Choose what such a file looks like."))
    currency = given["currency"].upper()
    if currency and currency not in CURRENCIES:
        wrong("currency", _("“%(code)s” is no currency.") % {"code": currency}, _("Write its code, such as EUR."))
    days = given["cadence_days"]
    if days and not (days.isdecimal() and 1 <= int(days) <= 3660):
        wrong("cadence_days", _("The rhythm is a number of days from 1 to 3660."))
    if given["owner"] and given["owner"] not in plan.people:
        wrong("owner", _("This person is not known here."))
    for field, kind in (("expense", Expense), ("kind", CostKind)):
        if given[field] and given[field] not in {one.value for one in kind}:
            wrong(field, _("Choose one of the list."))
    if findings:
        raise Invalid(findings[0].message, findings=findings, remedy=findings[0].remedy)
    fields: dict[str, Any] = {
        "name": name,
        "reader": given["reader"],
        "owner": given["owner"] or None,
        "cadence_days": int(days) if days else None,
        "currency": currency or None,
        "provider": given["provider"] or None,
        "expense": Expense(given["expense"]) if given["expense"] else None,
        "kind": CostKind(given["kind"]) if given["kind"] else None,
        "note": given["note"] or None,
        **more,
    }
    if there is not None:
        return msgspec.structs.replace(there, **fields)
    return Source(id=new_source_id(plan, fields["name"]), **fields)
