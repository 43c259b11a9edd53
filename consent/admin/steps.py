"""A page that asks for what it takes to do one thing, says what follows, and does it by POST."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from consent.admin.base import ModelAdmin
from consent.holds import RetentionError

PREFILL = "_prefill"
"""Posted with values that a form is to begin with: what must not stand in an address."""
_F = TypeVar("_F", bound=forms.Form)


def require(request: HttpRequest, *permissions: str) -> None:
    """Raise PermissionDenied unless the user has all of the app's permissions named."""
    if not request.user.has_perms([f"consent.{name}" for name in permissions]):
        raise PermissionDenied


def opened(model_admin: ModelAdmin, request: HttpRequest, key: str) -> Any:
    """Return the row whose page is asked for; nothing is ever sent to that page itself.

    Raise PermissionDenied for who may not view it or sends something, and Http404 for no row.
    """
    row = model_admin.get_object(request, unquote(key))
    if request.method not in ("GET", "HEAD") or not model_admin.has_view_permission(request, row):
        raise PermissionDenied
    if row is None:
        raise Http404
    return row


def who(request: HttpRequest) -> str:
    """Return the name under which the user's deeds are kept."""
    return str(request.user.get_username())


def form_of(kind: type[_F], request: HttpRequest, **options: Any) -> _F:
    """Return a form with what was posted: to be checked, or only to begin with."""
    if request.method != "POST":
        return kind(**options)
    if PREFILL in request.POST:
        return kind(initial=request.POST.dict(), **options)
    return kind(request.POST, **options)


def take(
    model_admin: ModelAdmin,
    request: HttpRequest,
    form: forms.Form,
    *,
    act: Callable[[Mapping[str, Any]], tuple[str, str]],
    template: str = "admin/consent/step.html",
    **context: Any,
) -> HttpResponse:
    """Show a form; once it is complete, act, and go on with what ``act`` returns.

    That is a sentence that says what was done, and the address of the next page. Where it raises
    `RetentionError`, its text stands over the form, and nothing of what was typed is lost.
    ``context`` has the ``title``, the label of the button in ``submit``, and what follows.
    """
    if form.is_bound and form.is_valid():
        try:
            said, onward = act(form.cleaned_data)
        except RetentionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, said)
            return HttpResponseRedirect(onward)
    return page(model_admin, request, template, form=form, **context)


def page(
    model_admin: ModelAdmin, request: HttpRequest, template: str, **context: Any
) -> HttpResponse:
    """Return a page in the admin's frame."""
    frame = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts}
    return TemplateResponse(request, template, {**frame, **context})
