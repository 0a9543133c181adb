"""What goes live, how soon, how often it breaks, and how soon it is mended: DORA's five, service by service.

Everything here is a pure function of rows. Instants are microseconds since 1970 in UTC.
"""
