"""What Fenmarch's teams worked on, item by item: the truth that their tracker, repositories and pipelines tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from random import Random
from typing import NamedTuple

from northing.portfolio.investment import ENDED, Stage
from northing.sources.sample.course import Course
from northing.sources.sample.timeline import LENGTH, Timeline

from .boards import ASSISTANT, BOARDS, RENAMED, SPLIT, epic
from .titles import title

A_WEEK = {"CLM": 3.5, "FRD": 1.7, "GRW": 2.5, "SVC": 3.1, "PLT": 3.0, "RSK": 0.6, "UKC": 0.9, "AMS": 1.4}
"""Project → how many items are written down in a week."""

RELEASES = {"CLM": ((1, 3), 13), "SVC": ((0, 1, 2, 3), 10), "PLT": ((0, 1, 2, 3, 4), 9)}
"""Project → the weekdays and the hour (UTC) on which what waits is released; the others release on Thursdays."""

TYPES = {"Story": (58, 1.0), "Bug": (21, 0.5), "Control": (8, 1.2), "Upkeep": (13, 0.9)}
"""Type → how many of a hundred items are one, and how long they take beside a story."""

WEIGHT = {Stage.DISCOVERY: 1.0, Stage.PILOT: 3.0, Stage.SCALE: 4.0, Stage.OPERATE: 1.4}
"""How much work an investment makes in each stage."""

DAYS = {"Backlog": (11.0, 0.9), "Ready": (2.4, 0.7), "In progress": (6.4, 0.55), "In review": (1.5, 0.55), "With pilot users": (5.0, 0.4)}
"""State → the median of days spent in it, and how far they scatter."""

FASTER, SLOWER = 0.5, 3.2
"""What the coding assistant does to writing code, and to reviewing it."""

STUCK, PARKED, MOVED = "stuck", "parked", "moved"
"""What befalls single items: see :func:`_fate`."""


class Move(NamedTuple):
    """One change of an item: of its status, flag, resolution or project."""

    at: datetime
    field: str
    was: str | None
    now: str | None


class Item(NamedTuple):
    id: int
    key: str
    """The key that it was given first; one that moved has another in the end."""
    project: str
    type: str
    title: str
    created: datetime
    moves: tuple[Move, ...]
    parent: int | None = None
    """Id of its epic, or of the item that it is a sub-task of."""
    points: int | None = None
    labels: tuple[str, ...] = ()
    released: datetime | None = None
    """When what was made for it first went live."""
    recorded: bool = True
    """Whether the tracker has its history: what came from the old one has none."""

    def entered(self, state: str) -> datetime | None:
        """When it was first in *state*."""
        return next((move.at for move in self.moves if move.field == "status" and move.now == state), None)

    def left(self, state: str) -> datetime | None:
        """When it last left *state*."""
        return next((move.at for move in reversed(self.moves) if move.field == "status" and move.was == state), None)


def called(state: str | None, at: datetime, days: Timeline) -> str | None:
    """The name that a state has at an instant."""
    return "Code review" if state == "In review" and at >= _noon(days, RENAMED) else state


@lru_cache(maxsize=1)
def _told(days: Timeline, root: str, courses: tuple[tuple[str, Course], ...]) -> tuple[Item, ...]:
    named = dict(courses)
    epics = {one.key: one for one in _epics(days, named)}
    found = list(epics.values())
    for number, (crew, project) in enumerate(BOARDS.items()):
        found += _of_project(days, Random(f"{root}/work/{project}"), crew, project, (number + 2) * 10_000, named, epics)
    return tuple(found)


def backlog(days: Timeline, root: str, courses: Mapping[str, Course]) -> tuple[Item, ...]:
    """Everything that was worked on, epics first; each item with what became of it until long after the story."""
    return _told(days, root, tuple(courses.items()))


def _noon(days: Timeline, day: int) -> datetime:
    return datetime.combine(days.on(day), time(11), UTC)


def _epics(days: Timeline, courses: Mapping[str, Course]) -> Iterator[Item]:
    """An epic for each investment that was ever worked on."""
    for number, (key, course) in enumerate(courses.items()):
        begun = next((day for day, stage in course.plot.course if stage in WEIGHT), None)
        if begun is None or begun > LENGTH - 20:
            continue
        project, named = epic(key, courses)
        created = _noon(days, max(begun, 0) + 1)
        moves = [Move(created + timedelta(days=5), "status", "Backlog", "In progress")]
        over = next((day for day, stage in course.plot.course if stage in ENDED), None)
        if over is not None and over > begun:
            moves.append(Move(_noon(days, over + 4), "status", "In progress", "Done"))
            moves.append(Move(_noon(days, over + 4), "resolution", None, "Done"))
        yield Item(10_000 + number, named, project, "Epic", course.plot.name, created, tuple(moves))


def _of_project(
    days: Timeline, random: Random, crew: str, project: str, first: int, courses: Mapping[str, Course], epics: Mapping[str, Item]
) -> Iterator[Item]:  # fmt: skip
    """The items of one team, and their sub-tasks, in the order in which they were written down."""
    theirs = {key: found for key in courses if (found := epic(key, courses))[0] == project and found[1] in epics}
    number, at = 500, 0.0
    fates = _fates(crew)
    while (at := at + random.expovariate(A_WEEK[project] / 7)) < LENGTH:
        number += 1
        created = _office(_noon(days, 0) + timedelta(days=at), random)
        type = random.choices(list(TYPES), [share for share, _ in TYPES.values()])[0]
        weights = [WEIGHT.get(stage, 0) if (stage := courses[key].stage_on(int(at))) else 0 for key in theirs]
        above = None
        if any(weights) and random.random() > (0.14 if type in ("Bug", "Upkeep") else 0.03):
            above = epics[theirs[random.choices(list(theirs), weights)[0]][1]]
        fate = fates.pop(0)[1] if fates and at >= fates[0][0] else None
        moves, released = _Course(days, random, crew, type, fate).run(created)
        made = Item(
            first + number, f"{project}-{number}", project, type, title(type, random), created, moves, above.id if above else None,
            random.choice((1, 2, 3, 3, 5, 8)) if type == "Story" else None,
            tuple(label for label, share in (("ai", 0.3), ("customer", 0.12), ("audit", 0.06)) if random.random() < share),
            released, not (crew == "americas" and at < 55),
        )  # fmt: skip
        yield made
        if type == "Story" and random.random() < 0.08 and (begun := made.entered("In progress")):
            for _ in range(2):
                number += 1
                done = _office(begun + timedelta(days=random.uniform(1, 5)), random)
                yield Item(
                    first + number, f"{project}-{number}", project, "Sub-task", title("Sub-task", random), begun,
                    (Move(begun + timedelta(minutes=40), "status", "Backlog", "In progress"), Move(done, "status", "In progress", "Done"),
                     Move(done, "resolution", None, "Done")), made.id,
                )  # fmt: skip


def _fates(crew: str) -> list[tuple[int, str]]:
    """Single items that something befalls, by the day after which they were written down."""
    return {"fraud": [(330, STUCK), (352, STUCK), (405, PARKED)], "growth": [(221, MOVED)]}.get(crew, [])


class _Course:
    """One item on its way across the board; each instant lies after the one before."""

    def __init__(self, days: Timeline, random: Random, crew: str, type: str, fate: str | None) -> None:
        self.days, self.random, self.crew, self.type, self.fate = days, random, crew, type, fate
        self.moves: list[Move] = []
        self.state, self.at = "Backlog", datetime.min.replace(tzinfo=UTC)

    def run(self, created: datetime) -> tuple[tuple[Move, ...], datetime | None]:
        """What becomes of it, and when it goes live."""
        self.at, chance = created, self.random.random()
        if self.fate is None and chance < 0.055:
            self._end("Won't do", "Won't do") if chance < 0.03 else self._end("Done", "Duplicate")
            return tuple(self.moves), None
        self._to("Ready")
        self._to("In progress")
        if self.crew == "americas" and chance > 0.88:
            self._to("Backlog")
            self._to("Ready")
            self._to("In progress")
        if self.fate == MOVED:
            self._say("project", "GRW", "AMS")
        if self.fate == STUCK:
            self.at += timedelta(days=400)
        if self.fate == PARKED:
            self._to("Parked")
            return tuple(self.moves), None
        if self.fate is None and self.random.random() < 0.1:
            self._blocked()
        self._to("In review")
        if self.random.random() < 0.08:
            self._to("In progress")
            self._to("In review")
        if self.crew == "service":
            self._to("With pilot users")
        self._to("Waiting for release")
        released = self._release()
        if self.random.random() < 0.045:
            self._say("resolution", "Done", None, days=self.random.uniform(2, 12))
            self._enter("In progress")
            self._to("In review")
            self._to("Waiting for release")
            self._release()
        return tuple(self.moves), released

    def _spent(self) -> float:
        """Days in the state that it is in, as the median then was."""
        median, scatter = DAYS.get(self.state, (0.5, 0.3))
        day = (self.at.date() - self.days.start).days
        if self.state in ("In progress", "In review") and day >= ASSISTANT:
            median *= FASTER if self.state == "In progress" else SLOWER
        if self.state == "Ready" and self.crew == "claims" and day >= SPLIT:
            median *= 0.4
        if self.state != "Backlog":
            median *= TYPES[self.type][1]
        return median * self.random.lognormvariate(0, scatter)

    def _to(self, state: str) -> None:
        self.at = max(_office(self.at + timedelta(days=self._spent()), self.random), self.at + timedelta(minutes=7))
        self._enter(state)

    def _enter(self, state: str) -> None:
        self._say("status", self.state, state)
        self.state = state

    def _say(self, field: str, was: str | None, now: str | None, days: float = 0.0) -> None:
        if days:
            self.at = _office(self.at + timedelta(days=days), self.random)
        self.moves.append(Move(self.at, field, was, now))

    def _end(self, state: str, resolution: str) -> None:
        self._to(state)
        self._say("resolution", None, resolution)

    def _blocked(self) -> None:
        """Somebody else has to do something first."""
        self._say("Flagged", None, "Impediment", days=self.random.uniform(0.6, 2))
        self._say("Flagged", "Impediment", None, days=self.random.uniform(1.2, 9))

    def _release(self) -> datetime:
        """It goes live with the next release of its team."""
        weekdays, hour = RELEASES.get(BOARDS[self.crew], ((3,), 14))
        slot = datetime.combine(self.at.date(), time(hour), UTC)
        while slot <= self.at + timedelta(minutes=30) or slot.weekday() not in weekdays:
            slot += timedelta(days=1)
        self.at = slot + timedelta(minutes=self.random.randint(31, 170))
        self._enter("Done")
        self._say("resolution", None, "Done")
        return slot


def _office(at: datetime, random: Random) -> datetime:
    """The same instant, or the next morning on which somebody works."""
    if at.hour >= 17:
        at = datetime.combine(at.date() + timedelta(days=1), time(7, random.randrange(60)), UTC)
    elif at.hour < 7:
        at = datetime.combine(at.date(), time(7, random.randrange(60)), UTC)
    while at.weekday() > 4:
        at += timedelta(days=1)
    return at.replace(microsecond=0)
