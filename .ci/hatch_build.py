"""What the package index is told: its pages know neither the folder `docs` nor where it is kept.

``REPOSITORY_URL`` names the repository of whoever releases, such as ``https://host.example/name``.
Links then lead there, to the files of the version that is built, and it becomes a project URL.
Without it nothing is made up: the names of files stay as text, and the picture is left out.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface

LINK = re.compile(r"(?P<picture>!?)\[(?P<text>[^\]]*)\]\((?P<path>(?!https?:|#)[^)]+)\)")


class CustomMetadataHook(MetadataHookInterface):
    """Fill in what depends on where the repository is."""

    def update(self, metadata: dict) -> None:
        """Set the readme and the project's URLs."""
        url = os.environ.get("REPOSITORY_URL", "").rstrip("/")
        text = (Path(self.root) / "README.md").read_text("utf-8")
        tag = f"v{_version(Path(self.root))}"
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": for_the_index(text, url, tag),
        }
        metadata["urls"] = project_urls(url, tag)


def for_the_index(text: str, url: str, tag: str) -> str:
    """Return a readme whose links lead out of the repository, or nowhere."""

    def link(found: re.Match[str]) -> str:
        picture, words, path = found["picture"], found["text"], found["path"]
        if url:
            return f"{picture}[{words}]({url}/{'raw' if picture else 'blob'}/{tag}/{path})"
        return "" if picture else f"`{words}`"

    return re.sub(r"\n{3,}", "\n\n", LINK.sub(link, text))


def project_urls(url: str, tag: str) -> dict[str, str]:
    """Return the project's URLs by name; none where the repository is not known."""
    if not url:
        return {}
    return {
        "Source": url,
        "Documentation": f"{url}/blob/{tag}/docs/index.md",
        "Changelog": f"{url}/blob/{tag}/CHANGELOG.md",
        "Issues": f"{url}/issues",
    }


def _version(root: Path) -> str:
    source = (root / "consent" / "__init__.py").read_text("utf-8")
    [version] = re.findall(r'__version__ = "([^"]+)"', source)
    return version
