"""What a file would do, ready to show: counts by kind, stages that move, what changes, what could not be read."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _

from northing.portfolio.errors import FieldConflict
from northing.portfolio.kinds import KINDS
from northing.record.landing import Changed, Landing
from northing.report import words
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page
from northing.web.frame.saying import field_title, typed_value

EXAMPLES = 12
"""Entries of each list on the page; the counts speak of all."""
MOST_FINDINGS = 200


def preview(opened: Page, landings: list[Landing]) -> dict[str, Any]:
    """The preview of one file, all its reports together and each apart."""
    found = [finding for each in landings for finding in each.findings]
    found.sort(key=lambda finding: ("error", "warning", "note").index(finding.severity))
    changed = [change for each in landings for change in each.changed]
    vanished = [entry for each in landings for entry in each.vanished]
    conflicts = [conflict for each in landings for conflict in each.conflicts]
    kept = Counter(field_title(opened, one.kind, one.field) for each in landings for one in each.kept)
    return {
        "counts": _counts(landings),
        "reports": [_report(each) for each in landings] if len(landings) > 1 else [],
        "totals": {
            name: sum(sum(each.count(name).values()) for each in landings) for name in ("added", "changed", "vanished")
        }
        | {
            "alone": sum(sum(each.unchanged.values()) for each in landings),
            "rows": sum(each.rows for each in landings),
        },
        "moves": _moves(landings),
        "added": _added(landings),
        "changed": [_changed(opened, change) for change in changed[:EXAMPLES]],
        "changed_more": max(0, len(changed) - EXAMPLES),
        "vanished": [
            (name or _("Unnamed"), address_of(opened, kind, id) if opened.view.plan.get(kind, id) else "")
            for kind, id, name in vanished[:EXAMPLES]
        ],
        "vanished_more": max(0, len(vanished) - EXAMPLES),
        "kept": kept.most_common(8),
        "kept_count": sum(kept.values()),
        "conflicts": [_conflict(opened, conflict) for conflict in conflicts[:EXAMPLES]],
        "conflict_count": len(conflicts),
        "findings": found[:MOST_FINDINGS],
        "finding_count": len(found),
        "unread": sum(1 for finding in found if finding.severity == "error"),
        "severities": {severity: sum(1 for one in found if one.severity == severity) for severity in _severities()},
        "questions": [question for each in landings for question in each.questions],
    }


def _severities() -> dict[str, str]:
    return {"error": _("Not read"), "warning": _("Look at it"), "note": _("Note")}


def _counts(landings: list[Landing]) -> list[tuple[str, int, int, int, int]]:
    """Of each kind: added, changed, left alone, vanished."""
    total: dict[str, Counter[str]] = {}
    for each in landings:
        parts = [(name, each.count(name)) for name in ("added", "changed", "vanished")]
        for name, by_kind in [*parts, ("alone", each.unchanged)]:
            for kind, number in by_kind.items():
                total.setdefault(kind, Counter())[name] += number
    return [
        (
            _(KINDS[kind].TITLE_PLURAL),
            total[kind]["added"],
            total[kind]["changed"],
            total[kind]["alone"],
            total[kind]["vanished"],
        )
        for kind in KINDS
        if kind in total
    ]


def _report(each: Landing) -> dict[str, Any]:
    """One report of several in a file."""
    main = {kind: number for kind, number in each.count("added").items() if kind in ("investment", "ai_system")}
    changed = {kind: number for kind, number in each.count("changed").items() if kind in ("investment", "ai_system")}
    return {
        "day": words.day(each.reading.effective_on) or each.reading.file.edition or "",
        "added": sum(main.values()),
        "changed": sum(changed.values()),
        "vanished": len(each.vanished),
        "nothing": each.nothing,
    }


def _moves(landings: list[Landing]) -> list[tuple[str, str, int]]:
    total: Counter[tuple[str, str]] = Counter()
    for each in landings:
        for _kind, before, after, number in each.moves:
            total[_stage(before), _stage(after)] += number
    return [(before, after, number) for (before, after), number in total.most_common()]


def _stage(word: str | None) -> str:
    return words.label(word, "stage") if word else _("empty")


def _added(landings: list[Landing]) -> list[tuple[str, int, list[str]]]:
    """Of each kind that is added: how many, and the first names."""
    names: dict[str, list[str]] = {}
    for each in landings:
        for kind, _id, name in each.added:
            names.setdefault(kind, []).append(name)
    told = [
        kind for kind in ("investment", "ai_system", "portfolio", "objective", "org_unit", "person") if kind in names
    ]
    return [
        (
            _(KINDS[kind].TITLE_PLURAL),
            len(names[kind]),
            [name for name in names[kind] if name][:EXAMPLES] if kind != "person" else _people(landings),
        )
        for kind in told
    ]


def _people(landings: list[Landing]) -> list[str]:
    return sorted({detail.name for each in landings for detail in each.reading.people.values()})[:EXAMPLES]


def _changed(opened: Page, change: Changed) -> dict[str, Any]:
    present = opened.view.plan.get(change.kind, change.id) is not None
    return {
        "name": change.name or _(KINDS[change.kind].TITLE),
        "href": address_of(opened, change.kind, change.id) if present else "",
        "fields": [
            (
                field_title(opened, change.kind, field),
                typed_value(opened, change.kind, field, before),
                typed_value(opened, change.kind, field, after),
            )
            for field, (before, after) in list(change.fields.items())[:6]
        ],
        "more": max(0, len(change.fields) - 6),
    }


def _conflict(opened: Page, conflict: FieldConflict) -> dict[str, Any]:
    entity = opened.view.plan.get(conflict.kind, conflict.id)
    gone = conflict.field is None
    return {
        "name": opened.view.call(entity) if entity is not None else _(KINDS[conflict.kind].TITLE),
        "field": field_title(opened, conflict.kind, conflict.field) if not gone else _("The whole entry"),
        "plan": _("removed") if gone else typed_value(opened, conflict.kind, conflict.field, conflict.theirs),
        "file": _("listed") if gone else typed_value(opened, conflict.kind, conflict.field, conflict.yours),
        "before": "" if gone else typed_value(opened, conflict.kind, conflict.field, conflict.base),
    }
