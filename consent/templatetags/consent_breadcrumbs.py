"""The way to one of the app's pages in the admin, as the admin of this Django writes its own."""

from __future__ import annotations

from typing import Any

import django
from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.translation import gettext as _

register = template.Library()

IS_LIST = django.VERSION >= (6, 1)
"""Whether the admin has an ordered list, and style for nothing else."""


@register.inclusion_tag("admin/consent/breadcrumbs.html", takes_context=True)
def consent_breadcrumbs(context: Context, here: object, *between: Any) -> dict[str, Any]:
    """Show the way from the admin's front page over the app's; ``between`` are addresses and names.

    What has no address is left out: whoever looks may not go there.
    """
    opts, site = context["opts"], _site(context)
    app = reverse("admin:app_list", kwargs={"app_label": opts.app_label}, current_app=site)
    pairs = zip(between[::2], between[1::2], strict=True)
    crumbs = [
        (reverse("admin:index", current_app=site), _("Home")),
        (app, opts.app_config.verbose_name),
        *((url, name) for url, name in pairs if url),
    ]
    return {"crumbs": crumbs, "here": here, "is_list": IS_LIST}


def _site(context: Context) -> str | None:
    """Return which of several admins the page is of, as ``{% url %}`` finds out."""
    request: Any = context.get("request")
    found = getattr(request, "resolver_match", None)
    return getattr(request, "current_app", None) or (found.namespace if found else None)
