"""The system checks: silent on the demonstration site, each firing for its own reason."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cookie_consent.views import CookieGroupAcceptView, CookieGroupDeclineView
from django.conf import settings
from django.core.checks import CheckMessage, Tags, run_checks
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.middleware.cache import CacheMiddleware
from django.middleware.gzip import GZipMiddleware
from django.test import RequestFactory, override_settings
from django.urls import include, path

from consent import guards, partitions, publishing, signing
from consent.checks import errors, warnings
from consent.conf import conf
from consent.limits import is_beyond_limit
from consent.middleware import ConsentMiddleware, ContentMiddleware
from consent.models import Notice
from tests.core.notices import notice
from tests.declaring import declare
from tests.remembering import old_notice

CONSENT = "consent.middleware.ConsentMiddleware"
CONTENT = "consent.middleware.ContentMiddleware"
GZIP = "django.middleware.gzip.GZipMiddleware"
SESSION = "django.contrib.sessions.middleware.SessionMiddleware"


class OurConsent(ConsentMiddleware):
    """A site's own subclass."""


class OurContent(ContentMiddleware):
    """A site's own subclass."""


class OurGZip(GZipMiddleware):
    """A site's own subclass."""


class OurCache(CacheMiddleware):
    """A site's own subclass of both cache middlewares."""


class OurAccept(CookieGroupAcceptView):
    """A site's own subclass."""


def page(request: HttpRequest) -> HttpResponse:
    """Answer nothing."""
    return HttpResponse()


def address(request: HttpRequest) -> str:
    """Resolve a client's address."""
    return ""


CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBODCB66ADAgECAhRmZum+pkhjISAF9QcObVZTrp07OTAFBgMrZXAwETEPMA0G
A1UEAwwGc3RhbXBzMCAXDTI2MTEyNTE0MjIzOVoYDzIxMjYxMTAxMTQyMjM5WjAR
MQ8wDQYDVQQDDAZzdGFtcHMwKjAFBgMrZXADIQBTPMRpTSydXE3c9QQ5YK9h41RL
GJ+29Zx6fIfHUmzJ+qNTMFEwHQYDVR0OBBYEFCEyrHIOrQbL+ZaPApjXsj0SAfCK
MB8GA1UdIwQYMBaAFCEyrHIOrQbL+ZaPApjXsj0SAfCKMA8GA1UdEwEB/wQFMAMB
Af8wBQYDK2VwA0EAf6Ovv02zYX+tRCwbgG4UWrJ4SvM2ufQwFvGidHEoLHsEh7PS
ziB9mb844pGfd3seDktrduv7bewXVGh9VGL+Bw==
-----END CERTIFICATE-----"""
NOT_CALLABLE = "10.0.0.1"
HERE = __name__
PRIVACY = path("privacy/", include("consent.urls"))


def found(**overrides: Any) -> dict[str, CheckMessage]:
    """Return our findings by id, under these settings."""
    with override_settings(**overrides):
        return {message.id: message for message in run_checks(tags=["consent"]) if message.id}


def found_before_deployment(**overrides: Any) -> set[str]:
    """Return the ids of our findings that ``check --deploy`` adds."""
    with override_settings(**overrides):
        findings = run_checks(tags=["consent"], include_deployment_checks=True)
    return {str(message.id) for message in findings if message.id not in found(**overrides)}


def found_in_database(**overrides: Any) -> dict[str, CheckMessage]:
    """Return the findings of the database checks by id."""
    with override_settings(**overrides):
        findings = run_checks(tags=[Tags.database], databases=["default"])
    return {m.id: m for m in findings if m.id and m.id.startswith("consent.")}


CATALOGUE = {**vars(errors), **vars(warnings)}


def all_messages() -> list[CheckMessage]:
    """Return every message constant."""
    return [value for value in CATALOGUE.values() if isinstance(value, CheckMessage)]


def publish(
    *, languages: tuple[str, ...], number: int = 1, site: str = "", wording: Any = None
) -> None:
    """Write a notice that has these languages."""
    document = {
        "site": site or settings.CONSENT_SITE,
        "number": number,
        "oldest_valid": 1,
        "languages": languages,
        "controller": {
            field: {}
            for field in (
                "name", "address", "contact", "dpo", "authority", "jurisdiction", "policy_url",
            )
        },
        "categories": [],
        "wording": wording or {tag: {"sensitive": "It can."} for tag in languages},
    }  # fmt: skip
    Notice.objects.create(
        site=document["site"],
        number=number,
        digest="0" * 64,
        document=json.dumps(document),
        oldest_valid=1,
        material=True,
        published_by="tests",
    )


def test_the_demonstration_site_passes() -> None:
    assert found() == {}


def test_ids_are_unique_and_named_after_their_constants() -> None:
    ids = [message.id for message in all_messages()]
    assert len(ids) == len(set(ids))
    named = {n: v for n, v in CATALOGUE.items() if isinstance(v, CheckMessage)}
    assert all(message.id == f"consent.{name}" for name, message in named.items())
    assert all(re.fullmatch(r"consent\.[EW]0\d\d", str(name)) for name in ids)


def test_every_message_has_a_hint_and_the_level_of_its_letter() -> None:
    levels = {"E": "Error", "W": "Warning"}
    for message in all_messages():
        assert message.hint
        assert type(message).__name__ == levels[str(message.id)[len("consent.")]]


def test_every_message_is_tested() -> None:
    tests = Path(__file__).read_text(encoding="utf-8")
    assert [m.id for m in all_messages() if f'"{m.id}"' not in tests] == []


@pytest.mark.parametrize(
    ("middleware", "expected"),
    [
        ([CONTENT], "consent.E001"),
        ([CONSENT], "consent.E002"),
        ([SESSION, CONSENT, CONTENT], "consent.E003"),
        ([GZIP, CONSENT, CONTENT], "consent.E003"),
        (["django.middleware.csrf.CsrfViewMiddleware", CONSENT, CONTENT], "consent.E003"),
        (["django.middleware.cache.UpdateCacheMiddleware", CONSENT, CONTENT], "consent.E003"),
        (["django.middleware.http.ConditionalGetMiddleware", CONSENT, CONTENT], "consent.E003"),
        ([f"{HERE}.OurGZip", f"{HERE}.OurConsent", CONTENT], "consent.E003"),
        ([CONTENT, CONSENT], "consent.E003"),
        ([CONSENT, CONTENT, GZIP], "consent.E004"),
        ([CONSENT, CONTENT, f"{HERE}.OurGZip"], "consent.E004"),
        ([CONSENT, f"{HERE}.OurContent", f"{HERE}.OurCache"], "consent.E004"),
        ([CONSENT, CONTENT, "django.middleware.cache.UpdateCacheMiddleware"], "consent.E004"),
        ([CONSENT, CONTENT, "django.middleware.cache.FetchFromCacheMiddleware"], "consent.E004"),
        ([CONSENT, CONTENT, "django.middleware.http.ConditionalGetMiddleware"], "consent.E004"),
    ],
)
def test_a_middleware_missing_or_out_of_place_is_reported(
    middleware: list[str], expected: str
) -> None:
    """B8."""
    assert set(found(MIDDLEWARE=middleware)) == {expected}


@pytest.mark.parametrize(
    "middleware",
    [
        [CONSENT, GZIP, SESSION, CONTENT],
        [CONSENT, SESSION, CONTENT, "django.contrib.messages.middleware.MessageMiddleware"],
        [f"{HERE}.OurConsent", f"{HERE}.OurCache", f"{HERE}.OurContent"],
        ["django.middleware.security.SecurityMiddleware", CONSENT, CONTENT],
        [CONSENT, "nowhere.to.be.Found", CONTENT],
    ],
)
def test_other_orders_are_fine(middleware: list[str]) -> None:
    assert found(MIDDLEWARE=middleware) == {}


CSP = "csp.middleware.CSPMiddleware"
DJANGO_CSP = "django.middleware.csp.ContentSecurityPolicyMiddleware"
POLICY = "consent.policy.PolicyMiddleware"


@pytest.mark.parametrize("sender", [CSP, DJANGO_CSP])
@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ([CONSENT, "sender", CONTENT, POLICY], set()),
        ([CONSENT, CONTENT, "sender", POLICY], set()),
        ([CONSENT, "sender", CONTENT], set()),
        ([CONSENT, CONTENT, POLICY, "sender"], {"consent.E070"}),
        ([CONSENT, "sender", POLICY, CONTENT], {"consent.E073"}),
        ([CONSENT, CONTENT, POLICY], {"consent.W070"}),
    ],
)
def test_a_policy_is_extended_before_it_is_sent(
    order: list[str], sender: str, expected: set[str]
) -> None:
    """B9."""
    middleware = [sender if name == "sender" else name for name in order]
    assert set(found(MIDDLEWARE=middleware)) == expected


def test_the_middlewares_that_stand_wrong_are_named() -> None:
    findings = found(MIDDLEWARE=[SESSION, GZIP, CONSENT, CONTENT])
    assert f"{SESSION}, {GZIP}" in findings["consent.E003"].msg


def test_a_missing_registry_is_an_error() -> None:
    installed = [app for app in settings.INSTALLED_APPS if app != "cookie_consent"]
    assert "consent.E005" in found(INSTALLED_APPS=installed)


def test_opting_out_is_an_error() -> None:
    """B12."""
    assert set(found(COOKIE_CONSENT_OPT_OUT=True)) == {"consent.E010"}


def test_a_switch_that_is_off_is_a_warning_and_a_callable_is_fine() -> None:
    assert set(found(COOKIE_CONSENT_ENABLED=False)) == {"consent.W010"}
    assert found(COOKIE_CONSENT_ENABLED=lambda _request: False) == {}


def test_a_log_beside_the_records_is_a_warning() -> None:
    assert set(found(COOKIE_CONSENT_LOG_ENABLED=True)) == {"consent.W011"}


def test_a_second_cleaner_of_cookies_is_a_warning() -> None:
    cleaner = "cookie_consent.middleware.CleanCookiesMiddleware"
    assert set(found(MIDDLEWARE=[CONSENT, cleaner, CONTENT])) == {"consent.W012"}


@pytest.mark.parametrize(
    "mounted",
    [
        path("cookies/", include("cookie_consent.urls")),
        path("a/", include(([path("b/", include("cookie_consent.urls"))], "shop"))),
        path("yes/", CookieGroupDeclineView.as_view()),
        path("yes/", OurAccept.as_view()),
        path("yes/", page, name="cookie_consent_accept"),
    ],
)
def test_dccs_addresses_are_an_error_wherever_they_hide(mounted: Any) -> None:
    """P9."""
    assert set(found(ROOT_URLCONF=(PRIVACY, mounted))) == {"consent.E011"}


def test_dccs_addresses_are_named() -> None:
    urls = (PRIVACY, path("es/", include([path("cookies/", include("cookie_consent.urls"))])))
    assert "/es/cookies/accept/" in found(ROOT_URLCONF=urls)["consent.E011"].msg


def test_what_templates_still_have_of_dccs_is_found(tmp_path: Path) -> None:
    """More of it in `tests.test_upgrading`."""
    engine = {**settings.TEMPLATES[0], "DIRS": [tmp_path]}
    source = tmp_path / "page.html"
    source.write_text('{% url "cookie_consent_accept" %}')
    assert set(found(TEMPLATES=[engine])) == {"consent.E012"}
    moved = (PRIVACY, path("cookies/", include("consent.dcc_urls")))
    assert found(TEMPLATES=[engine], ROOT_URLCONF=moved) == {}
    source.write_text('<script src="/static/cookie_consent/cookiebar.module.js"></script>')
    assert set(found(TEMPLATES=[engine])) == {"consent.W013"}


def test_addresses_that_are_not_mounted_are_an_error() -> None:
    assert set(found(ROOT_URLCONF=(path("", page),))) == {"consent.E006"}


def test_a_urlconf_that_cannot_be_read_is_left_to_django() -> None:
    assert found(ROOT_URLCONF="nowhere.to.be.found") == {}


@pytest.mark.parametrize(("days", "ids"), [(1826, {"consent.E047"}), (1827, set())])
def test_notices_that_go_before_five_years_are_an_error(days: int, ids: set[str]) -> None:
    """D6."""
    assert set(found(CONSENT_NOTICE_RETENTION_DAYS=days)) == ids


@pytest.mark.parametrize(
    "prefix", ["cookie-policy/", "cookie_consent/", "en/GDPR-consent/", "consent-manager/"]
)
def test_a_path_that_blockers_know_is_a_warning(prefix: str) -> None:
    urls = (path(prefix, include("consent.urls")),)
    assert set(found(ROOT_URLCONF=urls)) == {"consent.W001"}


@pytest.mark.parametrize("prefix", ["privacy/", "en/"])
def test_the_word_on_the_browser_s_signal_away_from_the_root_is_a_warning(prefix: str) -> None:
    """S3."""
    findings = found(ROOT_URLCONF=(PRIVACY, path(prefix, include("consent.well_known"))))
    assert set(findings) == {"consent.W061"}
    assert f"/{prefix}.well-known/gpc.json" in findings["consent.W061"].msg
    assert found(ROOT_URLCONF=(PRIVACY, path("", include("consent.well_known")))) == {}


def test_templates_without_the_request_are_an_error() -> None:
    django = {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
    assert set(found(TEMPLATES=[django])) == {"consent.E007"}
    request = "django.template.context_processors.request"
    complete = {**django, "NAME": "pages", "OPTIONS": {"context_processors": [request]}}
    assert found(TEMPLATES=[django, complete]) == {}


DAYS = ("CONSENT_GRANT_DAYS", "CONSENT_REFUSAL_DAYS")
RETENTION = ("CONSENT_GRANT_RETENTION_DAYS", "CONSENT_REFUSAL_RETENTION_DAYS")


@pytest.mark.parametrize("setting", [*DAYS, *RETENTION])
@pytest.mark.parametrize("value", [0, -1, "half a year", None, float("inf"), timedelta(days=185)])
def test_days_that_are_no_positive_number_are_an_error(setting: str, value: object) -> None:
    findings = found(**{setting: value})
    assert set(findings) == {"consent.E020"}
    assert setting in findings["consent.E020"].msg


def test_a_choice_remembered_longer_than_24_months_is_an_error() -> None:
    """W6."""
    assert found(CONSENT_GRANT_DAYS=730, CONSENT_REFUSAL_DAYS=730) == {}
    assert set(found(CONSENT_REFUSAL_DAYS=731)) == {"consent.E021"}
    findings = found(CONSENT_GRANT_DAYS=731, CONSENT_REFUSAL_DAYS=730)
    assert set(findings) == {"consent.E021", "consent.W020"}
    assert "CONSENT_GRANT_DAYS is 731" in findings["consent.E021"].msg


def test_a_refusal_forgotten_sooner_than_a_grant_is_a_warning() -> None:
    """W5."""
    assert set(found(CONSENT_GRANT_DAYS=186)) == {"consent.W020"}
    assert found(CONSENT_GRANT_DAYS=184) == {}


def test_a_refusal_forgotten_within_six_months_is_a_warning() -> None:
    """W5."""
    assert set(found(CONSENT_GRANT_DAYS=182, CONSENT_REFUSAL_DAYS=182)) == {"consent.W021"}
    assert found(CONSENT_GRANT_DAYS=183, CONSENT_REFUSAL_DAYS=183) == {}


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ({"CONSENT_SOURCE_LANGUAGE": "English"}, set()),
        ({"CONSENT_SOURCE_LANGUAGE": "en_GB"}, {"consent.E022"}),
        ({"CONSENT_SOURCE_LANGUAGE": ""}, {"consent.E022"}),
        ({"CONSENT_LANGUAGES": ["en", "pt-BR"]}, set()),
        ({"CONSENT_LANGUAGES": "en"}, {"consent.E023"}),
        ({"CONSENT_LANGUAGES": None}, {"consent.E023"}),
        ({"CONSENT_LANGUAGES": [("en", "English")]}, {"consent.E023"}),
        ({"CONSENT_COOKIE_NAME": "privacy choice"}, {"consent.E024"}),
        ({"CONSENT_COOKIE_NAME": ""}, {"consent.E024"}),
        ({"CONSENT_COOKIE_NAME": "sessionid"}, {"consent.E025"}),
        ({"CONSENT_COOKIE_NAME": "csrftoken"}, {"consent.E025"}),
        ({"CONSENT_COOKIE_NAME": "cookie_consent"}, {"consent.E025"}),
        ({"CONSENT_COOKIE_NAME": "c", "COOKIE_CONSENT_NAME": "c"}, {"consent.E025"}),
        ({"CONSENT_SITE": ""}, {"consent.E026"}),
        ({"CONSENT_SITE": "s" * 64}, set()),
        ({"CONSENT_SITE": "s" * 65}, {"consent.E026"}),
        ({"CONSENT_SITE": "https://clinic.example/"}, {"consent.E026"}),
        ({"CONSENT_SITE": "clínica\n"}, {"consent.E026"}),
        ({"CONSENT_COOKIE_DOMAIN": ".clinic.example"}, set()),
        ({"CONSENT_COOKIE_DOMAIN": "https://clinic.example"}, {"consent.E027"}),
        ({"CONSENT_COOKIE_DOMAIN": "clinic.example/en"}, {"consent.E027"}),
        ({"CONSENT_COOKIE_DOMAIN": "clinic.example:8000"}, {"consent.E027"}),
        ({"CONSENT_CLIENT_ADDRESS": f"{HERE}.address"}, set()),
        ({"CONSENT_CLIENT_ADDRESS": f"{HERE}.missing"}, {"consent.E028"}),
        ({"CONSENT_CLIENT_ADDRESS": f"{HERE}.NOT_CALLABLE"}, {"consent.E028"}),
        ({"CONSENT_CLIENT_ADDRESS": address}, {"consent.E028"}),
        ({"CONSENT_LEGACY_COOKIES": "old_banner"}, {"consent.E029"}),
        ({"CONSENT_LEGACY_COOKIES": None}, {"consent.E029"}),
        ({"CONSENT_LEGACY_COOKIES": ["old banner"]}, {"consent.E029"}),
        ({"CONSENT_LEGACY_COOKIES": ["privacy_choice"]}, {"consent.E030"}),
        ({"CONSENT_LEGACY_COOKIES": ["old", "sessionid"]}, {"consent.E030"}),
        ({"CONSENT_CACHEABLE_PAGES": True}, set()),
        ({"CONSENT_CACHEABLE_PAGES": "False"}, {"consent.E031"}),
        ({"CONSENT_FRAMED": True}, set()),
        ({"CONSENT_FRAMED": "False"}, {"consent.E076"}),
        ({"CONSENT_SENSITIVE": True}, set()),
        ({"CONSENT_SENSITIVE": "False"}, {"consent.E072"}),
        ({"CONSENT_POLICY_DIRECTIVES": []}, set()),
        ({"CONSENT_POLICY_DIRECTIVES": ("img-src", "frame-src")}, set()),
        ({"CONSENT_POLICY_DIRECTIVES": "img-src"}, {"consent.E071"}),
        ({"CONSENT_POLICY_DIRECTIVES": ["form-action"]}, {"consent.E071"}),
        ({"CONSENT_POLICY_DIRECTIVES": [[]]}, {"consent.E071"}),
        ({"CONSENT_POLICY_DIRECTIVES": None}, {"consent.E071"}),
        ({"CONSENT_NOTICE_REFRESH_SECONDS": 0}, set()),
        ({"CONSENT_NOTICE_REFRESH_SECONDS": 300}, set()),
        ({"CONSENT_NOTICE_REFRESH_SECONDS": "soon"}, {"consent.E032"}),
        ({"CONSENT_NOTICE_REFRESH_SECONDS": float("nan")}, {"consent.E032"}),
        ({"CONSENT_NOTICE_REFRESH_SECONDS": -1}, {"consent.W022"}),
        ({"CONSENT_NOTICE_REFRESH_SECONDS": 301}, {"consent.W022"}),
        ({"CONSENT_GRANTS_PER_MINUTE": 0}, set()),
        ({"CONSENT_GRANTS_PER_MINUTE": -1}, {"consent.E033"}),
        ({"CONSENT_GRANTS_PER_MINUTE": "many"}, {"consent.E033"}),
        ({"CONSENT_LOOKUPS_PER_MINUTE": 0}, set()),
        ({"CONSENT_LOOKUPS_PER_MINUTE": -1}, {"consent.E033"}),
        ({"CONSENT_LOOKUPS_PER_MINUTE": "many"}, {"consent.E033"}),
        ({"CONSENT_UNDECLARED_HOSTS": "block"}, set()),
        ({"CONSENT_UNDECLARED_HOSTS": "Block"}, {"consent.E080"}),
        ({"CONSENT_UNDECLARED_HOSTS": None}, {"consent.E080"}),
        ({"CONSENT_OWN_HOSTS": ["images.example.com", "cdn.example:8000"]}, set()),
        ({"CONSENT_OWN_HOSTS": "images.example.com"}, {"consent.E081"}),
        ({"CONSENT_OWN_HOSTS": ["https://images.example.com/"]}, {"consent.E081"}),
        ({"CONSENT_OWN_HOSTS": [1]}, {"consent.E081"}),
        ({"CONSENT_UNSCANNED_PATHS": ("/admin/",)}, set()),
        ({"CONSENT_UNSCANNED_PATHS": "/admin/"}, {"consent.E082"}),
        ({"CONSENT_UNSCANNED_PATHS": [""]}, {"consent.E082"}),
        ({"CONSENT_UNDECLARED_COOKIES": "report"}, set()),
        ({"CONSENT_UNDECLARED_COOKIES": "block"}, set()),
        ({"CONSENT_UNDECLARED_COOKIES": "Block"}, {"consent.E040"}),
        ({"CONSENT_UNDECLARED_COOKIES": True}, {"consent.E040"}),
        ({"CONSENT_SIGNALS": {"statistics": ["google:analytics_storage", "matomo"]}}, set()),
        ({"CONSENT_SIGNALS": {"media:video": ("uet:ad_storage", "clarity:ad_Storage")}}, set()),
        ({"CONSENT_SIGNALS": None}, {"consent.E050"}),
        ({"CONSENT_SIGNALS": ["matomo"]}, {"consent.E050"}),
        ({"CONSENT_SIGNALS": {"statistics": "matomo"}}, {"consent.E050"}),
        ({"CONSENT_SIGNALS": {"statistics": [None]}}, {"consent.E050"}),
        ({"CONSENT_SIGNALS": {"statistics": ["goggle:analytics_storage"]}}, {"consent.E051"}),
        ({"CONSENT_SIGNALS": {"statistics": ["newsletter:opens"]}}, {"consent.E051"}),
        ({"CONSENT_SIGNALS": {"statistics": ["google"]}}, {"consent.E052"}),
        ({"CONSENT_SIGNALS": {"statistics": ["clarity:ad_storage"]}}, {"consent.E052"}),
        ({"CONSENT_SIGNALS": {"statistics": ["google:security_storage"]}}, {"consent.E052"}),
        (
            {
                "CONSENT_SIGNALS": {"statistics": ["newsletter:opens", "counter"]},
                "CONSENT_SIGNAL_VENDORS": {"newsletter": ["opens"], "counter": []},
            },
            set(),
        ),
        ({"CONSENT_SIGNAL_VENDORS": ["newsletter"]}, {"consent.E053"}),
        ({"CONSENT_SIGNAL_VENDORS": {"newsletter": "opens"}}, {"consent.E053"}),
        ({"CONSENT_SIGNAL_VENDORS": {"google": ["everything"]}}, {"consent.E053"}),
        ({"CONSENT_GPC_CATEGORIES": []}, set()),
        ({"CONSENT_GPC_CATEGORIES": {"marketing"}}, set()),
        ({"CONSENT_GPC_CATEGORIES": "marketing"}, {"consent.E060"}),
        ({"CONSENT_GPC_CATEGORIES": None}, {"consent.E060"}),
        ({"CONSENT_GPC_CATEGORIES": ["marketing", 1]}, {"consent.E060"}),
        ({"CONSENT_GPC_CATEGORIES": ["media:video"]}, {"consent.E060"}),
    ],
)
def test_a_setting_that_would_be_misread_is_reported(
    overrides: dict[str, Any], expected: set[str]
) -> None:
    """B5, B7, W6."""
    assert set(found(**overrides)) == expected


@pytest.mark.django_db
def test_a_site_without_a_notice_is_a_warning_when_the_database_is_asked() -> None:
    findings = found_in_database()
    assert set(findings) == {"consent.W030"}
    assert repr(settings.CONSENT_SITE) in findings["consent.W030"].msg
    publish(languages=("en", "es"), site="another")
    assert set(found_in_database()) == {"consent.W030"}
    publish(languages=("en", "es"))
    assert found_in_database() == {}


def test_the_database_is_left_alone_unless_named() -> None:
    """Pytest refuses any query in a test without the mark."""
    assert found() == {}
    assert run_checks(tags=[Tags.database], databases=[]) == []


@pytest.mark.django_db
def test_records_without_a_partition_of_their_own_are_a_warning_of_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """P1: tests/databases/test_postgresql.py has real ones."""
    publish(languages=("en", "es"))
    monkeypatch.setattr(partitions, "has_strays", lambda using: using == "default")
    (warning,) = found_in_database().values()
    assert (warning.id, warning.is_serious()) == ("consent.W044", False)
    assert warning.msg.count("default") == 1


@pytest.mark.django_db(transaction=True)
def test_evidence_without_its_triggers_is_a_warning_of_the_database() -> None:
    """P1: as after a restored dump. Not an error, or `migrate`, which is the cure, would refuse."""
    publish(languages=("en", "es"))
    assert found_in_database() == {}
    guards.uninstall(connection)
    assert "consent.W043" not in found()
    (warning,) = found_in_database().values()
    assert warning.id == "consent.W043"
    assert "consent_record" in warning.msg
    assert not warning.is_serious()
    recorder = MigrationRecorder(connection)
    later = [
        key for key in recorder.applied_migrations() if key[0] == "consent" and key[1] > "0004"
    ]
    for key in later:
        recorder.record_unapplied(*key)
    try:
        assert found_in_database() == {}, "they are not due before that migration"
    finally:
        for key in later:
            recorder.record_applied(*key)
        guards.install(connection)


@pytest.mark.django_db(transaction=True)
def test_a_table_that_is_not_there_yet_is_no_finding() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE consent_notice RENAME TO consent_not_migrated")
        try:
            assert found_in_database() == {}
        finally:
            cursor.execute("ALTER TABLE consent_not_migrated RENAME TO consent_notice")


@pytest.mark.django_db
def test_a_notice_that_somebody_wrote_into_is_named() -> None:
    """P5: and no other check stumbles over it."""
    old_notice(1, 9, site=conf.site)
    asking = {"CONSENT_SENSITIVE": True, "CONSENT_UNDECLARED_COOKIES": "block"}
    assert set(found_in_database(**asking)) == {"consent.W032"}


@pytest.mark.django_db
def test_languages_without_texts_are_named() -> None:
    """U8."""
    publish(languages=("en", "es"))
    publish(languages=("en",), number=2)
    assert "in Spanish (es):" in found_in_database()["consent.W031"].msg
    with_more = found_in_database(CONSENT_LANGUAGES=["es-mx", "en-gb", "ca"])
    assert (
        "in Mexican Spanish (es-mx), Catalan (ca), Spanish (es):" in with_more["consent.W031"].msg
    )


@pytest.mark.django_db
def test_a_language_of_the_pages_that_the_settings_leave_out_is_named() -> None:
    """U8."""
    publish(languages=("en",))
    assert "in Spanish (es):" in found_in_database(CONSENT_LANGUAGES=["en"])["consent.W031"].msg


@pytest.mark.django_db
def test_signals_for_what_nobody_is_asked_about_are_named() -> None:
    """B7."""
    put = {"statistics": ["matomo"], "media:maps": ["matomo"], "necessary": ["matomo"]}
    assert found_in_database(CONSENT_SIGNALS=put).keys() == {"consent.W030"}
    document = notice().document()
    Notice.objects.create(
        site=settings.CONSENT_SITE,
        number=1,
        digest="0" * 64,
        document=json.dumps(document),
        oldest_valid=1,
        material=True,
        published_by="tests",
    )
    # Its services declare one host.
    assert found_in_database(CONSENT_SENSITIVE=False).keys() == {"consent.W033"}
    findings = found_in_database(
        CONSENT_SENSITIVE=False, CONSENT_SIGNALS={**put, "media:film": ["matomo"]}
    )
    assert set(findings) == {"consent.W033", "consent.W050"}
    assert "about: necessary, media:film." in findings["consent.W050"].msg
    unasked = found_in_database(CONSENT_SENSITIVE=False, CONSENT_SIGNALS=None)
    assert set(unasked) == {"consent.W033"}


@pytest.mark.django_db
def test_a_notice_without_the_sentence_for_sensitive_pages_is_reported() -> None:
    """G7: one that was published before the app had it."""
    said = {"sensitive": "It can reveal something."}
    publish(languages=("en", "es"), wording={"en": said, "es": {}})
    assert found_in_database(CONSENT_SENSITIVE=False) == {}
    assert "in es." in found_in_database(CONSENT_SENSITIVE=True)["consent.W071"].msg
    publish(languages=("en",), wording={"en": said}, number=2)
    assert "consent.W071" not in found_in_database(CONSENT_SENSITIVE=True)


@pytest.mark.django_db
def test_a_regional_language_is_covered_by_its_parent() -> None:
    publish(languages=("en", "es"))
    assert found_in_database(CONSENT_LANGUAGES=["en", "es-mx"]) == {}


@pytest.mark.django_db
def test_categories_of_the_signal_that_nobody_asks_about_are_named() -> None:
    """S4: the default is meant for any site; what a site wrote itself must be known."""
    publish(languages=("en", "es"))
    assert found_in_database() == {}
    assert found_in_database(CONSENT_GPC_CATEGORIES=[]) == {}
    assert found_in_database(CONSENT_GPC_CATEGORIES=7) == {}
    findings = found_in_database(CONSENT_GPC_CATEGORIES=["marketting", "ads"])
    assert set(findings) == {"consent.W060"}
    assert ": ads, marketting." in findings["consent.W060"].msg


PRIVATE, PUBLIC = signing.new_key()


@pytest.mark.parametrize(
    ("overrides", "why"),
    [
        ({"CONSENT_SEAL_KEY": PRIVATE, "CONSENT_SEAL_PUBLIC_KEYS": [PUBLIC]}, ""),
        ({"CONSENT_SEAL_KEY": None, "CONSENT_SEAL_PUBLIC_KEYS": None}, ""),
        ({"CONSENT_SEAL_KEY": PUBLIC}, "CONSENT_SEAL_KEY cannot be used: it is no private key"),
        ({"CONSENT_SEAL_KEY": "/nowhere/seal.pem"}, "No such file"),
        ({"CONSENT_SEAL_KEY": 7}, "CONSENT_SEAL_KEY cannot be used"),
        (
            {"CONSENT_SEAL_PUBLIC_KEYS": [PUBLIC, PRIVATE]},
            "CONSENT_SEAL_PUBLIC_KEYS cannot be used",
        ),
        ({"CONSENT_SEAL_PUBLIC_KEYS": {"key": PUBLIC}}, "CONSENT_SEAL_PUBLIC_KEYS cannot be used"),
        ({"CONSENT_SEAL_PUBLIC_KEYS": 7}, "CONSENT_SEAL_PUBLIC_KEYS cannot be used"),
    ],
)
def test_a_key_that_can_neither_sign_nor_check_is_an_error(
    overrides: dict[str, Any], why: str
) -> None:
    """P5."""
    findings = found(**overrides)
    assert set(findings) == ({"consent.E042"} if why else set())
    assert all(why in message.msg for message in findings.values())
    assert "PRIVATE KEY" not in str(findings)


FILE = {"to": "file", "path": "/var/log/seals.jsonl"}
AUTHORITY = {"to": "rfc3161", "url": "http://stamps.example.org", "certificates": [CERTIFICATE]}


@pytest.mark.parametrize(
    ("anchors", "why"),
    [
        ([FILE, {"to": "email", "address": "notary@example.org"}, AUTHORITY], ""),
        ((), ""),
        ([FILE, {**AUTHORITY, "timeout": 2.5}], ""),
        (FILE, "CONSENT_ANCHORS: it is not a list"),
        (None, "it is not a list"),
        ([FILE, "file"], "anchor 2: it does not say to what"),
        ([{"to": "fax"}], "anchor 1: it does not say to what"),
        ([{"to": ["file"]}], "anchor 1: it does not say to what"),
        ([{**FILE, "paht": 1, "a": 2}], "anchor 1 (file): it has no option 'a', 'paht'"),
        ([{**FILE, 7: 7}], "it has no option 7"),
        ([{**FILE, "path": "seals.jsonl"}], "its path is not absolute"),
        ([{**FILE, "path": "/a\0b"}], "its path is not absolute"),
        ([{"to": "file"}], "its path is not absolute"),
        ([{"to": "email", "address": "notary"}], "anchor 1 (email): its address is no e-mail"),
        ([{"to": "email", "address": ["a@example.org"]}], "its address is no e-mail"),
        ([{"to": "email"}], "its address is no e-mail"),
        ([{**AUTHORITY, "url": "file:///etc/passwd"}], "anchor 1 (rfc3161): its url is no http"),
        ([{**AUTHORITY, "url": "http://[stamps"}], "its url is no http"),
        ([{**AUTHORITY, "url": "http://stamps.example.org:99999"}], "its url is no http"),
        ([{**AUTHORITY, "url": "http://stamps.example.org/a b"}], "its url is no http"),
        ([{**AUTHORITY, "url": None}], "its url is no http"),
        ([{**AUTHORITY, "url": "http://me:secret@stamps.example.org"}], "holds a user name"),
        ([{**AUTHORITY, "certificates": CERTIFICATE}], "its certificates are no list"),
        ([{**AUTHORITY, "certificates": []}], "its certificates are no list"),
        ([{**AUTHORITY, "certificates": [CERTIFICATE, PUBLIC]}], "certificate 2 cannot be used"),
        ([{**AUTHORITY, "certificates": ["/nowhere.pem"]}], "certificate 1 cannot be used"),
        ([{**AUTHORITY, "certificates": [None]}], "certificate 1 cannot be used"),
        ([{**AUTHORITY, "timeout": 0}], "its timeout is no number"),
        ([{**AUTHORITY, "timeout": True}], "its timeout is no number"),
        ([{**AUTHORITY, "timeout": float("nan")}], "its timeout is no number"),
        ([{**AUTHORITY, "timeout": "10"}], "its timeout is no number"),
        ([{"to": "fax"}, {"to": "email"}], "say to what: 'file', 'email' or 'rfc3161'; anchor 2"),
    ],
)
def test_an_anchor_that_cannot_be_written_to_is_an_error(anchors: Any, why: str) -> None:
    """P5."""
    findings = found(CONSENT_ANCHORS=anchors)
    assert set(findings) == ({"consent.E043"} if why else set())
    assert all(why in message.msg for message in findings.values())
    assert "secret" not in str(findings)


def test_evidence_that_hangs_on_the_secret_key_is_a_warning_before_deployment() -> None:
    """P6."""
    own = {"CONSENT_EVIDENCE_KEY": "k" * 50, "CONSENT_SEAL_KEY": PRIVATE}
    assert found_before_deployment(**own) == set()
    assert found_before_deployment(**{**own, "CONSENT_EVIDENCE_KEY": ""}) == {"consent.W041"}
    assert found_before_deployment(**{**own, "CONSENT_EVIDENCE_KEY": None}) == {"consent.W041"}
    assert found_before_deployment() == {"consent.W041", "consent.W042"}


@pytest.mark.parametrize(
    ("router", "expected"),
    [("Records", "consent.E090"), ("Replica", "consent.W045"), ("Own", None)],
)
def test_tables_in_a_second_database_are_not_supported(router: str, expected: str | None) -> None:
    """P1: tests/test_routing.py has what is refused then."""
    messages = found(DATABASE_ROUTERS=[f"tests.test_routing.{router}"])
    assert {"consent.E090", "consent.W045"}.intersection(messages) == ({expected} - {None})


PROXY = {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}


@pytest.mark.parametrize("named", [PROXY, {"USE_X_FORWARDED_HOST": True}, {}])
@pytest.mark.parametrize(
    "settled",
    [
        {"CONSENT_CLIENT_ADDRESS": "consent.clients.last_forwarded"},
        {"CONSENT_GRANTS_PER_MINUTE": 0, "CONSENT_LOOKUPS_PER_MINUTE": 0},
        {},
    ],
)
def test_a_proxy_that_nobody_sees_through_is_a_warning_before_deployment(
    named: dict[str, Any], settled: dict[str, Any]
) -> None:
    """P8: where the settings name it."""
    is_found = "consent.W023" in found_before_deployment(**named, **settled)
    assert is_found == (bool(named) and not settled)


def test_a_proxy_that_requests_have_shown_is_a_warning_before_deployment() -> None:
    """P8: what no setting says."""
    assert "consent.W023" not in found_before_deployment()
    headers = {"x-forwarded-for": "198.51.100.7"}
    is_beyond_limit(RequestFactory().post("/", headers=headers))
    assert "consent.W023" in found_before_deployment()
    assert "consent.W023" not in found()
    settled = {"CONSENT_CLIENT_ADDRESS": "consent.clients.last_forwarded"}
    assert "consent.W023" not in found_before_deployment(**settled)


def test_seals_that_nobody_signs_are_a_warning_before_deployment() -> None:
    """P5: a machine that only checks seals needs no private key."""
    own = {"CONSENT_EVIDENCE_KEY": "k" * 50}
    assert found_before_deployment(**own) == {"consent.W042"}
    assert found_before_deployment(**own, CONSENT_SEAL_PUBLIC_KEYS=[PUBLIC]) == set()


BLOCKING = {"CONSENT_UNDECLARED_COOKIES": "block"}


@pytest.mark.django_db
def test_djangos_own_cookies_held_back_is_a_warning() -> None:
    """B4: nobody could sign in, and the reason would be hard to find."""
    publish(languages=("en", "es"))
    assert found_in_database() == {}
    (warning,) = found_in_database(**BLOCKING).values()
    assert warning.id == "consent.W040"
    assert "csrftoken, django_language, messages, sessionid" in warning.msg


@pytest.mark.django_db
def test_djangos_own_cookies_that_are_declared_are_fine() -> None:
    declare()
    publishing.publish(by="tests", reason="They are seeded.")
    assert found_in_database(**BLOCKING) == {}


@pytest.mark.django_db
def test_a_middleware_that_cannot_be_imported_is_left_to_django() -> None:
    publish(languages=("en", "es"))
    assert found_in_database(MIDDLEWARE=["nowhere.Middleware"], **BLOCKING) == {}
