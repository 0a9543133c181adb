"""The Django application of the record."""

import gc

from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "northing.record"
    label = "record"

    def ready(self) -> None:
        # A plan holds objects by the hundred thousand, of which none is ever garbage: looking at them after every few
        # hundred new ones takes a third of the time of a page that computes.
        gc.set_threshold(50_000, 20, 20)
