"""Forecasts: 100 teams × 10,000 trials, beside numpy that only draws as many numbers and adds them up.

CPU seconds, the median of three, both ways in turn. The floor knows beforehand how many draws the slowest trial of each
team takes, and does not say when anything is done.
"""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from typing import Any

from bench.measuring import Sheet, cpu

TODAY = date(2026, 6, 1)
TEAMS, ITEMS, LIMIT = 100, 30, 1.0


def main() -> int:
    from northing.measure.flow.forecast.answers import when
    from northing.measure.flow.forecast.asked import Feature, Policy, Split, Work

    sheet = Sheet(f"Forecasts: {TEAMS} teams × 10,000 trials of {ITEMS} items each, joint (CPU seconds)")
    teams = _teams(Policy())
    for block, name in (("week", "drawn in weeks"), ("day", "drawn in single days")):
        policy = Policy(block=block)

        def asked(parts: int, split: Any = None, policy: Any = policy) -> Any:
            """The same items as one feature or more, in order."""
            features = [
                Feature(id=f"f{n}", work=tuple(Work(team=one.id, items=ITEMS // parts, split=split) for one in teams))
                for n in range(parts)
            ]
            answer = when(teams, features, stream="bench", as_of=TODAY, policy=policy)
            assert answer.whole.days[0].day is not None and not answer.ground.refusals
            return answer

        mine, floor = cpu(lambda ask=asked: ask(1), times=3), cpu(_floor(teams, policy), times=3)
        sheet.within(name, mine, LIMIT)
        sheet.against("the same", mine, floor, 8 if block == "week" else 4, floor_name="numpy, drawing and adding up")
        sheet.note("the same items as ten features in order", cpu(lambda ask=asked: ask(10), times=3))
        sheet.note("and with splits", cpu(lambda ask=asked: ask(10, Split()), times=3))
    sheet.show()
    return 1 if sheet.failed else 0


def _teams(policy: Any) -> list[Any]:
    """Teams that finish one item a day on average; those whose chance history signals are passed over."""
    from northing.measure.flow.forecast.asked import Team
    from northing.measure.flow.forecast.sample import refusal, sample_of

    dice, found = random.Random(1), []
    while len(found) < TEAMS:
        done = {TODAY - timedelta(days=n): sum(dice.random() < 0.2 for _ in range(5)) for n in range(1, 85)}
        team = Team(id=f"team {len(found)}", finished=done)
        if refusal(team, sample_of(team, TODAY, policy), policy) is None:
            found.append(team)
    return found


def _floor(teams: list[Any], policy: Any) -> Any:
    """What numpy does in any case: as many numbers of its generator as the slowest trial needs, looked up, added up."""
    import numpy as np

    from northing.measure.flow.forecast.sample import sample_of

    length = 7 if policy.block == "week" else 1
    worlds = []
    for team in teams:
        counts = np.array(sample_of(team, TODAY, policy).counts, dtype=np.int64)
        sums = np.lib.stride_tricks.sliding_window_view(np.concatenate([counts, counts[: length - 1]]), length).sum(1)
        rows, dice = 0, np.random.Generator(np.random.Philox(7))
        total = np.zeros(policy.trials, dtype=np.int64)
        while total.min() < ITEMS:
            total += sums[dice.integers(0, len(sums), policy.trials)]
            rows += 1
        worlds.append((sums, rows))

    def work() -> None:
        dice = np.random.Generator(np.random.Philox(7))
        for sums, rows in worlds:
            sums[dice.integers(0, len(sums), (rows, policy.trials))].sum(axis=0)

    return work


if __name__ == "__main__":
    sys.exit(main())
