"""Work told in a few words: items with a team and days of work on them, beside bills; for tests of what work costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from northing.facts.asking import Part
from northing.facts.flow_asking import Item, Problem, Reading, Span
from northing.facts.flow_spans import Spans, spans_of
from northing.portfolio.flow import FlowKind, Phase
from tests.facts_told import FactsTold
from tests.measure.money_told import money_told

PHASES = {
    "queue": Phase.QUEUE,
    "active": Phase.ACTIVE,
    "wait": Phase.WAIT,
    "done": Phase.DONE,
    "backlog": Phase.BACKLOG,
}


def instant(text: str) -> int:
    """``2026-03-02`` or ``2026-03-02T12``, in microseconds."""
    at = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return int(at.timestamp()) * 1_000_000


def item(key: str, moves: str, **more: Any) -> tuple[Item, list[Span]]:
    """An item and its stays: *moves* is ``"queue 2026-03-02, active 2026-03-04, done 2026-03-09"``."""
    told = [(PHASES[part.split()[0]], instant(part.split()[1])) for part in moves.split(",")]
    spans = [
        Span(source="t", item=key, n=n, state=str(phase), phase=phase, rank=n, entered=at, left=told[n][1] if n < len(told) else None)
        for n, (phase, at) in enumerate(told, 1)
    ]  # fmt: skip
    started = next((at for phase, at in told if phase not in (Phase.BACKLOG, Phase.DONE)), None)
    finished = told[-1][1] if told[-1][0] is Phase.DONE else None
    made = Item(item=key, key=key, title=key, source="t", created=told[0][1], started=started, finished=finished,
                first_finished=finished, outcome="delivered" if finished else "open", phase=told[-1][0],
                **{"kind": FlowKind.FEATURE, **more})  # fmt: skip
    return made, spans


class FlowTold:
    def __init__(self, told: Sequence[tuple[Item, list[Span]]]) -> None:
        self.told = told

    def items(self, reading: Reading) -> list[Item]:
        return [one for one, _ in self.told]

    def spans(self, reading: Reading, ids: Any = None) -> Spans:
        return spans_of(span for _, spans in self.told for span in spans)

    def problems(self, reading: Reading) -> list[Problem]:
        return []


class WorkTold(FactsTold):
    """Facts told, with work in them. *serves*: item → investment and share."""

    def __init__(
        self, facts: FactsTold, told: Sequence[tuple[Item, list[Span]]], serves: Mapping[str, Sequence[tuple[str, Any]]]
    ) -> None:
        super().__init__(facts.plan, facts.told)
        self.flow, self.items, self.serves = FlowTold(told), [one for one, _ in told], serves

    def whose(self) -> Mapping[tuple[str, str], tuple[Part, ...]]:
        return {
            ("t", key): tuple(Part(investment, None, share) for investment, share in parts)
            for key, parts in self.serves.items()
        }

    def answering(self, wheres: Mapping[str, str], today: date | None) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """Teams alone are asked for: ``team = "Claims"``."""
        return {
            (one.source, one.item): tuple(name for name, where in wheres.items() if one.team and f'"{one.team}"' in where.replace("'", '"'))
            for one in self.items
        }  # fmt: skip


def work_told(
    text: str, today: date, told: Sequence[tuple[Item, list[Span]]], *, cost: str = "",
    serves: Mapping[str, Sequence[tuple[str, Any]]] | None = None, **more: Any,
) -> Any:  # fmt: skip
    """The view of *text* and bills *cost* with these items."""
    import dataclasses

    view = money_told(text, today, cost, **more)
    facts = view.facts if view.facts is not None else FactsTold(view.plan, {})
    assert isinstance(facts, FactsTold)
    return dataclasses.replace(view, facts=WorkTold(facts, told, serves or {}))
