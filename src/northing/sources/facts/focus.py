"""Bills in FOCUS 1.0 to 1.4 (FinOps Open Cost and Usage Specification), read by the columns that are present.

One scope is one bill: issuer of the invoice, billing account and billing period; a bill delivered again replaces
itself as a whole. Credits, refunds and corrections stay what they are, negative lines; nothing is netted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from northing.portfolio.ai_services import CATEGORY, WORDS
from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.fact_reading import About, Check, Projection

from . import expressions as sql
from .columns import Header, decimal_comma, header_of
from .day_order import Span, given, order_of
from .reader import TableReader

COLUMNS = {
    "account": ("BillingAccountId",),
    "account_name": ("BillingAccountName",),
    "sub_account": ("SubAccountId",),
    "sub_account_name": ("SubAccountName",),
    "provider": ("ServiceProviderName", "ProviderName", "PublisherName"),
    "category": ("ServiceCategory",),
    "subcategory": ("ServiceSubcategory",),
    "service": ("ServiceName",),
    "resource": ("ResourceId",),
    "resource_name": ("ResourceName",),
    "sku": ("SkuId",),
    "region": ("RegionId", "RegionName"),
    "charge_category": ("ChargeCategory",),
    "charge_class": ("ChargeClass",),
    "description": ("ChargeDescription",),
}
"""Our column → those of FOCUS, of which the first that says something counts."""
AMOUNTS = {"billed": "BilledCost", "effective": "EffectiveCost", "list_cost": "ListCost"}
KEPT = (
    "PublisherName",
    "HostProviderName",
    "InvoiceId",
    "SkuPriceDetails",
    "PricingCurrencyContractedUnitPrice",
    "PricingCurrencyEffectiveCost",
    "PricingCurrencyListUnitPrice",
    "CommitmentDiscountCategory",
    "CommitmentDiscountId",
    "CommitmentDiscountName",
    "CommitmentDiscountQuantity",
    "CommitmentDiscountStatus",
    "CommitmentDiscountType",
    "CommitmentDiscountUnit",
    "AllocatedMethodId",
    "AllocatedMethodDetails",
    "AllocatedResourceId",
    "AllocatedResourceName",
    "AllocatedTags",
)
"""What has no column of its own is kept among the tags, under its name in FOCUS; so is every ``x_`` column."""
KNOWN = ("BilledCost", "EffectiveCost", "BillingCurrency", "BillingPeriodStart", "ChargePeriodStart", "ChargeCategory")

DOLLARS = "USD AUD CAD NZD SGD HKD TWD MXN BRL ARS CLP COP"
USUAL = ("USD", "EUR", "GBP", "CHF")
"""Currencies of most bills: known at a glance."""
SIGNS = {"$": DOLLARS, "€": "EUR", "£": "GBP", "¥": "JPY CNY"}
"""A currency sign in an amount → the currencies that it can mean."""


class Focus(TableReader):
    """FOCUS 1.0 to 1.4."""

    name = "focus"
    title = "FOCUS bill"
    tables: tuple[str, ...] = ("cost",)

    def fits(self, name: str, head: bytes) -> float:
        if head[:4] == b"PAR1":
            return 0.5  # its columns stand at the end of the file; the engine looks there
        header = Header(header_of(head))
        return round(sum(name in header for name in KNOWN) / len(KNOWN), 2)

    def project(self, header: Sequence[str], sample: Sequence[Sequence[str]], about: About) -> Projection:
        return _Bill(Header(header), sample, about).projection()


class _Bill:
    """One file's columns as expressions, worked out in steps: text and plain numbers, what is left, values, days."""

    def __init__(self, header: Header, sample: Sequence[Sequence[str]], about: About) -> None:
        self.header, self.about = header, about
        header.refuse_twice(header.wanted((*COLUMNS_ASKED, *AMOUNTS.values())))
        missing = [name for name in ("BilledCost", "ChargePeriodStart") if name not in header]
        if "BillingCurrency" not in header and not about.source.currency:
            missing.append("BillingCurrency")
        if missing:
            raise _missing(missing, header, about.name)
        self.order = given(about.source.options) or order_of(self._spans(sample), header.called("ChargePeriodStart"))
        amounts = [header.at(name) for name in AMOUNTS.values() if name in header]
        self.comma = decimal_comma([row[at] for row in sample for at in amounts if at < len(row)])
        self.cells: dict[str, str] = {}
        self.left: dict[str, str] = {}
        self.bare: dict[str, str] = {}
        self.values: dict[str, str] = {}
        self.days: dict[str, str] = {}
        self.checks: list[Check] = []

    def projection(self) -> Projection:
        stated = self.about.source
        columns = {target: found for target, names in COLUMNS.items() if (found := self._first(*names))}
        if stated.provider:
            columns["provider"] = f"coalesce({columns.get('provider', 'NULL')}, {sql.literal(stated.provider)})"
        columns["day"] = self._day("ChargePeriodStart")
        self._check("ChargePeriodStart", f"{columns['day']} IS NULL", NO_DAY)
        columns["billing_period"] = self._period(columns["day"])
        if "ChargePeriodEnd" in self.header:
            columns["until"] = self._until(columns["day"])
        columns["currency"] = self._currency()
        columns |= self._amounts(columns["currency"])
        quantity, unit, more = self._quantity(columns["currency"])
        columns |= {"quantity": quantity, "unit": unit} if quantity and unit else {}
        made = sql.with_more_tags(self._tags(), more)
        if made:
            columns["tags"] = made
        columns["ai"] = self._ai(columns)
        columns["scope"] = self._scope(columns)
        for target, word in (("expense", stated.expense), ("kind", stated.kind)):
            if word:
                columns[target] = sql.literal(word.value)
        steps = [step for step in (self.cells, self.left, self.bare, self.values, self.days) if step]
        return Projection(table="cost", columns=columns, checks=tuple(self.checks), steps=tuple(steps))

    # -- cells and what is in them

    def _said(self, name: str) -> str:
        at = self.header.at(name)
        self.cells[f"s_text{at}"] = sql.text(f"c{at}")
        return f"s_text{at}"

    def _money(self, name: str) -> str:
        """What is plain is cast at once; the long way is gone only with the cells that are left."""
        at = self.header.at(name)
        said = self._said(name)
        if not self.comma:
            self.cells[f"s_plain{at}"] = sql.plain_money(f"c{at}")
            self.left[f"s_left{at}"] = f"CASE WHEN s_plain{at} IS NULL THEN {said} END"
            said = f"s_left{at}"
        self.bare[f"s_bare{at}"] = sql.bare_money(said)
        found = sql.money(f"s_bare{at}", comma=self.comma)
        self.values[f"s_money{at}"] = found if self.comma else f"coalesce(s_plain{at}, {found})"
        return f"s_money{at}"

    def _instant(self, name: str) -> str:
        at = self.header.at(name)
        self.values[f"s_instant{at}"] = sql.instant(self._said(name), self.order)
        return f"s_instant{at}"

    def _day(self, name: str) -> str:
        at = self.header.at(name)
        self.days[f"s_day{at}"] = sql.day(self._instant(name))
        return f"s_day{at}"

    def _first(self, *names: str) -> str | None:
        said = [self._said(name) for name in names if name in self.header]
        return f"coalesce({', '.join(said)})" if len(said) > 1 else (said[0] if said else None)

    def _check(self, column: str, failed: str, reason: str) -> None:
        self.checks.append(Check(failed=failed, column=self.header.called(column), reason=reason))

    # -- when

    def _spans(self, sample: Sequence[Sequence[str]]) -> list[Span]:
        spans = []
        for kind, month in (("Charge", False), ("Billing", True)):
            start, end = (self.header.find(f"{kind}Period{side}") for side in ("Start", "End"))
            for row in sample:
                cells = [row[at] if at is not None and at < len(row) else "" for at in (start, end)]
                spans.append(Span(start=cells[0], end=cells[1], month=month))
        return spans

    def _period(self, day: str) -> str:
        """The billing period's first day; a file without that column is billed by calendar month."""
        if "BillingPeriodStart" not in self.header:
            return f"CAST(date_trunc('month', {day}) AS DATE)"
        period = self._day("BillingPeriodStart")
        self._check("BillingPeriodStart", f"{period} IS NULL", NO_PERIOD)
        return period

    def _until(self, day: str) -> str:
        said, found = self._said("ChargePeriodEnd"), self._instant("ChargePeriodEnd")
        self._check("ChargePeriodEnd", f"{said} IS NOT NULL AND {found} IS NULL", NO_END)
        self.days["s_after"] = sql.first_day_after(found)
        self._check("ChargePeriodEnd", f"coalesce(s_after < {day}, FALSE)", BACKWARDS)
        return f"CASE WHEN s_after > {day} + 1 THEN s_after END"

    # -- how much

    def _currency(self) -> str:
        stated = self.about.source.currency
        if "BillingCurrency" not in self.header:
            return sql.literal(str(stated))
        said = f"upper({self._said('BillingCurrency')})"
        self.values["s_currency"] = f"coalesce({said}, {sql.literal(stated)})" if stated else said
        strange = "coalesce(NOT regexp_matches(s_currency, '^[A-Z]{3}$'), TRUE)"
        usual = f"s_currency IN ({', '.join(sql.literal(code) for code in USUAL)})"
        self._check("BillingCurrency", f"CASE WHEN {usual} THEN FALSE ELSE {strange} END", NO_CURRENCY)
        return "s_currency"

    def _amounts(self, currency: str) -> dict[str, str]:
        columns = {}
        for target, name in AMOUNTS.items():
            if name not in self.header:
                continue
            found, said = self._money(name), self._said(name)
            columns[target] = found
            needed = "" if target == "billed" else f"{said} IS NOT NULL AND "
            self._check(name, f"{needed}{found} IS NULL", NO_AMOUNT if target == "billed" else NOT_AN_AMOUNT)
            other = " OR ".join(
                f"contains({said}, '{sign}') AND NOT contains('{meant}', {currency})" for sign, meant in SIGNS.items()
            )
            unsigned = "FALSE" if self.comma else f"s_plain{self.header.at(name)} IS NOT NULL"
            self._check(name, f"CASE WHEN {unsigned} THEN FALSE ELSE {other} END", TWO_CURRENCIES)
        return columns

    def _quantity(self, currency: str) -> tuple[str | None, str | None, list[tuple[str, str]]]:
        """What was consumed, and what else is kept. Where it is priced in a vendor's tokens, those are the quantity."""
        quantity = unit = None
        more: list[tuple[str, str]] = []
        if "ConsumedQuantity" in self.header:
            quantity, unit = self._money("ConsumedQuantity"), self._first("ConsumedUnit") or "NULL"
            # More digits than a quantity can have: kept as it was written.
            more.append(("ConsumedQuantity", f"CASE WHEN {quantity} IS NULL THEN {self._said('ConsumedQuantity')} END"))
        if "PricingCurrency" in self.header:
            priced = self._said("PricingCurrency")
            more.append(("PricingCurrency", f"CASE WHEN {priced} <> {currency} THEN {priced} END"))
            if "PricingCurrencyEffectiveCost" in self.header:
                spent = self._money("PricingCurrencyEffectiveCost")
                virtual = f"NOT regexp_matches({priced}, '^[A-Z]{{3}}$') AND {spent} IS NOT NULL"
                more = [entry for entry in more if entry[0] != "ConsumedQuantity"]
                for name, kept in (
                    ("ConsumedQuantity", f"{quantity} IS NULL OR ({virtual})"),
                    ("ConsumedUnit", virtual),
                ):
                    if name in self.header:
                        more.append((name, f"CASE WHEN {kept} THEN {self._said(name)} END"))
                quantity = f"CASE WHEN {virtual} THEN {spent} ELSE {quantity or 'NULL'} END"
                unit = f"CASE WHEN {virtual} THEN {priced} ELSE {unit or 'NULL'} END"
        return quantity, unit, more + [(name, self._kept(name, currency)) for name in self._kept_names()]

    # -- what, and whose

    def _tags(self) -> str | None:
        if "Tags" not in self.header:
            return None
        self.values["s_tags"] = sql.tags(self._said("Tags"), "Tags")
        return "s_tags"

    def _kept_names(self) -> list[str]:
        own = [name for name in KEPT if name in self.header]
        return own + [name for name in self.header.names if re.match(r"x_", name, re.IGNORECASE)]

    def _kept(self, name: str, currency: str) -> str:
        said = self._said(name)
        if name in ("PublisherName", "HostProviderName"):
            # Mostly the provider once more; in a marketplace it is the seller.
            known = [self._said(other) for other in PROVIDERS if other in self.header]
            same = " OR ".join(f"{said} = {other}" for other in known)
            return f"CASE WHEN {same} THEN NULL ELSE {said} END" if same else said
        if name.startswith("PricingCurrency") and "PricingCurrency" in self.header:
            # Prices in the currency of the bill say nothing that the cost does not.
            return f"CASE WHEN {self._said('PricingCurrency')} <> {currency} THEN {said} END"
        return said

    def _ai(self, columns: dict[str, str]) -> str:
        named = [columns[name] for name in ("subcategory", "service", "provider") if name in columns]
        named += [self._said(name) for name in ("PublisherName",) if name in self.header]
        words = f"concat_ws(' ', {', '.join(named)})" if named else "''"
        by_name = f"regexp_matches({words}, {sql.literal('(?i)' + WORDS)})"
        if "category" not in columns:
            return by_name
        said = f"coalesce(lower({columns['category']}) = {sql.literal(CATEGORY.lower())}, FALSE)"
        return f"CASE WHEN {said} THEN TRUE ELSE {by_name} END"

    def _scope(self, columns: dict[str, str]) -> str:
        issuer = self._first("InvoiceIssuerName", "ServiceProviderName", "ProviderName")
        parts = [issuer or sql.literal(self.about.source.provider or ""), columns.get("account", "NULL")]
        parts = [f"coalesce({part}, '')" for part in parts]
        return " || ' · ' || ".join([*parts, f"CAST({columns['billing_period']} AS VARCHAR)"])


