"""What only one database has is tested only there."""

from __future__ import annotations

from django.db import connection

ONLY = {"mysql": "test_mariadb.py", "postgresql": "test_postgresql.py"}
collect_ignore = [name for vendor, name in ONLY.items() if vendor != connection.vendor]
