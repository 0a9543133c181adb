"""The WSGI application, for `northing serve` and for any other server with threads."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "northing.settings")

# A plan holds objects by the hundred thousand, of which none is ever garbage: looking at them after every few hundred
# new ones takes a third of the time of a page that computes.
gc.set_threshold(50_000, 20, 20)

application = get_wsgi_application()
