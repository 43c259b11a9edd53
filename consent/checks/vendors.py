"""The vendors that are told: shapes and names of what the site writes about them."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, register

from consent.checks.errors import E050, E051, E052, E053
from consent.checks.messages import about
from consent.conf import conf
from consent.core import vendors


@register("consent")
def check_signals_shape(**_: Any) -> list[CheckMessage]:
    """Report a mapping of which some or all would be passed over."""
    return [] if vendors.is_well_formed(conf.signals) else [E050]


@register("consent")
def check_signals_vendors(**_: Any) -> list[CheckMessage]:
    """Report vendors that are never told anything."""
    names = vendors.unknown_vendors(conf.signals, vendors.declared(conf.signal_vendors))
    return [about(E051, names=", ".join(names))] if names else []


@register("consent")
def check_signals_types(**_: Any) -> list[CheckMessage]:
    """Report types that are never granted."""
    names = vendors.unknown_types(conf.signals, vendors.declared(conf.signal_vendors))
    return [about(E052, names=", ".join(names))] if names else []


@register("consent")
def check_signal_vendors(**_: Any) -> list[CheckMessage]:
    """Report vendors of the site's own that would be passed over."""
    return [] if vendors.are_vendors(conf.signal_vendors) else [E053]
