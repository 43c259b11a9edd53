"""The one address that changes something."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from django.contrib.auth.decorators import login_not_required
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from consent.api import get_consent
from consent.cookies import set_state_cookie
from consent.core.submission import Submission
from consent.forms import read_decision, reason_text
from consent.once import PARAMETER, once_token
from consent.status import elsewhere_text, status_of
from consent.views.deciding import RefusedError, Taken, take
from consent.views.origin import is_same_origin, names_no_origin
from consent.views.pages import page_language, preferences_page, safe_next, sentence

STATUS_ANCHOR = "consent-status"
ELSEWHERE_ANCHOR = "consent-elsewhere"


@login_not_required
@non_atomic_requests
@csrf_exempt
@require_POST
def decision(request: HttpRequest) -> HttpResponse:
    """Take a decision (DESIGN: requests that change something).

    Forms get 303, ``Accept: application/json`` gets JSON; what is not taken changes nothing and
    says why. There is no CSRF cookie before a choice, so the post's origin is checked instead:
    another site's is refused, and without proof only a refusal holds.
    """
    consent = get_consent(request)
    consent.depend()
    consent.may_be_stored = False
    sent = read_decision(request.POST)
    if not (is_same_origin(request) or (names_no_origin(request) and _is_refusal(sent))):
        return _problem(request, 403, sentence(request, "error_origin"))
    if not isinstance(sent, Submission):
        return _problem(request, 400, f"{sentence(request, 'error_input')} {reason_text(sent)}")
    try:
        taken = take(request, sent)
    except RefusedError as refused:
        return _problem(request, refused.status, sentence(request, refused.key))
    response = _answer(request, taken, sent)
    if taken.changed:
        set_state_cookie(response, taken.state, request=request)
        consent.hold(taken.state)
    return response


def _is_refusal(sent: object) -> bool:
    return isinstance(sent, Submission) and not sent.asks_for_a_grant


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.META.get("HTTP_ACCEPT", "")


def _json(data: dict[str, Any], *, status: int = 200) -> HttpResponse:
    # Plain values only: Django's own encoder takes several times as long.
    content = json.dumps(data).encode()
    return HttpResponse(content, status=status, content_type="application/json")


def _answer(request: HttpRequest, taken: Taken, sent: Submission) -> HttpResponse:
    if _wants_json(request):
        return _json(
            {
                "decision": taken.action,
                "recorded": taken.recorded,
                "granted": sorted(taken.state.granted),
                "receipt": taken.receipt,
                "notice": sent.notice,
                "attempt": sent.attempt,
                **_words(request, taken, sent.language),
            }
        )
    target = safe_next(request, sent.next)
    if taken.action == "once":
        target = _once(target, min(sent.choice.grants))
    else:
        words = _words(request, taken, sent.language)
        target = f"{target.partition('#')[0]}#{words['anchor']}"
    response = HttpResponseRedirect(target)
    response.status_code = 303
    if taken.changed and not taken.state.is_grant:
        # Without script nothing else keeps Back from showing a page that was granted.
        response["Clear-Site-Data"] = '"cache"'
    return response


def _words(request: HttpRequest, taken: Taken, language: str) -> dict[str, str]:
    """Return message, since, and the anchor at which a page without script says the same."""
    consent = get_consent(request)
    notice = consent.notice
    message, since, anchor = "", "", STATUS_ANCHOR
    if notice is not None and (spoken := notice.language_for(language)) is not None:
        if taken.action == "once":
            message = sentence(request, "status_once")
        else:
            words = status_of(notice, spoken, taken.state, refused=consent.refused_by_signal)
            message, since = words["message"], words["since"]
            if elsewhere := elsewhere_text(notice, spoken, taken.withdrawn):
                message, anchor = f"{message} {elsewhere}", ELSEWHERE_ANCHOR
    return {"message": message, "since": since, "anchor": anchor}


def _once(target: str, key: str) -> str:
    """Return the address of the page with a one-minute link to the gate that its anchor names."""
    parts = urlsplit(target)
    token = quote(once_token(path=unquote(parts.path), key=key, gate=parts.fragment), safe="")
    query = "&".join(filter(None, (parts.query, f"{PARAMETER}={token}")))
    return urlunsplit(parts._replace(query=query))


def _problem(request: HttpRequest, status: int, message: str) -> HttpResponse:
    if _wants_json(request):
        return _json({"error": message}, status=status)
    wanted = safe_next(request, request.POST.get("next", ""))
    spoken = page_language(request)
    if spoken is None:
        return HttpResponse(message, status=status, content_type="text/plain; charset=utf-8")
    return preferences_page(request, spoken, next_url=wanted, message=message, status=status)
