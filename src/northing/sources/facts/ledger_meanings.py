"""What a column of a ledger can mean, and which one it is taken for; what is ambiguous is asked, never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

from northing.portfolio.reading import Question
from northing.sources.mapping import Column, Layout, Options
from northing.sources.meanings import tokens
from northing.sources.profile import Profile
from northing.sources.tabular import TableFile
from northing.sources.values import CODES

MEANINGS: Mapping[str, str] = {
    "cost.day": "posting date|booking date|date|invoice date|document date|transaction date|value date|buchungsdatum"
    "|belegdatum|boekdatum|factuurdatum|datum",
    "cost.billed": "amount|net amount|amount local currency|amount in local currency|amount document currency|cost"
    "|costs|actual|value|net|total|betrag|bedrag|kosten|montant",
    "cost.debit": "debit|debit amount|soll|debet",
    "cost.credit": "credit|credit amount|haben|credit bedrag",
    "cost.side": "debit credit|dr cr|d c|debit credit indicator|dc indicator|soll haben|s h",
    "cost.currency": "currency|currency code|curr|local currency|document currency|waehrung|währung|valuta|munt|devise",
    "cost.account": "account|gl account|g l account|account number|account code|ledger account|konto|sachkonto"
    "|grootboekrekening|rekening|compte",
    "cost.account_name": "account name|account description|gl account name|kontobezeichnung|rekeningnaam",
    "cost.cost_center": "cost center|cost centre|costcenter|cost center code|kostenstelle|kostenplaats|cc",
    "cost.project": "project|wbs|wbs element|project code|project id|project number|projekt|projectcode|psp element",
    "cost.provider": "supplier|vendor|supplier name|vendor name|creditor|lieferant|kreditor|leverancier|fournisseur",
    "cost.description": "text|description|line text|memo|item text|posting text|buchungstext|omschrijving|narrative",
    "cost.order_ref": "order|purchase order|po|po number|order number|purchase order number|bestellung|inkooporder",
    "cost.expense": "capex opex|expense type|capex|opex|capitalised|capitalized|expenditure type",
    "cost.service": "service|product|material|article|artikel",
    "cost.category": "category|cost category|spend category|cost element|kostenart|kostensoort",
    "cost.team": "team|department|business unit|abteilung|afdeling",
    "cost.person": "person|employee|user|mitarbeiter|medewerker",
    "cost.company": "company code|company|entity|legal entity|buchungskreis|gesellschaft|administratie|bedrijf",
    "cost.quantity": "quantity|qty|menge|aantal|hours",
    "cost.unit": "unit|uom|unit of measure|einheit|eenheid",
}
"""Target → what people call it, the most telling name first."""
MORE = ("cost.tag", "cost.kind", "cost.until", "cost.sub_account", "cost.resource", "cost.sku", "cost.region")
TARGETS: tuple[str, ...] = (*MEANINGS, *MORE)
"""Everything that a column of a ledger can mean. Several columns may be ``cost.tag``."""
DATES = ("cost.day", "cost.until")
AMOUNTS = ("cost.billed", "cost.debit", "cost.credit")


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    layout: Layout
    questions: tuple[Question, ...]


def propose(file: TableFile) -> Proposal:
    """A layout for *file* from the names of its columns, and what only a person can settle."""
    found: dict[str, list[tuple[int, str]]] = {}
    for name in file.columns:
        for target, rank in _meant(name):
            found.setdefault(target, []).append((rank, name))
    layout: dict[str, Column] = {}
    questions: list[Question] = []
    for target in MEANINGS:
        ranked = sorted((rank, file.columns.index(name), name) for rank, name in found.get(target, ()))
        best = [name for rank, _, name in ranked if rank == ranked[0][0] and name not in layout]
        if len(best) > 1 and target in (*AMOUNTS, *DATES):
            options = (*(name for _, _, name in ranked), "")
            message = (
                f"Which column is the {target.removeprefix('cost.')}: {' or '.join(f'“{name}”' for name in best)}?"
            )
            questions.append(Question(code="column-meaning", message=message, column=best[0], options=options))
        elif best:
            column, question = specify(Profile(best[0], file.column(best[0])), target)
            questions += [question] if question else []
            if column is not None:
                layout[best[0]] = column
    return Proposal(layout=Layout(columns=layout, options=Options(rows="cost")), questions=tuple(questions))


def _meant(name: str) -> list[tuple[str, int]]:
    """The targets that a column's name says, with how telling that is (0 is the very name)."""
    words = " ".join(tokens(name))
    bare = " ".join(word for word in words.split() if word.upper() not in CODES and not re.search(r"[£€$]", word))
    found = []
    for target, phrases in MEANINGS.items():
        listed = [" ".join(tokens(phrase)) for phrase in phrases.split("|")]
        for said in dict.fromkeys((words, bare)):
            if said in listed:
                found.append((target, listed.index(said)))
                break
    return found


def specify(column: Profile, target: str) -> tuple[Column | None, Question | None]:
    """What *target* needs to know of the column: the order of day and month, the sign before the decimals."""
    if target in DATES:
        if column.order == "unclear":
            example = next(iter(column.words))
            return None, Question(
                code="date-order",
                message=f"“{column.name}”: does the day or the month come first in “{example}”?",
                column=column.name,
                options=("dmy", "mdy"),
            )
        return Column(to=target, order=column.date_order if column.order != "none" else None), None
    if target in AMOUNTS:
        named = [word.upper() for word in tokens(column.name) if word.upper() in CODES]
        return Column(to=target, comma=column.comma, currency=named[0] if named else column.currency), None
    return Column(to=target, comma=column.comma if target == "cost.quantity" else False), None


def specifier(file: TableFile) -> Callable[[str, str], Column]:
    """Column and target → the column's meaning: what ``mapping.answered`` needs for a person's answers."""

    def told(name: str, target: str) -> Column:
        column, _ = specify(Profile(name, file.column(name)), target)
        return column or Column(to=target)

    return told
