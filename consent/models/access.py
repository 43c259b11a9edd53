"""Who looked at evidence, took it out or decided about it: the log about the log."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.models.appendonly import AppendOnlyModel
from consent.models.moments import MomentField


class Access(AppendOnlyModel):
    """One line of the access log: who did what, when, to what, and to how many rows.

    ``subject`` names a kind of row and its number (``record 12``), never a receipt: an erased
    receipt must not live on here. ``detail`` holds what else there is to say, as the selection,
    format and digest of an export. ``consent.accesses`` writes the rows.
    """

    class What(models.TextChoices):
        """What was done."""

        VIEW = "view", _("viewed")
        LOOKUP = "lookup", _("looked up")
        DOWNLOAD = "download", _("downloaded")
        EXPORT = "export", _("export begun")
        EXPORTED = "exported", _("export ended")
        REQUEST = "request", _("request entered")
        ANSWER = "answer", _("request answered")
        ERASE = "erase", _("erased")
        REFUSE = "refuse", _("request refused")
        HOLD = "hold", _("hold set")
        LIFT = "lift", _("hold lifted")
        VERIFY = "verify", _("verified")

    id = models.BigAutoField(primary_key=True)
    what = models.CharField(_("what"), max_length=8, choices=What)
    who = models.CharField(_("who"), max_length=200)
    at = MomentField(_("when"), default=timezone.now)
    subject = models.CharField(_("about"), max_length=100, blank=True)
    count = models.PositiveBigIntegerField(_("rows"), null=True, blank=True)
    detail = models.JSONField(_("detail"), default=dict, blank=True)

    class Meta:
        verbose_name = _("access log entry")
        verbose_name_plural = _("access log")
        ordering = ("-id",)
        default_permissions = ("view",)
        base_manager_name = "objects"
        indexes = (models.Index(fields=("subject", "id"), name="consent_access_subject"),)

    def __str__(self) -> str:
        return f"{self.who}: {self.get_what_display()} {self.subject}".rstrip()
