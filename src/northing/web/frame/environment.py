"""What every page template can use."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import Environment, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from northing.measure.address import figure

from . import words
from .compiled import Compiled
from .look import Look, look_of
from .timeline import bar


def environment(*, compiled: Path, **options: Any) -> Environment:
    """The Jinja2 environment: escaping on, unknown names are errors, words through gettext.

    *compiled*: the folder that keeps what templates were compiled to.
    """
    options |= {"bytecode_cache": Compiled(compiled)}
    options |= {"autoescape": True, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    made = Environment(  # noqa: S701 - it is on, see above
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"], **options
    )
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals["ngettext"] = _counting(cast(Callable[..., str], made.globals["ngettext"]))
    made.globals.update(
        static=static, url=_url, language=_language, look_of=_look, words_json=_words_json, time_bar=bar, figure=figure
    )
    made.filters.update(
        label=words.label,
        day=words.day,
        moment=words.moment,
        month_short=words.month_short,
        month_year=words.month_year,
        weekday=words.weekday,
        since=words.since,
        days=words.days_moved,
        count=words.count,
        percent=words.percent,
        money=words.money,
        initials=words.initials,
        blank=_blank,
    )
    return made


def _counting(plain: Callable[..., str]) -> Callable[..., str]:
    """``ngettext`` whose ``%(num)s`` reads as every other figure: 2,369."""

    @pass_context
    def counted(context: Context, one: str, many: str, number: int, **variables: Any) -> str:
        return plain(context, one, many, number, **{"num": words.count(number), **variables})

    return counted


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args, kwargs=kwargs)


def _language() -> str:
    return get_language() or "en"


def _words_json() -> str:
    """The few words that the modules say by themselves."""
    return json.dumps(
        {
            "empty": gettext("Empty"),
            "yes": gettext("Yes"),
            "no": gettext("No"),
            "nothing": gettext("Nothing is called that."),
            "more": gettext("and {n} more: type to narrow"),
            "fixed": gettext("“{title}” is computed and cannot be typed."),
            "chosen": gettext("{n} chosen"),
            "all": gettext("Choose all {n}"),
            "name": gettext("Name of the investment, then Enter"),
        }
    )


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
