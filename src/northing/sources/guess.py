"""Which column means what: guessed from its name and its cells, and asked where two readings are near.

A guess is applied only where one meaning stands clear of all others; what is ambiguous becomes a question, and
until that is answered the column keeps its cells with the row and nothing is made of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec
from rapidfuzz import fuzz

from northing.portfolio.reading import Question

from .mapping import Column, Layout, Options
from .meanings import AI_MEANINGS, AI_WORDS, MEANINGS, REPLACED_BY_AI, UNITS, Meaning, tokens
from .profile import Profile
from .tabular import TableFile
from .twins import twins
from .values import CODES, CURRENCIES, STAGES, stage

APPLIED = 0.68
ASKED = 0.45
LEAD = 0.08
"""A meaning is clear where it is ahead of the next one by this much."""
RIVAL = 0.15
"""Two columns that are this near to each other want the same meaning, and neither gets it unasked."""
CERTAIN = 0.995
"""The column has the very name of the meaning, and the cells for it: no other column comes near."""
MANY = frozenset({"milestone.due", "milestone.done", "link.url", "objective", "note.text"})
"""Targets that several columns may have."""


class Guess(msgspec.Struct, frozen=True, kw_only=True):
    """What one column was taken for, how surely, and what else it could be."""

    column: str
    to: str | None
    confidence: float
    asked: bool = False
    others: tuple[str, ...] = ()


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A layout to start from, and what only a person can settle."""

    layout: Layout
    guesses: tuple[Guess, ...]
    questions: tuple[Question, ...]


def guess(file: TableFile) -> Proposal:
    """What the columns of *file* mean."""
    columns = {name: Profile(name, file.column(name)) for name in file.columns}
    about_ai = _about_ai(file)
    meanings = dict(MEANINGS)
    if about_ai:
        meanings |= AI_MEANINGS
    rows = "ai_system" if about_ai else "investment"
    scores = {
        name: _scores(column, meanings, about_ai=about_ai) for name, column in columns.items() if not _drop(column)
    }
    same = twins(columns)
    for covered, covering in same.items():  # a column that another one repeats lends it its name
        for target, score in scores.pop(covered, {}).items():
            best = scores.setdefault(covering, {})
            best[target] = max(best.get(target, 0.0), score)
    guesses = _settle(columns, scores)
    layout_columns: dict[str, Column] = {}
    questions: list[Question] = []
    for found in guesses.values():
        if found.asked or found.to is None:
            continue
        column, asked = _specify(columns[found.column], found.to, meanings[found.to])
        questions += asked
        if column is None:
            guesses[found.column] = msgspec.structs.replace(found, asked=True)
        else:
            layout_columns[found.column] = column
    for covered, covering in same.items():
        if covering in layout_columns:
            spec = layout_columns[covering]
            own, _ = _specify(columns[covered], spec.to, meanings[spec.to])
            layout_columns[covered] = msgspec.structs.replace(own or spec, reason=True)
            guesses[covered] = Guess(column=covered, to=spec.to, confidence=guesses[covering].confidence)
    options = Options(
        rows=rows,
        key=_key(columns, layout_columns),
        currency=next((column.currency for column in layout_columns.values() if column.currency), None),
    )
    settled = {question.column for question in questions}
    questions += [question for question in _ask(guesses, columns) if question.column not in settled]
    questions += _whole(layout_columns, options)
    order = list(file.columns)
    return Proposal(
        layout=Layout(columns=layout_columns, options=options),
        guesses=tuple(sorted(guesses.values(), key=lambda found: order.index(found.column))),
        questions=tuple(questions),
    )


def _about_ai(file: TableFile) -> bool:
    """Whether the rows are AI systems: the header or the file says so."""
    words = " ".join(
        (*(" ".join(tokens(name)) for name in file.columns), *tokens(file.name), str(file.format.get("list")))
    )
    return AI_WORDS.search(words.replace("_", " ")) is not None


def _drop(column: Profile) -> bool:
    return column.counts_rows


# -- scores


SPENT = frozenset("actual actuals spent paid invoiced remaining variance todate werkelijk besteed realisatie".split())
"""Money that is gone or left over is no plan; bills bring it."""


def _scores(column: Profile, meanings: Mapping[str, Meaning], *, about_ai: bool) -> dict[str, float]:
    """For each target that is possible at all, 0 to 1."""
    words = tokens(column.name)
    found: dict[str, float] = {}
    for target, meaning in meanings.items():
        suits = column.suits(meaning.shape)
        if suits <= 0:
            continue
        named = _named(words, meaning)
        if named < 0.58 or (meaning.shape == "money" and SPENT & set(words)):
            continue
        found[target] = round(0.72 * named + 0.28 * suits, 3)
    if about_ai:
        for target, ours in REPLACED_BY_AI.items():
            if target in found:
                found[ours] = max(found.get(ours, 0.0), found.pop(target))
    if not found or max(found.values()) < ASKED:
        found.update(_by_shape(column))
    return found


