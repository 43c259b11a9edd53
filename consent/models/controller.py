"""Who asks."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from consent.models.validators import validate_policy_url


class Controller(models.Model):
    """Who decides about the data; the first row is the one that notices name."""

    name = models.CharField(_("name"), max_length=200)
    address = models.TextField(_("address"), help_text=_("The full postal address."))
    contact = models.CharField(
        _("contact"), max_length=200, help_text=_("An email address or telephone number.")
    )
    dpo = models.CharField(
        _("data protection officer"),
        max_length=200,
        blank=True,
        help_text=_("How to reach the officer, if there is one."),
    )
    authority = models.CharField(
        _("authority"),
        max_length=200,
        help_text=_("The supervisory authority that takes complaints."),
    )
    jurisdiction = models.CharField(
        _("jurisdiction"), max_length=100, help_text=_("Whose law applies, such as Spain.")
    )
    policy_url = models.CharField(
        _("privacy policy"), max_length=500, blank=True, validators=[validate_policy_url]
    )

    class Meta:
        verbose_name = _("controller")
        verbose_name_plural = _("controllers")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name
