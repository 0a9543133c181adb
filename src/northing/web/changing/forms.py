"""Forms of entities: which controls a kind has, and what was typed into them, read back as field values.

A control stands for one field, or for what a person thinks of as one thing: the *aim* of a contribution (an
objective or a key result), the fiscal *period* of a plan line, a weight in per cent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from northing.portfolio import kinds, periods
from northing.portfolio.amount_text import LARGEST, decimal_text
from northing.portfolio.edits import Body
from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.workspace import CustomField, CustomType
from northing.report.labels import label
from northing.web.frame.context import Page

from .offered import FORMS

__all__ = ["FORMS", "Control", "controls", "read"]

LABELS_OF = {"overall": "rating", "scope": "rating", "schedule": "rating", "cost": "rating", "resource": "rating"}
"""Fields whose choices are words of another name."""


@dataclass
class Control:
    """One input with its label: what a form shows for a field."""

    name: str
    title: str
    widget: str
    """``text``, ``textarea``, ``select``, ``date``, ``number``, ``tick`` or ``many``."""
    value: Any = ""
    help: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)
    suggestions: tuple[str, ...] = ()
    required: bool = False
    unit: str = ""
    error: str = ""

    @property
    def long(self) -> bool:
        return self.widget in ("textarea", "many")


def controls(
    page: Page, kind: str, names: tuple[str, ...], body: Body, findings: tuple[Finding, ...] = ()
) -> list[Control]:
    """The controls for *names* of *kind*, filled from *body*; errors beside the fields that *findings* name."""
    made = []
    for name in names:
        control = _custom(page, name, body) if name.startswith("custom.") else _control(page, kind, name, body)
        wrong = [found.message for found in findings if found.field in _fields_of(name)]
        control.error = " ".join(wrong)
        made.append(control)
    return made


def read(page: Page, kind: str, names: tuple[str, ...], form: QueryDict) -> dict[str, Any]:
    """What was typed, as field values (None: emptied). Raises :class:`Invalid` with a finding for each wrong field."""
    values: dict[str, Any] = {}
    findings: list[Finding] = []
    for name in names:
        try:
            for key, value in _read(page, kind, name, form).items():
                if key == "custom":
                    values.setdefault("custom", {}).update(value)
                else:
                    values[key] = value
        except ValueError as wrong:
            findings.append(
                Finding(code="wrong-value", message=str(wrong), kind=kind, field=name, value=form.get(name, "")[:80])
            )
    if findings:
        raise Invalid(findings[0].message, findings=findings)
    return values


def _fields_of(name: str) -> tuple[str, ...]:
    return {
        "aim": ("aim", "objective", "key_result"),
        "percent": ("percent", "weight"),
        "period": ("period", "start", "end"),
    }.get(name, (name,))


def _control(page: Page, kind: str, name: str, body: Body) -> Control:
    if name == "aim":
        chosen = f"objective:{body['objective']}" if body.get("objective") else ""
        chosen = f"key_result:{body['key_result']}" if body.get("key_result") else chosen
        return Control(
            name,
            _("Serves"),
            "select",
            chosen,
            _("An objective, or one of its key results."),
            _aims(page),
            required=True,
        )
    if name == "percent":
        share = Decimal(str(body.get("weight", "1"))) * 100
        left = _("Of the investment. All its weights add up to 100 % at most.")
        return Control(name, _("Weight"), "number", f"{share.normalize():f}", left, unit="%", required=True)
    if name == "period":
        return Control(name, _("Period"), "select", _period_key(body), options=_quarters(page, body), required=True)
    if name == "probability":
        return _probability(body)
    about = kinds.fields(kind)[name]
    value = body.get(name)
    title, help_ = _(about.title), _(about.help) if about.help else ""
    common: dict[str, Any] = {
        "help": help_,
        "required": about.required,
        "unit": _(about.unit) if about.unit else "",
    }
    match about.type:
        case "reference":
            return Control(
                name, title, "select", value or "", options=_references(page, about.ref or "*", value), **common
            )
        case "choice":
            words = LABELS_OF.get(name, "trend" if name.endswith("_trend") else name)
            return Control(
                name,
                title,
                "select",
                value or "",
                options=[(one, label(one, words)) for one in about.choices],
                **common,
            )
        case "date":
            return Control(name, title, "date", value or "", **common)
        case "number" | "integer":
            return Control(name, title, "number", "" if value is None else str(value), **common)
        case "flag":
            picked = "" if value is None else "yes" if value else "no"
            return Control(name, title, "select", picked, options=[("yes", _("Yes")), ("no", _("No"))], **common)
        case "data" if name == "holidays":
            days = value.split() if isinstance(value, str) else value or ()
            common["help"] = _("One day a line, as 2026-12-25.")
            return Control(name, title, "textarea", "\n".join(days), **common)
        case "texts":
            common["help"] = help_ or _("Separated by commas.")
            return Control(name, title, "text", ", ".join(value or ()), **common)
        case _ if name == "role" and about.choices:
            roles = [(one, label(one, name)) for one in about.choices]
            return Control(name, title, "select", value or about.default or "", options=roles, **common)
        case _:
            suggestions = about.choices or _spoken(page, kind, name)
            long = about.long and not name.endswith("_words")  # a dimension of health is said in a line
            return Control(name, title, "textarea" if long else "text", value or "", suggestions=suggestions, **common)


def _probability(body: Body) -> Control:
    """A probability as people say it: 85 %."""
    said = str(body.get("probability") or "")
    try:
        share = Decimal(said)
        said = f"{(share * 100).normalize():f}" if 0 < share < 1 else said
    except InvalidOperation:
        pass
    return Control(
        "probability", _("Probability"), "number", said, _("Of a hundred items, how many: 85."), unit="%", required=True
    )


def _custom(page: Page, name: str, body: Body) -> Control:
    own = _own_field(page, name)
    value = (body.get("custom") or {}).get(own.id)
    help_ = own.help or ""
    match own.type:
        case CustomType.FLAG:
            picked = "" if value is None else "yes" if value else "no"
            return Control(name, own.name, "select", picked, help_, [("yes", _("Yes")), ("no", _("No"))])
        case CustomType.CHOICE:
            return Control(name, own.name, "select", value or "", help_, [(one, one) for one in own.choices])
        case CustomType.CHOICES:
            return Control(name, own.name, "many", value or [], help_, [(one, one) for one in own.choices])
        case CustomType.DATE:
            return Control(name, own.name, "date", value or "", help_)
        case CustomType.NUMBER | CustomType.MONEY:
            return Control(name, own.name, "number", value or "", help_, unit=own.unit or "")
        case _:
            return Control(name, own.name, "text", value or "", help_)


def _own_field(page: Page, name: str) -> CustomField:
    found: CustomField = page.view.plan.need("custom_field", name.removeprefix("custom."))
    return found


def _spoken(page: Page, kind: str, name: str) -> tuple[str, ...]:
    """Words that the plan uses for a short text field already, where there are few of them."""
    if name not in (
        "category",
        "currency",
        "unit",
        "development_stage",
        "classification",
        "impact",
        "vendor",
        "build_buy",
        "has_pii",
    ):
        return ()
    used = {getattr(entity, name) for entity in page.view.plan.table(kind).values()} - {None}
    return tuple(sorted(used)) if len(used) <= 60 else ()


def _references(page: Page, ref: str, current: str | None) -> list[tuple[str, str]]:
    """What a reference may point to, by name; who has left is offered only where still set."""
    plan = page.view.plan
    if ref == "person":
        people = [person for person in plan.people.values() if not person.left or person.id == current]
        return sorted(((person.id, page.name_of(person.id)) for person in people), key=lambda option: option[1].lower())
    table = plan.table(ref)
    named = [
        (id, " · ".join(part for part in (getattr(found, "number", None), found.name) if part))
        for id, found in table.items()
    ]
    return sorted(named, key=lambda option: option[1].lower())


def _aims(page: Page) -> list[tuple[str, str]]:
    """Objectives from the board's down, each followed by its key results."""
    plan = page.view.plan
    options: list[tuple[str, str]] = []

    def below(parent: str | None, depth: int) -> None:
        found = [
            one for one in plan.objectives.values() if (one.parent if one.parent in plan.objectives else None) == parent
        ]
        for objective in sorted(found, key=lambda one: (one.level != "board", one.name)):
            options.append((f"objective:{objective.id}", "— " * depth + objective.name))
            options.extend(
                (f"key_result:{result.id}", "— " * (depth + 1) + _("Key result: %(name)s") % {"name": result.name})
                for result in plan.key_results.by("objective", objective.id)
            )
            if depth < 8:
                below(objective.id, depth + 1)

    below(None, 0)
    return options


