"""What happens to one investment, told in a few lines: the form in which the sample's investments are written."""

from __future__ import annotations

from typing import NamedTuple

from northing.portfolio.investment import Stage


class System(NamedTuple):
    """An AI system of the plot: its models as ``"model:share"`` words."""

    name: str
    classification: str
    models: str = ""
    built: str = "Purchased from a vendor"
    vendor: str | None = None
    impact: str | None = None
    pii: str | None = None


class Plot(NamedTuple):
    """One investment's course. Days count from the first day of the story; before it they are negative."""

    name: str
    problem: str
    benefits: str
    home: str
    """``portfolio/value-stream/unit``."""
    people: str
    """``owner/sponsor``; ``-`` for nobody."""
    path: str
    """``idea 40 discovery 95 pilot 190``; ``none`` for an empty stage."""
    size: int
    """What building it costs, in thousands; 0 where nobody has planned money."""
    category: str
    serves: str = ""
    """``objective-or-key-result:weight …``."""
    pulse: tuple[str, str, float, float] | None = None
    """What its reports count: words, unit, value at first and at last."""
    systems: tuple[System, ...] = ()
    currency: str = "EUR"
    spend: str = "grow"
    tags: str = ""
    act: str = "Limited risk"
    """Its class under the AI Act, as the organisation's own field."""
    countries: str = "NL"
    length: int = 620
    """Days from first mention to its planned end; 0 where nobody has said."""
    says: str | None = None
    """A sentence of description."""

    @property
    def course(self) -> list[tuple[int, Stage | None]]:
        words = self.path.split()
        return [
            (int(day), None if name == "none" else Stage(name))
            for name, day in zip(words[::2], words[1::2], strict=True)
        ]

    @property
    def portfolio(self) -> str:
        return self.home.split("/")[0]

    @property
    def owner(self) -> str | None:
        name = self.people.split("/")[0]
        return None if name == "-" else name

    @property
    def sponsor(self) -> str | None:
        name = self.people.split("/")[1]
        return None if name == "-" else name

    @property
    def contributions(self) -> list[tuple[str, str]]:
        return [(word.rpartition(":")[0], word.rpartition(":")[2]) for word in self.serves.split()]
