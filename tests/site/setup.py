"""Set the clinic's consent up, as its administrator would by hand."""

from __future__ import annotations

from io import StringIO

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
    if declare(third_party_origin) or is_first:
        publish(by=ADMINISTRATOR, reason="What the site uses has been declared.")
