"""The clinic's pages. None of them sets a cookie."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from consent.api import get_consent
from tests.site.forms import ContactForm
from tests.site.policy import declared


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the clinic's page in the language of the address or, at `/`, of the browser."""
    return render(request, "site/home.html")


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """List what the notice in force declares, as visitors are asked about it."""
    content = declared(get_consent(request).notice, get_language() or "en")
    return render(request, "site/policy.html", {"declared": content})


# Django's token needs a cookie on the visitor who merely reads the form. The origin of the post
# says as much without one: browsers send it with every post, and other sites cannot forge it.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Check a message and say that it was sent; nothing is stored, nothing about consent asked."""
    if request.method != "POST":
        return render(request, "site/contact.html", {"form": ContactForm()})
    if not is_own_post(request):
        return HttpResponseForbidden("This form accepts posts from this site only.")
    form = ContactForm(request.POST)
    if form.is_valid():
        return redirect(f"{request.path}?sent=1#sent")
    return render(request, "site/contact.html", {"form": form}, status=422)


def is_own_post(request: HttpRequest) -> bool:
    """Whether the browser says that the post comes from a page of this very origin."""
    if (site := request.headers.get("Sec-Fetch-Site")) is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
