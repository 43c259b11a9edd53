"""What set-up has declared once, so that what an editor deletes stays deleted."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Seeded(models.Model):
    """One thing that set-up declared: a category, service, tracker, translation or group.

    ``path`` names it as the seeds do, whatever it is called by now; ``place`` is, for a category,
    the key of the one that stands for it on this site.
    """

    path = models.CharField(_("path"), max_length=200, unique=True)
    place = models.CharField(_("category"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("declared by set-up")
        verbose_name_plural = _("declared by set-up")
        ordering = ("path",)
        default_permissions = ()

    def __str__(self) -> str:
        return self.path
