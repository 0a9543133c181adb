"""The US federal inventory of AI use cases, as OMB publishes it: editions 2024 and 2025 (and later ones like it).

Each row makes one AISystem, word for word (odd spellings and trailing blanks included, blank stays empty), under
one Investment whose own stage nobody has stated. Agencies and bureaus become organisational units. All cells
stay with the row, whether a field was made of them or not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from northing.portfolio.edits import Edit
from northing.portfolio.entity import derived_id
from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.plan import Plan
from northing.portfolio.reading import Question, Reading
from northing.portfolio.workspace import SourceFile, SourceRow

from . import text
from .kept import kept_file, kept_row
from .matching import Known, Matched, Wanted, match, normal
from .octets import Source
from .tabular import TableFile, shown

SOURCE = "omb"

FORM_2025: dict[str, str] = {
    "agency": "agency",
    "id": "external_id",
    "use_case_name": "name",
    "agency_bureau": "bureau",
    "development_stage": "development_stage",
    "is_high_impact": "impact",
    "topic_area": "topic_area",
    "classification": "classification",
    "problem_solved": "problem_solved",
    "benefits": "benefits",
    "system_outputs": "outputs",
    "operational_date": "operational_date",
    "contracting_usage": "build_buy",
    "vendor_name": "vendor",
    "have_ato": "has_ato",
    "has_pii": "has_pii",
    "pia_url": "pia_url",
}
FORM_2024: dict[str, str] = {
    "Agency Abbreviation": "agency",
    "Use Case Name": "name",
    "Bureau": "bureau",
    "Stage of Development": "development_stage",
    "Is the AI use case rights-impacting, safety-impacting, both, or neither?": "impact",
    "Use Case Topic Area": "topic_area",
    "What is the intended purpose and expected benefits of the AI?": "benefits",
    "Describe the AI system’s outputs.": "outputs",
    "Date Implemented": "operational_date",
    "Was the AI system involved in this use case developed (or is it to be developed) under contract(s) or in-house?": (
        "build_buy"
    ),
    "Does this AI use case have an associated Authority to Operate (ATO) for an AI system?": "has_ato",
    "Does this AI use case involve personally identifiable information (PII) that is maintained by the agency?": (
        "has_pii"
    ),
}
AGENCY_NAME = {"2025": "agency_name", "2024": "Agency"}
NEEDED = ("agency", "name", "development_stage")
FIELDS = tuple(FORM_2025.values())
SPEAKS_FOR: dict[str, date] = {"2024": date(2024, 12, 16)}
"""The day on which an edition was due; December 31 of its year for those not named."""


def recognises(file: TableFile) -> str | None:
    """ "2024" or "2025": which form *file* has, or None."""
    columns = set(file.columns)
    for form, table in (("2025", FORM_2025), ("2024", FORM_2024)):
        if {column for column, field in table.items() if field in NEEDED} <= columns:
            return form
    return None


def read(source: Source | TableFile, before: Plan | None = None, *, edition: str | None = None) -> Reading:
    """What an edition says, given what the source's branch holds of the earlier ones (*before*)."""
    file = source if isinstance(source, TableFile) else text.read(source)
    form = recognises(file)
    if form is None:
        raise _unknown(file)
    edition = edition or _year(file.name, form) or form
    if not re.fullmatch(r"20\d\d", edition):
        raise Invalid(f"An edition is a year, not “{shown(edition)}”.", remedy="--edition 2025")
    return _Reader(file, form, edition, before).reading()


def _year(name: str, form: str) -> str | None:
    """The year in a file's name, where the form is the one still in use."""
    years = re.findall(r"(?<!\d)20[2-9]\d(?!\d)", name)
    return years[0] if form == "2025" and years and years[0] >= "2025" else None


def _unknown(file: TableFile) -> Invalid:
    best = max((FORM_2025, FORM_2024), key=lambda table: len(set(table) & set(file.columns)))
    missing = [column for column, field in best.items() if field in NEEDED and column not in file.columns]
    from rapidfuzz import process

    findings = []
    for column in missing:
        near = process.extractOne(column, file.columns, score_cutoff=60)
        findings.append(
            Finding(
                code="missing-column",
                message=f"{file.name} has no column “{column}”.",
                line=1,
                column=column,
                value=near[0] if near else None,
                remedy=f"Rename “{near[0]}”." if near else "northing import table FILE reads any table.",
            )
        )
    return Invalid(
        f"{file.name} is not a federal inventory of 2024 or 2025.",
        findings=findings,
        remedy="northing import table FILE reads any table.",
        file=file.name,
    )


