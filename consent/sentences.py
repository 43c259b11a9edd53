"""The sentences of the app's own pages: the preferences' and the receipt's."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

PAGES: dict[str, str] = {
    "skip": _("Skip to the content"),
    "back": _("Back to the page"),
    "record_title": _("Your record"),
    "record_intro": _("This is what this site has recorded about the choice in this browser."),
    "record_none": _(
        "This browser carries no receipt. Refusals are recorded without any identifier, so there "
        "is nothing to look up."
    ),
    "record_decided": _("Decided"),
    "record_action": _("Choice"),
    "record_notice": _("Notice"),
    "record_language": _("Language"),
    "record_site": _("Site"),
    "record_answers": _("What you answered"),
    "record_download": _("Download as JSON"),
    "record_download_iso": _("Download in the form of ISO/IEC TS 27560"),
    "record_download_kantara": _("Download as a Kantara consent receipt"),
    "record_erase": _(
        "To have this record erased, write to {controller} ({contact}) and name the receipt. A "
        "permission that is still in force ends with it."
    ),
    "record_find": _("Look up a receipt"),
    "record_find_how": _(
        "Enter the receipt that you noted or downloaded. Capital letters, spaces and dashes make "
        "no difference."
    ),
    "record_show": _("Show the record"),
    "record_found": _("This is what this site has recorded under this receipt."),
    "record_unknown": _(
        "There is no record under this receipt. Perhaps it is misspelt, or the record has been "
        "deleted."
    ),
    "record_limit": _("Too many look-ups within a minute. Try again shortly."),
    "action_accept": _("Everything optional allowed"),
    "action_refuse": _("Everything optional refused"),
    "action_choose": _("Individual choice"),
    "action_withdraw": _("Consent withdrawn"),
    "action_once": _("One item loaded once"),
    "answer_yes": _("Allowed"),
    "answer_no": _("Refused"),
    "answer_unasked": _("Not asked"),
}
