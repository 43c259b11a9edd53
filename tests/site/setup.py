"""Set the clinic's consent up, as its administrator would by hand."""

from __future__ import annotations

from io import StringIO

from cookie_consent.models import CookieGroup
from django.conf import settings
from django.core.management import call_command

from consent.models import Notice
from consent.publishing import publish
from tests.site.declare import declare

ADMINISTRATOR = "the clinic's administrator"


def set_up(third_party_origin: str) -> None:
    """Prepare registry and notice; a second run publishes only what it had to declare anew."""
    call_command("consent_setup", "--draft", "--no-input", verbosity=0, stdout=StringIO())
    is_first = not Notice.objects.filter(site=settings.CONSENT_SITE).exists()
    if is_first:
        drop_unused_categories()
    if declare(third_party_origin) or is_first:
        publish(by=ADMINISTRATOR, reason="What the site uses has been declared.")


def drop_unused_categories() -> None:
    """Drop the category that the clinic has no use for: nobody is asked about nothing."""
    CookieGroup.objects.filter(
        varname="preferences", cookie__isnull=True, consent_services__isnull=True
    ).delete()
