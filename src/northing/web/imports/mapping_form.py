"""The form on which a person says what the columns of a table mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from northing.portfolio import workspace
from northing.portfolio.investment import Stage
from northing.portfolio.kinds import KINDS, fields
from northing.portfolio.reading import Question
from northing.report import words
from northing.sources import guess
from northing.sources.choosing import choose
from northing.sources.mapping import Column, Layout, Options
from northing.sources.meanings import TARGETS
from northing.sources.tabular import TableFile, shown
from northing.sources.values import stage
from northing.web.changing.uploads import Waiting
from northing.web.frame.typed import whole

ORDERS = ("dmy", "mdy", "ymd")
SCALES = (1, 1_000, 1_000_000, 1_000_000_000)


@dataclass(frozen=True)
class Asked:
    """Where the form starts from: a layout, how sure each guess is, what has to be settled."""

    layout: Layout
    guesses: Mapping[str, guess.Guess]
    questions: Mapping[str | None, Question]
    """Column → what is asked of it."""
    whole: Sequence[Question]
    """What is asked of the table as a whole."""
    by_mapping: str
    """The remembered mapping that it starts from, if any."""
    called: str


def questionnaire(about: Waiting, read: TableFile, known: Sequence[workspace.Mapping], *, chosen: str) -> Asked:
    """The layout that was confirmed before, or of a remembered mapping that fits, or guessed."""
    if about.layout is not None and not chosen:
        return Asked(msgspec.convert(about.layout, Layout), {}, {}, (), "", about.called)
    named = chosen if chosen not in ("", "-") else None
    made = choose(read, [] if chosen == "-" else known, called=named)
    return Asked(
        made.layout,
        {found.column: found for found in made.proposal.guesses} if made.proposal is not None else {},
        {found.column: found for found in made.questions if found.column in read.columns},
        [found for found in made.questions if found.column not in read.columns],
        made.by.name if made.by is not None else "",
        made.called,
    )


def shown_columns(read: TableFile, asked: Asked) -> list[dict[str, Any]]:
    """Each column with samples of its cells, its meaning so far, and what is unclear of it."""
    told = []
    for number, name in enumerate(read.columns):
        cells = [cell.strip() for cell in read.column(name)]
        filled = [cell for cell in cells if cell]
        spec = asked.layout.columns.get(name)
        found = asked.guesses.get(name)
        question = asked.questions.get(name)
        told.append(
            {
                "number": number,
                "name": name,
                "samples": [(shown(cell, 60), times) for cell, times in Counter(filled).most_common(3)],
                "distinct": len(set(filled)),
                "filled": len(filled) / len(cells) if cells else 0,
                "to": spec.to if spec is not None else "",
                "spec": spec,
                "sure": found.confidence if found is not None and spec is not None else None,
                "question": _said(question) if question is not None else "",
                "options": [option for option in question.options if option] if question is not None else [],
                "words": _stage_words(filled, spec, question),
                "kind": _shape(spec, question),
            }
        )
    return told


def _said(question: Question) -> str:
    match question.code:
        case "column-meaning":
            names = [target_title(option) for option in question.options if option]
            return _("Is this %(options)s?") % {"options": _(" or ").join(names)}
        case "date-order":
            return _("Does the day or the month come first?")
        case "stage-words":
            return _("Say below what these words mean.")
        case "several-people":
            return _("Several people stand in one cell. Is the first one meant?")
    return question.message


def _stage_words(filled: Sequence[str], spec: Column | None, question: Question | None) -> list[tuple[str, str, int]]:
    """The words of a stage column that need a meaning: word, stage so far, how often."""
    if not (question is not None and question.code == "stage-words") and not (spec is not None and spec.words):
        return []
    said = spec.words if spec is not None else {}
    counts = Counter(filled)
    return [(word, said.get(word) or _stage_value(word), times) for word, times in counts.most_common(24)]


def _stage_value(word: str) -> str:
    known = stage(word)
    return known.value if known is not None else ""


def _shape(spec: Column | None, question: Question | None) -> str:
    """Which details belong to the meaning: of a date its order, of money its scale."""
    if question is not None and question.code == "date-order":
        return "date"
    if spec is None:
        return ""
    kind, _dot, name = spec.to.partition(".")
    about = fields(kind).get(name) if kind in KINDS else None
    if about is None:
        return ""
    return "date" if about.type == "date" else "money" if about.money else ""


def targets() -> list[tuple[str, list[tuple[str, str]]]]:
    """Everything that a column can mean, in groups."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for target in TARGETS:
        kind = target.partition(".")[0]
        title = _(KINDS[kind].TITLE) if kind in KINDS else _("The file")
        groups.setdefault(title, []).append((target, target_title(target)))
    return list(groups.items())


def target_title(target: str) -> str:
    """What a meaning is called: "Investment: Owner"."""
    own = {
        "objective": _("Objective that it serves"),
        "report.period": _("Period of the report"),
        "link.url": _("Link: Address"),
        "note.text": _("Note: Text"),
    }.get(target)
    if own is not None:
        return own
    kind, _dot, name = target.partition(".")
    return f"{_(KINDS[kind].TITLE)}: {_(fields(kind)[name].title)}"


def stages() -> list[tuple[str, str]]:
    return [(one.value, words.label(one.value, "stage")) for one in Stage]


def layout_of(form: Mapping[str, str], read: TableFile) -> Layout:
    """The layout that a person confirmed: of each column ``to-3``, ``order-3``, ``scale-3``, and of the whole."""
    columns: dict[str, Column] = {}
    for number, name in enumerate(read.columns):
        target = form.get(f"to-{number}", "")
        if target not in TARGETS:
            continue
        made, _open = guess.specify(read, name, target)
        changes: dict[str, Any] = {}
        if form.get(f"order-{number}") in ORDERS:
            changes["order"] = form[f"order-{number}"]
        scale = whole(form.get(f"scale-{number}", ""))
        if scale in SCALES:
            changes["scale"] = scale if scale != 1 else None
        if form.get(f"reason-{number}"):
            changes["reason"] = True
        said = _words_of(form, number)
        if said:
            changes["words"] = said
        columns[name] = msgspec.structs.replace(made, **changes)
    currency = form.get("currency", "").strip().upper()
    day = form.get("day", "").strip()
    return Layout(
        columns=columns,
        options=Options(
            rows="ai_system" if form.get("rows") == "ai_system" else "investment",
            key=tuple(name for number, name in enumerate(read.columns) if form.get(f"key-{number}")),
            currency=currency or None,
            day=day or None,
        ),
    )


def _words_of(form: Mapping[str, str], number: int) -> dict[str, str]:
    said = {}
    at = 0
    while f"word-{number}-{at}" in form:
        meaning = form.get(f"means-{number}-{at}", "")
        if meaning:
            said[form[f"word-{number}-{at}"]] = meaning
        at += 1
    return said
