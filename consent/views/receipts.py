"""The visitor's copy of a record: of the grant in this browser, or found by its receipt id."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from consent import notices
from consent.api import get_consent
from consent.copies import STANDARDS, Body, CopyError, standard_copy
from consent.core.crockford import parse_receipt
from consent.core.evidence import RECORD_FIELDS
from consent.core.notice import Notice
from consent.limits import is_beyond_lookups
from consent.models import Record
from consent.views.contexts import receipt_context
from consent.views.pages import head, page_language, sentence


@login_not_required
@csrf_exempt  # it changes nothing, and there is no token before a choice
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def receipt(request: HttpRequest) -> HttpResponse:
    """Show the newest record of a receipt, or download it with ``format=json|iso|kantara``.

    ``receipt`` names the receipt, by form or in the address; without it, it is that of the grant
    in this browser. One that is not known gets 404, and too many look-ups 429.
    """
    consent = get_consent(request)
    consent.depend()
    if (current := page_language(request)) is None:
        raise Http404("No notice is published.")
    asked = request.POST if request.method == "POST" else request.GET
    typed = asked.get("receipt", "").strip()
    if typed and is_beyond_lookups(request):
        return _page(request, current, typed=typed, error="record_limit", status=429)
    record = _record(consent.site, parse_receipt(typed) if typed else consent.state.receipt)
    if typed and record is None:
        return _page(request, current, typed=typed, error="record_unknown", status=404)
    form = asked.get("format", "")
    if form == "json" or form in STANDARDS:
        return _download(record, form)
    return _page(request, current, record=record, typed=typed)


def _record(site: str, receipt_id: str) -> dict[str, Any] | None:
    """Return the newest record without id, salt and commitment; a single load only if all are."""
    if not receipt_id:
        return None
    found = Record.objects.filter(site=site, receipt=receipt_id).order_by("-id")
    rows = found.values(*RECORD_FIELDS)
    return rows.exclude(action="once").first() or rows.first()


def _page(
    request: HttpRequest,
    current: tuple[Notice, str],
    *,
    typed: str,
    record: dict[str, Any] | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    notice, language = current
    shown = notices.load(notice.site, record["notice"]) if record else None
    with override(language):
        spoken = shown.language_for(language) if shown else None
        context = receipt_context(
            shown if shown and spoken else notice,
            spoken or language,
            record=record,
            head=head(request, current),
            asks=current,
        )
        context |= {
            "visitor": get_consent(request),
            "typed": typed,
            "error": sentence(request, error) if error else "",
        }
        return render(request, "consent/receipt.html", context, status=status)


def _download(record: dict[str, Any] | None, form: str) -> JsonResponse:
    if record is None:
        raise Http404("This browser carries no receipt.")
    name = f"receipt-{record['receipt']}"
    if form in STANDARDS:
        body, name = _standard(record, form), f"{name}-{form}"
    else:
        body = {"schema": "https://django-consent-optin/receipt/1", **record}
    response = JsonResponse(body, json_dumps_params={"indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


def _standard(record: dict[str, Any], form: str) -> Body:
    try:
        return standard_copy(record, form)
    except CopyError as error:
        raise Http404(str(error)) from None
