"""The WSGI application, for `northing serve` and for any other server with threads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "northing.settings")

application = get_wsgi_application()
