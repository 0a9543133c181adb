"""Sentences and values with links in them, as a page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext, ngettext
from markupsafe import Markup, escape

from northing.measure.sentence import Mend, Ref, Said
from northing.report import field_words, words

from .addresses import address_of
from .context import Page

NAMED = 4
"""How many of a list of entities a sentence names."""


def link(page: Page, kind: str, id: str | None) -> Markup:
    """The entity's name as a link to where it is shown; nothing where there is none."""
    if id is None:
        return Markup("")
    name = words.name(page.view, kind, id)
    if page.view.plan.get(kind, id) is None:
        return Markup('<span class="muted">{}</span>').format(name)
    return Markup('<a class="inline" href="{}">{}</a>').format(address_of(page, kind, id), name)


def say(page: Page, said: Said | None, *, without: str | None = None) -> Markup:
    """A sentence, translated, with its entities linked; *without* names the one that needs no link here."""
    if said is None:
        return Markup("")
    shown: dict[str, Markup] = {}
    for key, given in said.values.items():
        if isinstance(given, Ref) and given.id != without:
            shown[key] = link(page, given.kind, given.id)
        elif isinstance(given, tuple) and given and all(isinstance(one, Ref) for one in given):
            shown[key] = _several(page, given, without)
        else:
            one = Said("{" + key + "}", {key: given})
            shown[key] = escape(words.say(page.view, one))
    # The template is a sentence of our own; what is put into it is escaped already.
    return Markup(escape(words.template(said))).format(**shown)  # noqa: S704


def _several(page: Page, refs: Sequence[Ref], without: str | None) -> Markup:
    """Links to the first few, and how many others there are."""
    named = [
        link(page, one.kind, one.id) if one.id != without else escape(words.name(page.view, one.kind, one.id))
        for one in refs[:NAMED]
    ]
    rest = len(refs) - NAMED
    if rest > 0:
        named.append(escape(ngettext("%(n)s other", "%(n)s others", rest) % {"n": words.number(rest)}))
    *first, last = named
    return (
        escape(gettext("%(first)s and %(last)s")) % {"first": Markup(", ").join(first), "last": last} if first else last
    )


def mend_address(page: Page, mend: Mend, back: str = "") -> str:
    """Where the edit that would mend something can be made."""
    query: dict[str, Any] = {"next": back or page.here}
    if mend.op == "create":
        return page.link(f"add/{mend.kind}", **{**dict(mend.given), **query})
    return page.link(f"edit/{mend.kind}/{mend.id}", fields=control_of(mend.kind, mend.field), **query)


def control_of(kind: str, field: str | None) -> str:
    """The control of a form that changes *field*."""
    if kind == "strategic_contribution":
        return "percent" if field == "weight" else "aim"
    if kind == "cost_plan_line" and field in ("start", "end"):
        return "period"
    return field or ""


def field_title(page: Page, kind: str, field: str | None) -> str:
    """What a field is called; a custom field by its own name."""
    return field_words.field_title(page.view, kind, field)


own_value = field_words.own_value


def typed_value(page: Page, kind: str, field: str | None, value: Any, currency: str | None = None) -> str:
    """A field's value as the record keeps it (JSON), in words; empty is ""."""
    return field_words.field_value(page.view, kind, field, value, currency)
