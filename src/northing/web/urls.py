"""The addresses of the pages."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from . import (
    beginning,
    changing,
    difference,
    frame,
    history,
    imports,
    investment,
    invitation,
    line_of_sight,
    look,
    people,
    portfolio,
    portfolio_edits,
    removals,
    roadmap,
    saved_views,
    settings,
    strategy,
    styleguide,
    today,
)

urlpatterns = [
    path("", frame.home, name="home"),
    path("login", RedirectView.as_view(pattern_name="account_login", query_string=True), name="login"),
    path("look", look.choose, name="look"),
    path("invitation/<str:secret>/", invitation.invitation, name="invitation"),
    path("workspaces/new", beginning.new_workspace, name="new-workspace"),
    path("styleguide", styleguide.styleguide, name="styleguide"),
    path("w/<slug:slug>/search", frame.search, name="search"),
    path("w/<slug:slug>/pulse", frame.pulse, name="pulse"),
    path("w/<slug:slug>/baselines", frame.baselines, name="baselines"),
    path("w/<slug:slug>/timeline", frame.timeline, name="timeline"),
]

# Settings
urlpatterns += [
    path("w/<slug:slug>/settings", settings.general, name="settings"),
    path("w/<slug:slug>/settings/save", settings.save_general, name="save-settings"),
    path("w/<slug:slug>/settings/remove", settings.remove_workspace, name="remove-workspace"),
    path("w/<slug:slug>/settings/backup", settings.backup, name="backup"),
    path("w/<slug:slug>/settings/calendar", settings.calendar, name="calendar"),
    path("w/<slug:slug>/settings/calendar/save", settings.save_calendar, name="save-calendar"),
    path("w/<slug:slug>/settings/fields", settings.fields, name="custom-fields"),
    path("w/<slug:slug>/settings/fields/save", settings.save_field, name="save-custom-field"),
    path("w/<slug:slug>/settings/fields/remove", settings.remove_field, name="remove-custom-field"),
    path("w/<slug:slug>/settings/views", settings.views, name="saved-views"),
    path("w/<slug:slug>/settings/views/change", settings.change_view, name="change-saved-view"),
    path("w/<slug:slug>/settings/about", settings.about, name="about"),
    path("w/<slug:slug>/settings/people", people.people, name="people"),
    path("w/<slug:slug>/settings/people/invite", people.invite, name="invite"),
    path("w/<slug:slug>/settings/people/change", people.change_member, name="change-member"),
    path("w/<slug:slug>/settings/people/withdraw", people.withdraw, name="withdraw-invitation"),
    path("w/<slug:slug>/settings/tokens", people.own_tokens, name="tokens"),
    path("w/<slug:slug>/settings/tokens/issue", people.issue_token, name="issue-token"),
    path("w/<slug:slug>/settings/tokens/revoke", people.revoke_token, name="revoke-token"),
]

# History
urlpatterns += [
    path("w/<slug:slug>/history", history.history, name="history"),
    path("w/<slug:slug>/history/tags", history.change_tag, name="change-tag"),
    path("w/<slug:slug>/history/verify", history.verify, name="verify"),
    path("w/<slug:slug>/history/<int:no>", difference.revision, name="revision"),
    path("w/<slug:slug>/history/<int:no>/revert", difference.revert, name="revert"),
]

# The plan's own pages, and changing it by forms
urlpatterns += [
    path("w/<slug:slug>/", today.today, name="today"),
    path("w/<slug:slug>/strategy", strategy.tree, name="strategy"),
    path("w/<slug:slug>/line-of-sight", line_of_sight.sight, name="line-of-sight"),
    path("w/<slug:slug>/line-of-sight/tie", line_of_sight.tie, name="tie"),
    path("w/<slug:slug>/investments/new", changing.add_investment, name="new-investment"),
    path("w/<slug:slug>/investments/<str:key>", investment.investment, name="investment"),
    path("w/<slug:slug>/edit/<str:kind>/<str:id>", changing.edit, name="edit"),
    path("w/<slug:slug>/add/<str:kind>", changing.add, name="add"),
    path("w/<slug:slug>/drop/<str:kind>/<str:id>", changing.drop, name="drop"),
]

# Portfolio
urlpatterns += [
    path("w/<slug:slug>/portfolio", portfolio.portfolio, name="portfolio"),
    path("w/<slug:slug>/portfolio/rows", portfolio.rows, name="portfolio-rows"),
    path("w/<slug:slug>/portfolio/options", portfolio.options, name="portfolio-options"),
    path("w/<slug:slug>/portfolio/value", portfolio.value, name="portfolio-value"),
    path("w/<slug:slug>/portfolio/columns", portfolio.chooser, name="portfolio-columns"),
    path("w/<slug:slug>/portfolio/export.csv", portfolio.export, {"form": "csv"}, name="portfolio-csv"),
    path("w/<slug:slug>/portfolio/export.xlsx", portfolio.export, {"form": "xlsx"}, name="portfolio-xlsx"),
    path("w/<slug:slug>/portfolio/edit", portfolio_edits.edit, name="portfolio-edit"),
    path("w/<slug:slug>/portfolio/paste", portfolio_edits.paste, name="portfolio-paste"),
    path("w/<slug:slug>/portfolio/many", portfolio_edits.many, name="portfolio-many"),
    path("w/<slug:slug>/portfolio/add", portfolio_edits.add, name="portfolio-add"),
    path("w/<slug:slug>/portfolio/removal", removals.ask, name="portfolio-removal"),
    path("w/<slug:slug>/portfolio/remove", removals.remove, name="portfolio-remove"),
    path("w/<slug:slug>/portfolio/views/save", saved_views.save, name="save-view"),
    path("w/<slug:slug>/portfolio/views/remove", saved_views.remove, name="remove-view"),
    path("w/<slug:slug>/resolve", portfolio_edits.resolve, name="resolve"),
    path("w/<slug:slug>/undo", portfolio_edits.undo, name="undo"),
]

# Roadmap
urlpatterns += [path("w/<slug:slug>/roadmap", roadmap.roadmap, name="roadmap")]

# Import
urlpatterns += [
    path("w/<slug:slug>/import", imports.start, name="import"),
    path("w/<slug:slug>/import/upload", imports.upload, name="upload"),
    path("w/<slug:slug>/import/files/<str:file>", imports.export, name="export-again"),
    path("w/<slug:slug>/import/<str:token>", imports.waiting, name="waiting"),
    path("w/<slug:slug>/import/<str:token>/answer", imports.answer, name="answer-import"),
    path("w/<slug:slug>/import/<str:token>/land", imports.land, name="land"),
    path("w/<slug:slug>/import/<str:token>/discard", imports.discard, name="discard-import"),
    path("w/<slug:slug>/import/<str:token>/findings.csv", imports.findings, name="import-findings"),
]
