"""What a fresh installation declares and grants."""

from consent.seeds.categories import categories
from consent.seeds.groups import complete_groups, ensure_groups, missing_permissions
from consent.seeds.matching import Group, Proposal, propose

__all__ = [
    "Group",
    "Proposal",
    "categories",
    "complete_groups",
    "ensure_groups",
    "missing_permissions",
    "propose",
]
