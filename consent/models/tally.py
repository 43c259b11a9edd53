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
        return f"{self.day} {self.get_action_display()}: {self.count}"


class AnswerTally(models.Model):
    """How many granted and how many refused one category or service in the dialog on one day.

    ``key`` is a ``category`` or ``category:service``. Counted when the records are sealed, by the
    columns that a rate can be narrowed to; not by the decision, of which there would be rows for
    each answer. What answers no dialog, a withdrawal
    or a single loading, is not in it.
    """

    site = models.CharField(_("site"), max_length=64)
    day = models.DateField(_("day"))
    notice = models.PositiveIntegerField(_("notice"))
    language = models.CharField(_("language"), max_length=20)
    layer = models.CharField(_("layer"), max_length=12)
    key = models.CharField(_("asked about"), max_length=150)
    granted = models.PositiveBigIntegerField(_("granted"), default=0)
    refused = models.PositiveBigIntegerField(_("refused"), default=0)

    class Meta:
        verbose_name = _("tally of answers")
        verbose_name_plural = _("tallies of answers")
        ordering = ("-day", "site", "notice", "key")
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(
                fields=("site", "day", "notice", "language", "layer", "key"),
                name="consent_answer_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.key}: {self.granted}/{self.refused}"
