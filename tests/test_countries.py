"""Countries are named in the notice's languages; what is no country is refused."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ValidationError

from consent.countries import country_name, country_words, is_country
from consent.models import Service
from consent.publishing import preview, publish
from tests.declaring import declare, declare_service
from tests.staff import client_of
from tests.visiting import Visitor

EEA = """AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI
SK"""


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "pt-br", "zh-hans", "ar"])
@pytest.mark.parametrize("code", [*EEA.split(), "GB", "US", "CH", "TW", "XK", "ZA"])
def test_a_country_has_a_name_in_every_language(code: str, language: str) -> None:
    """U10, G4: never its code."""
    assert country_name(code, language) not in (code, "")


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("MT", "en", "Malta"),
        ("RO", "es", "Rumanía"),
        ("HR", "es-mx", "Croacia"),
        ("SK", "fr", "Slovaquie"),
        ("BG", "xx", "Bulgaria"),
        ("BG", "", "Bulgaria"),
        ("BG", "not a language", "Bulgaria"),
        ("AA", "en", "AA"),
        ("", "en", ""),
    ],
)
def test_what_has_no_name_there_has_one_in_english(code: str, language: str, name: str) -> None:
    assert country_name(code, language) == name


@pytest.mark.parametrize("code", ["UK", "EL", "EU", "UN", "ZZ", "XA", "AA", "gb", "001", "", "USA"])
def test_what_is_no_country_is_none(code: str) -> None:
    assert not is_country(code)


def test_a_notice_keeps_the_names_that_it_needs() -> None:
    """P2: and no others."""
    assert country_words(["MT", "DE", "", "MT"], "es") == {
        "country_DE": "Alemania",
        "country_MT": "Malta",
    }


@pytest.mark.django_db
@pytest.mark.urls("tests.pages")
def test_visitors_read_the_name_of_every_country(visitor: Visitor) -> None:
    """U10, G4: on both layers, in both languages; and the change is told once."""
    declare()
    declare_service()
    publish(by="me", reason="first")
    Service.objects.filter(key="youtube").update(country="MT")
    changes = [change.where for change in preview().changes]
    assert changes == ["media:youtube.country"]
    publish(by="me", reason="moved")
    for address in ("/page/", "/privacy/", "/es/", "/privacy/?language=es"):
        shown = visitor.get(address).content.decode()
        assert "MT" not in shown.replace("MTU", ""), address
    assert "Malta" in visitor.get("/privacy/").content.decode()


@pytest.mark.django_db
@pytest.mark.urls("tests.site.urls")
def test_editors_read_names_too() -> None:
    declare()
    declare_service(country="MT")
    shown = client_of("Consent editors").get("/admin/consent/service/").content.decode()
    assert ">Malta<" in shown
    assert ">MT<" not in shown


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["UK", "ZZ"])
def test_what_is_no_country_is_refused_at_its_field_and_not_published(code: str) -> None:
    """G4: also where it was written past the admin."""
    declare()
    declare_service()
    row = Service.objects.get(key="youtube")
    row.country, row.transfer = code, "an adequacy decision"
    with pytest.raises(ValidationError, match="ISO 3166") as refused:
        row.full_clean()
    assert set(refused.value.message_dict) == {"country"}
    Service.objects.update(country=code, transfer="an adequacy decision")
    assert any("country" in str(problem) for problem in preview().problems)


def test_no_page_view_pays_for_the_names() -> None:
    """DESIGN 4.11: they are read when somebody publishes."""
    code = (
        "import sys, django; django.setup(); import consent.urls, consent.middleware; "
        "import consent.templatetags.consent; sys.exit('babel' in sys.modules)"
    )
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.site.settings"}
    done = subprocess.run([sys.executable, "-c", code], check=False, env=env)
    assert done.returncode == 0
