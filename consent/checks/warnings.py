"""What the checks advise against: one constant a fact, its id never reused."""

from __future__ import annotations

from django.core.checks import Warning  # noqa: A004 - Django's own name

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
W013 = Warning(
    "Templates load django-cookie-consent's script (%(places)s): its bar runs what it guards "
    "before anything is recorded, or never appears.",
    hint="Take the script and its bar out; {% consent_head %} and {% consent_banner %} take their "
    "place. See docs/upgrading.md.",
    id="consent.W013",
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
W023 = Warning(
    "Requests come through a proxy, and CONSENT_CLIENT_ADDRESS is not set: limits cannot tell "
    "visitors apart, and count a hundred times as much for one address.",
    hint="Name a function that returns the visitor's address, such as "
    "'consent.clients.last_forwarded' behind one proxy, or 'consent.clients.remote_address' "
    "where there is none.",
    id="consent.W023",
)
W030 = Warning(
    "No notice is published for the site %(site)r: nobody is asked, and nothing optional loads.",
    hint="Run 'manage.py consent_setup', or 'manage.py consent_publish' if that is done.",
    id="consent.W030",
)
W031 = Warning(
    "The notice in force has no text in %(languages)s: pages in %(languages)s ask nobody and grant "
    "nothing.",
    hint="Complete the translations in the registry, then run 'manage.py consent_publish'.",
    id="consent.W031",
)
W032 = Warning(
    "The notice in force on site %(site)r cannot be read: somebody wrote into its row. Visitors "
    "are asked nothing and grant nothing.",
    hint="Run 'manage.py consent_verify' to see what else was changed, then "
    "'manage.py consent_publish'.",
    id="consent.W032",
)
W033 = Warning(
    "The notice in force declares %(hosts)s for more than one service, and nothing tells them "
    "apart: what loads from there needs the grant of all.",
    hint="Declare the path beside the host, such as www.example.com/maps, then run "
    "'manage.py consent_publish'.",
    id="consent.W033",
)
W040 = Warning(
    "CONSENT_UNDECLARED_COOKIES is 'block', and the notice in force does not declare %(names)s: "
    "what Django does with these cookies no longer works.",
    hint="Run 'manage.py consent_setup --draft', then 'manage.py consent_publish'.",
    id="consent.W040",
)
W041 = Warning(
    "Evidence is bound by SECRET_KEY: once that is replaced and forgotten, records can no longer "
    "be proved.",
    hint="Set CONSENT_EVIDENCE_KEY to a long random text; keep it outside the database, and for "
    "good.",
    id="consent.W041",
)
W042 = Warning(
    "Seals are not signed: whoever can write to the database can make them anew.",
    hint="Run 'manage.py consent_keygen' and set CONSENT_SEAL_KEY; where nothing is sealed, "
    "CONSENT_SEAL_PUBLIC_KEYS.",
    id="consent.W042",
)
# Not an error: 'migrate' runs the checks first, and it is what creates triggers.
W043 = Warning(
    "Evidence is not guarded by the database: triggers are missing on %(tables)s, so that rows can "
    "be changed or deleted.",
    hint="Run 'manage.py migrate'. Where it says that this user may create no triggers, let it "
    "create them.",
    id="consent.W043",
)
W044 = Warning(
    "Records lie in the partition for the rest, because no other was ahead of them: %(databases)s. "
    "A purge takes them row by row.",
    hint="Run 'manage.py consent_partition', and 'manage.py consent_daily' every day.",
    id="consent.W044",
)
W045 = Warning(
    "DATABASE_ROUTERS reads what visitors chose from %(databases)s: what has just been written may "
    "be missing there.",
    hint="Read the apps 'consent' and 'cookie_consent' from 'default'; 'consent_verify' and "
    "'consent_prove' take --database for a replica.",
    id="consent.W045",
)
W050 = Warning(
    "CONSENT_SIGNALS names what the notice in force does not ask about: %(keys)s. It grants "
    "nothing.",
    hint="Use keys of published optional categories, or of their services, as in 'media:video'.",
    id="consent.W050",
)
W060 = Warning(
    "CONSENT_GPC_CATEGORIES names what the notice in force does not ask about: %(keys)s. The "
    "browser's signal refuses nothing there.",
    hint="Write the keys of optional categories as the registry has them, then publish.",
    id="consent.W060",
)
W061 = Warning(
    "consent.well_known is mounted at %(address)s, where nothing looks for it.",
    hint="Add path('', include('consent.well_known')) to the root URLconf.",
    id="consent.W061",
)
W070 = Warning(
    "PolicyMiddleware is installed, but nothing sends a policy: it does nothing.",
    hint="Set SECURE_CSP (Django 6.0) or CONTENT_SECURITY_POLICY (django-csp 4.0) and install "
    "their middleware, or remove 'consent.policy.PolicyMiddleware'.",
    id="consent.W070",
)
W071 = Warning(
    "CONSENT_SENSITIVE is on, but the notice in force lacks the sentence in %(languages)s.",
    hint="Run 'manage.py consent_publish': it takes the app's present sentences.",
    id="consent.W071",
)
