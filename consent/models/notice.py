"""What visitors were asked about, and how it looked: immutable."""

from __future__ import annotations

import hashlib
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.models.appendonly import AppendOnlyManager, AppendOnlyModel
from consent.models.moments import BoundMomentField


class NoticeManager(AppendOnlyManager["Notice"]):
    """Notices, found by site and number."""

    def get_by_natural_key(self, site: str, number: int) -> Notice:
        """Return that notice of that site."""
        notice: Notice = self.get(site=site, number=number)
        return notice


class Notice(AppendOnlyModel):
    """A published notice: the document that visitors were asked about, and who published it."""

    site = models.CharField(_("site"), max_length=64)
    number = models.PositiveIntegerField(_("number"))
    digest = models.CharField(_("digest"), max_length=64)
    document = models.TextField(
        _("document"), help_text=_("Canonical JSON; its SHA-256 is the digest.")
    )
    oldest_valid = models.PositiveIntegerField(
        _("oldest valid notice"), help_text=_("Grants of older notices are asked again.")
    )
    material = models.BooleanField(_("material"))
    published_at = BoundMomentField(_("published at"), default=timezone.now)
    published_by = models.TextField(_("published by"))
    reason = models.TextField(_("reason"), blank=True)
    correction = models.TextField(
        _("correction"), blank=True, help_text=_("Why earlier grants hold although it changed.")
    )
    overrides = models.JSONField(_("overridden findings"), default=list, blank=True)
    changes = models.JSONField(_("changes"), default=list, blank=True)

    objects: ClassVar[NoticeManager] = NoticeManager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("site", "-number")
        default_permissions = ("view",)
        permissions = (("publish_notice", "Can publish notice"),)
        base_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=("site", "number"), name="consent_notice_number"),
        )

    def __str__(self) -> str:
        return f"{self.site} {self.number}"

    def natural_key(self) -> tuple[str, int]:
        """Return site and number."""
        return (self.site, self.number)


class PresentationManager(AppendOnlyManager["Presentation"]):
    """Presentations, found by digest."""

    def get_by_natural_key(self, digest: str) -> Presentation:
        """Return the presentation of that digest."""
        presentation: Presentation = self.get(digest=digest)
        return presentation


class Presentation(AppendOnlyModel):
    """Banner and preferences as rendered for a notice and language, with script and style."""

    digest = models.CharField(_("digest"), max_length=64, unique=True)
    site = models.CharField(_("site"), max_length=64)
    notice = models.PositiveIntegerField(_("notice"))
    notice_digest = models.CharField(_("digest of the notice"), max_length=64)
    language = models.CharField(_("language"), max_length=20)
    html = models.TextField(_("HTML"))
    script = models.TextField(_("script"))
    style = models.TextField(_("style"))
    created = BoundMomentField(_("created"), default=timezone.now)

    objects: ClassVar[PresentationManager] = PresentationManager()

    class Meta:
        verbose_name = _("presentation")
        verbose_name_plural = _("presentations")
        ordering = ("site", "-notice", "language")
        default_permissions = ("view",)
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.site} {self.notice} {self.language}"

    def text(self) -> str:
        """Return what the digest is of: HTML, script and style."""
        return "\0".join((self.html, self.script, self.style))

    def text_digest(self) -> str:
        """Return the digest that HTML, script and style give."""
        return hashlib.sha256(self.text().encode()).hexdigest()

    def natural_key(self) -> tuple[str]:
        """Return the digest."""
        return (self.digest,)
