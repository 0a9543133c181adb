"""The whole story, put together: the company, its strategy, some sixty investments and eighteen months."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from northing.portfolio.edits import Edit, change, create
from northing.portfolio.investment import Stage

from . import cast, events, feeds, strategy, technology
from .cast import CAST, person, sample_id
from .choosing import choosing
from .claims import CLAIMS
from .course import Course
from .customer import SERVICE
from .feeds import Incoming
from .growth import GROWTH
from .money import Money, money_of, tell_money
from .money.closing import WORTH_SAYING
from .platforms import PLATFORMS
from .plot import Plot
from .reports import Reporter
from .timeline import CASCADED, FIRST_MONTH, LENGTH, Event, Step, Timeline, fiscal_name, next_quarter, quarter_of, tell
from .work import boards, claims

PLOTS: dict[str, Plot] = {**CLAIMS, **GROWTH, **SERVICE, **PLATFORMS}

SEED = 20


def story(seed: int = SEED, today: date | None = None) -> Iterator[Step]:
    """Fenmarch's eighteen months up to a few days before *today*, as steps to commit in order.

    The same seed and day give the same story, byte for byte.
    """
    if today is None:
        raise ValueError("The story ends shortly before a day that the caller names.")
    told, money = _world(seed, today)
    authors = {key: person(key) for key in CAST}
    yield from tell((event for event in (*told, *tell_money(money)) if event.day <= LENGTH), money.time, authors)


def deliveries(seed: int = SEED, today: date | None = None) -> Iterator[Incoming]:
    """The bills, extracts, hours, calls and prices that arrive while the story goes on, in order; the same always."""
    return feeds.deliveries(money_behind(seed, today))


def money_behind(seed: int = SEED, today: date | None = None) -> Money:
    """What was really spent in the story; the deliveries of its bills are made from it."""
    if today is None:
        raise ValueError("The story ends shortly before a day that the caller names.")
    return _world(seed, today)[1]


@lru_cache(maxsize=1)
def _world(seed: int, today: date) -> tuple[list[Event], Money]:
    """Everything that happens to the investments, and the money behind it; nobody changes either afterwards."""
    time = Timeline(today)
    root = f"fenmarch-{seed}"
    courses = {key: Course(key, plot, time, root) for key, plot in PLOTS.items()}
    # Told investment by investment up to each turn of the calendar, because money and milestones at the turn
    # depend on what has happened to each until then.
    waiting = {key: course.happenings() for key, course in courses.items()}
    told = [*_foundations(time), *_departures(courses), *_asides(time, courses)]
    turns = sorted(
        [*_report_turns(time, courses, root), *_money_turns(time, courses), *_board_turns(time, root)],
        key=lambda turn: turn[:2],
    )
    ahead = {key: next(happening, None) for key, happening in waiting.items()}
    for day, _, turn in turns:
        told += _until(day + 1, ahead, waiting)
        told += turn()
    told += _until(LENGTH + 1, ahead, waiting)
    told += [*boards(time, courses), *claims(time, root, courses)]
    money = money_of(time, root, courses, told)
    # What is asked for has no money behind it, so nothing is spent of it.
    return [*told, *choosing(time, root, courses)], money


def investment_id(key: str) -> str:
    """The id of the investment that the sample's modules call *key*."""
    return sample_id("investment", key)


Happening = tuple[int, Callable[[], Event | None]]
"""The day of something that happens to one investment, and what tells it; told only when its day has come."""


def _until(day: int, ahead: dict[str, Happening | None], waiting: dict[str, Iterator[Happening]]) -> list[Event]:
    told = []
    for key, happenings in waiting.items():
        while (following := ahead[key]) is not None and following[0] < day:
            event = following[1]()
            told += [event] if event is not None else []
            ahead[key] = next(happenings, None)
    return told


def _foundations(time: Timeline) -> list[Event]:
    """The organisation, its strategy and its calendar, as they stand when the story begins."""
    year = fiscal_name(quarter_of(time.start))[0]
    end = date(year + 1, FIRST_MONTH, 1) - timedelta(days=1)
    calendar = create(
        "fiscal_calendar",
        sample_id("fiscal_calendar", "group"),
        name="Fenmarch fiscal year",
        start_month=FIRST_MONTH,
        accrual_threshold=str(WORTH_SAYING),
    )
    models = [technology.introduce(name) for name in technology.models_of(PLOTS)]
    # A replacement stands before what it replaces.
    models.sort(key=lambda edit: edit.fields.get("replacement") is not None)
    return [
        Event(0, 0, "a-company", [calendar, *cast.found()], "Fenmarch’s organisation and fiscal year", "ana"),
        Event(0, 1, "b-strategy", strategy.set_up(time.start, end), "The board’s six objectives, portfolios and value streams", "ana"),
        Event(0, 1, "c-models", models, "Models in use or on offer", "ingrid"),
        Event(0, 1, "d-fields", technology.own_fields(), "What Fenmarch wants to know of every investment", "tomasz"),
        Event(CASCADED, 0, "cascade", strategy.cascade(time.on(CASCADED), end), "Objectives of executives and units below the board’s", "ana"),
        Event(138, 0, "sources", feeds.set_up(), "Where our figures come from: seven systems, and who answers for each", "tomasz"),
        Event(61, 0, "views", _views(), "Views for the weekly meeting", "tomasz"),
        Event(452, 0, "retirement", [change("ai_model", technology.model(technology.RETIRING), **technology.retirement(time.today, time.on(451)))],
              "Halden AI announced the end of its third generation", "ingrid"),
        Event(404, 0, "preview", [change("ai_model", technology.model("corvane-vision-1"), status="retired", shutdown_on=time.on(400))],
              "Corvane switched off its first vision model", "ingrid"),
    ]  # fmt: skip


def _views() -> list[Edit]:
    views = {
        "Pilots by sponsor": "where=stage+is+pilot&by=sponsor",
        "High risk under the AI Act": "where=%22AI+Act+class%22+is+%22High+risk%22&sort=name",
        "Nobody owns it": "where=owner+is+empty",
        "Money by value stream": "by=value_stream&sort=-planned",
        "Running in the UK": "where=currency+is+GBP+and+stage+in+%28pilot%2C+scale%2C+operate%29",
    }
    return [
        create("saved_view", sample_id("saved_view", name), name=name, page="portfolio", query=query,
               owner=person("callum") if "UK" in name else None)
        for name, query in views.items()
    ]  # fmt: skip


def _departures(courses: dict[str, Course]) -> list[Event]:
    """Who leaves, who comes, and what is handed over."""
    told = []
    for departure in events.DEPARTURES:
        day, successor = departure.day, departure.successor
        edits: list[Edit] = [cast.joins(successor)] if successor in cast.JOINS_LATER else []
        edits.append(change("person", person(departure.who), left=True))
        for key, course in courses.items():
            before = events.owner_on(day - 1, key, course.plot.owner)
            if before == departure.who and course.plot.course[0][0] < day and course.stage_on(day) is not Stage.RETIRED:
                now = course.owner_on(day)
                edits.append(change("investment", course.id, owner=person(now) if now else None))
                words = f"Hand-over from {CAST[departure.who].name}" + (
                    f" to {CAST[now].name}" if now else ", to nobody yet"
                )
                course.troubles.append(
                    events.Trouble(key, day - 6, day + 44, "resource", "amber" if now else "amber_red", words)
                )
        if successor == "elif":
            edits.append(change("value_stream", strategy.stream("policy"), owner=person("elif")))
        told.append(Event(day, 0, f"leaves-{departure.who}", edits, departure.words, "ana"))
    return told


def _asides(time: Timeline, courses: dict[str, Course]) -> list[Event]:
    """Notes, dependencies, and the end that moves too far."""
    told = []
    for day, key, who, text in events.NOTES:
        note = create(
            "note",
            sample_id("note", key, str(day)),
            subject=courses[key].id,
            text=text,
            by=person(who),
            on=time.working(day),
        )
        told.append(Event(day, 6, f"note-{key}", [note], f"Note on {PLOTS[key].name}", who))
    for day, key, who, text in events.OBJECTIVE_NOTES:
        note = create(
            "note",
            sample_id("note", key, str(day)),
            subject=strategy.objective(key),
            text=text,
            by=person(who),
            on=time.working(day),
        )
        told.append(Event(day, 6, f"note-{key}", [note], f"Note on “{strategy.AIMS[key].name}”", who))
    for day, first, then, type, lag, why in events.DEPENDENCIES:
        held = create("dependency", sample_id("dependency", first, then), predecessor=courses[first].id, successor=courses[then].id,
                      type=type, lag_days=lag, note=why)  # fmt: skip
        told.append(
            Event(
                day, 6, f"dependency-{day // 60}", [held], f"{PLOTS[then].name} waits for {PLOTS[first].name}", "tomasz"
            )
        )
    day, key, shift, why = events.BREAKS
    plot = PLOTS[key]
    end = time.on(plot.course[0][0] + plot.length + shift)
    told.append(Event(day, 6, f"end-{key}", [change("investment", courses[key].id, end=end)], why, "callum"))
    return told


