"""What the checks say is wrong: one constant a fact, its id never reused."""

from __future__ import annotations

from django.core.checks import Error

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
    hint="Put 'consent.dcc_urls' in the place of 'cookie_consent.urls': the names stay, and lead "
    "to the preferences. See docs/upgrading.md.",
    id="consent.E011",
)
E012 = Error(
    "Templates name addresses of django-cookie-consent's that are not mounted (%(places)s): every "
    "page that renders them fails.",
    hint="Mount 'consent.dcc_urls' where 'cookie_consent.urls' was, or take them out of the "
    "templates. See docs/upgrading.md.",
    id="consent.E012",
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
    "%(names)s is not a whole number of zero or more.",
    hint="Write a plain number such as 60; 0 sets no limit.",
    id="consent.E033",
)
E040 = Error(
    "CONSENT_UNDECLARED_COOKIES is neither 'report' nor 'block'.",
    hint="Set 'block' to hold undeclared cookies back; 'report' is the default.",
    id="consent.E040",
)
E042 = Error(
    "%(setting)s cannot be used: %(why)s.",
    hint="It takes Ed25519 keys in PEM, or paths of files that hold them; 'manage.py "
    "consent_keygen' makes one.",
    id="consent.E042",
)
E043 = Error(
    "CONSENT_ANCHORS is wrong: %(problems)s.",
    hint="Write it as [{'to': 'file', 'path': '/mnt/elsewhere/seals.jsonl'}]; docs/anchors.md has "
    "all of it.",
    id="consent.E043",
)
E047 = Error(
    "CONSENT_NOTICE_RETENTION_DAYS is %(days)d days: notices stay at least five years, and nothing "
    "is purged.",
    hint="Set 1827 or more, or remove it: 1827 is the default.",
    id="consent.E047",
)
E050 = Error(
    "CONSENT_SIGNALS is not a mapping from categories to lists of vendors' types.",
    hint="Write it as {'statistics': ['google:analytics_storage', 'matomo']}, with brackets around "
    "even one type.",
    id="consent.E050",
)
E051 = Error(
    "CONSENT_SIGNALS names vendors that nothing speaks to: %(names)s.",
    hint="Known are google, uet, clarity and matomo; declare others in CONSENT_SIGNAL_VENDORS.",
    id="consent.E051",
)
E052 = Error(
    "CONSENT_SIGNALS names types that their vendor does not have: %(names)s. They are never "
    "granted.",
    hint="See docs/signals.md for the types; matomo is named alone, and Google's security_storage "
    "needs no entry.",
    id="consent.E052",
)
E053 = Error(
    "CONSENT_SIGNAL_VENDORS is not a mapping from new vendors to lists of their types.",
    hint="Write it as {'newsletter': ['opens', 'clicks']}: letters, digits, hyphens and "
    "underscores, and no name that the app speaks to itself.",
    id="consent.E053",
)
E060 = Error(
    "CONSENT_GPC_CATEGORIES is not a list of category keys.",
    hint="Write it as ['statistics', 'marketing'], with brackets around even one key.",
    id="consent.E060",
)
E070 = Error(
    "PolicyMiddleware comes before %(others)s, which then sends the policy without the hosts of "
    "what is granted.",
    hint="Move 'consent.policy.PolicyMiddleware' to the end of MIDDLEWARE.",
    id="consent.E070",
)
E071 = Error(
    "CONSENT_POLICY_DIRECTIVES is not a list of directives that take hosts.",
    hint="Write it as ['script-src', 'img-src', 'frame-src'].",
    id="consent.E071",
)
E072 = Error(
    "CONSENT_SENSITIVE is neither True nor False.",
    hint="A string such as 'False' counts as true: convert it where the setting is read.",
    id="consent.E072",
)
E073 = Error(
    "PolicyMiddleware comes before ContentMiddleware, which then does not see that the policy "
    "depends on the visitor.",
    hint="Move 'consent.policy.PolicyMiddleware' to the end of MIDDLEWARE.",
    id="consent.E073",
)
E076 = Error(
    "CONSENT_FRAMED is neither True nor False.",
    hint="A string such as 'False' counts as true: convert it where the setting is read.",
    id="consent.E076",
)
E080 = Error(
    "CONSENT_UNDECLARED_HOSTS is none of 'report', 'allow' and 'block'.",
    hint="Set 'block' to hold back what no service declares; 'report' is the default.",
    id="consent.E080",
)
E081 = Error(
    "CONSENT_OWN_HOSTS is not a list of hosts.",
    hint="Write it as ['images.example.com'], without scheme or path.",
    id="consent.E081",
)
E082 = Error(
    "CONSENT_UNSCANNED_PATHS is not a list of beginnings of paths.",
    hint="Write it as ['/admin/'], with brackets around even one path.",
    id="consent.E082",
)
E090 = Error(
    "DATABASE_ROUTERS sends %(what)s: a second database is not supported. Sealing, verification, "
    "requests, holds and the admin look into 'default', and a publication would be half-written.",
    hint="Let the routers leave the apps 'consent' and 'cookie_consent' to 'default'.",
    id="consent.E090",
)
