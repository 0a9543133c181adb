"""The JSON API at ``/api/v1/``: a door over the same functions that the pages and the command line call."""
