"""The visitor's copy of the record that this browser's receipt finds."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consent import notices
from consent.api import get_consent
from consent.models import Record
from consent.views.contexts import receipt_context
from consent.views.pages import head, page_language


@require_safe
@never_cache
def receipt(request: HttpRequest) -> HttpResponse:
    """Show the newest record of the grant in force, or download it with ``?format=json``."""
    consent = get_consent(request)
    if (current := page_language(request)) is None:
        raise Http404("No notice is published.")
    notice, language = current
    record = _record(consent.site, consent.state.receipt)
    if request.GET.get("format") == "json":
        return _download(record)
    shown = notices.load(consent.site, record["notice"]) if record else None
    with override(language):
        spoken = shown.language_for(language) if shown else None
        context = receipt_context(
            shown if shown and spoken else notice,
            spoken or language,
            record=record,
            head=head(request, (notice, language)),
        )
        return render(request, "consent/receipt.html", context)


def _record(site: str, receipt_id: str) -> dict[str, Any] | None:
    if not receipt_id:
        return None
    fields = [field.name for field in Record._meta.fields if field.name != "id"]
    rows = Record.objects.filter(site=site, receipt=receipt_id).exclude(action="once")
    return rows.order_by("-id").values(*fields).first()


def _download(record: dict[str, Any] | None) -> JsonResponse:
    if record is None:
        raise Http404("This browser carries no receipt.")
    body = {"schema": "https://django-consent-optin/receipt/1", **record}
    response = JsonResponse(body, json_dumps_params={"indent": 2})
    response["Content-Disposition"] = f'attachment; filename="receipt-{record["receipt"]}.json"'
    return response