Turn = tuple[int, int, Callable[[], list[Event]]]
"""(day, rank, what happens): a turn of the calendar that concerns many investments."""

TOLD_TOGETHER = {
    "claims": ("claims",),
    "growth": ("growth",),
    "service": ("service",),
    "platforms": ("platforms", "control"),
}
"""Who reports in one round."""


def _report_turns(time: Timeline, courses: dict[str, Course], root: str) -> Iterator[Turn]:
    """At the start of each month, each portfolio reports on the month before."""
    reporters = {key: Reporter(course, root) for key, course in courses.items()}
    for day, month in time.months():
        for index, (home, together) in enumerate(TOLD_TOGETHER.items()):
            name = strategy.PORTFOLIOS[home][0]
            on = day + index % 3

            def report(
                on: int = on,
                month: date = month,
                home: str = home,
                name: str = name,
                together: tuple[str, ...] = together,
            ) -> list[Event]:
                edits = []
                for key, course in courses.items():
                    if course.plot.portfolio in together:
                        edits += reporters[key].marks(on, time) + reporters[key].report(on, month, time)
                who = "tomasz" if (month.month + len(home)) % 3 else "ana"
                return [Event(on, 7, f"reports-{home}", edits, f"Reports for {month:%B}: {name}", who)]

            yield (on, 7, report)


def _money_turns(time: Timeline, courses: dict[str, Course]) -> Iterator[Turn]:
    """Twice a year the plan is carried on; as each quarter begins finance looks at what is approved for it."""
    quarter = quarter_of(time.start)
    while time.day(quarter) < LENGTH:
        if fiscal_name(quarter)[1] in (2, 4) and time.day(quarter) > 0:
            rounds = [(strategy.PORTFOLIOS[home][0], together) for home, together in TOLD_TOGETHER.items()]
        else:
            rounds = [("all portfolios", tuple(strategy.PORTFOLIOS))]
        for index, (name, together) in enumerate(rounds):
            yield _money_turn(time, courses, quarter, after=9 + index, name=name, together=together)
        quarter = next_quarter(quarter)


def _money_turn(
    time: Timeline, courses: dict[str, Course], quarter: date, *, after: int, name: str, together: tuple[str, ...]
) -> Turn:
    day, number = max(2, time.day(quarter)) + after, fiscal_name(quarter)[1] if time.day(quarter) > 0 else 0
    until = quarter
    for _ in range(5 if number == 4 else 4):
        until = next_quarter(until)

    def carry_on() -> list[Event]:
        edits: list[Edit] = []
        for course in courses.values():
            stage = course.stage_on(day)
            if course.plot.portfolio in together:
                edits += course.money.approve_quarter(quarter)
                if number in (2, 4) and stage is not None:
                    edits += course.money.round(stage, until, time.on(day))
        what = {4: "Budget round for next year", 2: "Half-year forecast"}.get(number, "Approved budget of the quarter")
        return [Event(day, 8, f"money-{name}", edits, f"{what}: {name}", "matteo")]

    return day, 8, carry_on


def _board_turns(time: Timeline, root: str) -> Iterator[Turn]:
    """Each quarter the key results are measured and the plan is kept under the board's name for it."""
    random = Random(f"{root}/board")
    days: list[tuple[int, date | None]] = [*time.board_days(), (LENGTH - 2, None)]
    for day, quarter in days:
        wobble = [random.uniform(-1, 1) for _ in strategy.MEASURES]

        def pack(day: int = day, quarter: date | None = quarter, wobble: list[float] = wobble) -> list[Event]:
            edits = strategy.measured(1.0 if quarter is None else day / LENGTH, wobble, time.on(day))
            if quarter is None:
                return [Event(day, 9, "board", edits, "Key results measured for the next board pack", "ana")]
            year, number = fiscal_name(quarter)
            return [Event(day, 9, "board", edits, f"Board pack FY{year % 100}-Q{number}: key results measured", "ana",
                          (f"fy{year % 100}-q{number}-board",))]  # fmt: skip

        yield (day, 9, pack)
