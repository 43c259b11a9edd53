"""What a site uses without having declared it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from consent.models.moments import MomentField


class Seen(models.TextChoices):
    """What was seen."""

    COOKIE = "cookie", _("cookie")
    HOST = "host", _("host")


class Sighting(models.Model):
    """An undeclared cookie or host, and how often it was met; nothing about who met it."""

    site = models.CharField(_("site"), max_length=64)
    kind = models.CharField(_("what"), max_length=8, choices=Seen)
    name = models.CharField(_("name"), max_length=200)
    count = models.PositiveBigIntegerField(_("count"), default=0)
    first_seen = MomentField(_("first seen"))
    last_seen = MomentField(_("last seen"))

    class Meta:
        verbose_name = _("undeclared use")
        verbose_name_plural = _("undeclared uses")
        ordering = ("-last_seen", "site", "kind", "name")
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(fields=("site", "kind", "name"), name="consent_sighting_name"),
        )

    def __str__(self) -> str:
        return self.name
