"""From ``CONSENT_ANCHORS`` to anchors: total, so that one that is written wrong stops no other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from consent import timestamps
from consent.anchors.authority import Authority
from consent.anchors.places import Email, File, Place
from consent.conf import conf
from consent.pem import read_pem

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_SECONDS, _LONGEST_SECONDS = 10, 600
_PRINTED = re.compile(r"[!-~]+")


class Configured(NamedTuple):
    """One entry of the setting: what it is called, and its place, or else what is wrong with it."""

    name: str
    place: Place | None
    problem: str


def configured() -> list[Configured]:
    """Return what ``CONSENT_ANCHORS`` names; never raise."""
    value = conf.anchors
    if not isinstance(value, (list, tuple)):
        return [Configured("CONSENT_ANCHORS", None, "it is not a list")]
    return [_configured(number, entry) for number, entry in enumerate(value, start=1)]


def _configured(number: int, entry: object) -> Configured:
    name = f"anchor {number}"
    try:
        values = dict(entry) if isinstance(entry, Mapping) else {}
        to = values.pop("to", None)
        if not isinstance(to, str) or to not in _KINDS:
            raise ValueError("it does not say to what: 'file', 'email' or 'rfc3161'")
        wanted, make = _KINDS[to]
        name = f"{name} ({to})"
        if unknown := values.keys() - wanted:
            raise ValueError(f"it has no option {', '.join(sorted(map(repr, unknown)))}")
        return Configured(name, make(values), "")
    except (ValueError, timestamps.MissingTimestampsError) as error:
        return Configured(name, None, str(error))


def _file(values: Mapping[str, Any]) -> File:
    path = values.get("path")
    if not isinstance(path, (str, Path)) or "\0" in str(path) or not Path(path).is_absolute():
        raise ValueError("its path is not absolute, and would depend on where a command is run")
    return File(Path(path))


def _email(values: Mapping[str, Any]) -> Email:
    try:
        validate_email(values.get("address"))
    except (ValidationError, TypeError):
        raise ValueError("its address is no e-mail address") from None
    return Email(str(values["address"]))


def _authority(values: Mapping[str, Any]) -> Authority:
    return Authority(
        _address(values.get("url")),
        tuple(_certificates(values.get("certificates"))),
        _timeout(values.get("timeout", _SECONDS)),
    )


def _address(url: object) -> str:
    text = url if isinstance(url, str) and _PRINTED.fullmatch(url) else ""
    try:
        parts = urlsplit(text)
        legal = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        legal = False
    if not legal:
        raise ValueError("its url is no http address")
    if parts.username is not None:
        raise ValueError("its url holds a user name, which would be stored with every timestamp")
    return text


def _certificates(value: object) -> Iterator[Certificate]:
    if not isinstance(value, (list, tuple)) or not value:
        raise ValueError("its certificates are no list of PEM texts or files")
    for number, text in enumerate(value, start=1):
        try:
            yield from timestamps.load_certificates(read_pem(str(text)))
        except ValueError as error:
            raise ValueError(f"certificate {number} cannot be used: {error}") from None


def _timeout(value: Any) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not 0 < value <= _LONGEST_SECONDS:
        raise ValueError(f"its timeout is no number of seconds up to {_LONGEST_SECONDS}")
    return float(value)


_KINDS: dict[str, tuple[set[str], Callable[[Mapping[str, Any]], Place]]] = {
    "file": ({"path"}, _file),
    "email": ({"address"}, _email),
    "rfc3161": ({"url", "certificates", "timeout"}, _authority),
}
