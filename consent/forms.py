"""A decision's form: what `consent.core.submission` reads in it, and in words what it cannot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.core import validators
from django.forms import fields
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent.core.submission import LONGEST, Fault, Reason, Submission, parse_submission

# Django's own sentences, because it has them in every language.
_SENTENCES: Mapping[Reason, str | Promise] = {
    "required": fields.Field.default_error_messages["required"],
    "word": fields.ChoiceField.default_error_messages["invalid_choice"],
    "number": fields.IntegerField.default_error_messages["invalid"],
    "form": validators.RegexValidator.message,
    "digest": _("Not a digest."),
    "long": validators.MaxLengthValidator.message,
    "null": validators.ProhibitNullCharactersValidator.message,
    "nothing": _("Say what was chosen: action or means is missing."),
    "control": _("This control cannot stand for this action."),
    "several": _("Loading once takes exactly one grant."),
}


def read_decision(post: QueryDict) -> Submission | tuple[Fault, ...]:
    """Return a decision as submitted, or everything that is wrong with it."""
    return parse_submission(dict(post.lists()))


def reason_text(faults: Iterable[Fault]) -> str:
    """Return in one line what is wrong with a form, in the active language."""
    return " ".join(f"{field}: {text}" if field else text for field, text in map(_told, faults))


def _told(fault: Fault) -> tuple[str, str]:
    known = {
        "value": fault.value,
        "limit_value": LONGEST.get(fault.field, 0),
        "show_value": len(fault.value),
    }
    return fault.field, str(_SENTENCES[fault.reason] % known)
