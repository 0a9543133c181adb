"""The kinds that are changed by a form, and the controls of each in order; ``forms`` says what a control is."""

from __future__ import annotations

FORMS: dict[str, tuple[str, ...]] = {
    "investment": (
        "name", "problem", "benefits", "description", "owner", "sponsor", "portfolio", "value_stream",
        "org_unit", "stage", "spend_class", "category", "start", "end", "currency", "whole_life_cost",
        "tags", "theme", "horizon", "risk", "must_do", "may_wait", "pin", "choice", "choice_from",
    ),
    "objective": (
        "name", "description", "level", "parent", "owner", "start", "end",
    ),
    "key_result": (
        "name", "objective", "owner", "unit", "better", "measure_baseline", "target", "current",
        "measured_on", "due",
    ),
    "strategic_contribution": (
        "investment", "aim", "percent", "rationale",
    ),
    "milestone": (
        "investment", "name", "type", "stage", "due", "done", "owner",
    ),
    "health_report": (
        "investment", "overall", "on", "by", "words", "scope", "scope_trend", "scope_words", "schedule",
        "schedule_trend", "schedule_words", "cost", "cost_trend", "cost_words", "resource",
        "resource_trend", "resource_words",
    ),
    "cost_plan_line": (
        "investment", "period", "expense", "type", "currency", "low", "likely", "high", "budget",
        "note",
    ),
    "benefit_plan_line": (
        "investment", "type", "name", "start", "end", "low", "likely", "high", "currency", "value_stream", "owner",
        "basis",
    ),
    "fx_rate": (
        "base", "quote", "on", "rate", "origin",
    ),
    "rate_card": (
        "role", "team", "rate", "unit", "hours_a_day", "currency", "expense", "start", "end",
    ),
    "price_override": (
        "provider", "model", "tokens", "price", "currency", "start", "end", "note",
    ),
    "role": (
        "name",
    ),
    "team": (
        "name",
    ),
    "commitment": (
        "investment", "name", "type", "supplier", "reference", "amount", "currency", "expense", "start", "end",
        "closed",
    ),
    "forecast_line": (
        "investment", "period", "expense", "type", "currency", "amount", "note",
    ),
    "note": (
        "subject", "text",
    ),
    "link": (
        "subject", "title", "url", "type",
    ),
    "dependency": (
        "predecessor", "successor", "type", "lag_days", "note",
    ),
    "ai_system": (
        "investment", "name", "development_stage", "classification", "impact", "vendor", "build_buy",
        "has_pii",
    ),
    "model_use": (
        "system", "model", "route", "share", "pinned",
    ),
    "ai_model": (
        "name", "provider", "status", "announced", "deprecated_on", "shutdown_on", "replacement",
    ),
    "org_unit": (
        "name", "code", "parent",
    ),
    "portfolio": (
        "name", "description", "parent", "owner",
    ),
    "value_stream": (
        "name", "description", "owner", "zone",
    ),
    "fund": (
        "name", "currency", "owner", "portfolio", "org_unit", "start", "end", "overdraft", "note",
    ),
    "workflow_policy": (
        "name", "value_stream", "team", "start", "where", "level", "discarded", "start_rule", "parents",
        "blocked_waits", "days", "percentiles", "calendar", "old_days", "deployments", "production", "evidence",
        "evidence_hours", "change_clock", "note",
    ),
    "calendar": (
        "name", "zone", "workdays", "holidays",
    ),
    "service_level_expectation": (
        "value_stream", "team", "kind", "days", "probability", "start", "note",
    ),
    "capacity": (
        "role", "team", "people", "start", "end", "note",
    ),
    "resource_demand": (
        "investment", "role", "team", "people", "start", "end", "booking", "note",
    ),
    "limit": (
        "name", "type", "where", "expense", "role", "model", "start", "end", "per", "least", "most", "currency",
        "roll_over", "paused", "note",
    ),
    "group": (
        "name", "where", "least", "most", "note",
    ),
    "theme": (
        "name", "owner", "description",
    ),
    "horizon": (
        "name", "description",
    ),
    "variant": (
        "investment", "name", "cost", "benefit", "people", "delay", "note",
    ),
    "marked_event": (
        "name", "on", "value_stream", "team", "investment", "note",
    ),
    "approval_rule": (
        "name", "change", "amount", "currency", "where", "approvals", "role", "person", "note",
    ),
    "account": (
        "fund", "name", "type", "investment", "note",
    ),
}  # fmt: skip
"""The kinds that have a form here, and their controls in order."""
