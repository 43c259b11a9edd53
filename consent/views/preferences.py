"""The preferences as a page of their own; with it everything works without script."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consent.views.pages import page_language, preferences_page, safe_next


@login_not_required
@require_safe
@never_cache
def preferences(request: HttpRequest) -> HttpResponse:
    """Show what is in force and let the visitor change it; 404 while no notice is published."""
    spoken = page_language(request)
    if spoken is None:
        raise Http404("No notice is published.")
    next_url = safe_next(request, request.GET.get("next", ""))
    return preferences_page(request, spoken, next_url=next_url)
