"""What visitors ask for by right, and what became of it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.models.moments import MomentField


class SubjectRequest(models.Model):
    """One request of a data subject: to see what is held about a receipt, or to have it erased.

    ``receipt`` is emptied where its records are erased, and ``removal`` names the ledger's entry
    then. A refusal has its ``ground`` in Art. 17(3) and its ``reason``. ``consent.requests`` writes
    the rows.
    """

    class Kind(models.TextChoices):
        """What is asked for."""

        ACCESS = "access", _("access (Art. 15)")
        ERASURE = "erasure", _("erasure (Art. 17)")

    class Outcome(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("open")
        ANSWERED = "answered", _("answered")
        ERASED = "erased", _("erased")
        REFUSED = "refused", _("refused")

    class Ground(models.TextChoices):
        """Why records may stay, by the letters of Art. 17(3)."""

        EXPRESSION = "a", _("(a) freedom of expression and information")
        OBLIGATION = "b", _("(b) a legal obligation or a public task")
        HEALTH = "c", _("(c) public health")
        ARCHIVE = "d", _("(d) archiving, research or statistics")
        CLAIMS = "e", _("(e) legal claims")

    kind = models.CharField(_("asks for"), max_length=8, choices=Kind)
    receipt = models.CharField(_("receipt"), max_length=26, blank=True)
    received_at = MomentField(_("received at"), default=timezone.now)
    entered_by = models.TextField(_("entered by"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, default=Outcome.OPEN)
    ground = models.CharField(_("ground"), max_length=1, choices=Ground, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    closed_by = models.TextField(_("closed by"), blank=True)
    closed_at = MomentField(_("closed at"), null=True, blank=True)
    removal = models.PositiveBigIntegerField(_("removal"), null=True, blank=True)

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ("-received_at", "-id")
        default_permissions = ("view", "add", "change")
        indexes = (models.Index(fields=("receipt",), name="consent_request_receipt"),)

    def __str__(self) -> str:
        return f"{self.pk}"
