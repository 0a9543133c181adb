"""A workspace's settings, its people, and the ways into one."""
