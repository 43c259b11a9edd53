"""Settings of the demonstration site with Wagtail: its editors at /cms/, Django's admin beside."""

from __future__ import annotations

from tests.site import settings
from tests.site.settings import *  # noqa: F403 - all of them

INSTALLED_APPS = [
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    *settings.INSTALLED_APPS,
]
MIDDLEWARE = [
    *settings.MIDDLEWARE[:-1],
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    settings.MIDDLEWARE[-1],  # ours stays the last
]
ROOT_URLCONF = "tests.skins.wagtail_urls"
WAGTAIL_SITE_NAME = "Clinic"
WAGTAILADMIN_BASE_URL = "http://testserver"
WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES
