"""What templates still have of django-cookie-consent's own bar and pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.template.base import Lexer, TokenType
from django.template.utils import get_app_template_dirs
from django.urls import NoReverseMatch, reverse

from consent.checks.errors import E012
from consent.checks.messages import about
from consent.checks.stack import kinds
from consent.checks.warnings import W013

MOST_NAMED = 5
"""Places that a message names; the rest are counted."""
_DJANGO = "django.template.backends.django.DjangoTemplates"
_HINT = b"cookie_consent"
_NAME = re.compile(
    r"""["']((?:[\w-]+:)*cookie_consent_(?:accept|decline|status|cookie_group_list))["']"""
)
_OWN_PAGES = re.compile(r"""["']cookie_consent/(?:_cookie_group|cookiegroup_list)\.html["']""")
_OWN_NAMES = ("cookie_consent_accept", "cookie_consent_decline")
_SCRIPT = re.compile(r"cookie_consent/cookiebar[\w.]*\.js")
_JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


class _Tag(NamedTuple):
    """What stands in a template between, or in, its tags; and where."""

    place: str
    contents: str
    is_text: bool = False


@register("consent", Tags.templates)
def check_dcc_names_in_templates(**_: Any) -> list[CheckMessage]:
    """Report addresses that templates ask for and nobody has."""
    tags = (tag for tag in _tags() if not tag.is_text)
    missing = [tag.place for tag in tags if any(map(_is_missing, _names(tag.contents)))]
    return [about(E012, places=_joined(missing))] if missing else []


@register("consent", Tags.templates)
def check_dcc_script_in_templates(**_: Any) -> list[CheckMessage]:
    """Report DCC's own bar: it asks beside our dialog, and records nothing."""
    found = [tag.place for tag in _tags() if _SCRIPT.search(tag.contents)]
    return [about(W013, places=_joined(found))] if found else []


def _names(contents: str) -> Iterator[str]:
    """Yield the names that a tag asks for; DCC's own pages, where it includes them, ask for two."""
    yield from _NAME.findall(contents)
    if _OWN_PAGES.search(contents):
        yield from _OWN_NAMES


def _is_missing(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return True
    except Exception:
        # A URLconf that cannot be read is reported by Django.
        return False
    return False


def _tags() -> Iterator[_Tag]:
    """Yield the tags of the project's templates that have something to do with DCC."""
    for path, is_django in _files():
        try:
            source = path.read_bytes()
        except OSError:
            continue
        if _HINT not in source:
            continue
        text = source.decode(errors="replace")
        yield from _django_tags(path, text) if is_django else _other_tags(path, text)


def _django_tags(path: Path, text: str) -> Iterator[_Tag]:
    is_comment = False
    for token in Lexer(text).tokenize():
        if token.token_type == TokenType.BLOCK and token.contents.split()[:1] == ["comment"]:
            is_comment = True
        if token.token_type != TokenType.COMMENT and not is_comment:
            is_text = token.token_type == TokenType.TEXT
            yield _Tag(f"{path}:{token.lineno}", token.contents, is_text)
        if token.token_type == TokenType.BLOCK and token.contents.split()[:1] == ["endcomment"]:
            is_comment = False


def _other_tags(path: Path, text: str) -> Iterator[_Tag]:
    lines = _JINJA_COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text).splitlines()
    yield from (_Tag(f"{path}:{at}", line) for at, line in enumerate(lines, 1))


def _files() -> Iterator[tuple[Path, bool]]:
    """Yield the templates of the project and its apps, and whether each is Django's."""
    seen: set[Path] = set()
    engine: Any
    for engine in settings.TEMPLATES:
        is_django = _DJANGO in kinds(engine["BACKEND"])
        inside = "templates" if is_django else "jinja2"
        for folder in (*engine.get("DIRS", ()), *get_app_template_dirs(inside)):
            for path in sorted(Path(folder).rglob("*")):
                if path not in seen and not _is_dccs(path) and path.is_file():
                    seen.add(path)
                    yield path, is_django


def _is_dccs(path: Path) -> bool:
    """Whether a template is DCC's own: it fails only where a page of the site includes it."""
    if not apps.is_installed("cookie_consent"):
        return False
    return Path(apps.get_app_config("cookie_consent").path) in path.parents


def _joined(places: list[str]) -> str:
    unique = list(dict.fromkeys(places))
    more = len(unique) - MOST_NAMED
    return ", ".join(unique[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
