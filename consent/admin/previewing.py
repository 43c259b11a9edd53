"""The dialog as the draft would show it: every language, width and theme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from consent.admin.base import ModelAdmin
from consent.admin.screens import Screens, blocking
from consent.dialog import Dialog
from consent.presentations import presentation_of
from consent.preview import Preview, preview
from consent.replays import POLICY, frame
from consent.texts import language_name

MAY_PREVIEW = "consent.view_service"
ALL = "all"
LAYERS: Mapping[str, object] = {"banner": _("Banner"), "preferences": _("Preferences")}
WIDTHS: Mapping[str, object] = {
    "phone": _("Phone, 320"),
    "tablet": _("Tablet, 768"),
    "desktop": _("Desktop, 1280"),
}
THEMES: Mapping[str, object] = {"light": _("Light"), "dark": _("Dark")}


class PreviewScreen(ModelAdmin):
    """Adds the preview of the draft to the notices."""

    def get_urls(self) -> list[URLPattern]:
        """Mount it, and the frames that it shows."""
        guard = self.admin_site.admin_view
        return [
            path("preview/", guard(self.preview_view), name="consent_notice_preview"),
            path("preview/frame/", guard(self.frame_view), name="consent_notice_preview_frame"),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Show the frames that were chosen; by default the first language on a desktop."""
        _check(request)
        seen = preview()
        spoken = {language: language_name(language) for language in seen.languages}
        menus = [
            _menu(request, "language", _("Language"), spoken),
            _menu(request, "layer", _("Part"), LAYERS),
            _menu(request, "width", _("Width"), WIDTHS, first="desktop"),
            _menu(request, "theme", _("Theme"), THEMES),
        ]
        fault = _fault(seen)
        screens = Screens()
        gaps, problems = blocking(seen)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Preview of the draft"),
            "menus": menus,
            "frames": [] if fault else list(_frames(menus)),
            "fault": fault,
            "gaps": list(screens.missing((*gaps, *seen.left_out))),
            "problems": problems,
            "may_list": self.has_view_permission(request),
            "may_publish": request.user.has_perm("consent.publish_notice"),
        }
        return TemplateResponse(request, "admin/consent/preview.html", context)

    @method_decorator(xframe_options_sameorigin)
    def frame_view(self, request: HttpRequest) -> HttpResponse:
        """Return one dialog of the draft: inert, in a language and theme."""
        _check(request)
        seen = preview()
        language, theme = request.GET.get("language", ""), request.GET.get("theme", "light")
        layer = request.GET.get("layer", "banner")
        if seen.notice is None or language not in seen.languages:
            raise Http404
        if theme not in THEMES or layer not in LAYERS:
            raise Http404
        try:
            shown = presentation_of(Dialog(seen.notice, language))
        except NoReverseMatch:
            raise Http404 from None
        html = frame(shown, preferences=layer == "preferences", scheme=theme)
        response = HttpResponse(html)
        response["Content-Security-Policy"] = f"{POLICY}; frame-ancestors 'self'; sandbox"
        response["Cache-Control"] = "no-store"
        return response


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm(MAY_PREVIEW):
        raise PermissionDenied


def _menu(
    request: HttpRequest,
    name: str,
    label: object,
    choices: Mapping[str, object],
    first: str = "",
) -> dict[str, Any]:
    """Return what can be chosen, and what was; what nobody offers is the first."""
    chosen = request.GET.get(name, "")
    if chosen not in choices and chosen != ALL:
        chosen = first or next(iter(choices), "")
    offered = [*choices.items(), (ALL, _("All"))] if len(choices) > 1 else list(choices.items())
    return {"name": name, "label": label, "offered": offered, "chosen": chosen, "of": choices}


def _frames(menus: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    wanted = [list(menu["of"]) if menu["chosen"] == ALL else [menu["chosen"]] for menu in menus]
    for values in product(*wanted):
        named = {menu["name"]: value for menu, value in zip(menus, values, strict=True)}
        query = {name: named[name] for name in ("language", "layer", "theme")}
        words = (menu["of"][value] for menu, value in zip(menus, values, strict=True))
        yield {
            "url": reverse("admin:consent_notice_preview_frame", query=query),
            "width": named["width"],
            "theme": named["theme"],
            "title": " · ".join(str(word) for word in words),
        }


def _fault(seen: Preview) -> str:
    """Say why nothing can be shown; nothing where it can."""
    if seen.notice is None:
        return str(_("There is nothing to show: nobody is named as the controller yet."))
    if not seen.languages:
        return str(_("There is nothing to show: no language is complete."))
    if not seen.asks:
        return str(
            _("There is nothing to show: no optional category holds a service or cookie yet.")
        )
    try:
        Dialog(seen.notice, seen.languages[0])
    except NoReverseMatch:
        return str(_("The dialog cannot be rendered until consent.urls is mounted."))
    return ""
