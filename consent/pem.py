"""Keys and certificates in PEM, as settings name them: their text, or a file that holds it."""

from __future__ import annotations

from pathlib import Path

_BEGINS = "-----BEGIN "


def read_pem(value: str) -> str:
    """Return the PEM text that a setting holds or names.

    A text from an environment variable may have ``\\n`` spelled out. Raise ValueError, which never
    repeats the value: it may be a secret.
    """
    text = value.strip()
    if not text.startswith(_BEGINS):
        text = _read(Path(text)).strip()
    if not text.startswith(_BEGINS):
        raise ValueError("its file holds no PEM text")
    return text.replace("\\n", "\n") + "\n"


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii", errors="replace")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no path"
        raise ValueError(f"it is no PEM text, and no file that can be read ({reason})") from None
