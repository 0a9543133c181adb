"""What people say to each other about one thing of the plan: in threads, with who is spoken to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import msgspec

from northing.access import directory
from northing.access.members import roles
from northing.measure.view import View
from northing.portfolio.deciding import Comment
from northing.portfolio.edits import Edit
from northing.record import At, Record

AT = re.compile(r"(?<![\w@.])@(?=\w)")
"""Where somebody may be spoken to; not within an address of mail."""


class Piece(msgspec.Struct, frozen=True):
    """A part of what was said; with *person*, a name that speaks to them."""

    text: str
    person: str = ""


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """One comment, and what was answered."""

    id: str
    by: str
    name: str
    on: date | None
    text: str
    pieces: tuple[Piece, ...]
    settled: bool
    answers: tuple[Remark, ...] = ()


def remarks(record: Record, view: View, at: At, subject: str) -> list[Remark]:
    """What is said about *subject*, the oldest first; all answers stand below what began it."""
    about = list(view.plan.comments.by("subject", subject))
    if about:
        made = record.made("comment", at)
        about.sort(key=lambda one: (one.on or date.min, made.get(one.id, 0), one.id))
    here = {one.id: one for one in about}
    answers: dict[str, list[Comment]] = {}
    for one in about:
        answers.setdefault(_first(here, one), []).append(one)
    return [
        _told(view, one, tuple(_told(view, answer) for answer in answers[one.id] if answer is not one))
        for one in about
        if one.id in answers
    ]


def _told(view: View, one: Comment, answers: tuple[Remark, ...] = ()) -> Remark:
    spoken = {id: view.names[id] for id in one.mentions if id in view.names}
    return Remark(
        id=one.id, by=one.by or "", name=view.names.get(one.by or "", ""), on=one.on, text=one.text,
        pieces=tuple(pieces(one.text, spoken)), settled=one.settled, answers=answers,
    )  # fmt: skip


def _first(here: Mapping[str, Comment], one: Comment) -> str:
    """What began the thread of *one*: itself, where it answers nothing that is here, or goes round in a circle."""
    seen, now = {one.id}, one
    while (above := here.get(now.reply_to or "")) is not None:
        if above.id in seen:
            return min(seen)
        seen.add(above.id)
        now = above
    return now.id


def members(workspace: str, names: Mapping[str, str]) -> dict[str, str]:
    """Person id → name, of everybody with a place in *workspace* (its id): who can be spoken to."""
    found = {id: names[id] for id in roles(workspace) if names.get(id)}
    return dict(sorted(found.items(), key=lambda pair: (pair[1].lower(), pair[0])))


def spoken_to(text: str, people: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Whom *text* speaks to, and the words after an @ that are nobody's name, or several people's.

    A name is written in full, or by its first word where only one has it; upper and lower case are the same.
    """
    found: dict[str, None] = {}
    nobody: dict[str, None] = {}
    for at in AT.finditer(text):
        person, _length = _named(text[at.end() :], people)
        if person:
            found[person] = None
        else:
            nobody[re.split(r"[^\w-]", text[at.end() :], maxsplit=1)[0]] = None
    return tuple(found), tuple(nobody)


def speaking(workspace: str, edits: Sequence[Edit]) -> list[Edit]:
    """*edits* in which every comment is also for whom its text speaks to, whoever else it is for."""
    people: dict[str, str] = {}
    found = []
    for edit in edits:
        text = edit.fields.get("text") if edit.kind == "comment" else None
        if isinstance(text, str):
            people = people or members(workspace, directory.names(workspace))
            spoken, _nobody = spoken_to(text, people)
            said = dict.fromkeys([*(edit.fields.get("mentions") or ()), *spoken])
            edit = msgspec.structs.replace(edit, fields={**edit.fields, "mentions": list(said)})
        found.append(edit)
    return found


def pieces(text: str, people: Mapping[str, str]) -> Iterator[Piece]:
    """*text* in parts, those that speak to somebody of *people* apart."""
    done = 0
    for at in AT.finditer(text):
        person, length = _named(text[at.end() :], people)
        if person:
            if at.start() > done:
                yield Piece(text[done : at.start()])
            done = at.end() + length
            yield Piece(text[at.start() : done], person)
    if done < len(text):
        yield Piece(text[done:])


def _named(rest: str, people: Mapping[str, str]) -> tuple[str, int]:
    """Whose name *rest* begins with, and how long it is there; nobody where it is not one person's alone."""
    low = rest.lower()
    for least in (None, 1):
        found = [
            (len(name), id)
            for id, full in people.items()
            if (name := (full if least is None else full.split()[0]).lower())
            and low.startswith(name)
            and not low[len(name) : len(name) + 1].isalnum()
        ]
        longest = max((length for length, _id in found), default=0)
        best = [id for length, id in found if length == longest]
        if len(best) == 1:
            return best[0], longest
        if best:
            return "", longest
    return "", 0
