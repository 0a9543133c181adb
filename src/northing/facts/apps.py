"""The Django application of the facts: who works at which input, and the key that people are hidden under."""

from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "northing.facts"
    label = "facts"
