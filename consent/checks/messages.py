"""What the checks say: one constant a fact, its id never reused."""

from __future__ import annotations

from typing import TypeVar

from django.core.checks import Error, Warning  # noqa: A004 - Django's own name

Message = TypeVar("Message", Error, Warning)


def about(message: Message, **values: object) -> Message:
    """Return the message with its ``%(name)s`` parts filled in."""
    return type(message)(message.msg % values, hint=message.hint, id=message.id)


E001 = Error(
    "ConsentMiddleware is not installed: nothing knows what a visitor has chosen, and no cookie "
    "is held back.",
    hint="Put 'consent.middleware.ConsentMiddleware' first in MIDDLEWARE.",
    id="consent.E001",
)
E002 = Error(
    "ContentMiddleware is not installed: third-party content that no tag guards loads without a "
    "choice, and caches may keep what one visitor granted.",
    hint="Put 'consent.middleware.ContentMiddleware' last in MIDDLEWARE.",
    id="consent.E002",
)
E003 = Error(
    "ConsentMiddleware comes after %(others)s, whose cookies and stored pages it then cannot see.",
    hint="Move 'consent.middleware.ConsentMiddleware' to the top of MIDDLEWARE.",
    id="consent.E003",
)
E004 = Error(
    "ContentMiddleware comes before %(others)s: a page that one visitor granted can be stored and "
    "served to another.",
    hint="Move 'consent.middleware.ContentMiddleware' to the end of MIDDLEWARE.",
    id="consent.E004",
)
E005 = Error(
    "django-cookie-consent is not installed, and its tables are the registry.",
    hint="Add 'cookie_consent' to INSTALLED_APPS.",
    id="consent.E005",
)
E006 = Error(
    "consent.urls is not mounted, so no choice can be sent.",
    hint="Add path('privacy/', include('consent.urls')) to the root URLconf.",
    id="consent.E006",
)
E007 = Error(
    "No Django template engine offers the request to its templates, so the tags know no visitor.",
    hint="Add 'django.template.context_processors.request' to the context_processors of TEMPLATES.",
    id="consent.E007",
)
E010 = Error(
    "COOKIE_CONSENT_OPT_OUT is on: cookies would be accepted before anybody chose.",
    hint="Remove it. Consent is given by opting in.",
    id="consent.E010",
)
E011 = Error(
    "django-cookie-consent's own addresses are mounted (%(routes)s): choices made there are not "
    "recorded.",
    hint="Remove 'cookie_consent.urls' from the URLconf; consent.urls takes its place.",
    id="consent.E011",
)
E020 = Error(
    "%(setting)s is not a whole number of days above zero.",
    hint="Write a plain number such as 185.",
    id="consent.E020",
)
E021 = Error(
    "%(setting)s is %(days)d days: no choice may be remembered longer than 24 months.",
    hint="Set 730 or less; 185 is the default.",
    id="consent.E021",
)
E022 = Error(
    "The source language %(language)r is not a language tag.",
    hint="Set CONSENT_SOURCE_LANGUAGE to the language of the registry's texts, such as 'en'.",
    id="consent.E022",
)
E023 = Error(
    "CONSENT_LANGUAGES is not a list of language tags.",
    hint="Write it as ['en', 'es'].",
    id="consent.E023",
)
E024 = Error(
    "CONSENT_COOKIE_NAME %(name)r is not a legal cookie name.",
    hint="Use letters, digits, hyphens and underscores, such as 'privacy_choice'.",
    id="consent.E024",
)
E025 = Error(
    "CONSENT_COOKIE_NAME %(name)r is the name of another cookie of this site.",
    hint="Choose a name of its own, such as 'privacy_choice'.",
    id="consent.E025",
)
E026 = Error(
    "CONSENT_SITE %(site)r is not a site key.",
    hint="Use 1 to 64 letters, digits, dots, hyphens and underscores, such as 'clinic'.",
    id="consent.E026",
)
E027 = Error(
    "CONSENT_COOKIE_DOMAIN %(domain)r is not a domain, so browsers refuse the cookie.",
    hint="Write the bare domain, such as 'example.com', without scheme, port or path.",
    id="consent.E027",
)
E028 = Error(
    "CONSENT_CLIENT_ADDRESS does not name a function that can be imported.",
    hint="Write the dotted path of a function that takes the request and returns an address.",
    id="consent.E028",
)
E029 = Error(
    "CONSENT_LEGACY_COOKIES is not a list of cookie names.",
    hint="Write it as ['old_banner'], with brackets around even one name.",
    id="consent.E029",
)
E030 = Error(
    "CONSENT_LEGACY_COOKIES names cookies that are in use: %(names)s. They would be deleted.",
    hint="List only what an older banner left behind.",
    id="consent.E030",
)
E031 = Error(
    "CONSENT_CACHEABLE_PAGES is neither True nor False.",
    hint="A string such as 'False' counts as true: convert it where the setting is read.",
    id="consent.E031",
)
E032 = Error(
    "CONSENT_NOTICE_REFRESH_SECONDS is not a number of seconds.",
    hint="Write a plain number such as 5.",
    id="consent.E032",
)
E033 = Error(
    "CONSENT_GRANTS_PER_MINUTE is not a whole number of zero or more.",
    hint="Write a plain number such as 60; 0 sets no limit.",
    id="consent.E033",
)
W001 = Warning(
    "consent.urls is mounted at %(address)s: content blockers know %(word)r and would block it.",
    hint="Mount it under a neutral path such as 'privacy/'.",
    id="consent.W001",
)
W010 = Warning(
    "COOKIE_CONSENT_ENABLED is off: nobody can grant anything.",
    hint="Remove the setting, unless that is what you want.",
    id="consent.W010",
)
W011 = Warning(
    "django-cookie-consent keeps a log of its own beside the records: it proves nothing, and "
    "deleting a category erases it.",
    hint="Set COOKIE_CONSENT_LOG_ENABLED = False.",
    id="consent.W011",
)
W012 = Warning(
    "django-cookie-consent's CleanCookiesMiddleware is installed: it knows neither patterns nor "
    "services, and ConsentMiddleware does its work.",
    hint="Remove 'cookie_consent.middleware.CleanCookiesMiddleware' from MIDDLEWARE.",
    id="consent.W012",
)
W020 = Warning(
    "Refusals are remembered for a shorter time than grants, so who refuses is asked more often.",
    hint="Set CONSENT_REFUSAL_DAYS to CONSENT_GRANT_DAYS or more.",
    id="consent.W020",
)
W021 = Warning(
    "Refusals are remembered for less than six months.",
    hint="Set CONSENT_REFUSAL_DAYS to 183 or more; 185 is the default.",
    id="consent.W021",
)
W022 = Warning(
    "CONSENT_NOTICE_REFRESH_SECONDS is %(seconds)g: below zero it means nothing, and above 300 a "
    "notice that has been replaced is served too long.",
    hint="Set a few seconds; 5 is the default.",
    id="consent.W022",
)
W030 = Warning(
    "No notice is published for the site %(site)r: nobody is asked, and nothing optional loads.",
    hint="Run 'manage.py consent_setup', or 'manage.py consent_publish' if that is done.",
    id="consent.W030",
)
W031 = Warning(
    "The notice in force has no text in %(languages)s: pages in these languages show no dialog "
    "and grant nothing.",
    hint="Complete the translations in the registry, then run 'manage.py consent_publish'.",
    id="consent.W031",
)
