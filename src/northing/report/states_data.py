"""Time in state for a program: every figure typed, with its address."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from northing.measure.flow.asked import Whose, asked
from northing.measure.flow.events import event_of
from northing.measure.flow.time_in_state import Split, TimeInStates, over_time, split, time_in_states
from northing.measure.receipts.states import NOWHERE, days
from northing.measure.view import View
from northing.portfolio.periods import Period

from . import reading_told, states_told
from .asking_money import Addressing, Figured


class StateSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One state: days per finished item, and how many items were in it. ``state`` of None: no state is known."""

    state: str | None
    phase: str | None
    days: Figured
    items: Figured


class SideSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What finished in some days: days per item from start to finish, and state by state."""

    window: Period
    items: Figured
    days: Figured
    states: list[StateSaid]
    bottleneck: str | None
    untrue: list[str]
    """Items left out because their instants cannot be true."""


class SplitSaid(msgspec.Struct, frozen=True, kw_only=True):
    """Before an event and from its day on. ``verdict``: too_few, stayed, moved, only_moved."""

    event: str
    name: str
    on: date
    verdict: str
    source: str | None
    target: str | None
    gained: Decimal
    """Days per item, of all states that take less time than before."""
    lost: Decimal
    """Of all that take more."""
    returned: Decimal | None
    """The share of the gained time that is lost again elsewhere."""
    straddling: int
    """Items of after that had begun before."""
    before: SideSaid
    after: SideSaid


class StatesSaid(msgspec.Struct, frozen=True, kw_only=True):
    """Where the time of finished items went."""

    level: str
    id: str | None
    policy: str | None
    """Name of the policy that work was read by; None where none holds or no work was delivered."""
    window: Period
    by: str
    said: str
    """The answer in a sentence."""
    whole: SideSaid | None
    periods: list[SideSaid]
    split: SplitSaid | None


def states_said(
    view: View, whose: Whose, window: Period, *, by: str = "month", event: str = "", policy: str | None = None
) -> StatesSaid:
    """The answer for *whose* in *window*. Raises :class:`NotFound` for an event or a policy that there is none of."""
    found = asked(view, whose, policy)
    marked = event_of(view, whose, window, event)
    if found is None:
        return StatesSaid(
            level=whose.level,
            id=whose.id,
            policy=None,
            window=window,
            by=by,
            said="",
            whole=None,
            periods=[],
            split=None,
        )
    level, chosen = whose.level if whose.id else None, found.policy.id if policy else None
    addresses = Addressing(view, level=level, id=whose.id, policy=chosen)
    whole = time_in_states(found.work, window)
    parted = split(found.work, window, marked) if marked is not None else None
    return StatesSaid(
        level=whose.level,
        id=whose.id,
        policy=reading_told.read_in_full(view, found),
        window=window,
        by=by,
        said=states_told.verdict(parted) if parted is not None else states_told.without_event(whole),
        whole=_side(addresses, whole),
        periods=[_side(addresses, one) for one in over_time(found.work, window, by).periods],
        split=_split(addresses, parted) if parted is not None else None,
    )


def _side(addresses: Addressing, found: TimeInStates) -> SideSaid:
    mean = found.mean
    return SideSaid(
        window=found.period,
        items=addresses.of("states.items", len(found.items), window=found.period),
        days=addresses.of("states.days", days(mean) if mean is not None else None, window=found.period),
        states=[
            StateSaid(
                state=one.state,
                phase=one.phase.value if one.phase else None,
                days=addresses.of("states.days", days(one.mean), window=found.period, state=one.state or NOWHERE),
                items=addresses.of("states.items", len(one.items), window=found.period, state=one.state or NOWHERE),
            )
            for one in found.states
        ],
        bottleneck=found.bottleneck.state if found.bottleneck else None,
        untrue=[item.key or item.item for item in found.untrue],
    )


def _split(addresses: Addressing, found: Split) -> SplitSaid:
    share = found.returned
    return SplitSaid(
        event=found.event.id,
        name=found.event.name,
        on=found.event.on,
        verdict=found.verdict.value,
        source=found.source,
        target=found.target,
        gained=days(found.gained),
        lost=days(found.lost),
        returned=None if share is None else Decimal(share.numerator) / share.denominator,
        straddling=len(found.straddling),
        before=_side(addresses, found.before),
        after=_side(addresses, found.after),
    )
