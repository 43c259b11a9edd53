"""Counts that hold no visitor's data."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from consent.models.record import Action


class Tally(models.Model):
    """How often a decision about a notice was made on one day.

    Recorded decisions are counted when they are sealed, others at once.
    """

    site = models.CharField(_("site"), max_length=64)
    day = models.DateField(_("day"))
    notice = models.PositiveIntegerField(_("notice"))
    language = models.CharField(_("language"), max_length=20, blank=True)
    layer = models.CharField(_("layer"), max_length=12, blank=True)
    action = models.CharField(_("decision"), max_length=8, choices=Action)
    count = models.PositiveBigIntegerField(_("count"), default=0)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        ordering = ("-day", "site", "notice", "action")
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(
                fields=("site", "day", "notice", "language", "layer", "action"),
                name="consent_tally_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.action}: {self.count}"
