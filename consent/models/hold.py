"""What stops purge and erasure, and how the regular tasks went."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consent.models.moments import MomentField


class Hold(models.Model):
    """Records that must stay for now: those of a receipt, or of a period; with the reason."""

    receipt = models.CharField(_("receipt"), max_length=26, blank=True)
    since = MomentField(_("since"), null=True, blank=True)
    until = MomentField(_("until"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    set_by = models.TextField(_("set by"))
    set_at = MomentField(_("set at"), default=timezone.now)
    lifted_by = models.TextField(_("lifted by"), blank=True)
    lifted_at = MomentField(_("lifted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ("-set_at",)
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return self.receipt or f"{self.since} - {self.until}"

    def clean(self) -> None:
        """Refuse a hold of nothing, and one of both."""
        if bool(self.receipt) == bool(self.since or self.until):
            raise ValidationError(_("Hold either one receipt or one period."))


class Run(models.Model):
    """How a regular task went: when, whether to its end, and what it did."""

    class Task(models.TextChoices):
        """What runs every day."""

        SEAL = "seal", pgettext_lazy("a task", "seal")
        VERIFY = "verify", _("verify")
        PURGE = "purge", _("purge")

    task = models.CharField(_("task"), max_length=6, choices=Task)
    started_at = MomentField(_("started at"), default=timezone.now)
    ended_at = MomentField(_("ended at"), null=True, blank=True)
    is_sound = models.BooleanField(_("without fault"), default=False)
    outcome = models.JSONField(_("outcome"), default=dict, blank=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ("-started_at",)
        default_permissions = ("view",)
        indexes = (models.Index(fields=("task", "-started_at"), name="consent_run_latest"),)

    def __str__(self) -> str:
        return f"{self.get_task_display()} {self.started_at}"
