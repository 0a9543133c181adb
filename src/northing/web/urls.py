"""The addresses of the pages."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import SlugConverter
from django.views.generic import RedirectView

from northing.web.capacity import page as capacity
from northing.web.changing import by_form
from northing.web.choose import page as choose
from northing.web.choose import taking as choose_taking
from northing.web.choose import why as choose_why
from northing.web.decisions import page as decisions
from northing.web.flow import delivery as flow_delivery
from northing.web.flow import forecast as flow_forecast
from northing.web.flow import link_form, links, policy_form, states, work, work_item
from northing.web.flow import page as flow
from northing.web.flow import policies as flow_policies
from northing.web.flow import returns as flow_return
from northing.web.frame import look, parts
from northing.web.frame.context import ON
from northing.web.funds import acts, opening
from northing.web.funds import page as funds
from northing.web.history import difference
from northing.web.history import page as history
from northing.web.imports import page as imports
from northing.web.inbox import comments
from northing.web.inbox import page as inbox
from northing.web.investment import page as investment
from northing.web.money import close, export, forecast, rates
from northing.web.money import page as money
from northing.web.portfolio import edits, removals
from northing.web.portfolio import page as portfolio
from northing.web.portfolio import saved_views as named_views
from northing.web.rank import page as rank
from northing.web.rank import scores as rank_scores
from northing.web.scenarios import beside, merging
from northing.web.scenarios import page as scenarios
from northing.web.settings import (
    approvals,
    beginning,
    calendar,
    custom_fields,
    general,
    invitation,
    people,
    saved_views,
)
from northing.web.sources import bringing, editing, incoming, prices
from northing.web.sources import page as sources
from northing.web.today import page as today
from northing.web.unattributed import export as unclaimed_file
from northing.web.unattributed import page as unattributed
from northing.web.unattributed import rows as unclaimed
from northing.web.unattributed import rule_form, rules
from northing.web.usage import effects, price_list, what_if
from northing.web.usage import page as usage

from . import line_of_sight, roadmap, strategy, styleguide, why


class Place(SlugConverter):
    """A workspace's name, and where a scenario of it is meant, "@" and the scenario's."""

    regex = rf"[-a-zA-Z0-9_]+(?:{ON}[^/]+)?"


register_converter(Place, "place")

urlpatterns = [
    path("", parts.home, name="home"),
    path("login", RedirectView.as_view(pattern_name="account_login", query_string=True), name="login"),
    path("look", look.choose, name="look"),
    path("invitation/<str:secret>/", invitation.invitation, name="invitation"),
    path("workspaces/new", beginning.new_workspace, name="new-workspace"),
    path("styleguide", styleguide.styleguide, name="styleguide"),
    path("w/<place:slug>/search", parts.search, name="search"),
    path("w/<place:slug>/pulse", parts.pulse, name="pulse"),
    path("w/<place:slug>/baselines", parts.baselines, name="baselines"),
    path("w/<place:slug>/timeline", parts.timeline, name="timeline"),
]

# Settings
urlpatterns += [
    path("w/<place:slug>/settings", general.general, name="settings"),
    path("w/<place:slug>/settings/save", general.save_general, name="save-settings"),
    path("w/<place:slug>/settings/remove", general.remove_workspace, name="remove-workspace"),
    path("w/<place:slug>/settings/backup", general.backup, name="backup"),
    path("w/<place:slug>/settings/calendar", calendar.calendar, name="calendar"),
    path("w/<place:slug>/settings/calendar/save", calendar.save_calendar, name="save-calendar"),
    path("w/<place:slug>/settings/fields", custom_fields.fields, name="custom-fields"),
    path("w/<place:slug>/settings/fields/save", custom_fields.save_field, name="save-custom-field"),
    path("w/<place:slug>/settings/fields/remove", custom_fields.remove_field, name="remove-custom-field"),
    path("w/<place:slug>/settings/views", saved_views.views, name="saved-views"),
    path("w/<place:slug>/settings/views/change", saved_views.change_view, name="change-saved-view"),
    path("w/<place:slug>/settings/about", general.about, name="about"),
    path("w/<place:slug>/settings/approvals", approvals.approvals, name="approvals"),
    path("w/<place:slug>/settings/people", people.people, name="people"),
    path("w/<place:slug>/settings/people/invite", people.invite, name="invite"),
    path("w/<place:slug>/settings/people/change", people.change_member, name="change-member"),
    path("w/<place:slug>/settings/people/withdraw", people.withdraw, name="withdraw-invitation"),
    path("w/<place:slug>/settings/tokens", people.own_tokens, name="tokens"),
    path("w/<place:slug>/settings/tokens/issue", people.issue_token, name="issue-token"),
    path("w/<place:slug>/settings/tokens/revoke", people.revoke_token, name="revoke-token"),
]

# History
urlpatterns += [
    path("w/<place:slug>/history", history.history, name="history"),
    path("w/<place:slug>/history/tags", history.change_tag, name="change-tag"),
    path("w/<place:slug>/history/verify", history.verify, name="verify"),
    path("w/<place:slug>/history/<int:no>", difference.revision, name="revision"),
    path("w/<place:slug>/history/<int:no>/revert", difference.revert, name="revert"),
]

# The plan's own pages, and changing it by forms
urlpatterns += [
    path("w/<place:slug>/", today.today, name="today"),
    path("w/<place:slug>/strategy", strategy.tree, name="strategy"),
    path("w/<place:slug>/line-of-sight", line_of_sight.sight, name="line-of-sight"),
    path("w/<place:slug>/line-of-sight/tie", line_of_sight.tie, name="tie"),
    path("w/<place:slug>/investments/new", by_form.add_investment, name="new-investment"),
    path("w/<place:slug>/investments/<str:key>", investment.investment, name="investment"),
    path("w/<place:slug>/edit/<str:kind>/<str:id>", by_form.edit, name="edit"),
    path("w/<place:slug>/add/<str:kind>", by_form.add, name="add"),
    path("w/<place:slug>/drop/<str:kind>/<str:id>", by_form.drop, name="drop"),
]

# Portfolio
urlpatterns += [
    path("w/<place:slug>/portfolio", portfolio.portfolio, name="portfolio"),
    path("w/<place:slug>/portfolio/rows", portfolio.rows, name="portfolio-rows"),
    path("w/<place:slug>/portfolio/options", portfolio.options, name="portfolio-options"),
    path("w/<place:slug>/portfolio/value", portfolio.value, name="portfolio-value"),
    path("w/<place:slug>/portfolio/columns", portfolio.chooser, name="portfolio-columns"),
    path("w/<place:slug>/portfolio/export.csv", portfolio.export, {"form": "csv"}, name="portfolio-csv"),
    path("w/<place:slug>/portfolio/export.xlsx", portfolio.export, {"form": "xlsx"}, name="portfolio-xlsx"),
    path("w/<place:slug>/portfolio/edit", edits.edit, name="portfolio-edit"),
    path("w/<place:slug>/portfolio/paste", edits.paste, name="portfolio-paste"),
    path("w/<place:slug>/portfolio/many", edits.many, name="portfolio-many"),
    path("w/<place:slug>/portfolio/add", edits.add, name="portfolio-add"),
    path("w/<place:slug>/portfolio/removal", removals.ask, name="portfolio-removal"),
    path("w/<place:slug>/portfolio/remove", removals.remove, name="portfolio-remove"),
    path("w/<place:slug>/portfolio/views/save", named_views.save, name="save-view"),
    path("w/<place:slug>/portfolio/views/remove", named_views.remove, name="remove-view"),
    path("w/<place:slug>/resolve", edits.resolve, name="resolve"),
    path("w/<place:slug>/undo", edits.undo, name="undo"),
]

# Funds
urlpatterns += [
    path("w/<place:slug>/funds", funds.listing, name="funds"),
    path("w/<place:slug>/funds/new", opening.new_fund, name="new-fund"),
    path("w/<place:slug>/funds/<str:key>", funds.one, name="fund"),
    path("w/<place:slug>/funds/<str:key>/<str:name>", acts.act, name="fund-act"),
    path("w/<place:slug>/transfers/<str:key>/reverse", acts.reverse, name="reverse-transfer"),
]

# Money
urlpatterns += [
    path("w/<place:slug>/money", money.overview, name="money"),
    path("w/<place:slug>/money/forecast", forecast.forecast, name="money-forecast"),
    path("w/<place:slug>/money/forecast/save", forecast.save, name="save-forecast"),
    path("w/<place:slug>/money/bridge", forecast.changed, name="money-bridge"),
    path("w/<place:slug>/money/close", close.close, name="money-close"),
    path("w/<place:slug>/money/reopen", close.reopen, name="reopen-period"),
    path("w/<place:slug>/money/rates", rates.rates, name="money-rates"),
    path("w/<place:slug>/money/export.csv", export.export, {"form": "csv"}, name="money-csv"),
    path("w/<place:slug>/money/export.xlsx", export.export, {"form": "xlsx"}, name="money-xlsx"),
]

# Why: the receipt of any figure
urlpatterns += [
    path("w/<place:slug>/why", why.receipt, name="why"),
    path("w/<place:slug>/why/rows", why.rows, name="why-rows"),
    path("w/<place:slug>/why/rows.csv", why.rows_file, name="why-rows-csv"),
]

# Unattributed, and the rules that claim it
urlpatterns += [
    path("w/<place:slug>/unattributed", unattributed.overview, name="unattributed"),
    path("w/<place:slug>/unattributed/rows", unclaimed.rows, name="unattributed-rows"),
    path("w/<place:slug>/unattributed/export.csv", unclaimed_file.export, {"form": "csv"}, name="unattributed-csv"),
    path("w/<place:slug>/unattributed/export.xlsx", unclaimed_file.export, {"form": "xlsx"}, name="unattributed-xlsx"),
    path("w/<place:slug>/rules", rules.listing, name="rules"),
    path("w/<place:slug>/rules/new", rule_form.new, name="new-rule"),
    path("w/<place:slug>/rules/preview", rule_form.look, name="preview-rule"),
    path("w/<place:slug>/rules/investments", rule_form.investments, name="rule-investments"),
    path("w/<place:slug>/rules/move", rules.move, name="move-rule"),
    path("w/<place:slug>/rules/<str:id>", rule_form.change, name="rule"),
    path("w/<place:slug>/rules/<str:id>/drop", rules.drop, name="drop-rule"),
]

# Flow
urlpatterns += [
    path("w/<place:slug>/flow", flow.overview, name="flow"),
    path("w/<place:slug>/flow/delivery", flow_delivery.overview, name="flow-delivery"),
    path("w/<place:slug>/flow/states", states.states, name="flow-states"),
    path("w/<place:slug>/flow/forecast", flow_forecast.answers, name="flow-forecast"),
    path("w/<place:slug>/flow/work", work.overview, name="flow-work"),
    path("w/<place:slug>/flow/links", links.listing, name="work-links"),
    path("w/<place:slug>/flow/links/new", link_form.new, name="new-work-link"),
    path("w/<place:slug>/flow/links/preview", link_form.look, name="preview-work-link"),
    path("w/<place:slug>/flow/links/propose", link_form.propose, name="propose-work-link"),
    path("w/<place:slug>/flow/links/move", links.move, name="move-work-link"),
    path("w/<place:slug>/flow/links/<str:id>", link_form.change, name="work-link"),
    path("w/<place:slug>/flow/links/<str:id>/drop", links.drop, name="drop-work-link"),
    path("w/<place:slug>/flow/work/<path:key>", work_item.item, name="flow-item"),
    path("w/<place:slug>/flow/return", flow_return.returned, name="flow-return"),
    path("w/<place:slug>/flow/policies", flow_policies.listing, name="flow-policies"),
    path("w/<place:slug>/flow/policies/new", policy_form.new, name="flow-policy-new"),
    path("w/<place:slug>/flow/policies/<str:key>", policy_form.edit, name="flow-policy"),
]

# Usage
urlpatterns += [
    path("w/<place:slug>/usage", usage.overview, name="usage"),
    path("w/<place:slug>/usage/effects", effects.effects, name="usage-effects"),
    path("w/<place:slug>/usage/what-if", what_if.what_if, name="usage-what-if"),
    path("w/<place:slug>/usage/prices", price_list.price_list, name="usage-prices"),
    path("w/<place:slug>/usage/export.csv", usage.export, {"form": "csv"}, name="usage-csv"),
    path("w/<place:slug>/usage/export.xlsx", usage.export, {"form": "xlsx"}, name="usage-xlsx"),
]

# Sources
urlpatterns += [
    path("w/<place:slug>/sources", sources.listing, name="sources"),
    path("w/<place:slug>/sources/new", editing.new, name="new-source"),
    path("w/<place:slug>/sources/prices", prices.take_catalogues, name="take-catalogues"),
    path("w/<place:slug>/sources/upload", bringing.upload, name="upload-facts"),
    path("w/<place:slug>/sources/bring/<str:token>", bringing.bring, name="bring"),
    path("w/<place:slug>/sources/bring/<str:token>/columns", bringing.meaning, name="bring-columns"),
    path("w/<place:slug>/sources/bring/<str:token>/forget", bringing.forget, name="forget-facts"),
    path("w/<place:slug>/sources/incoming/<str:id>", incoming.incoming, name="incoming"),
    path("w/<place:slug>/sources/incoming/<str:id>/stop", incoming.stop, name="stop-incoming"),
    path("w/<place:slug>/sources/incoming/<str:id>/take", incoming.take, name="take-incoming"),
    path("w/<place:slug>/sources/incoming/<str:id>/refused.csv", incoming.rejects, name="incoming-refused"),
    path("w/<place:slug>/sources/<str:key>", sources.one, name="source"),
    path("w/<place:slug>/sources/<str:key>/edit", editing.edit, name="edit-source"),
    path("w/<place:slug>/sources/<str:key>/deliveries/<str:id>", sources.delivery, name="delivery"),
    path("w/<place:slug>/sources/<str:key>/deliveries/<str:id>/input", sources.kept_input, name="delivery-input"),
    path("w/<place:slug>/sources/<str:key>/deliveries/<str:id>/refused.csv", sources.refused, name="delivery-refused"),
    path("w/<place:slug>/sources/<str:key>/deliveries/<str:id>/again", sources.again, name="read-again"),
]

# Scenarios
urlpatterns += [
    path("w/<place:slug>/rank", rank.rank, name="rank"),
    path("w/<place:slug>/rank/weights", rank.keep, name="rank-weights"),
    path("w/<place:slug>/rank/scores/<str:id>", rank_scores.scores, name="rank-scores"),
    path("w/<place:slug>/capacity", capacity.capacity, name="capacity"),
    path("w/<place:slug>/capacity.csv", capacity.file, name="capacity-csv"),
    path("w/<place:slug>/scenarios", scenarios.listing, name="scenarios"),
    path("w/<place:slug>/scenarios/new", scenarios.new, name="new-scenario"),
    path("w/<place:slug>/scenarios/beside", beside.beside, name="scenarios-beside"),
    path("w/<place:slug>/scenario/decision", decisions.asked_for, name="scenario-decision"),
    path("w/<place:slug>/inbox", inbox.inbox, name="inbox"),
    path("w/<place:slug>/inbox/count", inbox.counted, name="inbox-count"),
    path("w/<place:slug>/comments", comments.say, name="comments"),
    path("w/<place:slug>/comments/<str:id>", comments.one, name="comment"),
    path("w/<place:slug>/decisions", decisions.listing, name="decisions"),
    path("w/<place:slug>/decisions/<str:name>", decisions.shown, name="decision"),
    path("w/<place:slug>/scenario/merge", merging.merge, name="merge-scenario"),
    path("w/<place:slug>/scenario/update", merging.update, name="update-scenario"),
    path("w/<place:slug>/scenario/aside", merging.aside, name="set-scenario-aside"),
    path("w/<place:slug>/scenario/again", merging.again, name="take-scenario-up"),
]

# Roadmap
urlpatterns += [path("w/<place:slug>/roadmap", roadmap.roadmap, name="roadmap")]

# Choose
urlpatterns += [
    path("w/<place:slug>/choose", choose.choose, name="choose"),
    path("w/<place:slug>/choose/answer", choose.answer, name="choose-answer"),
    path("w/<place:slug>/choose/take", choose_taking.take, name="choose-take"),
    path("w/<place:slug>/choose/why", choose_why.why, name="choose-why"),
]

# Import
urlpatterns += [
    path("w/<place:slug>/import", imports.start, name="import"),
    path("w/<place:slug>/import/upload", imports.upload, name="upload"),
    path("w/<place:slug>/import/files/<str:file>", imports.export, name="export-again"),
    path("w/<place:slug>/import/<str:token>", imports.waiting, name="waiting"),
    path("w/<place:slug>/import/<str:token>/answer", imports.answer, name="answer-import"),
    path("w/<place:slug>/import/<str:token>/land", imports.land, name="land"),
    path("w/<place:slug>/import/<str:token>/discard", imports.discard, name="discard-import"),
    path("w/<place:slug>/import/<str:token>/findings.csv", imports.findings, name="import-findings"),
]
