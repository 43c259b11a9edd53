"""A category's form: what its fields are called, and what may not be moved into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    CategoryModelForm = forms.ModelForm[Any]
else:
    CategoryModelForm = forms.ModelForm

LABELS: dict[str, Any] = {
    "varname": _("Key"),
    "description": _("Purpose"),
    "is_required": _("Always active"),
    "is_deletable": _("Its cookies can be deleted"),
}
HELP: dict[str, Any] = {
    "name": _("What visitors read, such as Statistics."),
    "varname": _("A short name for templates, such as statistics. Do not change it later."),
    "description": _("What happens and what for, concretely, in a sentence or two."),
    "is_required": _(
        "Only for what the site cannot work without. Nobody is asked, so each tracker has to say "
        "why it needs no permission."
    ),
    "ordering": _("Lower numbers come first."),
}


class CategoryForm(CategoryModelForm):
    """A category; where its trackers are not on the same screen, they are checked here (X1, X2)."""

    checks_stored = False

    def clean(self) -> dict[str, Any]:
        """Refuse to move trackers to where they cannot stand."""
        cleaned = super().clean() or self.cleaned_data
        if self.checks_stored and self.instance.pk and "is_required" in self.changed_data:
            self.instance.is_required = cleaned["is_required"]
            wrong = [str(tracker) for tracker in self._trackers() if not self._may_stand(tracker)]
            if wrong:
                message = _("These trackers do not allow it; mend them first: %(names)s.")
                self.add_error("is_required", message % {"names": ", ".join(wrong)})
        return cleaned

    def _trackers(self) -> Any:
        return self.instance.cookie_set.select_related("consent_details")

    def _may_stand(self, tracker: Any) -> bool:
        details = getattr(tracker, "consent_details", None)
        if details is None:
            return not self.instance.is_required
        tracker.cookiegroup = self.instance
        details.tracker = tracker
        try:
            details.clean()
        except ValidationError:
            return False
        return True
