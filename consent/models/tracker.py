"""What DCC's ``Cookie`` does not say about a cookie, storage key or pixel."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from consent.core.declarations import is_same_tracker, tracker_faults


class Kind(models.TextChoices):
    """Where a tracker lives."""

    COOKIE = "cookie", _("cookie")
    LOCAL = "local", _("local storage")
    SESSION = "session", _("session storage")
    INDEXEDDB = "indexeddb", _("IndexedDB")
    CACHE = "cache", _("cache storage")
    PIXEL = "pixel", _("pixel")


class Criterion(models.TextChoices):
    """Why a tracker needs no consent, after opinion WP194."""

    NONE = "", _("not exempt")
    TRANSMISSION = "A", _("A: only carries out the transmission")
    REQUESTED = "B", _("B: needed for a service that the visitor requested")


class TrackerDetailsManager(models.Manager["TrackerDetails"]):
    """Tracker details, found by the natural key of their tracker."""

    def get_by_natural_key(self, name: str, domain: str, category: str) -> TrackerDetails:
        """Return the details of that tracker."""
        return self.get(
            tracker__name=name, tracker__domain=domain, tracker__cookiegroup__varname=category
        )


class TrackerDetails(models.Model):
    """The rest of a tracker's declaration."""

    tracker = models.OneToOneField(
        "cookie_consent.Cookie",
        on_delete=models.CASCADE,
        related_name="consent_details",
        verbose_name=_("tracker"),
    )
    service = models.ForeignKey(
        "consent.Service",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="trackers",
        verbose_name=_("service"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.COOKIE)
    lifetime = models.PositiveBigIntegerField(
        _("lifetime"),
        null=True,
        blank=True,
        help_text=_("In seconds; 0: until the browser is closed; empty: until it is deleted."),
    )
    provider = models.CharField(
        _("provider"),
        max_length=200,
        blank=True,
        help_text=_("Empty: the service's provider, or the controller."),
    )
    third_party = models.BooleanField(
        _("third party"), default=False, help_text=_("Whether a third party can read it.")
    )
    criterion = models.CharField(
        _("exemption"), max_length=1, choices=Criterion, blank=True, default=""
    )
    reason = models.TextField(
        _("reason"), blank=True, help_text=_("Why it is exempt: what stops working without it.")
    )

    objects = TrackerDetailsManager()

    class Meta:
        verbose_name = _("tracker details")
        verbose_name_plural = _("tracker details")

    def __str__(self) -> str:
        return str(self.tracker)

    def natural_key(self) -> tuple[str, str, str]:
        """Return the natural key of the tracker."""
        name, domain, category = self.tracker.natural_key()
        return (name, domain, category)

    natural_key.dependencies = ("cookie_consent.cookie",)  # type: ignore[attr-defined]  # Django reads it there

    def clean(self) -> None:
        """Refuse an exemption that is not argued, or that another purpose contradicts."""
        if not hasattr(self, "tracker"):
            return
        category = self.tracker.cookiegroup
        errors: dict[str, ValidationError] = {}
        if self.service and self.service.category_id != category.pk:
            errors["service"] = ValidationError(_("The service belongs to another category."))
        faults = tracker_faults(
            kind=self.kind,
            lifetime=self.lifetime,
            criterion=self.criterion,
            reason=self.reason,
            exempt=category.is_required,
            elsewhere=self._is_also(required=not category.is_required),
        )
        for fault in faults:
            field, message = _FAULTS[fault]
            errors.setdefault(field, ValidationError(message))
        if errors:
            raise ValidationError(errors)

    def _is_also(self, *, required: bool) -> bool:
        """Whether it is declared in another category as well, of that sort."""
        others = type(self.tracker)._default_manager.filter(
            name=self.tracker.name, cookiegroup__is_required=required
        )
        others = others.exclude(pk=self.tracker.pk).exclude(cookiegroup=self.tracker.cookiegroup_id)
        named = (self.tracker.name, self.tracker.domain)
        return any(
            is_same_tracker(*named, name, domain)
            for name, domain in others.values_list("name", "domain")
        )


_FAULTS = {
    "lifetime": ("lifetime", _("A cookie has a lifetime: name it.")),
    "not exempt": ("criterion", _("Only trackers of required categories are exempt.")),
    "criterion": (
        "criterion",
        _("Name the criterion: trackers of required categories are exempt."),
    ),
    "reason": ("reason", _("Say why it is exempt.")),
    "optional too": (
        "criterion",
        _("It also serves an optional category: exempt only if all purposes are."),
    ),
    "exempt too": (
        "criterion",
        _("It is also declared as exempt in a required category: exempt only if all purposes are."),
    ),
}