PROVIDERS = ("ServiceProviderName", "ProviderName", "InvoiceIssuerName")
COLUMNS_ASKED = (
    *(name for names in COLUMNS.values() for name in names),
    "BillingCurrency",
    "BillingPeriodStart",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "InvoiceIssuerName",
    "Tags",
    "ConsumedQuantity",
    "ConsumedUnit",
)

NO_DAY = "The charge has no day that can be read; write ChargePeriodStart as 2025-03-01T00:00:00Z."
NO_PERIOD = "The billing period is missing or cannot be read; write BillingPeriodStart as 2025-03-01."
NO_END = "The end of the charge cannot be read; write ChargePeriodEnd as 2025-04-01T00:00:00Z, or leave it empty."
BACKWARDS = "The charge ends before it begins; exchange ChargePeriodStart and ChargePeriodEnd, or mend them."
NO_CURRENCY = "The row does not say one currency; write one ISO 4217 code such as EUR in BillingCurrency."
NO_AMOUNT = "There is no cost that can be read here; write digits with a point, such as 1234.56, or 0."
NOT_AN_AMOUNT = "This is no amount; write digits with a point, such as 1234.56, or leave it empty."
TWO_CURRENCIES = "The amount's sign is of another currency than BillingCurrency; split the line into two, or mend it."


def _missing(missing: Sequence[str], header: Header, name: str) -> Invalid:
    """The refusal of a file that is no bill, with what it has instead."""
    listed = ", ".join(missing)
    has = ", ".join(header.names[:12]) + (" …" if len(header.names) > 12 else "")
    findings = [
        Finding(code="missing-column", message=f"{name} has no column {each}.", column=each, remedy=f"It has: {has}")
        for each in missing
    ]
    return Invalid(
        f"{name} is no FOCUS bill: it has no column {listed}.",
        findings=findings,
        remedy="Export it as FOCUS, or read it with the format “ledger” and a mapping.",
        file=name,
    )
