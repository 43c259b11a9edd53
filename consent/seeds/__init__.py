"""What a fresh installation declares and grants."""

from consent.seeds.categories import categories
from consent.seeds.groups import ensure_groups

__all__ = ["categories", "ensure_groups"]
