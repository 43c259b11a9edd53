"""The keys that bind and sign evidence, and what seals are anchored to."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Tags, register

from consent import anchors, signing
from consent.checks.errors import E042, E043
from consent.checks.messages import about
from consent.checks.warnings import W041, W042
from consent.conf import conf


@register("consent", Tags.security)
def check_seal_keys(**_: Any) -> list[CheckMessage]:
    """Report keys that can neither sign nor check."""
    return [about(E042, setting=name, why=why) for name, why in signing.problems()]


@register("consent")
def check_anchors(**_: Any) -> list[CheckMessage]:
    """Report anchors that cannot be written to as they are configured."""
    wrong = [f"{name}: {problem}" for name, place, problem in anchors.configured() if not place]
    return [about(E043, problems="; ".join(wrong))] if wrong else []


@register("consent", Tags.security, deploy=True)
def check_evidence_key(**_: Any) -> list[CheckMessage]:
    """Report evidence that hangs on a key which is meant to be replaced."""
    return [] if conf.evidence_key else [W041]


@register("consent", Tags.security, deploy=True)
def check_seals_signed(**_: Any) -> list[CheckMessage]:
    """Report seals that nobody signs; a machine that only checks them has public keys."""
    return [] if conf.seal_key or conf.seal_public_keys else [W042]
