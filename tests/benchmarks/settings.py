"""Settings under which figures are taken: production's, with both apps beside each other."""

from __future__ import annotations

import json
import os
from pathlib import Path

NODE = Path(__file__).parent / "node_modules" / "vanilla-cookieconsent" / "dist"

SECRET_KEY = "for figures on this machine only: not a secret"
ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
USE_TZ = True
LANGUAGE_CODE = "en"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",  # django-cookie-consent's views import it
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "cookie_consent",
    "consent",
]
MIDDLEWARE: list[str] = []
"""None on the bare page; see `tests.benchmarks.visits` for each app's own."""

ROOT_URLCONF = "tests.benchmarks.pages"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]
_MEMORY = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": "file:benchmarks?mode=memory&cache=shared",
}
DATABASES = {"default": json.loads(os.environ.get("BENCHMARK_DATABASE", "null")) or _MEMORY}
"""In memory, but for the processes that work on a database of their own."""

if DATABASES["default"]["ENGINE"].endswith("mysql"):
    import pymysql

    pymysql.install_as_MySQLdb()
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STATIC_URL = "static/"
STATICFILES_DIRS = [("vanilla", NODE)] if NODE.exists() else []

CONSENT_SITE = "benchmarks"
COOKIE_CONSENT_LOG_ENABLED = False
