"""The funds: what the board approved, where it went, what is kept back, and one mistake put right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from random import Random
from typing import NamedTuple

from northing.portfolio.edits import Edit, create
from northing.sources.sample.cast import person, sample_id
from northing.sources.sample.course import Course
from northing.sources.sample.money_plan import odd
from northing.sources.sample.plot import Plot
from northing.sources.sample.strategy import portfolio
from northing.sources.sample.timeline import FIRST_MONTH, LENGTH, Event, next_quarter, quarter_of, quarters

from .spending import Spending, investment


class Pot(NamedTuple):
    """A fund: its name, currency and owner, and how much more than is needed the board approves for it."""

    name: str
    currency: str
    owner: str
    home: str | None
    margin: float


POTS: dict[str, Pot] = {
    "claims": Pot("Claims transformation fund", "EUR", "maeve", "claims", 1.13),
    "growth": Pot("Underwriting growth fund", "EUR", "henrik", "growth", 1.19),
    "service": Pot("Customer and broker fund", "EUR", "yuki", "service", 1.08),
    "platforms": Pot("Enterprise platforms fund", "EUR", "samir", "platforms", 1.0),
    "uk": Pot("Fenmarch UK change fund", "GBP", "callum", None, 1.11),
    "americas": Pot("Specialty Americas fund", "USD", "daniel", None, 1.16),
}

NEARLY_EMPTY = "platforms"
"""The fund of which almost nothing is left, with months of its year to go."""

UNFUNDED = ("storm",)
"""Whose money nobody has ever released."""

TRANCHES: tuple[tuple[str, str, int, int | None, int], ...] = (
    ("agent-assist", "Second tranche: after the works council has agreed", 96, 470, 31),
    ("legacy", "Third tranche: held until 58 % of programs are confirmed", 441, None, 17),
)
"""(plot, name, held back on day, released on day or None, per cent of the plot's size)."""

RESCUE = ("fnol-fraud", 433, 137)
"""Who got money from the reserve, when, and thousands."""

MISTAKE = ("claims-docs", "subrogation", 171, 178, 46)
"""Meant for, booked to, on day, reversed on day, and thousands."""

RELEASED = 3
"""Quarters that are released ahead, the running one included: the organisation as a whole is funded for what it
expects, with a little to spare, while those that cost more than their plan go beyond what they were given."""

TOGETHER = {
    "approve": ("approval", "The board approves the money of the fiscal year"),
    "release": ("releases", "Funds released to investments"),
    "reserve": ("reserves", "Management reserves of the year set aside"),
}
"""What is told as one step: how its keys begin, its group and its words."""

SMALL_CHANGE = 4000


def pot_of(plot: Plot) -> str:
    """The fund that pays for a plot: by its currency, else by its portfolio."""
    by_currency = {"GBP": "uk", "USD": "americas"}
    return by_currency.get(plot.currency) or ("platforms" if plot.portfolio == "control" else plot.portfolio)


def fund(pot: str) -> str:
    return sample_id("fund", pot)


def account(pot: str, *what: str) -> str:
    return sample_id("account", pot, *what)


class Posting(NamedTuple):
    """A transfer before it is told: legs are (account, whole units)."""

    day: int
    pot: str
    type: str
    legs: tuple[tuple[str, int], ...]
    reason: str
    key: str
    reverses: str | None = None


class Ledger:
    """All postings of the story, worked out before they are told, so that approvals can cover them."""

    def __init__(self, spending: Spending, courses: Mapping[str, Course]) -> None:
        self.spending, self.courses, self.time = spending, courses, spending.time
        self.random = Random(f"{spending.root}/ledger")
        self.first_release: dict[str, int] = {}
        self.postings = [*self._releases(), *self._kept_back(), *self._rescue(), *self._mistake()]
        self.postings += list(self._approvals())

    def events(self) -> Iterator[Event]:
        yield Event(9, 1, "funds", self._set_up(), "Funds and their accounts, as the board set them up", "matteo")
        for key, day in self.first_release.items():
            pot = pot_of(self.courses[key].plot)
            made = create("account", account(pot, "investment", key), name=f"{self.courses[key].plot.name}: released", fund=fund(pot), type="investment",
                          investment=investment(key))  # fmt: skip
            yield Event(day, 7, "releases", [made], "Funds released to investments", "matteo")
        order = {"approve": 0, "reserve": 1, "transfer": 2, "release": 3, "reverse": 4}
        for posting in sorted(self.postings, key=lambda one: (one.day, order[one.type])):
            board = posting.type == "approve"
            group, words = TOGETHER.get(posting.key.partition("-")[0], (posting.key, posting.reason))
            yield Event(posting.day, 7, group, [self._transfer(posting)], words, "noor" if board else "matteo")

    def _set_up(self) -> list[Edit]:
        edits: list[Edit] = []
        year = quarter_of(self.time.start)
        for pot, made in POTS.items():
            home = portfolio(made.home) if made.home else None
            edits.append(create("fund", fund(pot), name=made.name, currency=made.currency, owner=person(made.owner),
                                portfolio=home, start=year))  # fmt: skip
            for what, type, name in (("board", "source", "Approved by the board"), ("free", "fund", "Unassigned"),
                                     ("reserve", "reserve", "Management reserve")):  # fmt: skip
                edits.append(create("account", account(pot, what), name=f"{made.name}: {name[0].lower()}{name[1:]}",
                                    fund=fund(pot), type=type))  # fmt: skip
        for key, name, *_ in TRANCHES:
            pot = pot_of(self.courses[key].plot)
            edits.append(create("account", account(pot, "tranche", key), name=f"{self.courses[key].plot.name}: {name}",
                                fund=fund(pot), type="tranche", investment=investment(key)))  # fmt: skip
        return edits

    def _transfer(self, posting: Posting) -> Edit:
        legs = [{"account": where, "amount": str(amount)} for where, amount in posting.legs]
        reverses = sample_id("transfer", posting.reverses) if posting.reverses else None
        return create("transfer", sample_id("transfer", posting.key), type=posting.type, on=self.time.working(posting.day),
                      legs=legs, by=person("noor" if posting.type == "approve" else "matteo"), reason=posting.reason,
                      reverses=reverses)  # fmt: skip

    def _releases(self) -> Iterator[Posting]:
        """Month by month each investment gets what its plan wants for the quarters ahead."""
        funded: dict[str, int] = {}
        begin = quarter_of(self.time.start)
        for month in [month for month in self.spending.months if self.time.day(month) + 13 <= LENGTH]:
            day = max(19, self.time.day(month) + 13)
            until = next_quarter(list(quarters(quarter_of(self.time.on(day)), RELEASED))[-1])
            for pot, made in POTS.items():
                legs: list[tuple[str, int]] = []
                for key, course in self.courses.items():
                    if pot_of(course.plot) != pot or key in UNFUNDED:
                        continue
                    wanted = sum(self.spending.planned.between(key, begin, until, day).values())
                    more = int((wanted - funded.get(key, 0)) // 10 * 10)
                    if abs(more) >= SMALL_CHANGE:
                        funded[key] = funded.get(key, 0) + more
                        self.first_release.setdefault(key, day)
                        legs.append((account(pot, "investment", key), more))
                if legs:
                    total = -sum(amount for _, amount in legs)
                    words = f"{made.name}: what the plan asks for until {until.day} {until:%B}"
                    yield Posting(
                        day, pot, "transfer", ((account(pot, "free"), total), *legs), words, f"release-{pot}-{month}"
                    )

    def _kept_back(self) -> Iterator[Posting]:
        for pot in POTS:
            amount = odd(self._size(pot) * 1000 * self.random.uniform(0.021, 0.037), self.random)
            yield Posting(27, pot, "reserve", ((account(pot, "free"), -amount), (account(pot, "reserve"), amount)),
                          "Management reserves of the year", f"reserve-{pot}")  # fmt: skip
        for key, name, day, released, share in TRANCHES:
            plot = self.courses[key].plot
            pot, amount = pot_of(plot), odd(plot.size * 10 * share, self.random)
            held, to = account(pot, "tranche", key), account(pot, "investment", key)
            yield Posting(
                day,
                pot,
                "transfer",
                ((account(pot, "free"), -amount), (held, amount)),
                f"{plot.name}: {name}",
                f"hold-{key}",
            )
            if released is not None:
                yield Posting(released, pot, "release", ((held, -amount), (to, amount)),
                              f"{plot.name}: works council has agreed, second tranche released", f"free-{key}")  # fmt: skip

    def _rescue(self) -> Iterator[Posting]:
        key, day, thousands = RESCUE
        pot = pot_of(self.courses[key].plot)
        amount = odd(min(thousands * 1000, self._size(pot) * 15), self.random)
        yield Posting(day, pot, "release", ((account(pot, "reserve"), -amount), (account(pot, "investment", key), amount)),
                      f"{self.courses[key].plot.name}: half of the new offer, from the reserve", f"rescue-{key}")  # fmt: skip

    def _mistake(self) -> Iterator[Posting]:
        meant, booked, day, noticed, thousands = MISTAKE
        pot = pot_of(self.courses[booked].plot)
        amount = odd(thousands * 1000, self.random)
        there, back = (account(pot, "free"), -amount), (account(pot, "investment", booked), amount)
        name = self.courses[meant].plot.name
        yield Posting(day, pot, "transfer", (there, back), f"Second labelling round of {name}", "mistake")
        yield Posting(noticed, pot, "reverse", ((there[0], amount), (back[0], -amount)),
                      f"Reversed: was booked to {self.courses[booked].plot.name}, not to {name}", "mistake-reversed", "mistake")  # fmt: skip

    def _approvals(self) -> Iterator[Posting]:
        """What the board approves a fiscal year covers what leaves the fund in it, and a margin."""
        for pot, made in POTS.items():
            outflow = [(posting.day, -amount) for posting in self.postings if posting.pot == pot
                       for where, amount in posting.legs if where == account(pot, "free")]  # fmt: skip
            approved = needed = 0.0
            for year, day, until in self._years():
                running = needed
                peak = needed
                for _, amount in sorted(one for one in outflow if (one[0] <= until) and one[0] > self._before(day)):
                    running += amount
                    peak = max(peak, running)
                needed = running
                if peak - approved < SMALL_CHANGE:
                    continue
                ahead = 1.0 if pot == NEARLY_EMPTY or until < LENGTH else 365 / max(90, LENGTH - day)
                amount = odd((peak - approved) * (1.017 if pot == NEARLY_EMPTY else made.margin * ahead), self.random)
                approved += amount
                yield Posting(day, pot, "approve", ((account(pot, "board"), -amount), (account(pot, "free"), amount)),
                              f"Board: money for the fiscal year {year}", f"approve-{pot}-{year}")  # fmt: skip

    def _years(self) -> Iterator[tuple[int, int, int]]:
        """(fiscal year, day of its approval, its last day) of each year that the story touches."""
        start = quarter_of(self.time.start)
        while start.month != FIRST_MONTH:
            start = quarter_of(date.fromordinal(start.toordinal() - 1))
        while self.time.day(start) < LENGTH:
            following = start.replace(year=start.year + 1)
            yield start.year + 1, max(16, self.time.day(start) - 16), self.time.day(following) - 17
            start = following

    @staticmethod
    def _before(day: int) -> int:
        return day - 1 if day > 16 else -1

    def _size(self, pot: str) -> int:
        return sum(course.plot.size for course in self.courses.values() if pot_of(course.plot) == pot)
