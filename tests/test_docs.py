"""Documentation is part of the code: what is not documented fails here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.template import engines

from consent import api
from consent.checks import errors, warnings
from consent.conf import ConsentSettings

ROOT = Path(__file__).resolve().parents[1]
DOCS = "\n".join(page.read_text("utf-8") for page in (ROOT / "docs").glob("*.md"))
OURS = [*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"]


def settings_read() -> set[str]:
    source = "".join(
        (ROOT / "consent" / name).read_text("utf-8") for name in ("conf.py", "dccconf.py")
    )
    return set(re.findall(r'"((?:CONSENT|COOKIE_CONSENT)_[A-Z_]+)"', source))


def test_every_setting_is_documented() -> None:
    read = settings_read()
    assert len(read) > 15
    assert {name for name in read if f"`{name}" not in DOCS} == set()


def test_every_documented_setting_is_read() -> None:
    documented = set(re.findall(r"`(CONSENT_[A-Z_]+)", DOCS))
    assert documented - settings_read() == set()
    assert "site" in vars(ConsentSettings)


def test_every_check_is_documented() -> None:
    ids = {m.id for m in {**vars(errors), **vars(warnings)}.values() if getattr(m, "id", None)}
    assert len(ids) > 20
    assert {check for check in ids if f"`{check}`" not in DOCS} == set()


def test_every_command_and_its_options_are_documented() -> None:
    commands = [name for name, app in get_commands().items() if app == "consent"]
    assert {"consent_publish", "consent_replay", "consent_setup", "flush"} <= set(commands)
    for name in commands:
        source = (ROOT / "consent/management/commands" / f"{name}.py").read_text("utf-8")
        options = re.findall(r'"(--[a-z-]+)"', source)
        assert f"`{name}`" in DOCS
        assert [option for option in options if option not in DOCS and option != "--noinput"] == []


def test_every_tag_is_documented() -> None:
    library = engines["django"].engine.template_libraries["consent"]  # type: ignore[attr-defined]  # Django's engine
    assert {tag for tag in library.tags if f"{{% {tag} %}}" not in DOCS} == set()


def test_every_public_name_is_documented() -> None:
    assert {name for name in api.__all__ if f"`{name}`" not in DOCS} == set()


@pytest.mark.parametrize("page", OURS, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8"))
    local = [link for link in links if not link.startswith("http")]
    assert [link for link in local if not (page.parent / link).exists()] == []
