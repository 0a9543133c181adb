"""``pysqlite3`` lacks ``Connection.getlimit``, which Django 6.1 asks for one figure: state that figure."""

from django.db.backends.sqlite3 import base, features


class DatabaseFeatures(features.DatabaseFeatures):
    max_query_params = 32766  # SQLITE_MAX_VARIABLE_NUMBER of the bundled library


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
