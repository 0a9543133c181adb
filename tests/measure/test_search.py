"""Anything is found by number, name or words, best first, in the time between two key strokes."""

from __future__ import annotations

import pytest

from northing.measure.columns import view_of
from northing.measure.search import fold, search, the_one
from northing.measure.view import View
from northing.portfolio.ai import AISystem
from northing.portfolio.entity import Entity, derived_id
from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.investment import Investment
from northing.portfolio.people import Person
from northing.portfolio.plan import Plan
from northing.portfolio.strategy import Objective


def id_of(name: str) -> str:
    return derived_id("search", name)


def investment(number: int, name: str, **fields: str) -> Investment:
    return Investment(id=id_of(name), number=f"INV-{number:04}", name=name, **fields)  # type: ignore[arg-type]


def view(*entities: Entity, names: dict[str, str] | None = None) -> View:
    return view_of(plan=Plan.of("w", "main", 1, entities), names=names or {})


OFFICE = view(
    investment(1, "Letter drafting", description="Drafts letters for claims handlers."),
    investment(2, "Claims triage"),
    investment(42, "Müller's claims desk", external_id="P-7781"),
    investment(421, "Reclaims archive"),
    Objective(id=id_of("aim"), number="OBJ-0042", name="Settle claims in two days"),
    AISystem(id=id_of("system"), number="AIS-0001", name="Triage model", vendor="Halden AI"),
    Person(id="p-1", job="Head of Claims"),
    names={"p-1": "Ana Ferreira"},
)


def found(text: str, limit: int = 20) -> list[str]:
    return [hit.name for hit in search(OFFICE, text, limit)]


def test_a_number_typed_in_full_or_in_short() -> None:
    for text in ("INV-0042", "inv-42", "inv 42", "INV42"):
        assert found(text)[0] == "Müller's claims desk", text
    assert set(found("42")[:2]) == {"Müller's claims desk", "Settle claims in two days"}


def test_the_beginning_of_a_name_then_of_a_word_then_its_middle_then_other_text() -> None:
    assert found("claims") == [
        "Claims triage",
        "Müller's claims desk",
        "Settle claims in two days",
        "Reclaims archive",
        "Letter drafting",
        "Ana Ferreira",
    ]


def test_every_word_counts_in_any_order_without_capitals_and_accents() -> None:
    assert found("DESK muller") == ["Müller's claims desk"]
    assert found("triage halden") == ["Triage model"]
    assert found("triage nonsense") == []
    assert found("   ") == []


def test_people_are_found_by_the_directory() -> None:
    assert found("ferreira") == ["Ana Ferreira"]


def test_a_misspelt_word_finds_what_is_spelled_alike() -> None:
    (hit, *_) = search(OFFICE, "claims traige")
    assert (hit.name, hit.alike) == ("Claims triage", True)


def test_a_hit_says_where_it_was_found() -> None:
    fields = {hit.name: hit.field for hit in search(OFFICE, "claims")}
    assert fields["Letter drafting"] == "description"
    assert fields["Ana Ferreira"] == "job"
    assert [hit.field for hit in search(OFFICE, "p-7781")] == ["external_id"]


def test_the_one_that_is_meant() -> None:
    assert the_one(OFFICE, "inv-42") == ("investment", id_of("Müller's claims desk"))
    assert the_one(OFFICE, "claims triage") == ("investment", id_of("Claims triage"))
    assert the_one(OFFICE, id_of("aim")[:12]) == ("objective", id_of("aim"))
    assert the_one(OFFICE, "letter") == ("investment", id_of("Letter drafting"))
    with pytest.raises(Invalid, match="could be several"):
        the_one(OFFICE, "claims")
    with pytest.raises(NotFound) as nearest:
        the_one(OFFICE, "Claims traige")
    assert "Claims triage" in (nearest.value.remedy or "")


def test_texts_are_folded_once_for_all_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """What keeps a search as quick as looking through all texts (``bench.measure``): a question folds itself, not the plan again."""
    many = view(*(investment(n, f"Claims {n}", description="Words of its own") for n in range(300)))
    search(many, "warm", 10)
    folded: list[str] = []

    def counted(text: str) -> str:
        folded.append(text)
        return fold(text)

    monkeypatch.setattr("northing.measure.search.fold", counted)
    for text in ("claims 7", "inv-77", "words own", "77"):
        folded.clear()
        assert search(many, text, 10), text
        assert len(folded) <= 1 + 10 * 4, text
