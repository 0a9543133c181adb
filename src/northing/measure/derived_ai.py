"""Derived columns of AI: systems and models under an investment, when its first model is shut down, shared ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from northing.portfolio.plan import Plan
from northing.portfolio.words import word

from .derived import Derived, Term
from .sentence import Ref
from .view import View

AI = frozenset(("ai_system", "model_use", "ai_model"))


def models_of(plan: Plan) -> dict[str, dict[str, tuple[str, ...]]]:
    """Investment → model → the systems of the investment that use it."""

    def make() -> dict[str, dict[str, tuple[str, ...]]]:
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for use in plan.model_uses.values():
            system = plan.ai_systems.get(use.system)
            if system is None or system.investment is None or use.model not in plan.ai_models:
                continue
            models = found.setdefault(system.investment, {})
            models[use.model] = (*models.get(use.model, ()), system.id)
        return found

    return plan.memo("models of", AI, make)


def _systems(view: View) -> Sequence[Any]:
    return [len(view.plan.ai_systems.by("investment", id)) for id in view.rows("investment")]


def _agency(view: View) -> Sequence[Any]:
    found: list[str | None] = []
    for id in view.rows("investment"):
        named = {system.agency for system in view.plan.ai_systems.by("investment", id) if system.agency}
        found.append(", ".join(sorted(named)) or None)
    return found


def _models(view: View) -> Sequence[Any]:
    found = models_of(view.plan)
    return [tuple(found.get(id, ())) for id in view.rows("investment")]


def _shutdown(view: View) -> Sequence[Any]:
    found = models_of(view.plan)
    table = view.plan.ai_models
    result: list[date | None] = []
    for id in view.rows("investment"):
        days = [day for model in found.get(id, ()) if (day := table[model].shutdown_on) is not None]
        result.append(min(days, default=None))
    return result


def _system_models(view: View) -> Sequence[Any]:
    models = view.plan.ai_models
    return [
        tuple(dict.fromkeys(use.model for use in view.plan.model_uses.by("system", id) if use.model in models))
        for id in view.rows("ai_system")
    ]


def _id_uses(view: View) -> Sequence[Any]:
    """Within one agency and edition, as the inventory has them; an id that is blank is none."""
    systems = view.plan.ai_systems.values()
    uses = Counter((system.agency, system.inventory, system.external_id) for system in systems if system.external_id)
    return [
        uses[system.agency, system.inventory, system.external_id] if system.external_id else None for system in systems
    ]


def _system_terms(view: View, id: str) -> Iterable[Term]:
    return [Term(Ref("ai_system", one.id), one.agency, "agency") for one in view.plan.ai_systems.by("investment", id)]


def _model_terms(view: View, id: str) -> Iterable[Term]:
    models = view.plan.ai_models
    return [
        Term(Ref("ai_model", one), models[one].shutdown_on, "shutdown_on") for one in models_of(view.plan).get(id, ())
    ]


def _used_terms(view: View, id: str) -> Iterable[Term]:
    return [Term(Ref("model_use", use.id), use.share, "share") for use in view.plan.model_uses.by("system", id)]


def _same_id(view: View, id: str) -> Iterable[Term]:
    here = view.plan.ai_systems[id]
    if not here.external_id:
        return []
    alike = view.plan.ai_systems.by("external_id", here.external_id)
    return [
        Term(Ref("ai_system", one.id), one.external_id, "external_id")
        for one in alike
        if (one.agency, one.inventory) == (here.agency, here.inventory)
    ]


COLUMNS = (
    Derived(
        kind="investment",
        name="agency",
        title=word("Agency"),
        type="text",
        formula=word("The agency that its AI systems name; all of them, in order, where they differ."),
        reads=frozenset(("ai_system",)),
        of=_agency,
        terms=_system_terms,
    ),
    Derived(
        kind="investment",
        name="systems",
        title=word("AI systems"),
        type="integer",
        formula=word("Number of AI systems under it."),
        reads=frozenset(("ai_system",)),
        of=_systems,
        terms=_system_terms,
    ),
    Derived(
        kind="investment",
        name="models",
        title=word("AI models"),
        type="references",
        ref="ai_model",
        formula=word("The models that its AI systems use."),
        reads=AI,
        of=_models,
        terms=_model_terms,
    ),
    Derived(
        kind="investment",
        name="model_shutdown",
        title=word("First model shut down on"),
        type="date",
        formula=word("The earliest shutdown date among the models that its AI systems use."),
        reads=AI,
        of=_shutdown,
        terms=_model_terms,
    ),
    Derived(
        kind="ai_system",
        name="models",
        title=word("AI models"),
        type="references",
        ref="ai_model",
        formula=word("The models that it uses."),
        reads=AI,
        of=_system_models,
        terms=_used_terms,
    ),
    Derived(
        kind="ai_system",
        name="id_uses",
        title=word("Uses of its external id"),
        type="integer",
        formula=word("Number of AI systems of its agency and inventory that carry its external id; empty without one."),
        reads=frozenset(("ai_system",)),
        of=_id_uses,
        terms=_same_id,
    ),
)
