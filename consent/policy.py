"""The page's Content-Security-Policy, whoever sends it: its nonce, and our hosts in it.

Two packages send one: Django itself since 6.0, and django-csp since 4.0. Neither is imported; both
read the site's policy from settings and attributes of the response.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, NamedTuple, cast

from django.http import HttpRequest, HttpResponseBase

from consent.bases import Middleware
from consent.conf import conf
from consent.core.policy import extensions
from consent.memory import Memory
from consent.visitor import Consent


class _Sender(NamedTuple):
    """Where a policy stands: header, setting, and the response's attributes that overrule it."""

    header: str
    setting: str
    config: str
    replace: str


_ENFORCED = "Content-Security-Policy"
_REPORTED = f"{_ENFORCED}-Report-Only"
SENDERS = (
    _Sender(_ENFORCED, "SECURE_CSP", "_csp_config", ""),
    _Sender(_REPORTED, "SECURE_CSP_REPORT_ONLY", "_csp_ro_config", ""),
    _Sender(_ENFORCED, "CONTENT_SECURITY_POLICY", "_csp_config", "_csp_replace"),
    _Sender(_REPORTED, "CONTENT_SECURITY_POLICY_REPORT_ONLY", "_csp_config_ro", "_csp_replace_ro"),
)
_NONCES = frozenset({"<CSP_NONCE_SENTINEL>", "csp.constants.NONCE"})
"""What stands for the nonce in a policy's settings, as text."""
_USES_NONCE: Memory[bool] = Memory()


class PolicyMiddleware(Middleware):
    """Let the page's policy follow the visitor's state; put it after `ContentMiddleware`."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self._acall(request)
        return _follow(request, cast(HttpResponseBase, self.get_response(request)))

    async def _acall(self, request: HttpRequest) -> HttpResponseBase:
        response = await cast(Awaitable[HttpResponseBase], self.get_response(request))
        return _follow(request, response)


def nonce_of(request: HttpRequest | None, in_context: object = None) -> str:
    """Return the nonce of the page's policy, or nothing where the policy does without one.

    ``in_context`` is the template's ``csp_nonce``, which goes first. Both packages make the nonce
    when it is first read and count as false until then.
    """
    nonce = in_context
    if nonce is None and _USES_NONCE.get("", _uses_nonce):
        nonce = getattr(request, "csp_nonce", None)  # django-csp, and most sites' own
        if nonce is None:
            nonce = getattr(request, "_csp_nonce", None)  # Django
    return "" if nonce is None else str(nonce)


def _uses_nonce() -> bool:
    """Whether the site's policy has a place for a nonce; whoever sends it otherwise knows best.

    A nonce on our scripts means that gated scripts need it too, and makes every page differ.
    """
    policies = [policy for sender in SENDERS if (policy := conf.site_policy(sender.setting))]
    return not policies or any(map(_has_nonce, policies))


def _has_nonce(policy: Mapping[str, Any]) -> bool:
    lists = (values for values in policy.values() if isinstance(values, (list, tuple, set)))
    return any(str(value) in _NONCES for values in lists for value in values)


def _follow(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    consent = getattr(request, "consent", None)
    if isinstance(consent, Consent) and response.get("Content-Type", "").startswith("text/html"):
        for sender in SENDERS:
            if not response.has_header(sender.header):
                _extend(response, sender, consent)
    return response


def _extend(response: HttpResponseBase, sender: _Sender, consent: Consent) -> None:
    replaced = getattr(response, sender.replace, None) or {} if sender.replace else {}
    config = getattr(response, sender.config, None)
    policy = {**(conf.site_policy(sender.setting) if config is None else config), **replaced}
    added = extensions(policy, conf.policy_directives, consent.csp)
    if added:
        base = replaced if sender.replace else policy
        setattr(response, sender.replace or sender.config, {**base, **added})
