"""The addresses of the pages."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from . import frame, look, people, settings, styleguide

urlpatterns = [
    path("", frame.home, name="home"),
    path("login", RedirectView.as_view(pattern_name="account_login", query_string=True), name="login"),
    path("look", look.choose, name="look"),
    path("styleguide", styleguide.styleguide, name="styleguide"),
    path("w/<slug:slug>/search", frame.search, name="search"),
    path("w/<slug:slug>/pulse", frame.pulse, name="pulse"),
    path("w/<slug:slug>/timeline", frame.timeline, name="timeline"),
]

# Settings
urlpatterns += [
    path("w/<slug:slug>/settings", settings.general, name="settings"),
    path("w/<slug:slug>/settings/save", settings.save_general, name="save-settings"),
    path("w/<slug:slug>/settings/remove", settings.remove_workspace, name="remove-workspace"),
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
