"""The shop's pages. The shop itself sets no cookie and knows nothing of consent."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from tests.site.views import is_own_post


def vendors(request: HttpRequest) -> dict[str, Any]:
    """Return the port at which the vendors' hosts listen."""
    return {"port": settings.SHOP_VENDORS_PORT}


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """Show a page that is the same for everybody."""
    return render(request, f"shop/{name}.html")


@csrf_exempt  # the origin of a post says as much as a token, and needs no cookie
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Say that a message has arrived; it is kept nowhere."""
    if request.method != "POST":
        return render(request, "shop/contact.html")
    if not is_own_post(request):
        return HttpResponseForbidden("This form accepts posts from this site only.")
    return redirect(f"{request.path}?sent=1#sent")
