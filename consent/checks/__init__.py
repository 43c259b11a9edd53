"""System checks: what would break a promise silently, found before a visitor finds it.

Importing this package registers them, all under the tag ``consent``.
"""

from consent.checks import (
    addresses,
    databases,
    dcc,
    evidence,
    keys,
    languages,
    leftovers,
    markup,
    notices,
    policy,
    stack,
    templates,
    values,
    vendors,
)

__all__ = [
    "addresses",
    "databases",
    "dcc",
    "evidence",
    "keys",
    "languages",
    "leftovers",
    "markup",
    "notices",
    "policy",
    "stack",
    "templates",
    "values",
    "vendors",
]