def _by_shape(column: Profile) -> dict[str, float]:
    """What the cells alone suggest, where the name says nothing."""
    found: dict[str, float] = {}
    if not column.said:
        return found
    if column.date_share > 0.9 and not any(word in GONE_BY for word in tokens(column.name)):
        found["milestone.due"] = 0.7
    elif column.rating_share > 0.8:
        found["health_report.overall"] = 0.6
    elif SPENT & set(tokens(column.name)):
        return found
    elif column.suits("money") > 0.85 and column.share(lambda cell: any(mark in cell for mark in ".£€$Ł")) > 0.8:
        found["investment.whole_life_cost"] = 0.5
    return found


GONE_BY = frozenset(
    [
        "updated",
        "modified",
        "changed",
        "last",
        "registered",
        "geregistreerd",
        "toegevoegd",
        "added",
        "published",
        "imported",
        "refreshed",
    ]
)
"""Dates of the record, not of the work."""


def _named(words: Sequence[str], meaning: Meaning) -> float:
    """How well a column's name fits the phrases of a meaning, 0 to 1."""
    bare = [word for word in words if word not in UNITS and not re.fullmatch(r"[£€$]?\w?|[£€$]?\d+", word)]
    bare = (bare[:-1] if bare[-1:] == ["fy"] else bare) or list(words)  # “Budget FY26” is a budget
    joined = " ".join(bare)
    best = 0.0
    for rank, phrase in enumerate(meaning.words):
        target = [word for word in phrase.split() if word not in ("of", "the", "in", "for")]
        early = 0.03 * (rank < 4)
        if bare == target:
            best = max(best, 1.0 if rank == 0 else 0.97 + early / 2)
        elif set(target) <= set(bare) and len(target) > 1:
            best = max(best, 0.3 + 0.63 * len(target) / len(bare) + early)
        elif bare[-1:] == target and len(bare) <= 3:
            sure = 0.84 if meaning.shape in HEADS else 0.5
            best = max(best, sure - 0.08 * (len(bare) - 2) + early)
        elif bare[:1] == target and len(bare) <= 2:
            best = max(best, 0.6 + early)
        elif len(joined) > 4 and len(phrase) > 4 and fuzz.ratio(joined, " ".join(target)) >= 88:
            best = max(best, 0.85)
    return min(best, 1.0)


HEADS = ("id", "name", "date", "rating", "group", "person", "money")
"""Shapes whose last word says what they are: a “gmpp id” is an id, but a “data description” describes no project."""


# -- choosing


def _settle(columns: Mapping[str, Profile], scores: dict[str, dict[str, float]]) -> dict[str, Guess]:
    """Give each column its clearest meaning; a meaning that only one may have goes to the best, or is asked."""
    ranked = {name: sorted(found.items(), key=lambda item: -item[1]) for name, found in scores.items()}
    taken: dict[str, str] = {}
    guesses: dict[str, Guess] = {}
    pairs = sorted(
        ((score, name, target) for name, found in ranked.items() for target, score in found), key=lambda item: -item[0]
    )
    for score, name, target in pairs:
        if name in guesses or score < ASKED:
            continue
        if target in taken and target not in MANY:
            continue
        rivals = [
            other
            for other, found in scores.items()
            if other != name
            and score < CERTAIN
            and other not in guesses
            and target not in MANY
            and abs(found.get(target, 0.0) - score) < RIVAL
            and found.get(target, 0.0) >= max(found.values())
        ]
        own = [
            other for other, value in ranked[name] if other != target and score - value < LEAD and other not in taken
        ]
        if rivals:
            for each in (name, *rivals):
                guesses[each] = Guess(column=each, to=target, confidence=score, asked=True, others=tuple(own))
            taken[target] = name
            continue
        clear = score >= APPLIED and not own
        guesses[name] = Guess(column=name, to=target, confidence=score, asked=not clear, others=tuple(own))
        if clear:
            taken[target] = name
    for name in columns:
        guesses.setdefault(name, Guess(column=name, to=None, confidence=0.0))
    return guesses


# -- what a meaning needs to know of its column


def _specify(column: Profile, target: str, meaning: Meaning) -> tuple[Column | None, list[Question]]:
    """The column's meaning with its scale, order or words; None and a question where that cannot be told."""
    name = column.name
    if meaning.shape == "date":
        if column.order == "unclear":
            example = next(iter(column.words))
            question = Question(
                code="date-order",
                message=f"“{name}”: does the day or the month come first in “{example}”?",
                column=name,
                options=("dmy", "mdy"),
            )
            return None, [question]
        order = column.date_order if column.order != "none" else None
        return Column(to=target, order=order, named=name if target.startswith("milestone.") else None), []
    if meaning.shape == "money":
        scale, currency = _scale(name)
        return Column(to=target, scale=scale, currency=currency or column.currency, comma=column.comma), []
    if meaning.shape == "stage" and target == "investment.stage":
        unknown = [word for word in column.words if stage(word) is None]
        if unknown:
            listed = ", ".join(f"“{word}”" for word in unknown[:8])
            question = Question(
                code="stage-words",
                message=f"“{name}” has stage words that Northing does not know: {listed}. What do they mean?",
                column=name,
                options=tuple(dict.fromkeys(each.value for each in STAGES.values())),
            )
            return None, [question]
    if meaning.shape == "person" and column.share(lambda cell: len(re.split(r"[;,]", cell)) > 1) > 0.1:
        question = Question(
            code="several-people",
            message=f"“{name}” names several people in a cell. Is the first the {target.rpartition('.')[2]}?",
            column=name,
            options=(target, ""),
        )
        return None, [question]
    return Column(to=target, named=name if target in ("link.url", "milestone.due") else None), []


