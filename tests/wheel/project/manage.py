"""The smallest project that installs the app."""

import sys

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.shortcuts import render
from django.urls import include, path

APPS = ("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.staticfiles")
REQUEST = "django.template.context_processors.request"
ENGINE = "django.template.backends.django.DjangoTemplates"

settings.configure(
    DEBUG=True,
    SECRET_KEY="only-for-this-test",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    STATIC_URL="static/",
    LANGUAGES=[("en", "English"), ("es", "Español")],
    COOKIE_CONSENT_LOG_ENABLED=False,
    INSTALLED_APPS=[*APPS, "cookie_consent", "consent"],
    MIDDLEWARE=[
        "consent.middleware.ConsentMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "consent.middleware.ContentMiddleware",
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}},
    TEMPLATES=[
        {
            "BACKEND": ENGINE,
            "DIRS": ["."],
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": [REQUEST]},
        }
    ],
)


def page(request):
    """The only page."""
    return render(request, "page.html")


django.setup()
urlpatterns = [path("", page), path("privacy/", include("consent.urls"))]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
