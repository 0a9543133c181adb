"""The Plan: everything decided, at one revision of one branch. Immutable; stepped forward by deltas."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, TypeVar, cast

from .ai import AIModel, AISystem, ModelUse
from .benefits import BenefitPlanLine
from .choosing import Capacity, Group, Horizon, Limit, ResourceDemand, Theme, Variant
from .deciding import Approval, ApprovalRule, Comment, Decision
from .entity import Entity
from .errors import NotFound
from .facts import AttributionRule, Delivery, Source
from .flow import Calendar, MarkedEvent, ServiceLevelExpectation, WorkflowPolicy, WorkLink
from .forecasting import Commitment, ForecastLine, PeriodClose
from .funding import Account, Fund, Transfer
from .investment import Dependency, HealthReport, Investment, Link, Milestone, Note, is_out
from .kinds import KINDS
from .money import CostPlanLine
from .people import OrgUnit, Person, Role, Team
from .rates import FxRate, PriceOverride, RateCard
from .scoring import Score, ScoringModel
from .strategy import KeyResult, Objective, Portfolio, StrategicContribution, ValueStream
from .table import Table
from .words import in_sentence
from .workspace import CustomField, FiscalCalendar, SavedView, SourceFile

__all__ = ["EMPTY", "Delta", "Plan", "Table"]

M = TypeVar("M")

Delta = Mapping[str, Mapping[str, Entity | None]]
"""Kind → id → the entity as it is now, or None where it was removed."""


class Plan:
    """One branch of one workspace at one revision. Equal keys mean equal plans, for ever.

    ``plan.investments["…"]`` and so on by the plural of each kind; ``plan.table(kind)`` where the kind is
    a variable. What a plan does not hold (source rows) is asked of the record.
    """

    __slots__ = ("__weakref__", "_memo", "_tables", "branch", "no", "workspace")

    def __init__(self, workspace: str, branch: str, no: int, tables: Mapping[str, Table[Any]]) -> None:
        self.workspace = workspace
        self.branch = branch
        self.no = no
        self._tables = dict(tables)
        self._memo: dict[Hashable, tuple[frozenset[str], Any]] = {}

    @property
    def key(self) -> tuple[str, str, int]:
        return (self.workspace, self.branch, self.no)

    def table(self, kind: str) -> Table[Any]:
        return self._tables.get(kind, EMPTY)

    def get(self, kind: str, id: str | None) -> Any:
        """The entity, or None."""
        return self.table(kind).get(id)

    def need(self, kind: str, id: str) -> Any:
        """The entity; raises :class:`NotFound`."""
        found = self.table(kind).get(id)
        if found is None:
            raise NotFound(f"There is no {in_sentence(KINDS[kind].TITLE)} {id} at this revision.")
        return found

    def find(self, id: str) -> Entity | None:
        """The entity with *id*, whatever its kind."""
        for table in self._tables.values():
            entity = table.get(id)
            if entity is not None:
                return cast(Entity, entity)
        return None

    def all(self) -> Iterator[Entity]:
        for kind in KINDS:
            yield from self.table(kind).values()

    def __len__(self) -> int:
        return sum(len(table) for table in self._tables.values())

    def step(self, no: int, delta: Delta, *, branch: str | None = None) -> Plan:
        """The plan at revision *no*, which differs from this one by *delta*; untouched tables are shared."""
        tables = dict(self._tables)
        for kind, changes in delta.items():
            tables[kind] = self.table(kind).step(changes)
        after = Plan(self.workspace, branch or self.branch, no, tables)
        # A copy first: another thread may be adding to it.
        after._memo = {key: kept for key, kept in list(self._memo.items()) if kept[0].isdisjoint(delta)}
        return after

    def numbered(self, no: int, branch: str) -> Plan:
        """The same plan under another number: what a draft worked out has become revision *no* of *branch*."""
        after = Plan.__new__(Plan)
        after.workspace, after.branch, after.no = self.workspace, branch, no
        # Both are functions of the same tables, so they share what was reckoned of them, too.
        after._tables, after._memo = self._tables, self._memo
        return after

    def memo(self, key: Hashable, reads: frozenset[str], make: Callable[[], M]) -> M:
        """What *make* gives, computed once for this plan and for the plans that step from it without touching
        the kinds that it *reads*. *make* must be a function of these tables and of *key* alone.
        """
        kept = self._memo.get(key)
        if kept is None:
            kept = self._memo[key] = (reads, make())
        return cast(M, kept[1])

    @staticmethod
    def of(workspace: str, branch: str, no: int, entities: Iterable[Entity]) -> Plan:
        """A plan of *entities*."""
        rows: dict[str, dict[str, Entity]] = {}
        for entity in entities:
            rows.setdefault(entity.KIND, {})[entity.id] = entity
        return Plan(workspace, branch, no, {kind: Table(table) for kind, table in rows.items()})

    investments = property(lambda self: cast("Table[Investment]", self.table("investment")))
    portfolios = property(lambda self: cast("Table[Portfolio]", self.table("portfolio")))
    value_streams = property(lambda self: cast("Table[ValueStream]", self.table("value_stream")))
    objectives = property(lambda self: cast("Table[Objective]", self.table("objective")))
    key_results = property(lambda self: cast("Table[KeyResult]", self.table("key_result")))
    strategic_contributions = property(
        lambda self: cast("Table[StrategicContribution]", self.table("strategic_contribution"))
    )
    people = property(lambda self: cast("Table[Person]", self.table("person")))
    org_units = property(lambda self: cast("Table[OrgUnit]", self.table("org_unit")))
    milestones = property(lambda self: cast("Table[Milestone]", self.table("milestone")))
    dependencies = property(lambda self: cast("Table[Dependency]", self.table("dependency")))
    health_reports = property(lambda self: cast("Table[HealthReport]", self.table("health_report")))
    cost_plan_lines = property(lambda self: cast("Table[CostPlanLine]", self.table("cost_plan_line")))
    teams = property(lambda self: cast("Table[Team]", self.table("team")))
    roles = property(lambda self: cast("Table[Role]", self.table("role")))
    forecast_lines = property(lambda self: cast("Table[ForecastLine]", self.table("forecast_line")))
    commitments = property(lambda self: cast("Table[Commitment]", self.table("commitment")))
    period_closes = property(lambda self: cast("Table[PeriodClose]", self.table("period_close")))
    funds = property(lambda self: cast("Table[Fund]", self.table("fund")))
    accounts = property(lambda self: cast("Table[Account]", self.table("account")))
    transfers = property(lambda self: cast("Table[Transfer]", self.table("transfer")))
    rate_cards = property(lambda self: cast("Table[RateCard]", self.table("rate_card")))
    fx_rates = property(lambda self: cast("Table[FxRate]", self.table("fx_rate")))
    price_overrides = property(lambda self: cast("Table[PriceOverride]", self.table("price_override")))
    sources = property(lambda self: cast("Table[Source]", self.table("source")))
    deliveries = property(lambda self: cast("Table[Delivery]", self.table("delivery")))
    attribution_rules = property(lambda self: cast("Table[AttributionRule]", self.table("attribution_rule")))
    work_links = property(lambda self: cast("Table[WorkLink]", self.table("work_link")))
    workflow_policies = property(lambda self: cast("Table[WorkflowPolicy]", self.table("workflow_policy")))
    calendars = property(lambda self: cast("Table[Calendar]", self.table("calendar")))
    service_level_expectations = property(
        lambda self: cast("Table[ServiceLevelExpectation]", self.table("service_level_expectation"))
    )
    marked_events = property(lambda self: cast("Table[MarkedEvent]", self.table("marked_event")))
    benefit_plan_lines = property(lambda self: cast("Table[BenefitPlanLine]", self.table("benefit_plan_line")))
    ai_systems = property(lambda self: cast("Table[AISystem]", self.table("ai_system")))
    ai_models = property(lambda self: cast("Table[AIModel]", self.table("ai_model")))
    model_uses = property(lambda self: cast("Table[ModelUse]", self.table("model_use")))
    notes = property(lambda self: cast("Table[Note]", self.table("note")))
    links = property(lambda self: cast("Table[Link]", self.table("link")))
    themes = property(lambda self: cast("Table[Theme]", self.table("theme")))
    horizons = property(lambda self: cast("Table[Horizon]", self.table("horizon")))
    variants = property(lambda self: cast("Table[Variant]", self.table("variant")))
    limits = property(lambda self: cast("Table[Limit]", self.table("limit")))
    groups = property(lambda self: cast("Table[Group]", self.table("group")))
    capacities = property(lambda self: cast("Table[Capacity]", self.table("capacity")))
    resource_demands = property(lambda self: cast("Table[ResourceDemand]", self.table("resource_demand")))
    scoring_models = property(lambda self: cast("Table[ScoringModel]", self.table("scoring_model")))
    scores = property(lambda self: cast("Table[Score]", self.table("score")))
    approval_rules = property(lambda self: cast("Table[ApprovalRule]", self.table("approval_rule")))
    decisions = property(lambda self: cast("Table[Decision]", self.table("decision")))
    approvals = property(lambda self: cast("Table[Approval]", self.table("approval")))
    comments = property(lambda self: cast("Table[Comment]", self.table("comment")))
    custom_fields = property(lambda self: cast("Table[CustomField]", self.table("custom_field")))
    saved_views = property(lambda self: cast("Table[SavedView]", self.table("saved_view")))
    source_files = property(lambda self: cast("Table[SourceFile]", self.table("source_file")))

    def counts(self, line: CostPlanLine | ForecastLine | BenefitPlanLine | ResourceDemand) -> bool:
        """Whether a line of an investment is planned: not where it begins when its investment was chosen out."""
        investment = self.investments.get(line.investment)
        return investment is None or investment.choice is None or not is_out(investment, line.start or date.min)

    @property
    def calendar(self) -> FiscalCalendar:
        """The fiscal calendar in force; calendar years where none was set."""
        from .workspace import FiscalCalendar

        table = self.table("fiscal_calendar")
        return min(table.values(), key=lambda found: found.id, default=FiscalCalendar(id="", name="Calendar year"))


EMPTY: Table[Any] = Table()
