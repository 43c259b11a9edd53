"""The middlewares: both there, each in its place."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, register
from django.utils.module_loading import import_string

from consent.checks.errors import E001, E002, E003, E004
from consent.checks.messages import about

CONSENT = "consent.middleware.ConsentMiddleware"
CONTENT = "consent.middleware.ContentMiddleware"

WRAPPERS = frozenset(
    {
        "django.middleware.cache.UpdateCacheMiddleware",
        "django.middleware.cache.FetchFromCacheMiddleware",
        "django.middleware.gzip.GZipMiddleware",
        "django.middleware.http.ConditionalGetMiddleware",
        "django_brotli.middleware.BrotliMiddleware",
        "compression_middleware.middleware.CompressionMiddleware",
    }
)
"""They store, compress or revalidate what `ContentMiddleware` writes, so they stand outside it."""

COOKIE_SETTERS = frozenset(
    {
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    }
)


def kinds(path: str) -> frozenset[str]:
    """Return the dotted names that a middleware answers to: its own and those of its bases."""
    try:
        found = import_string(path)
    except Exception:
        # Django itself says what cannot be imported, and says it better.
        return frozenset({path})
    bases = getattr(found, "__mro__", ())
    return frozenset({path, *(_public(base) for base in bases)})


def places(name: str) -> list[int]:
    """Return where in ``MIDDLEWARE`` a middleware or a subclass of it stands."""
    return [place for place, path in enumerate(settings.MIDDLEWARE) if name in kinds(path)]


def _public(found: type) -> str:
    """Return a class's dotted name; ours by the module they are installed from."""
    room = "consent.middleware"
    own = found.__module__.startswith(f"{room}.")
    return f"{room if own else found.__module__}.{found.__qualname__}"


@register("consent")
def check_consent_middleware_installed(**_: Any) -> list[CheckMessage]:
    """Report that the first middleware is missing."""
    return [] if places(CONSENT) else [E001]


@register("consent")
def check_content_middleware_installed(**_: Any) -> list[CheckMessage]:
    """Report that the second middleware is missing."""
    return [] if places(CONTENT) else [E002]


@register("consent")
def check_consent_middleware_first(**_: Any) -> list[CheckMessage]:
    """Report what stands outside the first middleware and must not."""
    ours = places(CONSENT)
    inner = WRAPPERS | COOKIE_SETTERS | {CONTENT}
    outside = [path for path in settings.MIDDLEWARE[: max(ours, default=0)] if inner & kinds(path)]
    return [about(E003, others=", ".join(outside))] if outside else []


@register("consent")
def check_content_middleware_inside(**_: Any) -> list[CheckMessage]:
    """Report what stands inside the second middleware and must not."""
    ours = places(CONTENT)
    after = settings.MIDDLEWARE[min(ours) :] if ours else []
    inside = [path for path in after if WRAPPERS & kinds(path)]
    return [about(E004, others=", ".join(inside))] if inside else []
