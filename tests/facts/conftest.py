"""A small world of facts: a store of its own, two readers that are easy to read along, and a plan that is stepped."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from northing.facts.engine import FactsAt
from northing.facts.staging import Staged, stage
from northing.facts.store import Store
from northing.portfolio.edits import apply, check_body
from northing.portfolio.fact_reading import About, Check, Empty, Projection, Refused, Row
from northing.portfolio.facts import AttributionRule, Source
from northing.portfolio.investment import Investment
from northing.portfolio.plan import Plan
from northing.sources.facts.reader import PageReader, TableReader

HEADER = ("Day", "Billed", "Effective", "Currency", "Account", "Service", "Tags", "AI")
SOURCE = Source(id="source-1", name="Cloud bill", reader="bill")


class BillReader(TableReader):
    """A table: one line a cost; its scope is account and month."""

    name, title, version, tables, form = "bill", "Bill", 1, ("cost",), "table"

    def fits(self, name: str, head: bytes) -> float:
        return 1.0

    def project(self, header: Sequence[str], sample: Sequence[Sequence[str]], about: About) -> Projection:
        at = {name: f"c{header.index(name)}" for name in HEADER}
        return Projection(
            table="cost",
            columns={
                "scope": f"{at['Account']} || '|' || left({at['Day']}, 7)",
                "day": at["Day"],
                "billed": at["Billed"],
                "effective": at["Effective"],
                "currency": at["Currency"],
                "account": at["Account"],
                "service": at["Service"],
                "tags": at["Tags"],
                "ai": at["AI"],
            },
            checks=(
                Check(
                    failed=f"contains({at['Currency']}, '/')", column="Currency", reason="Two currencies in one line."
                ),
            ),
            keep=f"{at['Account']} <> 'Total'",
        )


class LogReader(PageReader):
    """Pages: CSV lines of usage, read in Python however they are cut; its scope is the day."""

    name, title, version, tables, form = "log", "Log", 1, ("usage",), "pages"

    def fits(self, name: str, head: bytes) -> float:
        return 1.0

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        text = b"".join(pages).decode()
        for line, row in enumerate(csv.reader(io.StringIO(text)), 1):
            if row[0] == "nothing":
                yield Empty("usage", row[1])
                continue
            if len(row) != 4:
                yield Refused(line=line, column=None, value=",".join(row), reason="Not four cells.")
                continue
            day, model, tokens, cost = row
            price = about.price("any", model, "input", date.fromisoformat(day))
            yield Row(
                "usage",
                {
                    "scope": day, "line": line, "day": date.fromisoformat(day), "model": model, "input": int(tokens),
                    "requests": 1, "cost": Decimal(cost) if price is None else price.amount * int(tokens),
                    "currency": "USD", "price_basis": price and price.basis, "tags": {"app": model[:1]},
                    "person": about.hide("somebody"),
                },
            )  # fmt: skip

    def redact(self, pages: Iterable[bytes], about: About) -> Iterator[bytes]:
        for page in pages:
            yield page.replace(b"secret", b"xxxxxx")


def bill(rows: Iterable[Sequence[Any]], header: Sequence[str] = HEADER) -> bytes:
    """A bill as a CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def line(day: str, billed: str, account: str = "123", service: str = "Chat", tags: str = "", **more: str) -> list[str]:
    return [
        day, billed, more.get("effective", billed), more.get("currency", "EUR"), account, service, tags, more.get("ai", ""),
    ]  # fmt: skip


class World:
    """A store, and a plan that goes on from delivery to delivery."""

    def __init__(self, folder: Path) -> None:
        self.store = Store("w1", folder=folder)
        self.plan = Plan.of("w1", "main", 0, [SOURCE, *(Investment(id=f"i{n}", name=f"I{n}") for n in range(1, 5))])
        self.clock = datetime(2026, 3, 1, tzinfo=UTC)

    def stage(
        self,
        raw: bytes | Iterable[bytes],
        *,
        reader: Any = None,
        plan: Plan | None = None,
        name: str = "bill.csv",
        source: Source = SOURCE,
        **more: Any,
    ) -> Staged:
        self.clock += timedelta(minutes=1)
        about = About(
            source=source,
            name=name,
            hide=lambda text: "h" + text[:1],
            **{k: more.pop(k) for k in ("price", "rate") if k in more},
        )
        return stage(
            self.store, plan or self.plan, source, reader or BillReader(), [raw] if isinstance(raw, bytes) else raw,
            name=name, about=about, received=self.clock, **more,
        )  # fmt: skip

    def take(self, raw: bytes | Iterable[bytes], **more: Any) -> Staged:
        """Stage and commit."""
        staged = self.stage(raw, **more)
        self.commit(staged)
        return staged

    def commit(self, staged: Staged) -> None:
        for edit in staged.edits:
            before = self.plan.get(edit.kind, edit.id)
            body = apply(None if before is None else msgspec.to_builtins(before), edit)
            assert body is not None
            self.step(edit.kind, edit.id, check_body(edit.kind, body)[0])

    def step(self, kind: str, id: str, entity: Any) -> None:
        self.plan = self.plan.step(self.plan.no + 1, {kind: {id: entity}})

    def rule(self, id: str, where: str, investment: str = "i1", **more: Any) -> AttributionRule:
        rule = AttributionRule(id=id, where=where, investment=investment, **more)
        self.step("attribution_rule", id, rule)
        return rule

    @property
    def facts(self) -> FactsAt:
        return FactsAt(self.store, self.plan)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "facts")
