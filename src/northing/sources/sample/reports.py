"""The monthly reports: what owners say of their investments' health, and what of it is true."""

from __future__ import annotations

from datetime import date
from random import Random

from northing.portfolio.edits import Edit, change, create
from northing.portfolio.investment import RUNNING, Stage

from . import events
from .cast import person, sample_id
from .course import Course
from .phrases import GROUND, MENDED, RESOURCE, SCOPE, pulse_words
from .timeline import LENGTH, Timeline

DIMENSIONS = ("scope", "schedule", "cost", "resource")
WORST = ("green", "amber_green", "amber", "amber_red", "red")


class Reporter:
    """Writes the reports of one investment, month by month, and remembers the last."""

    def __init__(self, course: Course, seed: str) -> None:
        self.course = course
        self.random = Random(f"{seed}/reports/{course.key}")
        self.before: dict[str, str] = {}
        self.pulse_before: float | None = None

    def report(self, day: int, month: date, time: Timeline) -> list[Edit]:
        """The report on *month*, written on *day*; empty where nobody has to report or nobody does."""
        course, stage = self.course, self.course.stage_on(day)
        silent = events.SILENT.get(course.key, LENGTH + 1)
        if stage not in RUNNING or day > silent or (stage is Stage.DISCOVERY and self.random.random() < 0.25):
            return []
        # Of several troubles in one dimension people speak of the worst, and of equals of the last.
        now = sorted(
            (trouble for trouble in course.troubles if trouble.since <= day < trouble.until),
            key=lambda trouble: (WORST.index(trouble.rating), trouble.since),
        )
        said = {trouble.dimension: trouble for trouble in now}
        ratings = {dimension: said[dimension].rating if dimension in said else "green" for dimension in DIMENSIONS}
        fields: dict[str, object] = {}
        for dimension, rating in ratings.items():
            fields[dimension] = rating
            fields[f"{dimension}_trend"] = self._trend(dimension, rating)
            fields[f"{dimension}_words"] = f"{said[dimension].words}." if dimension in said else self._quiet(dimension)
        overall = events.ALWAYS_SAYS.get(course.key) or _overall(list(ratings.values()))
        owner = course.owner_on(day)
        words = self._words(day, stage, overall, [trouble.words for trouble in now])
        self.before = {**ratings, "overall": overall}
        return [
            create("health_report", sample_id("health_report", course.key, month.isoformat()), investment=course.id,
                   on=time.working(day - self.random.choice((0, 0, 1, 2))), by=person(owner or "tomasz"),
                   overall=overall, words=words, **fields)
        ]  # fmt: skip

    def marks(self, day: int, time: Timeline) -> list[Edit]:
        """Milestones that were reached since the last month."""
        reached = [
            (mark, done) for mark, (_, done) in self.course.open_marks.items() if done is not None and done <= day
        ]
        for mark, _ in reached:
            del self.course.open_marks[mark]
        return [change("milestone", mark, done=time.working(done)) for mark, done in reached]

    def _trend(self, dimension: str, rating: str) -> str | None:
        if dimension not in self.before:
            return None
        step = WORST.index(rating) - WORST.index(self.before[dimension])
        return "worse" if step > 0 else "better" if step < 0 else "same"

    def _quiet(self, dimension: str) -> str | None:
        chosen = {"scope": SCOPE, "resource": RESOURCE}.get(dimension)
        return f"{self.random.choice(chosen)}." if chosen and self.random.random() < 0.3 else None

    def _words(self, day: int, stage: Stage, overall: str, troubles: list[str]) -> str:
        parts: list[str] = []
        if troubles and overall != "green":
            parts.append(f"{troubles[-1]}.")
        elif self.before.get("overall") in ("amber", "amber_red", "red") and overall in ("green", "amber_green"):
            parts.append(self.random.choice(MENDED))
        pulse = self.course.plot.pulse
        if pulse and stage is not Stage.DISCOVERY:
            begun = next(
                (since for since, entered in self.course.plot.course if entered not in (Stage.IDEA, Stage.DISCOVERY)), 0
            )
            share = max(
                0.0,
                min(1.0, (day - max(0, begun)) / max(60, LENGTH - max(0, begun)) + self.random.uniform(-0.05, 0.04)),
            )
            parts.append(pulse_words(pulse, share, self.pulse_before if self.pulse_before is not None else max(0.0, share - 0.06),
                                     self.random, stage is Stage.OPERATE))  # fmt: skip
            self.pulse_before = share
        else:
            parts.append(self.random.choice(GROUND).format(n=self.random.randint(7, 460)))
        return " ".join(parts)


def _overall(ratings: list[str]) -> str:
    """What an honest reporter says: the worst, softened where it stands alone."""
    ranks = sorted((WORST.index(rating) for rating in ratings), reverse=True)
    worst, second = ranks[0], ranks[1]
    return WORST[worst - 1] if worst >= 3 and second == 0 else WORST[worst]
