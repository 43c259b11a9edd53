"""What a fresh installation declares and grants."""

from consent.seeds.categories import categories
from consent.seeds.groups import complete_groups, ensure_groups, missing_permissions

__all__ = ["categories", "complete_groups", "ensure_groups", "missing_permissions"]
