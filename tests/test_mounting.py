"""Where a site is served: under a language's prefix, below a path, with hashed static files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.core.management import call_command
from django.test import Client
from django.test.utils import override_script_prefix
from django.urls import include, path
from django.utils.translation import override

from tests.pages import page
from tests.visiting import NAME, ORIGIN, Visitor, records

pytestmark = pytest.mark.django_db

FORM = re.compile(r'<form class="consent-choices" method="post" action="([^"]+)"')
INSIDE = (
    *i18n_patterns(path("privacy/", include("consent.urls")), path("page/", page)),
    path("", include("consent.well_known")),
)
OUTSIDE = (
    path("privacy/", include("consent.urls")),
    path("", include("consent.well_known")),
    *i18n_patterns(path("page/", page)),
)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("mounted", "address"), [(INSIDE, "/es/privacy/decision/"), (OUTSIDE, "/privacy/decision/")]
)
def test_a_choice_is_recorded_inside_and_outside_of_i18n_patterns(
    settings: Any, mounted: tuple[Any, ...], address: str
) -> None:
    """U8: and in the language in which it was asked."""
    settings.ROOT_URLCONF = mounted
    visitor = Visitor()
    html = visitor.get("/es/page/").text
    assert set(FORM.findall(html)) == {address}
    sent = {
        "means": "accept",
        "notice": 1,
        "language": "es",
        "layer": "banner",
        "next": "/es/page/",
    }
    answer = visitor.post(address, sent, headers=ORIGIN)
    assert (answer.status_code, answer["Location"].partition("#")[0]) == (303, "/es/page/")
    assert [record.language for record in records()] == ["es"]
    assert Client().get("/.well-known/gpc.json").status_code == 200


@pytest.mark.usefixtures("asked")
@pytest.mark.urls("tests.pages")
def test_a_site_below_a_path_keeps_to_it_and_its_cookie_is_the_hosts(settings: Any) -> None:
    settings.FORCE_SCRIPT_NAME = "/shop"
    visitor = Visitor()
    with override_script_prefix("/shop/"):  # as Django's handlers do, and its test client does not
        html = visitor.get("/page/").text
    assert set(FORM.findall(html)) == {"/shop/privacy/decision/"}
    assert 'href="/shop/privacy/?language=en&amp;next=/shop/page/"' in html
    visitor.choose("accept", next="/shop/page/")
    assert visitor.cookies[NAME]["path"] == "/"


@pytest.mark.usefixtures("asked")
@pytest.mark.urls("tests.pages")
def test_hashed_static_files_need_collectstatic_and_nothing_else(
    settings: Any, tmp_path: Path, visitor: Visitor
) -> None:
    """B6: as the documentation says, what the manifest does not know is an error."""
    settings.STATIC_ROOT = tmp_path
    manifest = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": manifest}}
    with pytest.raises(ValueError, match="Missing staticfiles manifest entry"):
        visitor.get("/page/")
    call_command("collectstatic", interactive=False, verbosity=0)
    html = visitor.get("/page/").text
    found = re.findall(r'(?:src|href|data-enforce|data-held)="/static/(consent/[^"]+)"', html)
    assert len(found) == 4
    for name in found:
        assert re.search(r"\.[0-9a-f]{12}\.(js|css)$", name)
        assert (tmp_path / name).is_file()
    with override("es"):
        assert 'lang="es"' in visitor.get("/page/", headers={"accept-language": "es"}).text