def _scale(name: str) -> tuple[int | None, str | None]:
    """Scale and currency that a column's name states: “£m”, “(EUR k)”, “wlc_gbp_m”."""
    words = tokens(name)
    scale = currency = None
    for position, word in enumerate(words):
        sign = next((sign for sign in CURRENCIES if word.startswith(sign) and not word[0].isalpha()), None)
        if word.upper() in CODES or sign:
            currency = word.upper() if word.upper() in CODES else CURRENCIES[str(sign)]
        rest = word[1:] if sign else word
        money_before = position > 0 and (words[position - 1].upper() in CODES or words[position - 1] in CURRENCIES)
        for names, factor in (
            (("m", "mn", "mln", "million", "millions"), 1_000_000),
            (("k", "thousand", "000s", "000", "1000"), 1_000),
        ):
            if rest in names and (len(rest) > 2 or sign or money_before):
                scale = factor
        if rest in ("bn", "billion"):
            scale = 1_000_000_000
    return scale, currency


def _key(columns: Mapping[str, Profile], layout: Mapping[str, Column]) -> tuple[str, ...]:
    """The columns that tell rows apart within a report, where the id is not one for all of them."""
    by_target = {column.to: name for name, column in layout.items() if not column.reason}
    id_ = by_target.get("ai_system.external_id") or by_target.get("investment.external_id")
    name = by_target.get("ai_system.name") or by_target.get("investment.name")
    period = by_target.get("report.period")
    told = [column for column in (id_, name) if column]
    if id_ and _tells(columns, [id_], period):
        return (id_,)
    if name and not _tells(columns, [name], period):
        unit = by_target.get("investment.org_unit") or by_target.get("ai_system.agency")
        if unit and _tells(columns, [name, unit], period):
            return (name, unit)
    return tuple(told)


def _tells(columns: Mapping[str, Profile], names: list[str], period: str | None) -> bool:
    """Whether the cells of *names* are filled and differ in every row (of one report)."""
    chosen = [columns[name].cells for name in ([period] if period else []) + names]
    rows = list(zip(*chosen, strict=True))
    return len(set(rows)) == len(rows) and all(row[-1].strip() for row in rows)


# -- questions


def _ask(guesses: Mapping[str, Guess], columns: Mapping[str, Profile]) -> list[Question]:
    """One question for each column whose meaning is not clear."""
    asked = []
    for found in guesses.values():
        if not found.asked or found.to is None:
            continue
        options = tuple(dict.fromkeys((found.to, *found.others)))
        examples = ", ".join(f"“{word[:40]}”" for word, _ in columns[found.column].words.most_common(3))
        asked.append(
            Question(
                code="column-meaning",
                message=f"Is “{found.column}” the {' or the '.join(options)}? It says {examples or 'nothing'}.",
                column=found.column,
                options=(*options, ""),
            )
        )
    return asked


def _whole(layout: Mapping[str, Column], options: Options) -> list[Question]:
    """What is asked of the table as a whole."""
    asked = []
    targets = {column.to: column for column in layout.values()}
    money = [target for target, column in targets.items() if target.rpartition(".")[2] in MONEY and not column.currency]
    if money and not options.currency and "investment.currency" not in targets:
        asked.append(
            Question(
                code="currency", message="In which currency are the amounts?", column="currency", options=CODES[:6]
            )
        )
    if "report.period" in targets and not options.day:
        asked.append(
            Question(
                code="report-day",
                message="For which day does a year's report speak? Until you say, for the last of the year.",
                column="day",
                options=("12-31", "03-31", "06-30", "09-30"),
            )
        )
    if not {"investment.name", "ai_system.name"} & set(targets):
        asked.append(
            Question(
                code="no-name",
                message="No column names the rows; their ids stand in for names until you say which does.",
                column="name",
            )
        )
    return asked


MONEY = ("whole_life_cost", "budget", "likely", "low", "high")


def specify(file: TableFile, column: str, target: str) -> tuple[Column, list[Question]]:
    """What *column* needs for the meaning that a person chose (scale, currency, order), and what is unclear of it."""
    meaning = {**MEANINGS, **AI_MEANINGS}.get(target)
    if meaning is None:
        return Column(to=target, named=column if target.startswith("milestone.") else None), []
    found, asked = _specify(Profile(column, file.column(column)), target, meaning)
    plain = Column(to=target, named=column if target in ("link.url", "milestone.due", "milestone.done") else None)
    return (plain if found is None else found), asked
