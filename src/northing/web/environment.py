"""What every page template can use."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import Environment, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from . import words
from .look import Look, look_of


def environment(**options: Any) -> Environment:
    """The Jinja2 environment: escaping on, unknown names are errors, words through gettext."""
    options |= {"autoescape": True, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    made = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"], **options)
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(static=static, url=_url, language=_language, look_of=_look)
    made.filters.update(
        label=words.label,
        day=words.day,
        moment=words.moment,
        since=words.since,
        days=words.days,
        count=words.count,
        percent=words.percent,
        money=words.money,
        initials=words.initials,
        blank=_blank,
    )
    return made


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args, kwargs=kwargs)


def _language() -> str:
    return get_language() or "en"


@pass_context
def _look(context: Context) -> Look:
    return look_of(context.get("request"))


def _blank(value: Any) -> Any:
    """What is empty is shown as such: a dash to see, a word to hear."""
    if value not in (None, ""):
        return value
    return Markup('<span class="blank"><span aria-hidden="true">–</span><span class="sr-only">{}</span></span>').format(
        escape(gettext("empty"))
    )
