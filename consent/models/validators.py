"""What the registry's fields may hold."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext_lazy as _

from consent.core.hosts import is_place

validate_key = RegexValidator(
    r"\A-*[a-zA-Z0-9_][-_a-zA-Z0-9]*\Z",
    _("Use letters, digits, underscores and hyphens, and not hyphens alone."),
)
validate_country = RegexValidator(
    r"\A[A-Z]{2}\Z", _("Enter the two capital letters of an ISO 3166 country code.")
)
validate_language = RegexValidator(
    r"\A[a-z]{2,8}(-[a-z0-9]{1,8})*\Z",
    _("Enter a language tag in lower case, such as “es” or “pt-br”."),
)
_validate_address = URLValidator(schemes=["http", "https"])


def validate_hosts(value: str) -> None:
    """Accept one host a line, in lower case, perhaps with a path: see `consent.core.hosts`."""
    for host in value.split():
        if not is_place(host):
            raise ValidationError(
                _(
                    "“%(host)s” is not a host such as www.example.com, *.example.com or "
                    "localhost:8001, perhaps with a path such as www.example.com/maps."
                ),
                params={"host": host},
            )


def validate_policy_url(value: str) -> None:
    """Accept an address of the web, or a path on this site."""
    if re.match(r"\A/(?![/\\])[^\s\\]*\Z", value):
        return
    try:
        _validate_address(value)
    except ValidationError:
        message = _("Enter an address that starts with https:// or a path that starts with /.")
        raise ValidationError(message) from None


def lines(value: str) -> list[str]:
    """Return the lines that hold something, each stripped."""
    return [line.strip() for line in value.splitlines() if line.strip()]
