"""The words of cookie_consent's tables, which it has in English alone.

They are marked here so that they are collected and translated; cookie_consent looks them up itself.
"""

from django.utils.translation import gettext_noop as _

WORDS = (
    _("cookie consent"),
    _("Cookie Group"),
    _("Cookie Groups"),
    _("Cookie"),
    _("Cookies"),
    _("Variable name"),
    _("Name"),
    _("Description"),
    _("Is required"),
    _("Are cookies in this group required."),
    _("Is deletable?"),
    _("Can cookies in this group be deleted."),
    _("Ordering"),
    _("Created"),
    _("Path"),
    _("Domain"),
    _("# cookies"),
    _("Warning icon for missing cookies in cookie group."),
)
