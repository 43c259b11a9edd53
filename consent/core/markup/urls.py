"""How browsers resolve addresses (the URL standard), as far as it says whose they are."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import NamedTuple
from urllib.parse import unquote_to_bytes, urljoin

from consent.core.hosts import ascii_host

PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
_DOCUMENTS = (
    "text/html",
    "image/svg+xml",
    "application/xhtml+xml",
    "text/xml",
    "application/xml",
)
_IS_BASE64 = re.compile(r";\s*base64\s*$", re.IGNORECASE)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_EDGES = "".join(map(chr, range(33)))
_REMOVED = str.maketrans("", "", "\t\n\r")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*+):")
_AUTHORITY = re.compile(r"[/\\]*+([^/\\?#]*+)")
_PORT = re.compile(r"(.*):([0-9]*+)", re.DOTALL)


class Address(NamedTuple):
    """Where a URL leads: scheme, ASCII host, effective port (0 where unknown), path as written."""

    scheme: str
    host: str
    port: int
    path: str = ""

    def is_at(self, other: Address) -> bool:
        """Whether both lead to the same host and port."""
        return self[1:3] == other[1:3]


def clean(url: str) -> str:
    """Return a URL without what browsers drop: spaces around it, tabs and newlines anywhere."""
    return url.strip(_EDGES).translate(_REMOVED)


def resolve(url: str, base: Address) -> tuple[Address | None, Address | None]:
    """Return where a URL leads, and where a stricter reading would lead.

    The first is None for what loads nothing from a host (``data:``, ``javascript:``, …), and at
    ``base`` for a relative URL. The second differs only for ``https:host/path``: relative
    to a page of that very scheme, and absolute elsewhere; a proxy may hide the page's scheme.
    """
    url = clean(url)
    scheme, rest = base.scheme, url
    found = _SCHEME.match(url)
    if found:
        scheme, rest = found[1].lower(), url[found.end() :]
        if scheme not in PORTS:
            return None, None
    slashes = len(rest[:2]) == 2 and rest[0] in "/\\" and rest[1] in "/\\"
    if not found and not slashes:
        relative = _below(base, rest)
        return relative, relative
    address = _authority(scheme, rest)
    if found and scheme == base.scheme and not slashes:
        return _below(base, rest), address
    return address, address


def _below(base: Address, rest: str) -> Address:
    if rest[:1] in ("/", "\\"):
        return base._replace(path=rest)
    if rest[:1] in ("", "?", "#"):
        return base
    return base._replace(path=f"{base.path.partition('?')[0].rpartition('/')[0]}/{rest}")


def _authority(scheme: str, rest: str) -> Address | None:
    found = _AUTHORITY.match(rest)
    host = found[1] if found else ""
    host = host.rpartition("@")[2]
    port = PORTS.get(scheme, 0)
    split = _PORT.fullmatch(host)
    if split and not host.endswith("]"):
        host = split[1]
        digits = split[2].lstrip("0")
        port = int(digits) if 0 < len(digits) < 6 else port
    host = ascii_host(host)
    path = rest[found.end() :] if found else ""
    return Address(scheme, host, port, path) if host else None


def data_document(url: str) -> bytes:
    """Return the document that a ``data:`` URL carries, of a kind that can load; else nothing."""
    url = clean(url)
    head, comma, body = url[5:].partition(",")
    kind = head.partition(";")[0].strip().lower()
    if url[:5].lower() != "data:" or not comma or kind not in _DOCUMENTS:
        return b""
    document = unquote_to_bytes(body)
    if not _IS_BASE64.search(head):
        return document
    packed = _NOT_BASE64.sub(b"", document)
    whole = packed + b"A" * (-len(packed) % 4)  # one byte too much harms nobody
    return b64decode(whole)


def absolute(url: str, base: str) -> str:
    """Return the absolute form of a URL, for people to read; empty where there is none."""
    url = clean(url)
    found = _SCHEME.match(url)
    head, mark, tail = url.partition("?")
    if not found or found[1].lower() in PORTS:
        url = head.replace("\\", "/") + mark + tail
    try:
        return urljoin(base, url)
    except ValueError:
        return ""


def candidates(srcset: str) -> list[str]:
    """Return the URLs of a ``srcset``, split as the HTML standard says; URLs may hold commas."""
    urls, position = [], 0
    while found := _CANDIDATE.match(srcset, position):
        url = found[1]
        position = found.end()
        if url.endswith(","):
            urls.append(url.rstrip(","))
        else:
            urls.append(url)
            after = _DESCRIPTORS.match(srcset, position)
            position = after.end() if after else position
    return urls


_CANDIDATE = re.compile(r"[\t\n\f\r ,]*+([^\t\n\f\r ]++)")
_DESCRIPTORS = re.compile(r"(?:[^,(]++|\([^)]*+\)?)*+,?")
