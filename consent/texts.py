"""The dialog's own sentences.

They are English messages here and are translated once, when a notice is published; from then
on the notice carries them: nothing on a visitor's page asks gettext.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from gettext import NullTranslations, translation
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language_info, to_locale
from django.utils.translation import gettext_noop as _

from consent.core.localized import lifetime_words
from consent.countries import country_words
from consent.sentences import PAGES

MOST_WORDS_ALIKE = 2

WORDING: dict[str, str] = {
    # The banner
    "title": _("Your privacy choices"),
    "intro": _(
        "We use cookies that this site needs to work. Only if you allow it, {controller} will also "
        "use cookies, similar storage or external content for these purposes:"
    ),
    "by_us": _("By us"),
    "by_third_parties": _("By third parties"),
    "by_both": _("By us and by third parties"),
    "recipients_one": _("1 recipient"),
    "recipients_many": _("{count} recipients"),
    "transfers": _("Transfers to other countries, if you allow them: {countries}."),
    "withdraw_how": _(
        "You can change or withdraw your choice at any time: “{link}” at the foot of every page."
    ),
    "scope": _("Your choice applies to this browser and is remembered for {lifetime}."),
    "scope_two": _(
        "Your choice applies to this browser. Permission is remembered for {lifetime}, a refusal "
        "for {refusal_lifetime}."
    ),
    "sensitive": _(
        "That you visit these pages can reveal something about your health or another sensitive "
        "matter. Whoever receives the addresses of the pages could learn it."
    ),
    "policy": _("Privacy policy"),
    "refuse": _("Reject all"),
    "accept": _("Accept all"),
    "choose": _("Choose"),
    "close_refuse": _("Close and reject"),
    # Where a site uses nothing optional: nobody is asked, and the link leads to what it does use
    "nothing_link": _("Privacy: nothing optional is used"),
    "nothing_optional": _(
        "This site uses nothing optional: no optional cookies, no external content. So there is "
        "nothing to allow or to refuse."
    ),
    # Where the browser sends Global Privacy Control, in the banner and in the preferences
    "signal": _(
        "Your browser asks sites not to use your data for: {names} (Global Privacy Control). We "
        "follow that unless you allow it here; “{accept}” allows it too."
    ),
    "signal_category": _(
        "Your browser asks sites not to do this (Global Privacy Control). It stays off unless you "
        "turn it on here."
    ),
    # The preferences
    "preferences_title": _("Choose what you allow"),
    "preferences_intro": _(
        "{controller} asks for your permission. Everything optional is off until you turn it on."
    ),
    "always_active": _("Always active"),
    "in_detail": _("{name} in detail"),
    "only_some": _("Or allow only some of its services:"),
    "services": _("Services"),
    "trackers": _("Cookies and other storage"),
    "save": _("Save choices"),
    "close_unchanged": _("Close without changes"),
    "provider": _("Provider"),
    "purpose": _("Purpose"),
    "role": _("Role"),
    "role_own": _("Run by us"),
    "role_processor": _("Processor: works for us and on our instructions"),
    "role_joint": _("Joint controller, together with us"),
    "role_separate": _("Controller of its own, for its own purposes"),
    "recipients": _("Recipients"),
    "country": _("Country"),
    "country_own": _("The same country as ours"),
    "transfer": _("Basis for the transfer"),
    "data_types": _("Data"),
    "retention": _("Kept for"),
    "hosts": _("Connects to"),
    "page_addresses": _("Receives the addresses of the pages you visit"),
    "service_policy": _("Its privacy policy"),
    "kind": _("Kind"),
    "kind_cookie": _("Cookie"),
    "kind_local": _("Local storage"),
    "kind_session": _("Session storage"),
    "kind_indexeddb": _("Browser database"),
    "kind_cache": _("Browser cache"),
    "kind_pixel": _("Pixel"),
    "lifetime": _("Lifetime"),
    "third_party": _("Third party"),
    "exempt": _("Why it needs no permission"),
    "criterion_A": _("Needed only to carry the communication."),
    "criterion_B": _("Needed for a service that you asked for."),
    "yes": _("Yes"),
    "no": _("No"),
    # Who asks
    "about": _("Who asks, and your rights"),
    "controller": _("Controller"),
    "address": _("Address"),
    "contact": _("Contact"),
    "dpo": _("Data protection officer"),
    "authority": _("Complaints to"),
    "jurisdiction": _("Applicable law"),
    "rights_label": _("Your rights"),
    "rights": _(
        "You may ask for access to your data, for its correction, erasure or transfer, and for "
        "its use to be restricted; you may object to its use; and you may withdraw your "
        "permission at any time, which does not affect what was done before. You may complain to "
        "the authority named here."
    ),
    # After a choice
    "status_saved": _("Your choice has been saved."),
    "status_all": _("You allow: {names}."),
    "status_some": _("You allow: {names}. Everything else that is optional stays off."),
    "status_none": _("You allow nothing optional: no optional cookies, no external content."),
    "status_undecided": _("You have not chosen yet. Everything optional is off."),
    "status_signal": _("Your browser refuses (Global Privacy Control): {names}."),
    "status_once": _("Loaded this one time. Nothing else has changed."),
    "status_since": _("Since {date}"),
    "status_change": _("To change this: “{link}” at the foot of every page."),
    "status_elsewhere": _(
        "What {names} stored under their own addresses cannot be deleted from here; your browser "
        "can delete it in its settings."
    ),
    "status_offline": _(
        "Your refusal holds in this browser. The server could not be reached; nothing optional "
        "loads all the same."
    ),
    "details": _("Details"),
    "receipt_id": _("Receipt"),
    "close": _("Close"),
    "error_unavailable": _(
        "Your choice could not be recorded, so nothing optional has been loaded. You can try again."
    ),
    "error_stale": _(
        "What this site asks about has changed since the page was shown. Nothing has been loaded; "
        "here is the current text."
    ),
    "error_limit": _("Too many choices within a minute. Nothing has changed; try again shortly."),
    "error_input": _("The choice could not be understood. Nothing has changed."),
    "error_origin": _("The choice did not come from this site. Nothing has changed."),
    "error_framed": _(
        "This page is shown inside another one, where nothing can be allowed. Open it in a window "
        "of its own."
    ),
    "error_cookies": _(
        "Your browser keeps no cookies of this site, so what you allow could not be remembered. "
        "Nothing optional has been loaded."
    ),
    # The link and the placeholder
    "link": _("Privacy choices"),
    "withdraw": _("Withdraw consent"),
    "placeholder_title": _("External content: {service}"),
    "placeholder_text": _(
        "This content comes from {provider}. Loading it connects your browser to {hosts}, which "
        "shows your IP address to {provider}, and {provider} may store or read data on your "
        "device."
    ),
    "placeholder_country": _("Your data goes to: {countries}."),
    "placeholder_addresses": _("{provider} also receives the address of this page."),
    "load_once": _("Load once"),
    "always": _("Always allow {service}"),
    "open_instead": _("Open at {service} instead"),
    **PAGES,
    # Lifetimes
    "lifetime_session": _("Until you close the browser"),
    "lifetime_unlimited": _("Until you delete it"),
    "lifetime_years_one": _("1 year"),
    "lifetime_years": _("{count} years"),
    "lifetime_months_one": _("1 month"),
    "lifetime_months": _("{count} months"),
    "lifetime_days_one": _("1 day"),
    "lifetime_days": _("{count} days"),
    "lifetime_hours_one": _("1 hour"),
    "lifetime_hours": _("{count} hours"),
    "lifetime_minutes_one": _("1 minute"),
    "lifetime_minutes": _("{count} minutes"),
    "lifetime_seconds_one": _("1 second"),
    "lifetime_seconds": _("{count} seconds"),
}


def compile_wording(language: str, countries: Iterable[str] = ()) -> dict[str, str]:
    """Return every sentence in a language, in English where it has no translation.

    ``es-mx`` takes from ``es`` what it does not have itself. The names of ``countries``, by their
    codes, come along.
    """
    said = {key: _translated(message, language) or message for key, message in WORDING.items()}
    return said | country_words(countries, language)


def missing_wording(language: str, *, same: Collection[str] = ()) -> list[str]:
    """Return the keys of the sentences that a language does not translate; every one counts.

    A catalogue may translate a message by itself. ``same`` holds those of which somebody decided
    that the language says them as English does.
    """
    return [
        key
        for key, message in WORDING.items()
        if not (_translated(message, language) or (message in same and may_be_same(message)))
    ]


def may_be_same(message: str) -> bool:
    """Whether a language might say a message as English does; no whole sentence is the same."""
    return len(message.split()) <= MOST_WORDS_ALIKE


def language_name(code: str) -> str:
    """Return a language's name in the reader's language; its code where nobody knows it."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def direction(language: str) -> str:
    """Return the direction in which a language is written, as ``dir`` has it."""
    return "rtl" if _base(language) in settings.LANGUAGES_BIDI else "ltr"


def lifetime_text(seconds: int | None, language: str) -> str:
    """Return a lifetime in words: seconds, 0 until the browser is closed, None until deleted."""
    return lifetime_words(seconds, compile_wording(language))


def _base(language: str) -> str:
    return language.split("-")[0].lower()


def _translated(message: str, language: str) -> str:
    """Return the language's own translation, or an empty string.

    The catalogues are read here and not through Django, which falls back to ``LANGUAGE_CODE``: a
    French notice of a Spanish site must not end up with Spanish sentences.
    """
    if _base(language) == "en":
        return message
    for directory in (*settings.LOCALE_PATHS, Path(__file__).parent / "locale"):
        catalogue = translation(
            "django", str(directory), languages=[to_locale(language)], fallback=True
        )
        catalogue.add_fallback(_NONE)
        if found := catalogue.gettext(message):
            return found
    return ""


class _NoTranslation(NullTranslations):
    """Says that a catalogue lacks a message; one that translates it by itself does not."""

    def gettext(self, message: str) -> str:  # noqa: ARG002 - the standard library's signature
        return ""


_NONE = _NoTranslation()
