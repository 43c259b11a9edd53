"""The languages: the registry's own, and those of the site's pages."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Tags, register
from django.core.exceptions import ValidationError

from consent.checks.errors import E022, E023
from consent.checks.messages import about
from consent.checks.values import written
from consent.conf import conf
from consent.models.validators import validate_language


@register("consent", Tags.translation)
def check_source_language(**_: Any) -> list[CheckMessage]:
    """Report a source language that is no language tag."""
    language = conf.source_language
    return [] if _is_tag(language) else [about(E022, language=language)]


@register("consent", Tags.translation)
def check_languages(**_: Any) -> list[CheckMessage]:
    """Report languages that are no list of language tags; a bare string is a list of letters."""
    value = written("CONSENT_LANGUAGES", ())
    is_list = isinstance(value, (list, tuple, set, frozenset))
    return [] if is_list and all(_is_tag(str(tag).lower()) for tag in value) else [E023]


def _is_tag(text: str) -> bool:
    try:
        validate_language(text)
    except ValidationError:
        return False
    return True
