"""What the commands print about a publication."""

from __future__ import annotations

import getpass
from collections.abc import Iterator

from consent import models
from consent.publishing import Preview
from consent.texts import language_name


def operator() -> str:
    """Return the operating system's name of whoever runs this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user, as in some containers
        return "unknown"


def describe(seen: Preview) -> Iterator[str]:
    """Yield what has changed, what the wording lint found, and which languages are left out."""
    if seen.previous is None:
        yield "Nothing is published yet: this is the first notice."
    for change in seen.changes:
        yield f"Changed: {change}"
    if seen.previous and seen.is_new and not seen.changes:
        is_order = seen.notice is None or seen.previous.wording == seen.notice.wording
        yield f"Changed: the {'order' if is_order else 'names of countries'} only"
    for finding in seen.findings:
        yield f"Found: {finding}"
    for language in dict.fromkeys(gap.language for gap in seen.left_out):
        name = language_name(language)
        yield (
            f"Warning: {name} ({language}) is left out: pages in {name} ask nobody and grant "
            "nothing."
        )
    for gap in seen.left_out:
        yield f"  Missing: {gap}."


def next_steps(seen: Preview) -> Iterator[str]:
    """Yield what visitors are not asked about, and what to do where that is everything."""
    if seen.idle:
        yield f"Not asked about, because nothing is declared there: {', '.join(seen.idle)}."
    for host, keys in seen.shared.items():
        yield (
            f"Warning: {' and '.join(keys)} both declare {host}: what loads from there needs the "
            "grant of all. Declare the path beside the host, such as www.example.com/maps."
        )
    if seen.notice and not seen.asks:
        yield (
            "Visitors are asked about nothing, and see no dialog, until you declare a service or "
            "cookie in an optional category (in the admin) and publish it (consent_publish)."
        )


def outcome(row: models.Notice) -> str:
    """Return what a publication means for the grants there are."""
    published = f"Published notice {row.number} of {row.site!r} ({row.digest[:12]})"
    if row.number == 1:
        return f"{published}."
    if row.correction and row.material:
        return f"{published} as a correction: grants since notice {row.oldest_valid} hold."
    if row.material:
        return f"{published}. It is material: earlier grants are asked again, refusals last out."
    return f"{published}. It is not material: grants since notice {row.oldest_valid} hold."
