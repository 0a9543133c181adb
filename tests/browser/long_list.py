"""A workspace with very many investments, made in one commit: ``python long_list.py 10000``."""

# ruff: noqa: E402 - Django is set up first
import os
import random
import sys
from datetime import date, timedelta

os.environ["DJANGO_SETTINGS_MODULE"] = "northing.settings"

import django

django.setup()

from northing.access.models import User
from northing.access.workspaces import create_workspace
from northing.portfolio import edits
from northing.portfolio.entity import derived_id
from northing.record import Record
from tests.actors import actor_for

STAGES = ["idea", "discovery", "pilot", "scale", "operate", "retired", None]
SUBJECTS = ["claims", "pricing", "fraud", "service"]


def fill(rows: int) -> None:
    user = User.objects.create_user("long@example.org", "north-by-north-west-7", name="Ana Long")
    workspace = create_workspace("Long list", "long", owner=user)
    actor = actor_for(user, "long", "cli")
    rng = random.Random(7)
    made = [edits.create("person", actor.id)]
    made += [edits.create("portfolio", derived_id("p", str(n)), name=f"Portfolio {n}") for n in range(12)]
    made += [edits.create("value_stream", derived_id("v", str(n)), name=f"Stream {n}") for n in range(8)]
    made += [edits.create("org_unit", derived_id("o", str(n)), name=f"Unit {n}") for n in range(40)]
    for n in range(rows):
        start = date(2023, 1, 1) + timedelta(days=rng.randrange(1200))
        made.append(
            edits.create(
                "investment",
                derived_id("i", str(n)),
                name=f"Investment {n} for {rng.choice(SUBJECTS)}",
                stage=rng.choice(STAGES),
                portfolio=derived_id("p", str(rng.randrange(12))),
                value_stream=derived_id("v", str(rng.randrange(8))),
                org_unit=derived_id("o", str(rng.randrange(40))),
                owner=actor.id if n % 3 else None,
                spend_class=rng.choice(["run", "grow", "transform"]),
                category=rng.choice(["Vision", "Language", "Forecast"]),
                start=start,
                end=start + timedelta(days=rng.randrange(90, 900)),
                currency=rng.choice(["EUR", "USD"]),
                whole_life_cost=str(rng.randrange(10_000, 9_000_000)),
                tags=["alpha", "beta"] if n % 5 == 0 else None,
                external_id=f"X-{n}",
            )
        )
    Record(workspace.id).commit(made, on=None, by=actor, reason=f"{rows} investments")


if __name__ == "__main__":
    fill(int(sys.argv[1]))
