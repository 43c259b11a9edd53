"""The templates: the tags need the request."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register

from consent.checks.errors import E007
from consent.checks.stack import kinds

REQUEST = "django.template.context_processors.request"


@register("consent", Tags.templates)
def check_request_in_templates(**_: Any) -> list[CheckMessage]:
    """Report that no Django engine has the request; one for mails alone may go without."""
    return [] if any(_has_request(engine) for engine in settings.TEMPLATES) else [E007]


def _has_request(engine: dict[str, Any]) -> bool:
    is_django = "django.template.backends.django.DjangoTemplates" in kinds(engine["BACKEND"])
    return is_django and REQUEST in engine.get("OPTIONS", {}).get("context_processors", ())
