"""What a decision's form may hold."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from consent.core.decision import ACTION_OF, ACTIONS, LAYERS, MEANS, MEANS_OF, Action, Choice, Means
from consent.core.state import LIMIT

CONTROLS: Mapping[Action, frozenset[Means]] = MappingProxyType(
    {
        "accept": frozenset({"accept"}),
        "refuse": frozenset({"refuse", "close"}),
        "choose": frozenset({"save", "placeholder"}),
        "withdraw": frozenset({"withdraw", "refuse"}),
        "once": frozenset({"placeholder"}),
    }
)
"""Which controls can stand for an action; closing never grants."""


def _choices(words: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(word, word) for word in words]


class _Shared(dict[str, forms.Field]):
    """Fields that every form of a class has in common, because nothing ever changes them."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        # Django copies all fields for every form, which takes a tenth of a decision's time.
        return self


class DecisionForm(forms.Form):
    """A decision as submitted; ``grant`` is read from the same data as a list.

    ``action`` may be left out where ``means`` implies it, and the other way round. ``signal`` is
    "1" where the dialog named what the browser's signal refuses. ``state`` is the value of a
    cookie whose withdrawal script kept while it could not be delivered.
    """

    action = forms.ChoiceField(choices=_choices(ACTIONS), required=False)
    means = forms.ChoiceField(choices=_choices(MEANS), required=False)
    notice = forms.IntegerField(min_value=1, max_value=999_999_999)
    language = forms.RegexField(r"\A[a-z]{2,8}(-[a-z0-9]{1,8})*\Z", max_length=20)
    presentation = forms.CharField(
        required=False, validators=[RegexValidator(r"\A[0-9a-f]{64}\Z", _("Not a digest."))]
    )
    layer = forms.ChoiceField(choices=_choices(LAYERS))
    by = forms.ChoiceField(choices=_choices(("form", "script")), required=False)
    next = forms.CharField(required=False, max_length=2000)
    signal = forms.ChoiceField(choices=_choices(("1",)), required=False)
    state = forms.CharField(required=False, max_length=LIMIT)

    def clean(self) -> dict[str, Any]:
        """Complete action and means from each other; refuse what no control can send."""
        cleaned: dict[str, Any] = super().clean() or {}
        action, means = cleaned.get("action"), cleaned.get("means")
        if self.errors:
            return cleaned
        if not action and not means:
            raise ValidationError(_("Say what was chosen: action or means is missing."))
        action = action or ACTION_OF[means]  # type: ignore[index]  # not both empty
        means = means or MEANS_OF[action]
        if means not in CONTROLS[action]:
            raise ValidationError(_("This control cannot stand for this action."))
        grants = self._grants()
        if action == "once" and len(grants) != 1:
            raise ValidationError(_("Loading once takes exactly one grant."))
        cleaned["choice"] = Choice(action, means, grants)
        return cleaned

    def _grants(self) -> frozenset[str]:
        if hasattr(self.data, "getlist"):
            return frozenset(self.data.getlist("grant"))
        return frozenset(self.data.get("grant", ()))

    def reason(self) -> str:
        """Return in one line what is wrong with the form."""
        return " ".join(
            ("" if field == "__all__" else f"{field}: ") + " ".join(map(str, errors))
            for field, errors in self.errors.items()
        )


DecisionForm.base_fields = _Shared(DecisionForm.base_fields)
