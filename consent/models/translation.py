"""The registry's texts in the site's other languages."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consent.models.validators import validate_language, validate_policy_url

TRANSLATABLE: dict[str, dict[str, bool]] = {
    "category": {"name": True, "description": True},
    "service": {
        "name": False,
        "provider": False,
        "purpose": True,
        "recipients": False,
        "transfer": True,
        "data_types": True,
        "retention": True,
        "policy_url": False,
    },
    "tracker": {"description": True, "provider": False, "reason": True},
    "controller": dict.fromkeys(
        ("name", "address", "contact", "dpo", "authority", "jurisdiction", "policy_url"), False
    ),
}
"""Owner to field to whether a language without its translation is left out of the notice."""

OWNERS = tuple(TRANSLATABLE)

_NAMES = {
    "name": _("name"),
    "description": _("purpose"),
    "purpose": _("purpose"),
    "provider": _("provider"),
    "recipients": _("recipients"),
    "transfer": _("transfer basis"),
    "data_types": _("data types"),
    "retention": _("retention"),
    "policy_url": _("privacy policy"),
    "reason": _("reason"),
    "address": _("address"),
    "contact": _("contact"),
    "dpo": _("data protection officer"),
    "authority": _("authority"),
    "jurisdiction": _("jurisdiction"),
}
"""What a reader calls the fields of `TRANSLATABLE`."""


def _exactly_one_owner() -> Q:
    condition = Q()
    for owner in OWNERS:
        condition |= Q(**{f"{other}__isnull": other != owner for other in OWNERS})
    return condition


class Translation(models.Model):
    """One text of one category, service, tracker or controller in one language."""

    category = models.ForeignKey(
        "cookie_consent.CookieGroup",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="consent_translations",
        verbose_name=_("category"),
    )
    service = models.ForeignKey(
        "consent.Service",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="translations",
        verbose_name=_("service"),
    )
    tracker = models.ForeignKey(
        "cookie_consent.Cookie",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="consent_translations",
        verbose_name=_("tracker"),
    )
    controller = models.ForeignKey(
        "consent.Controller",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="translations",
        verbose_name=_("controller"),
    )
    field = models.CharField(_("field"), max_length=20)
    language = models.CharField(_("language"), max_length=20, validators=[validate_language])
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        ordering = ("language", "field")
        constraints = (
            models.CheckConstraint(
                condition=_exactly_one_owner(), name="consent_translation_one_owner"
            ),
            *(
                models.UniqueConstraint(
                    fields=(owner, "field", "language"), name=f"consent_translation_{owner}"
                )
                for owner in OWNERS
            ),
        )

    def __str__(self) -> str:
        return f"{_NAMES.get(self.field, self.field)} [{self.language}]"

    def clean(self) -> None:
        """Refuse a field that the owner does not have, and a policy that is no address."""
        if self.field == "policy_url":
            try:
                validate_policy_url(self.text)
            except ValidationError as invalid:
                raise ValidationError({"text": invalid}) from None
        for owner in OWNERS:
            if getattr(self, f"{owner}_id") and self.field not in TRANSLATABLE[owner]:
                names = ", ".join(TRANSLATABLE[owner])
                message = _("This has no such text. Choose one of: %(names)s.")
                error = ValidationError(message, params={"names": names})
                raise ValidationError({"field": error})


class SameWording(models.Model):
    """Somebody's decision that a language says a message of the dialog as English does.

    It holds for the message as it stood: another one asks again.
    """

    language = models.CharField(_("language"), max_length=20, validators=[validate_language])
    message = models.CharField(_("message"), max_length=100)

    class Meta:
        verbose_name = _("message that is the same in English")
        verbose_name_plural = _("messages that are the same in English")
        ordering = ("language", "message")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("language", "message"), name="consent_samewording_message"
            ),
        )

    def __str__(self) -> str:
        return f"{self.message} [{self.language}]"