def _period_key(body: Body) -> str:
    start, end = body.get("start"), body.get("end")
    return f"{start}/{end}" if start and end else ""


def _quarters(page: Page, body: Body) -> list[tuple[str, str]]:
    """Fiscal quarters around today, years beside them, and the period that is set, whatever it is."""
    calendar = page.view.plan.calendar
    this = periods.fiscal_year_of(calendar, page.today)
    found = []
    for year in range(this - 1, this + 4):
        found.append(periods.fiscal_year(calendar, year))
        found.extend(periods.fiscal_quarter(calendar, year, quarter) for quarter in range(1, 5))
    options = [(f"{one.start}/{one.end}", periods.label(calendar, one)) for one in found]
    current = _period_key(body)
    if current and current not in dict(options):
        try:
            start, end = (date.fromisoformat(part) for part in current.split("/"))
            said = periods.label(calendar, periods.Period(start, end))
        except ValueError:  # what was typed is no period, or one at the end of the calendar: it is said as it was
            said = current
        options.insert(0, (current, said))
    return options


def _read(page: Page, kind: str, name: str, form: QueryDict) -> dict[str, Any]:
    text = form.get(name, "").strip()
    if name == "aim":
        aim, _sep, id = text.partition(":")
        if aim not in ("objective", "key_result") or not id:
            raise ValueError(_("Choose what it serves."))
        return {"objective": id if aim == "objective" else None, "key_result": id if aim == "key_result" else None}
    if name == "percent":
        share = _number(text, _("Weight")) if text else Decimal(100)
        return {"weight": str((share / 100).normalize())}
    if name == "period":
        start, _sep, end = text.partition("/")
        return {"start": _date(start, _("Period")), "end": _date(end, _("Period"))}
    if name.startswith("custom."):
        return {"custom": {name.removeprefix("custom."): _read_own(_own_field(page, name), text, form.getlist(name))}}
    about = kinds.fields(kind)[name]
    title = _(about.title)
    if name == "probability" and text:
        share = _number(text, title)
        return {name: f"{(share if share < 1 else share / 100).normalize():f}"}
    if name == "holidays":
        return {name: sorted({_date(day, title) for day in text.split()}) or None}
    if not text:
        if about.required:
            raise ValueError(_("“%(field)s” is needed.") % {"field": title})
        return {name: None}
    match about.type:
        case "date":
            return {name: _date(text, title)}
        case "number":
            return {name: f"{_number(text, title):f}"}
        case "integer":
            number = _number(text, title)
            if number != int(number):
                raise ValueError(
                    _("%(field)s: “%(value)s” is not a whole number.") % {"field": title, "value": text[:40]}
                )
            return {name: int(number)}
        case "flag":
            return {name: text == "yes"}
        case "texts":
            return {name: [part.strip() for part in text.split(",") if part.strip()] or None}
        case _:
            return {name: text}


def _read_own(own: CustomField, text: str, picked: list[str]) -> Any:
    if own.type is CustomType.CHOICES:
        return [one for one in picked if one] or None
    if not text:
        return None
    match own.type:
        case CustomType.FLAG:
            return text == "yes"
        case CustomType.NUMBER | CustomType.MONEY:
            return f"{_number(text, own.name):f}"
        case CustomType.DATE:
            return _date(text, own.name)
        case _:
            return text


def _date(text: str, title: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(
            _("%(field)s: there is no day “%(value)s”. Write it as 2026-03-31.") % {"field": title, "value": text[:40]}
        ) from None


def _number(text: str, title: str) -> Decimal:
    """A number as people write it: 1,250,000.50, 1.250.000,50 and 1 250 000.5 are the same."""
    plain = re.sub(r"[\s\u00a0\u202f'’_%]", "", text.replace("−", "-")).lstrip("€$£")
    found = decimal_text(plain)
    if found is None or abs(Decimal(found)) >= LARGEST:
        raise ValueError(_("%(field)s: “%(value)s” is not a number.") % {"field": title, "value": text[:40]})
    return Decimal(found)
