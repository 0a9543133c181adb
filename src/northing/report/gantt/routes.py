"""The way of each dependency line: level and upright pieces only, leaving and entering at the right end."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from .picture import Line
from .place import Placed, PlacedRow

Point = tuple[float, float]

STUB = 7.0
"""How far a line runs straight out of a bar before it turns."""
LANE = 3.0
"""How far apart the lines leaving one bar run."""


@dataclass(frozen=True, slots=True)
class Route:
    line: Line
    points: tuple[Point, ...]
    rightwards: bool
    """Which way its arrow points."""


def routes(placed: Placed) -> list[Route]:
    """One route for every line whose two ends are both drawn; the nearest rows where one is drawn twice."""
    spots: dict[str, list[PlacedRow]] = defaultdict(list)
    for group in placed.groups:
        for row in group.rows:
            if row.parts:
                spots[row.row.id].append(row)
    lanes: dict[str, int] = defaultdict(int)
    found = []
    for line in placed.picture.lines:
        pairs = [(a, b) for a in spots.get(line.before, ()) for b in spots.get(line.after, ()) if a is not b]
        if not pairs:
            continue
        a, b = min(pairs, key=lambda pair: abs(pair[0].top - pair[1].top))
        lane = lanes[line.before] % 4
        lanes[line.before] += 1
        found.append(_route(line, a, b, placed, lane))
    return found


def _route(line: Line, a: PlacedRow, b: PlacedRow, placed: Placed, lane: int) -> Route:
    middle = placed.sizes.bar_top + placed.sizes.bar / 2
    out = 1.0 if line.tie[0] == "F" else -1.0
    into = 1.0 if line.tie[1] == "S" else -1.0
    x1 = (a.right if out > 0 else a.left) or 0.0
    x2 = (b.left if into > 0 else b.right) or 0.0
    y1, y2 = a.top + middle, b.top + middle
    turn, enter = x1 + out * (STUB + lane * LANE), x2 - into * (STUB + 2)
    if out == into and (enter - turn) * out >= 0:
        points = [(x1, y1), (turn, y1), (turn, y2), (x2, y2)]
    elif out != into:
        side = min(turn, enter) if out < 0 else max(turn, enter)
        points = [(x1, y1), (side, y1), (side, y2), (x2, y2)]
    else:  # the successor lies behind: around it, between the rows
        between = (b.top if y2 > y1 else b.top + placed.sizes.row) + (lane - 1.5)
        points = [(x1, y1), (turn, y1), (turn, between), (enter, between), (enter, y2), (x2, y2)]
    return Route(line, tuple(points), into > 0)
