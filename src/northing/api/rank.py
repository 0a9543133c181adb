"""The ranked list of a scoring model: places, scores with their terms, lines, and what other weights change."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import Query

from northing.portfolio.errors import Invalid
from northing.report.ranking import RankingSaid, model_of, ranking_said

from .operation import Here, operation
from .parameters import Mode, Ref

Model = Annotated[str, Query(max_length=200, description="By number, name or id; the first if left out.")]
Weights = Annotated[
    str, Query(max_length=2000, description="Other weights to try: fit:0.5,risk:0.2; nothing is changed by it.")
]


@operation("GET", "/w/{ws}/ranking", needs="read", says=RankingSaid, tag="choosing")
def get_ranking(
    here: Here, model: Model = "", weights: Weights = "", *, at: Ref = None, mode: Mode = "known"
) -> HttpResponse:
    """Get investments by a scoring model's score, with its terms, and the lines to which money and people reach."""
    looked = here.look(at, mode)
    said = ranking_said(looked.view, model_of(looked.view, model), weights_of(weights))
    return here.answer(said, looked.at)


def weights_of(text: str) -> dict[str, str]:
    """ "fit:0.5,risk:0.2" as criterion → weight. Raises :class:`Invalid`."""
    found = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        key, colon, value = part.partition(":")
        if not colon or not value.strip():
            raise Invalid(f"“{part[:60]}” is no weight.", remedy="Write weights as fit:0.5,risk:0.2.")
        found[key.strip()] = value.strip()
    return found
