"""A rule as it is typed into the form, and read back: one rule, or two that split the same rows.

Work links are typed as rules are: what differs is what their filters ask for, and that they name no table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from northing.facts.filtering import FactWords, condition
from northing.portfolio.amount_text import decimal_text
from northing.portfolio.edits import Edit, change, create
from northing.portfolio.entity import new_id
from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.facts import TABLES, AttributionRule, RuleTables
from northing.portfolio.plan import Plan
from northing.portfolio.workspace import FiscalCalendar
from northing.web.frame.typed import whole

NAMES = (
    "name",
    "where",
    "tables",
    "investment",
    "share",
    "investment2",
    "share2",
    "precedence",
    "start",
    "end",
    "note",
)
USUAL_PRECEDENCE = 100


@dataclass
class Typed:
    """What stands in the controls, right or wrong, and what is wrong with it."""

    values: dict[str, str]
    rule: AttributionRule | None = None
    """The one that is changed, a link as the rule that it is; None for a new one."""
    kind: str = "attribution_rule"
    errors: dict[str, str] = field(default_factory=dict)
    mends: dict[str, str] = field(default_factory=dict)
    """Control → the whole text with the nearest right word in the place of the wrong one."""

    @property
    def split(self) -> bool:
        return bool(self.values.get("investment2") or self.values.get("share2"))


def of_rule(plan: Plan, rule: AttributionRule, kind: str = "attribution_rule") -> Typed:
    """The form of a rule that is there."""
    return Typed(
        {
            "name": rule.name or "",
            "where": rule.where,
            "tables": str(rule.tables),
            "investment": called(plan, rule.investment),
            "share": percent(rule.share),
            "investment2": "",
            "share2": "",
            "precedence": str(rule.precedence),
            "start": rule.start.isoformat() if rule.start else "",
            "end": rule.end.isoformat() if rule.end else "",
            "note": rule.note or "",
        },
        rule,
        kind=kind,
    )


def given(
    asked: Mapping[str, str], plan: Plan, rule: AttributionRule | None = None, kind: str = "attribution_rule"
) -> Typed:
    """The form as it was sent, or as an address begins it."""
    values = {name: (asked.get(name) or "").strip() for name in NAMES}
    values["share"] = values["share"] or "100"
    values["tables"] = values["tables"] if values["tables"] in set(RuleTables) else "both"
    values["precedence"] = values["precedence"] or str(USUAL_PRECEDENCE)
    if values["investment"] in plan.investments:
        values["investment"] = called(plan, values["investment"])
    return Typed(values, rule, kind=kind)


def rules_of(typed: Typed, plan: Plan, *, strict: bool = True) -> list[AttributionRule]:
    """The rules that the form says; errors are put at their controls. Empty where nothing can be made of it.

    Without *strict*, what is missing yet is no error: somebody is still typing.
    """
    values = typed.values
    typed.errors.clear()
    start, end = _day(typed, "start"), _day(typed, "end")
    if start and end and end <= start:
        typed.errors["end"] = _("The period holds no day: “until” is the first day after it.")
    precedence = _whole(typed, "precedence")
    places = [("investment", "share")] + ([("investment2", "share2")] if typed.split else [])
    if not values["where"] and strict:
        typed.errors["where"] = (
            _("Say which rows: account = 123 and tag.project = chat.")
            if typed.kind == "attribution_rule"
            else _("Say which items: project = CHAT and epic = CHAT-12.")
        )
    parts = []
    for place, beside in places:
        investment = _investment(typed, place, plan, strict=strict)
        parts.append((investment, _share(typed, beside)))
    shares = [share for _investment_, share in parts if share is not None]
    if len(parts) == 2 and len(shares) == 2 and sum(shares) > 1:
        typed.errors.setdefault("share2", _("Together they take more than 100 %."))
    if typed.errors or not values["where"] or (strict and any(one is None for one, _share_ in parts)):
        return []
    tables = values["tables"]
    if typed.kind == "attribution_rule":
        tables = askable(values["where"], tables, plan.calendar)
    made = []
    for number, (investment, share) in enumerate(parts):
        own = typed.rule is not None and number == 0
        made.append(
            AttributionRule(
                id=typed.rule.id if own and typed.rule else new_id(),
                number=typed.rule.number if own and typed.rule else None,
                name=values["name"] or None,
                tables=RuleTables(tables),
                where=values["where"],
                investment=investment or "",
                share=share or Decimal(1),
                precedence=precedence,
                start=start,
                end=end,
                note=values["note"] or None,
            )
        )
    return made


def edits_of(
    rules: list[AttributionRule], before: AttributionRule | None, kind: str = "attribution_rule"
) -> list[Edit]:
    """What makes the plan say so; of the rule that is changed, only the fields that differ from *before*."""
    edits = []
    for rule in rules:
        body = _body(rule, kind)
        if before is not None and rule.id == before.id:
            was = _body(before, kind)
            differ = {name: value for name, value in body.items() if value != was[name]}
            edits.append(change(kind, rule.id, **differ))
        else:
            said = {name: value for name, value in body.items() if value is not None}
            edits.append(create(kind, rule.id, **said))
    return edits


def askable(where: str, tables: str, calendar: FiscalCalendar) -> str:
    """Of both tables, the one that has all columns that *where* names, where the other has not; else as it is."""
    if tables != RuleTables.BOTH:
        return tables
    able = []
    for name in (RuleTables.COST, RuleTables.USAGE):
        try:
            condition(where, FactWords(TABLES[name], calendar, ruled=True))
        except Invalid:
            continue
        able.append(str(name))
    return able[0] if len(able) == 1 else tables


def take(typed: Typed, wrong: Invalid) -> None:
    """Put what the filter or the record says at its control, with the nearest right word ready to be taken."""
    for finding in wrong.findings or (Finding(code=wrong.code, message=wrong.message, remedy=wrong.remedy),):
        place = finding.field if finding.field in NAMES else "where"
        text = " ".join(filter(None, (finding.message, finding.remedy or wrong.remedy)))
        typed.errors.setdefault(place, text)
        if place == "where" and (mended := _mended(typed.values["where"], finding)):
            typed.mends["where"] = mended


def _mended(text: str, finding: Finding) -> str:
    """*text* with the word that was meant, where the finding names one and says where the wrong one stands."""
    remedy, at = finding.remedy or "", finding.column
    if "“" not in remedy or "”" not in remedy or not at or not at.isdigit():
        return ""
    near = remedy.partition("“")[2].partition("”")[0]
    begin = int(at) - 1
    stop = begin
    while stop < len(text) and (text[stop].isalnum() or text[stop] == "_"):
        stop += 1
    return text[:begin] + near + text[stop:] if stop > begin else ""


def _body(rule: AttributionRule, kind: str) -> dict[str, Any]:
    return {
        "name": rule.name,
        **({"tables": str(rule.tables)} if kind == "attribution_rule" else {}),
        "where": rule.where,
        "investment": rule.investment,
        "share": f"{rule.share:f}",
        "precedence": rule.precedence,
        "start": rule.start.isoformat() if rule.start else None,
        "end": rule.end.isoformat() if rule.end else None,
        "note": rule.note,
    }


def called(plan: Plan, id: str) -> str:
    """What the control shows for an investment: its number and name."""
    found = plan.investments.get(id)
    return " · ".join(filter(None, (found.number, found.name))) if found is not None else ""


def percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}"


def _investment(typed: Typed, place: str, plan: Plan, *, strict: bool) -> str | None:
    """By number, by number and name as the list says it, or by a name that only one has."""
    text = typed.values[place]
    if not text:
        if strict:
            typed.errors[place] = _("Say which investment it belongs to.")
        return None
    if text in plan.investments:
        return text
    number = text.partition("·")[0].strip()
    found = plan.investments.by("number", number) or plan.investments.by("number", number.upper())
    named = list(found) or [one for one in plan.investments.values() if one.name.casefold() == text.casefold()]
    if len(named) == 1:
        return str(named[0].id)
    if strict or len(named) > 1:
        typed.errors[place] = (
            _("Several investments are called “%(text)s”: choose one by its number.") % {"text": text[:60]}
            if named
            else _("There is no investment “%(text)s”. Type a part of its name and choose it.") % {"text": text[:60]}
        )
    return None


def _share(typed: Typed, place: str) -> Decimal | None:
    text = decimal_text(typed.values[place].rstrip("%").strip())
    found = Decimal(text or 0) / 100
    if not 0 < found <= 1:
        typed.errors[place] = _("A share is above 0 % and at most 100 %.")
        return None
    if found != found.quantize(Decimal("0.000001")):
        typed.errors[place] = _("A share has at most four decimals of a per cent.")
        return None
    return found


def _whole(typed: Typed, place: str) -> int:
    text = typed.values[place].replace("−", "-")
    found = whole(text)
    if found is None:
        typed.errors[place] = _("Precedence is a whole number; the lower is asked first.")
        return USUAL_PRECEDENCE
    return found


def _day(typed: Typed, place: str) -> date | None:
    text = typed.values[place]
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        typed.errors[place] = _("There is no day “%(text)s”. Write it as 2026-03-31.") % {"text": text[:40]}
        return None
