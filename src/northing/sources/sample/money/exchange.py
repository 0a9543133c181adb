"""What a euro is worth in dollars and pounds, month by month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from random import Random

from northing.portfolio.edits import create
from northing.sources.sample.cast import sample_id
from northing.sources.sample.timeline import Event, Timeline

BEGIN = {"USD": (1.1273, 0.0127, 1.06, 1.21), "GBP": (0.8447, 0.0056, 0.826, 0.889)}
"""Currency → the first rate, how far a month moves it, and the bounds that it keeps to."""


class Exchange:
    """The rates of the story's months; the same for what is planned, billed and told."""

    def __init__(self, time: Timeline, root: str) -> None:
        self.rates: dict[tuple[str, date], Decimal] = {}
        self.months = time.money_months(beyond=1)
        for currency, (rate, step, low, high) in BEGIN.items():
            random = Random(f"{root}/exchange/{currency}")
            for month in self.months:
                self.rates[currency, month] = Decimal(f"{rate:.4f}")
                rate = min(high, max(low, rate + random.gauss(0, step)))

    def rate(self, currency: str, month: date) -> Decimal:
        """Units of *currency* for one euro in *month*; the last known for later ones."""
        return Decimal(1) if currency == "EUR" else self.rates[currency, min(month, self.months[-1])]

    def turn(self, amount: float, currency: str, into: str, month: date) -> float:
        return amount / float(self.rate(currency, month)) * float(self.rate(into, month))

    def events(self, time: Timeline) -> Iterator[Event]:
        """The rates as finance enters them on the first working day of each month."""
        for month in self.months:
            day = max(1, time.day(month) + 1)
            if day > time.day(self.months[-1]) + 5:
                return
            told = [
                create("fx_rate", sample_id("fx_rate", currency, month.isoformat()), base="EUR", quote=currency, on=month,
                       rate=self.rates[currency, month], origin="Reference rate of the European Central Bank")
                for currency in BEGIN
            ]  # fmt: skip
            words = f"Exchange rates for {month:%B %Y}" if day > 1 else "Exchange rates since the year began"
            yield Event(day, 1, "exchange", told, words, "matteo")
