"""The company and its people: Fenmarch Insurance Group, which does not exist."""

from __future__ import annotations

from typing import NamedTuple

from northing.portfolio.edits import Edit, create
from northing.portfolio.entity import derived_id
from northing.portfolio.reading import PersonDetails


class Organisation(NamedTuple):
    """What a workspace of the sample is called, and how it counts."""

    name: str
    slug: str
    zone: str
    currency: str


ORGANISATION = Organisation("Fenmarch Insurance Group (sample)", "fenmarch", "Europe/Amsterdam", "EUR")


def sample_id(kind: str, *key: str) -> str:
    """The id of a thing of the sample; the same for every seed, so that addresses stay good."""
    return derived_id("sample", kind, *key)


class Unit(NamedTuple):
    name: str
    code: str
    parent: str | None


UNITS: dict[str, Unit] = {
    "group": Unit("Fenmarch Insurance Group", "FEN", None),
    "claims": Unit("Group Claims", "CLM", "group"),
    "underwriting": Unit("Underwriting and Pricing", "UWP", "group"),
    "service": Unit("Customer and Distribution", "CUD", "group"),
    "uk": Unit("Fenmarch UK", "FUK", "group"),
    "americas": Unit("Fenmarch Specialty Americas", "FSA", "group"),
    "technology": Unit("Group Technology and Data", "GTD", "group"),
    "platform": Unit("AI Platform Engineering", "AIP", "technology"),
    "risk": Unit("Risk and Compliance", "RSK", "group"),
    "finance": Unit("Group Finance", "FIN", "group"),
    "people": Unit("People and Learning", "PPL", "group"),
    "pmo": Unit("AI Portfolio Office", "PMO", "finance"),
}


class Role(NamedTuple):
    name: str
    job: str
    unit: str


CAST: dict[str, Role] = {
    "ana": Role("Ana Ferreira", "Head of the AI Portfolio Office", "pmo"),
    "tomasz": Role("Tomasz Wieczorek", "Portfolio analyst", "pmo"),
    "matteo": Role("Matteo Ricciardi", "Finance business partner, technology", "finance"),
    "noor": Role("Noor Aziz-Lindqvist", "Chief Financial Officer", "finance"),
    "maeve": Role("Maeve O’Donnell", "Chief Claims Officer", "claims"),
    "kwame": Role("Kwame Asante", "Head of Claims Automation", "claims"),
    "jonas": Role("Jonas Weidner", "Head of Document Automation", "claims"),
    "lindiwe": Role("Lindiwe Mokoena", "Head of Fraud and Recovery", "claims"),
    "henrik": Role("Henrik Solberg", "Chief Underwriting Officer", "underwriting"),
    "priya": Role("Priya Raghunathan", "Head of Pricing Analytics", "underwriting"),
    "daniel": Role("Daniel Reyes", "Head of Operations, Specialty Americas", "americas"),
    "yuki": Role("Yuki Tanabe", "Director of Customer and Broker Service", "service"),
    "marta": Role("Marta Jankauskaitė", "Head of Contact Centres", "service"),
    "elif": Role("Elif Demirtaş", "Head of Contact Centres", "service"),
    "callum": Role("Callum Pryce", "Change Director, Fenmarch UK", "uk"),
    "samir": Role("Samir Haddad", "Chief Technology and Data Officer", "technology"),
    "ingrid": Role("Ingrid van der Meer", "Head of AI Platform Engineering", "platform"),
    "rosa": Role("Rosa Quispe", "Head of Model Risk and AI Oversight", "risk"),
}

JOINS_LATER = ("elif",)
"""Who is not there when the story begins."""


def person(key: str) -> str:
    return sample_id("person", key)


def unit(key: str) -> str:
    return sample_id("org_unit", key)


def directory() -> dict[str, PersonDetails]:
    """Person id → name and address, for the directory outside the chain."""
    return {
        person(key): PersonDetails(name=role.name, email=f"{_address(role.name)}@fenmarch.example")
        for key, role in CAST.items()
    }


def found() -> list[Edit]:
    """The organisation as it stands on the first day."""
    edits = [
        create("org_unit", unit(key), name=made.name, code=made.code, parent=unit(made.parent) if made.parent else None)
        for key, made in UNITS.items()
    ]
    return edits + [joins(key) for key in CAST if key not in JOINS_LATER]


def joins(key: str) -> Edit:
    return create("person", person(key), org_unit=unit(CAST[key].unit), job=CAST[key].job)


def _address(name: str) -> str:
    import unicodedata

    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return ".".join("".join(letter for letter in word if letter.isalnum()) for word in plain.lower().split())
