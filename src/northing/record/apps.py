"""The Django application of the record."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "northing.record"
    label = "record"
