"""The app's settings: one object, one property a setting, read live."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from django.conf import global_settings, settings
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.module_loading import import_string

from consent.clients import remote_address
from consent.dccconf import DccSettings, written

POLICY_DIRECTIVES = (
    "script-src",
    "style-src",
    "img-src",
    "font-src",
    "connect-src",
    "media-src",
    "frame-src",
)

FIVE_YEARS = 5 * 365 + 2
"""Days that a notice stays at least once another has taken its place."""


class ConsentSettings(DccSettings):
    """Every setting of the app as a property, read at first use.

    All are read anew when Django says that any setting changed: ``override_settings`` just works.
    """

    @cached_property
    def site(self) -> str:
        """``CONSENT_SITE``: the stable key of the site that asks; not a URL."""
        return str(written("CONSENT_SITE", "default"))

    @cached_property
    def source_language(self) -> str:
        """``CONSENT_SOURCE_LANGUAGE``: the language of DCC's columns; lower case."""
        return str(written("CONSENT_SOURCE_LANGUAGE", settings.LANGUAGE_CODE.split("-")[0])).lower()

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """``CONSENT_LANGUAGES``: the site's languages; the source language always comes first."""
        default: list[str] = []
        if settings.LANGUAGES != global_settings.LANGUAGES:
            default = [code for code, _ in settings.LANGUAGES]
        wanted = (str(code).lower() for code in written("CONSENT_LANGUAGES", default))
        return tuple(dict.fromkeys((self.source_language, *wanted)))

    @cached_property
    def cookie_name(self) -> str:
        """``CONSENT_COOKIE_NAME``: the one cookie of this app."""
        return str(written("CONSENT_COOKIE_NAME", "privacy_choice"))

    @cached_property
    def cookie_domain(self) -> str | None:
        """``CONSENT_COOKIE_DOMAIN``: host-only unless set."""
        return written("CONSENT_COOKIE_DOMAIN", None) or None

    @cached_property
    def pending_key(self) -> str:
        """The local storage key in which an undelivered withdrawal waits."""
        return f"{self.cookie_name}_pending"

    @cached_property
    def grant_days(self) -> int:
        """``CONSENT_GRANT_DAYS``: how long a grant is remembered."""
        return int(written("CONSENT_GRANT_DAYS", 185))

    @cached_property
    def refusal_days(self) -> int:
        """``CONSENT_REFUSAL_DAYS``: how long a refusal is remembered."""
        return int(written("CONSENT_REFUSAL_DAYS", 185))

    @cached_property
    def grant_retention_days(self) -> int:
        """``CONSENT_GRANT_RETENTION_DAYS``: how long a grant's records outlive it."""
        return int(written("CONSENT_GRANT_RETENTION_DAYS", 3 * 365))

    @cached_property
    def refusal_retention_days(self) -> int:
        """``CONSENT_REFUSAL_RETENTION_DAYS``: how long a refusal's record is kept."""
        return int(written("CONSENT_REFUSAL_RETENTION_DAYS", 185))

    @cached_property
    def notice_retention_days(self) -> int:
        """``CONSENT_NOTICE_RETENTION_DAYS``: how long a replaced notice is kept at least."""
        return int(written("CONSENT_NOTICE_RETENTION_DAYS", FIVE_YEARS))

    @cached_property
    def cacheable_pages(self) -> bool:
        """``CONSENT_CACHEABLE_PAGES``: whether the same page is served to every visitor."""
        return bool(written("CONSENT_CACHEABLE_PAGES", False))

    @cached_property
    def sensitive(self) -> bool:
        """``CONSENT_SENSITIVE``: whether a visit to these pages can itself reveal something."""
        return bool(written("CONSENT_SENSITIVE", False))

    @cached_property
    def framed(self) -> bool:
        """``CONSENT_FRAMED``: whether pages grant inside a page of another site too."""
        return bool(written("CONSENT_FRAMED", False))

    @cached_property
    def policy_directives(self) -> tuple[str, ...]:
        """``CONSENT_POLICY_DIRECTIVES``: where `consent.policy.PolicyMiddleware` adds hosts."""
        return tuple(written("CONSENT_POLICY_DIRECTIVES", POLICY_DIRECTIVES))

    def site_policy(self, setting: str) -> Mapping[str, Any]:
        """Return the policy's directives under a setting of Django's or django-csp's, or none."""
        policy: Mapping[str, Any] = written(setting, None) or {}
        if not setting.startswith("CONTENT_SECURITY_POLICY") or not policy:
            return policy
        return {"default-src": ["'self'"], **policy.get("DIRECTIVES", {})}

    @cached_property
    def notice_refresh(self) -> float:
        """``CONSENT_NOTICE_REFRESH_SECONDS``: how long a process trusts the notice it has read."""
        return float(written("CONSENT_NOTICE_REFRESH_SECONDS", 5))

    @cached_property
    def grants_per_minute(self) -> int:
        """``CONSENT_GRANTS_PER_MINUTE``: grants written for one client; 0 sets no limit."""
        return int(written("CONSENT_GRANTS_PER_MINUTE", 60))

    @cached_property
    def lookups_per_minute(self) -> int:
        """``CONSENT_LOOKUPS_PER_MINUTE``: receipts that one client may look up; 0: no limit."""
        return int(written("CONSENT_LOOKUPS_PER_MINUTE", 10))

    @cached_property
    def client_address(self) -> Callable[[HttpRequest], str]:
        """``CONSENT_CLIENT_ADDRESS``: dotted path of ``request -> address`` behind proxies."""
        path = written("CONSENT_CLIENT_ADDRESS", None)
        return import_string(path) if path else remote_address

    @cached_property
    def tells_clients_apart(self) -> bool:
        """Whether the site says itself whose a request is."""
        return bool(written("CONSENT_CLIENT_ADDRESS", None))

    @cached_property
    def gpc_categories(self) -> tuple[str, ...]:
        """``CONSENT_GPC_CATEGORIES``: what Global Privacy Control refuses; a string is one key."""
        keys = written("CONSENT_GPC_CATEGORIES", ("statistics", "marketing"))
        return (keys,) if isinstance(keys, str) else tuple(keys)

    @cached_property
    def undeclared_hosts(self) -> str:
        """``CONSENT_UNDECLARED_HOSTS``: "report", "allow" or "block" hosts nobody declares."""
        return str(written("CONSENT_UNDECLARED_HOSTS", "report"))

    @cached_property
    def own_hosts(self) -> tuple[str, ...]:
        """``CONSENT_OWN_HOSTS``: further hosts of the site's own, such as that of its images."""
        return tuple(written("CONSENT_OWN_HOSTS", ()))

    @cached_property
    def unscanned_paths(self) -> tuple[str, ...]:
        """``CONSENT_UNSCANNED_PATHS``: beginnings of paths whose markup is left as it is."""
        return tuple(written("CONSENT_UNSCANNED_PATHS", ()))

    @cached_property
    def legacy_cookies(self) -> tuple[str, ...]:
        """``CONSENT_LEGACY_COOKIES``: names an older banner left; deleted, never read."""
        return tuple(written("CONSENT_LEGACY_COOKIES", ()))

    @cached_property
    def undeclared_cookies(self) -> str:
        """``CONSENT_UNDECLARED_COOKIES``: "report" lets them pass, "block" holds them back."""
        return str(written("CONSENT_UNDECLARED_COOKIES", "report"))

    @cached_property
    def framework_cookies(self) -> frozenset[str]:
        """The cookies that Django itself sets, by the project's names."""
        names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME")
        return frozenset({*(str(written(name, "")) for name in names), "messages"})

    @cached_property
    def evidence_key(self) -> str:
        """``CONSENT_EVIDENCE_KEY``: binds records; kept outside the database, and for good."""
        return str(written("CONSENT_EVIDENCE_KEY", "") or "")

    @cached_property
    def evidence_key_fallbacks(self) -> tuple[str, ...]:
        """``CONSENT_EVIDENCE_KEY_FALLBACKS``: keys that bound earlier records."""
        return _several(written("CONSENT_EVIDENCE_KEY_FALLBACKS", ()))

    @cached_property
    def seal_key(self) -> str:
        """``CONSENT_SEAL_KEY``: the Ed25519 private key that signs seals (PEM, or its file)."""
        return str(written("CONSENT_SEAL_KEY", "") or "")

    @cached_property
    def seal_public_keys(self) -> tuple[str, ...]:
        """``CONSENT_SEAL_PUBLIC_KEYS``: public keys of earlier seals (PEM, or their files)."""
        return _several(written("CONSENT_SEAL_PUBLIC_KEYS", ()))

    @cached_property
    def anchors(self) -> object:
        """``CONSENT_ANCHORS``: what outside the database seals are written to, as written."""
        return written("CONSENT_ANCHORS", ())

    @cached_property
    def signals(self) -> object:
        """``CONSENT_SIGNALS``: the vendors' types that a category or service grants, as written."""
        return written("CONSENT_SIGNALS", {})

    @cached_property
    def signal_vendors(self) -> object:
        """``CONSENT_SIGNAL_VENDORS``: the types of vendors that the site's own script speaks to."""
        return written("CONSENT_SIGNAL_VENDORS", {})


def _several(value: Any) -> tuple[str, ...]:
    """Return the texts of a list; one text alone is one, and never the list of its letters."""
    if isinstance(value, (list, tuple)):
        return tuple(str(text) for text in value if text)
    return (str(value),) if value else ()


conf = ConsentSettings()


@receiver(setting_changed, dispatch_uid="consent.conf")
def _read_anew(**_signal: object) -> None:
    vars(conf).clear()
