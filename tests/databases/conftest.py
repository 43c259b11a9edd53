"""What only one database has is tested only there."""

from __future__ import annotations

from django.db import connection

ONLY = {
    "test_export_plans.py": "postgresql",
    "test_mariadb.py": "mysql",
    "test_overview_plans.py": "postgresql",
    "test_plans.py": "postgresql",
    "test_postgresql.py": "postgresql",
}
collect_ignore = [name for name, vendor in ONLY.items() if vendor != connection.vendor]
