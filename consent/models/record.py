"""The row that proves a decision: immutable, and without a foreign key."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.models.appendonly import AppendOnlyModel
from consent.models.moments import BoundMomentField


class Action(models.TextChoices):
    """What a visitor chose."""

    ACCEPT = "accept", _("accepted all")
    REFUSE = "refuse", _("refused all")
    CHOOSE = "choose", _("chose")
    WITHDRAW = "withdraw", _("withdrew")
    ONCE = "once", _("loaded once")


class Layer(models.TextChoices):
    """Where the control stood that was used."""

    BANNER = "banner", _("banner")
    PREFERENCES = "preferences", _("preferences")
    PLACEHOLDER = "placeholder", _("placeholder")
    LINK = "link", _("link")


class Means(models.TextChoices):
    """The control that was used."""

    ACCEPT = "accept", _("accept")
    REFUSE = "refuse", _("refuse")
    SAVE = "save", _("save")
    CLOSE = "close", _("close")
    PLACEHOLDER = "placeholder", _("placeholder")
    WITHDRAW = "withdraw", _("withdraw")


class By(models.TextChoices):
    """How the choice reached the server."""

    FORM = "form", _("form")
    SCRIPT = "script", _("script")


class Record(AppendOnlyModel):
    """One decision: what was shown and what was chosen, and nothing about who chose.

    ``answers`` holds every optional ``category`` and ``category:service`` as yes, no or unasked.
    ``commitment`` binds all of it, through a key that is not in the database and the row's own
    ``salt``: without either, nothing of the row can be told from it.
    Only ``consent.recording`` creates rows.
    """

    id = models.BigAutoField(primary_key=True)
    site = models.CharField(_("site"), max_length=64)
    notice = models.PositiveIntegerField(_("notice"))
    notice_digest = models.CharField(_("digest of the notice"), max_length=64)
    language = models.CharField(_("language"), max_length=20)
    presentation = models.CharField(_("digest of the presentation"), max_length=64, blank=True)
    layer = models.CharField(_("layer"), max_length=12, choices=Layer)
    means = models.CharField(_("means"), max_length=12, choices=Means)
    by = models.CharField(_("by"), max_length=6, choices=By)
    action = models.CharField(_("decision"), max_length=8, choices=Action)
    answers = models.JSONField(_("answers"))
    receipt = models.CharField(_("receipt"), max_length=26, blank=True)
    decided_at = BoundMomentField(_("decided at"), default=timezone.now)
    salt = models.CharField(_("salt"), max_length=32, default="", editable=False)
    commitment = models.CharField(_("commitment"), max_length=64, default="", editable=False)

    class Meta:
        verbose_name = _("record")
        verbose_name_plural = _("records")
        ordering = ("-id",)
        default_permissions = ("view",)
        permissions = (("export_record", "Can export records"),)
        base_manager_name = "objects"
        # One for each filter of the list of records, so that no page grows with the table.
        indexes = (
            models.Index(fields=("receipt", "id"), name="consent_record_receipt"),
            models.Index(fields=("decided_at", "id"), name="consent_record_decided"),
            models.Index(fields=("action", "decided_at", "id"), name="consent_record_action"),
            models.Index(fields=("notice", "decided_at", "id"), name="consent_record_notice"),
            models.Index(fields=("language", "decided_at", "id"), name="consent_record_language"),
            models.Index(fields=("layer", "decided_at", "id"), name="consent_record_layer"),
            models.Index(fields=("site", "decided_at", "id"), name="consent_record_site"),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.get_action_display()}"
