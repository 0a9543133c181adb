"""The course of one investment: its stages, gates, milestones and money, as events of the story."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from random import Random

from northing.portfolio.edits import Edit, change, create, remove
from northing.portfolio.investment import ENDED, RUNNING, Stage

from . import events, technology
from .cast import person, sample_id, unit
from .money_plan import MoneyPlan, odd
from .phrases import cost_reason, slip_reasons
from .plot import Plot
from .strategy import AIMS, PORTFOLIOS, key_result, objective, portfolio, stream
from .timeline import LENGTH, Event, Timeline, next_quarter, quarter_of

GATES = {
    Stage.DISCOVERY: "Gate 1: worth exploring",
    Stage.PILOT: "Gate 2: pilot",
    Stage.SCALE: "Gate 3: scale",
    Stage.OPERATE: "Gate 4: operate",
}
MARKS: dict[Stage, tuple[str, ...]] = {
    Stage.PILOT: (
        "Data-protection assessment signed",
        "Baseline measured",
        "First real cases",
        "Override test passed",
        "First users trained",
    ),
    Stage.SCALE: (
        "Security review closed",
        "Roll-out plan agreed with the line",
        "First country live",
        "Fallback rehearsed",
    ),
    Stage.OPERATE: ("Hand-over to the line", "First yearly review", "Dossier complete"),
}
REQUESTED = 33
"""The day from which investments are tied to objectives."""

NEXT = {Stage.IDEA: Stage.DISCOVERY, Stage.DISCOVERY: Stage.PILOT, Stage.PILOT: Stage.SCALE, Stage.SCALE: Stage.OPERATE}

REASONS = {
    Stage.DISCOVERY: "{name}: worth exploring, question and baseline agreed",
    Stage.PILOT: "{name}: gate 2 passed, pilot begins",
    Stage.SCALE: "{name}: gate 3 passed, scale agreed",
    Stage.OPERATE: "{name}: handed over to the line",
    Stage.ON_HOLD: "{name} put on hold; money ahead given back",
    Stage.STOPPED: "{name} stopped: the pilot did not show what was hoped; money ahead given back",
    Stage.RETIRED: "{name} retired; its users moved to the successor",
    Stage.IDEA: "Idea taken in: {name}",
}


class Course:
    """Runs one plot through its days; what others ask of it (stage, troubles) stands in its fields."""

    def __init__(self, key: str, plot: Plot, time: Timeline, seed: str) -> None:
        self.key, self.plot, self.time = key, plot, time
        self.random = Random(f"{seed}/{key}")
        self.money = MoneyPlan(key, plot, time, self.random)
        self.troubles = [trouble for trouble in events.TROUBLES if trouble.plot == key]
        self.due: dict[Stage, int] = {}
        self.open_marks: dict[str, tuple[int, int | None]] = {}
        """Milestone id → (day it is due, day it gets done)."""
        self.has_systems = False
        self.slips: list[tuple[int, Stage, int, str]] = []
        self.replans: list[tuple[int, float, str]] = []
        self._foresee()

    @property
    def id(self) -> str:
        return sample_id("investment", self.key)

    def stage_on(self, day: int) -> Stage | None:
        stage = None
        for since, entered in self.plot.course:
            if since <= day:
                stage = entered
        return stage

    def owner_on(self, day: int) -> str | None:
        return events.owner_on(day, self.key, self.plot.owner)

    def author_on(self, day: int) -> str:
        """Who writes about it: the owner, or the portfolio office where there is none."""
        return self.owner_on(day) or ("ana" if day % 3 else "tomasz")

    def happenings(self) -> Iterator[tuple[int, Callable[[], Event | None]]]:
        """Everything that happens to it but its monthly reports, in order: the day, and what tells it on that day."""
        agenda: list[tuple[int, int, Callable[[], Event | None]]] = []
        path = self.plot.course
        begun = [(day, stage) for day, stage in path if day <= 0]
        if begun:
            agenda.append((0, 2, self._inherit))
        if path[0][0] < REQUESTED and self.plot.serves:
            agenda.append((REQUESTED, 1, self._tie))
        for day, stage in path:
            if day > 0:
                agenda.append((day, 3, self._enter_at(day, stage, first=(day, stage) == path[0])))
        for day, gate, shift, why in self.slips:
            agenda.append((day, 4, self._slip_at(day, gate, shift, why)))
        for day, factor, why in self.replans:
            agenda.append((day, 5, self._replan_at(day, factor, why)))
        for day, _, happen in sorted(agenda, key=lambda item: item[:2]):
            yield day, happen

    # What will happen, decided before it is told, so that reports can speak of it.

    def _foresee(self) -> None:
        path = self.plot.course
        reasons = slip_reasons(self.plot, self.random)
        for (before, _), (day, stage) in pairwise(path):
            if stage in GATES and 0 < day <= 25:
                self.due[stage] = day
            elif stage in GATES and day > 25:
                self._foresee_slips(stage, max(before, 5), day, reasons)
        last_day, last = path[-1]
        following = NEXT.get(last) if last else None
        if self.key == "file-summary":
            self.due[Stage.SCALE] = 61
            self.slips = [(day, Stage.SCALE, shift, why) for day, shift, why in events.ENDLESS]
        elif following and self.plot.length:
            due = LENGTH + self.random.choice((-9, 12, 23, 34, 47, 58, 72, 88, 103, 131))
            slipped = self.random.choice((0, 0, 21, 36, 43, 66)) if last_day < LENGTH - 150 else 0
            self.due[following] = due - slipped
            if slipped:
                self._add_slip(self.random.randint(LENGTH - 120, LENGTH - 6), following, slipped, reasons)
        if self.plot.size and last in RUNNING and self.random.random() < 0.6:
            earliest = max(40, path[0][0] + 70)
            if earliest < LENGTH - 40:
                why, factor = cost_reason(self.plot, self.random)
                self._add_replan(self.random.randint(earliest, LENGTH - 25), factor, why)

    def _foresee_slips(self, stage: Stage, before: int, day: int, reasons: list[str]) -> None:
        room = (day - before) // 2
        count = self.random.choice((0, 0, 1, 1, 2)) if room > 40 else self.random.choice((0, 0, 1)) if room > 14 else 0
        moved = sorted(self.random.randint(9, max(10, room // max(1, count))) for _ in range(count))
        due = day - sum(moved)
        self.due[stage] = due
        for shift in moved:
            on = max(before + 6, due - self.random.randint(4, 19))
            if 8 < on < day:
                self._add_slip(on, stage, shift, reasons)
            due += shift

    def _add_slip(self, on: int, stage: Stage, shift: int, reasons: list[str]) -> None:
        why = reasons.pop(0)
        self.slips.append((on, stage, shift, why))
        rating = "red" if shift > 48 else "amber" if shift > 18 else "amber_green"
        self.troubles.append(
            events.Trouble(self.key, on - 9, on + 20 + shift, "schedule", rating, f"{why}; the gate moves {shift} days")
        )

    def _add_replan(self, on: int, factor: float, why: str) -> None:
        self.replans.append((on, factor, why))
        if factor > 1.1:
            rating = "amber_red" if factor > 1.2 else "amber"
            self.troubles.append(events.Trouble(self.key, on - 14, on + 62, "cost", rating, why))

    # How it is told.

    def _inherit(self) -> Event:
        """What was there before the first day."""
        edits = [self._investment(0)]
        for day, stage in self.plot.course:
            if day <= 0 and stage in GATES:
                edits.append(self._gate(stage, day - self.random.choice((0, 0, 13, 28)), done=day))
        stage = self.stage_on(0)
        edits += self._gates_ahead()
        if stage in MARKS:
            edits += self._marks(stage, self.random.randint(12, 90))
        if stage is not Stage.DISCOVERY and stage is not Stage.IDEA:
            edits += self._systems(0)
        edits += self.money.ask(stage, self.time.start) if stage else []
        return Event(
            0,
            2,
            f"inventory-{self.plot.portfolio}",
            edits,
            f"What is running today, {portfolio_name(self.plot)}: taken over from the steering spreadsheet",
            "tomasz",
        )

    def _tie(self) -> Event | None:
        name = portfolio_name(self.plot)
        return Event(
            REQUESTED + len(self.plot.portfolio) % 4,
            1,
            f"tie-{self.plot.portfolio}",
            self._contributions(),
            f"{name}: what each investment is for, agreed with its sponsor",
            "ana",
        )

    def _enter_at(self, day: int, stage: Stage | None, *, first: bool) -> Callable[[], Event | None]:
        def enter() -> Event:
            edits: list[Edit] = []
            if first:
                edits.append(self._investment(day))
                edits += self._gates_ahead()
                edits += self._contributions() if day >= REQUESTED else []
                edits += self._systems(day) if stage is None else []
                edits += (
                    self.money.round(Stage.OPERATE, self.time.on(day + 200), self.time.on(day)) if stage is None else []
                )
                reason = (
                    REASONS[Stage.IDEA]
                    if stage is Stage.IDEA
                    else "Exploring {name}"
                    if stage
                    else "Found by the survey of shadow IT: {name}"
                )
                who = self.author_on(day)
            else:
                assert stage is not None
                edits.append(change("investment", self.id, stage=stage))
                reason, who = REASONS[stage], self.author_on(day)
                if stage in GATES:
                    edits.append(change("milestone", self._gate_id(stage), done=self.time.working(day)))
                if stage in ENDED or stage is Stage.ON_HOLD:
                    edits += self._end(stage, day)
                    who = self.plot.sponsor or "ana"
                elif stage is Stage.PILOT:
                    edits += self._systems(day)
                    edits.append(
                        self._link(
                            "Business case", f"https://papers.fenmarch.example/cases/{self.key}", "business case"
                        )
                    )
                else:
                    edits += self._systems_become(stage)
                    if stage is Stage.SCALE:
                        edits.append(self._link("Source", f"https://code.fenmarch.example/ai/{self.key}", "repository"))
                    elif stage is Stage.OPERATE:
                        edits.append(
                            self._link("Live figures", f"https://figures.fenmarch.example/{self.key}", "dashboard")
                        )
            if stage in MARKS:
                edits += self._marks(stage, day)
            if stage and stage in RUNNING:
                edits += self.money.ask(stage, self.time.on(day))
            return Event(day, 3, self.key, edits, reason.format(name=self.plot.name), who)

        return enter

    def _end(self, stage: Stage, day: int) -> list[Edit]:
        edits = self.money.release(next_quarter(quarter_of(self.time.on(day))))
        reached = {entered for _, entered in self.plot.course}
        for gate in [gate for gate in self.due if gate not in reached]:
            edits.append(remove("milestone", self._gate_id(gate)))
            del self.due[gate]
        for mark in [mark for mark, (_, done) in self.open_marks.items() if done is None or done > day]:
            edits.append(remove("milestone", mark))
            del self.open_marks[mark]
        if stage in ENDED:
            edits.append(change("investment", self.id, end=self.time.working(day)))
            edits += self._systems_become(stage)
        return edits

    def _slip_at(self, day: int, gate: Stage, shift: int, why: str) -> Callable[[], Event | None]:
        def slip() -> Event:
            self.due[gate] += shift
            now = self.time.working(self.due[gate])
            edits = [change("milestone", self._gate_id(gate), due=now)]
            words = f"{self.plot.name}: {gate} gate moves to {now.day} {now:%B}. {why}"
            return Event(day, 4, f"slip-{self.key}", edits, words, self.author_on(day))

        return slip

    def _replan_at(self, day: int, factor: float, why: str) -> Callable[[], Event | None]:
        def replan() -> Event:
            edits = self.money.replan(factor, self.time.on(day), why)
            return Event(
                day,
                5,
                f"money-{self.key}",
                edits,
                f"{self.plot.name}: {why[0].lower() + why[1:]}",
                "matteo" if self.random.random() < 0.5 else self.author_on(day),
            )

        return replan

    # The entities.

    def _investment(self, day: int) -> Edit:
        plot = self.plot
        home, flow, org = plot.home.split("/")
        begin = plot.course[0][0]
        owner = events.owner_on(day, self.key, plot.owner)
        own = technology.own_field
        custom: dict[str, object] = {own("act"): plot.act, own("countries"): plot.countries.split()}
        if plot.size > 300:
            custom[own("ceiling")] = str(
                round(plot.size * self.random.uniform(0.91, 1.27)) * 1000 + self.random.choice((0, 0, 250, 500))
            )
        if "voice" in plot.tags or "works-council" in plot.tags:
            custom[own("council")] = self.key != "voice"
        if plot.home.split("/")[0] in ("claims", "service") and plot.size:
            custom[own("reach")] = str(self.random.randint(1900, 240000))
        if any(system.vendor for system in plot.systems):
            custom[own("renewal")] = self.time.on(LENGTH + self.random.randint(40, 420)).isoformat()
        if self.key in ("fraud-graph", "legacy", "agent-assist"):
            custom[own("board-name")] = {
                "fraud-graph": "Ring hunter",
                "legacy": "Old books, new reader",
                "agent-assist": "First day, full answer",
            }[self.key]
        return create(
            "investment", self.id, name=plot.name, problem=plot.problem, benefits=plot.benefits, description=plot.says,
            portfolio=portfolio(home), value_stream=stream(flow), org_unit=unit(org), owner=person(owner) if owner else None,
            sponsor=person(plot.sponsor) if plot.sponsor else None, stage=self.stage_on(day), spend_class=plot.spend,
            category=plot.category, start=self.time.on(begin) if plot.length or plot.size else None,
            end=self.time.on(begin + self._length()) if plot.length else None, currency=plot.currency,
            whole_life_cost=odd(plot.size * 1000 * self.random.uniform(1.6, 2.4), self.random) if plot.size else None,
            tags=sorted(plot.tags.split()), custom=custom,
        )  # fmt: skip

    def _length(self) -> int:
        ends = self.plot.course[0][0] + self.plot.length
        last = self.plot.course[-1][1]
        if last in RUNNING and ends < LENGTH + 60:
            return LENGTH + 60 - self.plot.course[0][0] + len(self.plot.name) * 7 % 300
        return self.plot.length

    def _contributions(self) -> list[Edit]:
        return [
            create(
                "strategic_contribution", sample_id("strategic_contribution", self.key, target), investment=self.id, weight=weight,
                objective=objective(target) if target in AIMS else None, key_result=None if target in AIMS else key_result(target),
            )
            for target, weight in self.plot.contributions
        ]  # fmt: skip

    def _gates_ahead(self) -> list[Edit]:
        return [self._gate(stage, due) for stage, due in self.due.items()]

    def _gate(self, stage: Stage, due: int, done: int | None = None) -> Edit:
        return create(
            "milestone", self._gate_id(stage), investment=self.id, name=GATES[stage], type="gate", stage=stage,
            due=self.time.working(due), done=self.time.working(done) if done is not None else None,
            owner=person("ana") if stage in (Stage.SCALE, Stage.OPERATE) else None,
        )  # fmt: skip

    def _gate_id(self, stage: Stage) -> str:
        return sample_id("milestone", self.key, stage)

    def _marks(self, stage: Stage, day: int) -> list[Edit]:
        edits = []
        for name in self.random.sample(MARKS[stage], 2):
            due = day + self.random.randint(24, 128)
            late = self.random.choice((-4, 0, 0, 3, 9, 17, 31))
            forgotten = due > LENGTH - 150 and self.random.random() < 0.16
            done = due + late if due + late < LENGTH - 4 and not forgotten else None
            mark = sample_id("milestone", self.key, name)
            self.open_marks[mark] = (due, done)
            owner = self.owner_on(day)
            edits.append(
                create(
                    "milestone",
                    mark,
                    investment=self.id,
                    name=name,
                    due=self.time.working(due),
                    owner=person(owner) if owner else None,
                )
            )
        return edits

    def _systems(self, day: int) -> list[Edit]:
        self.has_systems = True
        return technology.systems_of(self.key, self.plot, self.stage_on(day), self.time.on(day))

    def _systems_become(self, stage: Stage) -> list[Edit]:
        return technology.systems_become(self.key, self.plot, stage) if self.has_systems else []

    def _link(self, title: str, url: str, type: str) -> Edit:
        return create("link", sample_id("link", self.key, type), subject=self.id, title=title, url=url, type=type)


def portfolio_name(plot: Plot) -> str:
    return PORTFOLIOS[plot.portfolio][0]
