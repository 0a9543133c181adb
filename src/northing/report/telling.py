"""A change told in a sentence: "Gate 3: scale moved 30 Apr → 12 Jun (+43 d)", "Owner Ana Ruiz → Ben Okoro"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.difference import Line, Told
from northing.measure.sentence import Ref
from northing.portfolio.kinds import KINDS

from . import flow_words, words

if TYPE_CHECKING:
    from northing.measure.view import View

SCHEDULE = ("start", "end", "due")
"""Dates that are said to move."""

LONG = 60
"""Texts longer than this are said to have been rewritten; their words are in the history."""


def tell(before: View, after: View, line: Line, under: Ref | None = None) -> str:
    """*line* in a sentence, without its authors; what it is of is said unless it stands *under* that already."""
    match line.act:
        case "added" | "removed":
            return _came_or_went(before, after, line)
        case "planned" | "budgeted":
            return _sum(line)
        case "reported":
            return _reported(line)
    own = under is not None and (under.kind, under.id) == (line.kind, line.id)
    return ("" if own else _prefix(after, line)) + _changed(before, after, line)


def by_whom(line: Line | Told, authors: Mapping[int, str]) -> str:
    """ "by Ana Ruiz, r311": who made the last of the revisions that touched it, and which one."""
    if not line.revisions:
        return ""
    people = list(dict.fromkeys(authors[no] for no in line.revisions if no in authors))
    number = f"r{line.revisions[-1]}" if len(line.revisions) == 1 else f"r{line.revisions[0]}–r{line.revisions[-1]}"
    return _("by %(who)s, %(revision)s") % {"who": words.listed(people), "revision": number} if people else number


def _sum(line: Line) -> str:
    title = _(line.title)
    lines = ngettext("%(n)s plan line", "%(n)s plan lines", line.count) % {"n": words.number(line.count)}
    if line.before == line.after:
        return _("%(lines)s changed, the sum is the same") % {"lines": lines}
    if line.before is None and not line.count:
        return _("%(title)s %(after)s: it counts now") % {"title": title, "after": words.money(line.after, short=True)}
    if line.before is None:
        return _("%(title)s %(after)s for the first time (%(lines)s)") % {
            "title": title, "after": words.money(line.after, short=True), "lines": lines,
        }  # fmt: skip
    if line.after is None:
        return _("%(title)s money removed, it was %(before)s") % {
            "title": title, "before": words.money(line.before, short=True),
        }  # fmt: skip
    return _moved(title, words.money(line.before, short=True), words.money(line.after, short=True), line)


def _moved(title: str, before: str, after: str, line: Line) -> str:
    said = f"{title} {before} → {after}"
    if line.money is not None and any(line.money.by_currency.values()):
        said += f" ({words.money_moved(line.money)})"
    return said


def _reported(line: Line) -> str:
    reports = ngettext("%(n)s report", "%(n)s reports", line.count) % {"n": words.number(line.count)}
    was, now = words.label(line.before), words.label(line.after)
    if not now:
        return _("Health reported without a rating (%(reports)s)") % {"reports": reports}
    if not was:
        return _("Health first reported: %(now)s (%(reports)s)") % {"now": now, "reports": reports}
    if was == now:
        return _("Health still %(now)s (%(reports)s)") % {"now": now, "reports": reports}
    return _("Health %(was)s → %(now)s (%(reports)s)") % {"was": was, "now": now, "reports": reports}


def _changed(before: View, after: View, line: Line) -> str:
    title = line.title if (line.field or "").startswith("custom.") else _(line.title)
    if line.kind == "milestone" and line.field == "done":
        if line.after is not None and line.before is None:
            return _("done on %(day)s") % {"day": words.day(line.after)}
        if line.after is None:
            return _("no longer done")
    if isinstance(line.before, date) and isinstance(line.after, date):
        was, now = _days(line.before, line.after, after.today)
        parts = {"was": was, "now": now, "by": words.days_moved(line.days or 0)}
        if line.field not in SCHEDULE:
            return f"{title} " + _("%(was)s → %(now)s (%(by)s)") % parts
        moved = _("moved %(was)s → %(now)s (%(by)s)") % parts
        return moved if line.kind == "milestone" and line.field == "due" else f"{title} {moved}"
    if line.type == "texts":
        return _texts(title, tuple(line.before or ()), tuple(line.after or ()))
    if (line.kind, line.field) in flow_words.SAID:
        return f"{title}: {flow_words.moved_said(line.kind, line.field or '', line.before, line.after)}"
    was, now = (_said(view, line, given) for view, given in ((before, line.before), (after, line.after)))
    if _is_long(line):
        if not was:
            return _("%(title)s written") % {"title": title}
        return _("%(title)s rewritten") % {"title": title} if now else _("%(title)s removed") % {"title": title}
    if not was:
        return _("%(title)s set to %(now)s") % {"title": title, "now": now}
    if not now:
        return _("%(title)s cleared, it was %(was)s") % {"title": title, "was": was}
    return _moved(title, was, now, line)


def _days(before: date, after: date, today: date) -> tuple[str, str]:
    """Years are said where they differ, or are not this one."""
    plain = before.year == after.year == today.year
    return (
        (words.short_day(before, today), words.short_day(after, today))
        if plain
        else (words.day(before), words.day(after))
    )


def _texts(title: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> str:
    added = [str(item) for item in after if item not in before]
    gone = [str(item) for item in before if item not in after]
    parts = []
    if added:
        parts.append(_("added %(what)s") % {"what": ", ".join(added)})
    if gone:
        parts.append(_("removed %(what)s") % {"what": ", ".join(gone)})
    return f"{title}: " + (", ".join(parts) or _("put in another order"))


def _is_long(line: Line) -> bool:
    return line.type == "text" and any(
        isinstance(given, str) and len(given) > LONG for given in (line.before, line.after)
    )


def _said(view: View, line: Line, given: Any) -> str:
    if line.type == "money" and given is not None:
        return words.money(given, short=True)
    if line.kind == "strategic_contribution" and line.field == "weight":
        return words.percent(given)
    if line.type == "reference" and given is not None:
        return words.name(view, line.ref, given)
    own = (line.field or "").startswith("custom.") and line.type == "choice"
    return words.value(view, given, "text" if own else line.type, ref=line.ref, of=line.field or "", unit=line.unit)


def _prefix(after: View, line: Line) -> str:
    """What the change is of, where it is not of the investment itself."""
    if line.kind == "investment" or after.plan.get(line.kind, line.id) is None:
        return ""
    entity = after.plan.get(line.kind, line.id)
    if line.kind == "strategic_contribution":
        aim = words.name(after, "key_result", entity.key_result) or words.name(after, "objective", entity.objective)
        return _("Contribution to %(aim)s: ") % {"aim": aim} if aim else _("Contribution: ")
    if line.kind == "dependency":
        return _("Dependency on %(what)s: ") % {"what": words.name(after, "investment", entity.predecessor)}
    moved = line.field == "due" and line.before is not None and line.after is not None
    if line.kind == "milestone" and (moved or line.field == "done"):
        return f"{entity.name} "
    return f"{after.call(entity)}: "


def _came_or_went(before: View, after: View, line: Line) -> str:
    came = line.act == "added"
    view = after if came else before
    entity = view.plan.get(line.kind, line.id)
    name = line.after if came else line.before
    if entity is None:
        return str(name or "")
    match line.kind:
        case "investment":
            return _("Added") if came else _("Removed")
        case "strategic_contribution":
            aim = words.name(view, "key_result", entity.key_result) or words.name(view, "objective", entity.objective)
            if came:
                return _("Now serves %(aim)s (%(weight)s)") % {"aim": aim, "weight": words.percent(entity.weight)}
            return _("No longer serves %(aim)s") % {"aim": aim}
        case "dependency":
            other = words.name(view, "investment", entity.predecessor)
            said = _("Now waits for %(what)s") if came else _("No longer waits for %(what)s")
            return said % {"what": other}
        case "model_use":
            using = _("%(system)s now uses %(model)s") if came else _("%(system)s no longer uses %(model)s")
            system, model = words.name(view, "ai_system", entity.system), words.name(view, "ai_model", entity.model)
            return using % {"system": system, "model": model}
        case "milestone":
            what = _("%(type)s “%(name)s” added") if came else _("%(type)s “%(name)s” removed")
            said = what % {"type": words.label(entity.type), "name": entity.name}
            return said + (_(", due %(day)s") % {"day": words.day(entity.due)} if came and entity.due else "")
        case "note":
            text = entity.text if len(entity.text) <= LONG else entity.text[: LONG - 1].rstrip() + words.ELLIPSIS
            return _("Note: %(text)s") % {"text": text} if came else _("Note removed: %(text)s") % {"text": text}
    what = _("%(kind)s “%(name)s” added") if came else _("%(kind)s “%(name)s” removed")
    return what % {"kind": _(KINDS[line.kind].TITLE), "name": name}
