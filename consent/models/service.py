"""One third party or tool inside a category."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from consent.core.declarations import lacks_provider, lacks_transfer
from consent.countries import is_country
from consent.models.validators import (
    lines,
    validate_country,
    validate_hosts,
    validate_key,
    validate_policy_url,
)


class Role(models.TextChoices):
    """What somebody is to the controller, as data protection law names it."""

    OWN = "own", _("the controller itself")
    PROCESSOR = "processor", _("processor")
    JOINT = "joint", _("joint controller")
    SEPARATE = "separate", _("separate controller")


class ServiceManager(models.Manager["Service"]):
    """Services, found by category and key."""

    def get_by_natural_key(self, category: str, key: str) -> Service:
        """Return the service ``category:key``."""
        return self.get(category__varname=category, key=key)


def _tidy_host(text: str) -> str:
    """Return a declared host as it is compared: a path keeps its capitals."""
    host, slash, path = text.partition("/")
    return host.lower() + slash + path


class Service(models.Model):
    """A third party or tool that a visitor can grant or refuse by itself."""

    category = models.ForeignKey(
        "cookie_consent.CookieGroup",
        on_delete=models.CASCADE,
        related_name="consent_services",
        verbose_name=_("category"),
    )
    key = models.CharField(_("key"), max_length=32, validators=[validate_key])
    name = models.CharField(_("name"), max_length=200)
    provider = models.CharField(
        _("provider"),
        max_length=200,
        blank=True,
        help_text=_("The company or person behind it; empty where it is the controller."),
    )
    purpose = models.TextField(
        _("purpose"), help_text=_("What it is used for, concretely, in a sentence or two.")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role)
    recipients = models.TextField(
        _("recipients"),
        blank=True,
        help_text=_("Who else receives the data, one a line."),
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        validators=[validate_country],
        help_text=_("Where the data goes: an ISO 3166 code; empty for the controller's own."),
    )
    transfer = models.TextField(
        _("transfer basis"),
        blank=True,
        help_text=_("What allows the transfer, where the country is outside the EEA."),
    )
    data_types = models.TextField(_("data types"), help_text=_("Which data, concretely."))
    retention = models.TextField(_("retention"), help_text=_("How long the data is kept."))
    policy_url = models.CharField(
        _("privacy policy"), max_length=500, blank=True, validators=[validate_policy_url]
    )
    hosts = models.TextField(
        _("hosts"),
        blank=True,
        validators=[validate_hosts],
        help_text=_(
            "The hosts it loads from, one a line: host, host:port, or *.host for any sub-domain; "
            "with a path, such as www.example.com/maps, where another service loads from the same "
            "host."
        ),
    )
    page_addresses = models.BooleanField(
        _("receives page addresses"),
        default=False,
        help_text=_("Whether it learns which pages of this site are visited."),
    )
    patterns = models.TextField(
        _("patterns"),
        blank=True,
        help_text=_("Texts by which its inline scripts are known, one a line, such as _paq.push."),
    )
    ordering = models.IntegerField(_("ordering"), default=0)

    objects = ServiceManager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ("category", "ordering", "key")
        constraints = (
            models.UniqueConstraint(fields=("category", "key"), name="consent_service_key"),
        )

    def __str__(self) -> str:
        return self.name or self.key

    def natural_key(self) -> tuple[str, str]:
        """Return category and key."""
        return (self.category.varname, self.key)

    natural_key.dependencies = ("cookie_consent.cookiegroup",)  # type: ignore[attr-defined]  # Django reads it there

    def clean(self) -> None:
        """Refuse a third party that has no name, and a transfer that nothing allows."""
        errors: dict[str, Any] = {}
        if lacks_provider(role=self.role, provider=self.provider):
            errors["provider"] = _("Name the company or person behind it.")
        if lacks_transfer(country=self.country, transfer=self.transfer):
            errors["transfer"] = _("Say what allows the transfer: the country is outside the EEA.")
        if errors:
            raise ValidationError(errors)

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Tidy lines, hosts and country, then validate them; a country has to be one."""
        self.recipients = "\n".join(lines(self.recipients))
        self.hosts = "\n".join(dict.fromkeys(map(_tidy_host, lines(self.hosts))))
        self.country = self.country.strip().upper()
        super().clean_fields(exclude)
        if self.country and "country" not in (exclude or ()) and not is_country(self.country):
            wrong = _("No country has this code: see ISO 3166, such as GB or GR.")
            raise ValidationError({"country": wrong})
