"""What only one database has is tested only there."""

from __future__ import annotations

from django.db import connection

collect_ignore = [] if connection.vendor == "mysql" else ["test_mariadb.py"]