class _Reader:
    def __init__(self, file: TableFile, form: str, edition: str, before: Plan | None) -> None:
        self.file, self.edition, self.before = file, edition, before
        table = FORM_2025 if form == "2025" else FORM_2024
        self.positions = {
            field: file.columns.index(column) for column, field in table.items() if column in file.columns
        }
        self.targets = {column: ["ai_system", field] for column, field in table.items() if column in file.columns}
        self.agency_name = file.index(AGENCY_NAME[form])
        self.rows = [row for row in file.rows if row.readable and not row.blank]
        self.findings = list(file.findings)
        self.file_id = derived_id(SOURCE, "file", file.sha256)

    def reading(self) -> Reading:
        cells = [self._fields(row.cells) for row in self.rows]
        wanted = self._wanted(cells)
        matched = match(wanted, self._known(), self.edition)
        newer = self._newer()
        kept = sum(1 for id in matched.ids if id in newer)
        if kept:
            self._note(
                "older-edition",
                f"The plan already holds a newer edition: {kept:,} use cases of {self.edition} keep what that says.",
            )
        self._remark(cells)
        says = [*self._org_units(cells, older=bool(newer))]
        sources = []
        for row, fields, id in zip(self.rows, cells, matched.ids, strict=True):
            row_id = derived_id(SOURCE, "row", self.file.sha256, str(row.ordinal))
            sources.append(row_id)
            if id not in newer:
                says += self._says(fields, id, row_id, row.ordinal)
        return Reading(
            source=SOURCE,
            file=self._source_file(),
            effective_on=SPEAKS_FOR.get(self.edition) or date(int(self.edition), 12, 31),
            says=tuple(says),
            rows=self._source_rows(matched, dict(zip((row.ordinal for row in self.rows), sources, strict=True))),
            findings=tuple(self.findings),
            questions=self._questions(matched, wanted),
            vanished=() if newer else tuple(("ai_system", id) for id in matched.vanished),
        )

    def _fields(self, cells: tuple[str, ...]) -> dict[str, str | None]:
        positions = self.positions
        return {name: cells[positions[name]] or None if name in positions else None for name in FIELDS}

    # -- who is who

    def _wanted(self, cells: Iterable[Mapping[str, str | None]]) -> list[Wanted]:
        wanted = []
        seen: Counter[tuple[str, str, str, str]] = Counter()
        for fields in cells:
            agency, native = fields["agency"] or "", fields["external_id"] or ""
            name = normal(fields["name"] or "")
            key = (agency.strip(), native.strip(), name, normal(fields["bureau"] or ""))
            seen[key] += 1
            fresh = derived_id(SOURCE, self.edition, *key, str(seen[key]))
            wanted.append(Wanted(fresh, key[0], key[1], name))
        return wanted

    def _known(self) -> list[Known]:
        if self.before is None:
            return []
        return [
            Known(
                system.id,
                system.inventory,
                (system.agency or "").strip(),
                (system.external_id or "").strip(),
                normal(system.name),
            )
            for system in self.before.ai_systems.values()
            if system.inventory
        ]

    def _newer(self) -> set[str]:
        if self.before is None:
            return set()
        return {
            system.id
            for system in self.before.ai_systems.values()
            if system.inventory and system.inventory > self.edition
        }

    # -- what it says

    def _says(self, fields: dict[str, str | None], id: str, row: str, ordinal: int) -> list[Edit]:
        agency = (fields["agency"] or "").strip()
        unit = self._unit(agency, fields["bureau"])
        investment = derived_id(SOURCE, "investment", id)
        named = (fields["name"] or "").strip()
        return [
            Edit(
                op="create",
                kind="investment",
                id=investment,
                fields={
                    "name": named or f"Unnamed use case ({agency or 'no agency'}, row {ordinal})",
                    "external_id": fields["external_id"],
                    "org_unit": unit,
                    "problem": fields["problem_solved"],
                    "benefits": fields["benefits"],
                    "source_row": row,
                },
            ),
            Edit(
                op="create",
                kind="ai_system",
                id=id,
                fields={
                    **fields,
                    "name": fields["name"] or "",
                    "investment": investment,
                    "inventory": self.edition,
                    "org_unit": unit,
                    "source_row": row,
                },
            ),
        ]

    def _unit(self, agency: str, bureau: str | None) -> str | None:
        key = normal(bureau or "")
        if key and key != normal(agency):
            return derived_id(SOURCE, "bureau", agency, key)
        return derived_id(SOURCE, "agency", agency) if agency else None

    def _org_units(self, cells: list[dict[str, str | None]], *, older: bool) -> Iterable[Edit]:
        """Agencies and their bureaus, each under the name that most rows give it."""
        agencies: dict[str, Counter[str]] = {}
        bureaus: dict[tuple[str, str], Counter[str]] = {}
        for row, fields in zip(self.rows, cells, strict=True):
            agency = (fields["agency"] or "").strip()
            if not agency:
                continue
            name = row.cells[self.agency_name].strip() if self.agency_name is not None else ""
            agencies.setdefault(agency, Counter())[name or agency] += 1
            key = normal(fields["bureau"] or "")
            if key and key != normal(agency):
                bureaus.setdefault((agency, key), Counter())[(fields["bureau"] or "").strip()] += 1
        known = self.before.org_units if older and self.before is not None else {}
        for agency, names in agencies.items():
            id = derived_id(SOURCE, "agency", agency)
            if id not in known:
                yield Edit(op="create", kind="org_unit", id=id, fields={"name": _most(names), "code": agency})
        for (agency, key), names in bureaus.items():
            id = derived_id(SOURCE, "bureau", agency, key)
            if id not in known:
                parent = derived_id(SOURCE, "agency", agency)
                yield Edit(op="create", kind="org_unit", id=id, fields={"name": _most(names), "parent": parent})

    # -- the file as it came

    def _source_file(self) -> SourceFile:
        return kept_file(
            self.file,
            self.file_id,
            source=SOURCE,
            edition=self.edition,
            format={**self.file.format, "fields": self.targets},
        )

    def _source_rows(self, matched: Matched, ids: Mapping[int, str]) -> tuple[SourceRow, ...]:
        systems = dict(zip((row.ordinal for row in self.rows), matched.ids, strict=True))
        return tuple(
            kept_row(
                row,
                ids.get(row.ordinal) or derived_id(SOURCE, "row", self.file.sha256, str(row.ordinal)),
                file=self.file_id,
                made={"ai_system": [systems[row.ordinal]]} if row.ordinal in systems else {},
            )
            for row in self.file.rows
        )

    # -- what a person should know

    def _questions(self, matched: Matched, wanted: list[Wanted]) -> tuple[Question, ...]:
        names = {(each.scope, each.name): row.cells for each, row in zip(wanted, self.rows, strict=True)}
        column = self.positions["name"]
        return tuple(
            Question(
                code="ambiguous-match",
                message=(
                    f"{entry.scope}: “{names[entry.scope, entry.name][column].strip()}” stands {_times(entry.before)} "
                    f"in the edition before and {_times(entry.now)} in {self.edition}; not matched, listed as new."
                ),
                column=self.file.columns[column],
            )
            for entry in matched.ambiguous
        )

    def _remark(self, cells: list[dict[str, str | None]]) -> None:
        """Gaps and repetitions, counted: they stay as they are."""
        self._blank(cells, "development_stage", "state no stage")
        if "external_id" in self.positions:
            self._blank(cells, "external_id", "have no id")
        ids = Counter((fields["agency"], fields["external_id"]) for fields in cells if fields["external_id"])
        for (agency, id), times in ids.items():
            if times > 1:
                self._note(
                    "repeated-id", f"{agency}: the id {shown(id or '')} stands {_times(times)}.", "external_id", id
                )
        for row, fields in zip(self.rows, cells, strict=True):
            if not (fields["name"] or "").strip():
                self._note("no-name", f"Line {row.line}: the use case has no name.", "name", fields["name"], row.line)
        words = Counter(fields["development_stage"] for fields in cells if fields["development_stage"])
        spellings = ", ".join(f"“{shown(word, 40)}” {times:,}" for word, times in words.most_common())
        self._note("stage-words", f"{len(words)} words for the stage: {spellings}.", "development_stage")

    def _blank(self, cells: list[dict[str, str | None]], field: str, says: str) -> None:
        blank = sum(1 for fields in cells if not (fields[field] or "").strip())
        if blank:
            self._note(f"blank-{field.replace('_', '-')}", f"{blank:,} of {len(cells):,} rows {says}.", field)

    def _note(
        self, code: str, message: str, field: str | None = None, value: str | None = None, line: int | None = None
    ) -> None:
        column = self.file.columns[self.positions[field]] if field in self.positions else None
        self.findings.append(
            Finding(code=code, severity="note", message=message, column=column, value=value and shown(value), line=line)
        )


def _most(names: Counter[str]) -> str:
    top = max(names.values())
    return min(name for name, times in names.items() if times == top)


def _times(count: int) -> str:
    return "once" if count == 1 else "twice" if count == 2 else f"{count} times"
