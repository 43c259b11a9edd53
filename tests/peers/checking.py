"""Every page that a visitor or an auditor gets is HTML, say the Nu checker and html-validate.

Not collected by ``make test``: ``make test-peers`` names this file. The Nu checker needs Java.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from consent import testing
from tests.peers.pages import MODULES
from tests.screens import demonstrate, screens

pytestmark = [pytest.mark.urls("tests.e2e.pages"), pytest.mark.django_db]

NU = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
VALIDATE = MODULES / "html-validate" / "bin" / "html-validate.mjs"
PLACES = {
    "home": "/en/",
    "spanish": "/es/",
    "policy": "/en/policy/",
    "form": "/gates/form/",
    "many": "/gates/many/",
    "nested": "/gates/nested/",
    "preferences": "/privacy/?next=/en/",
    "preferences in Spanish": "/privacy/?language=es",
    "receipt": "/privacy/receipt/",
    "dialog": "/privacy/dialog/",
}
STATES: dict[str, Any] = {
    "undecided": lambda _: None,
    "refused": testing.refuse,
    "granted": lambda client: testing.grant(client, "media"),
}
MATTERS_OF_TASTE = {
    # A button in a form submits, and an input is for text. Said once more, rules that frameworks
    # have for [type=submit] would reach the dialog's buttons.
    "no-implicit-button-type": "off",
    "no-implicit-input-type": "off",
    # Boxes of one choice, and buttons that say which was pressed, have one name.
    "form-dup-name": "off",
    # Either is HTML, and nobody sees the spaces.
    "doctype-style": "off",
    "no-trailing-whitespace": "off",
}
CLOSED_GATES = {
    # What a closed gate holds has lost its address, or Firefox would ask for it. The Nu checker,
    # which does not look into templates, asks every other image for one.
    "element-required-attributes": "off",
}
DJANGOS = {
    # Django's own templates: lists, their filters, the sidebar; and what ours look like among them.
    "prefer-tbody": "off",
    "prefer-button": "off",
    "long-title": "off",
    "no-redundant-for": "off",
    "wcag/h30": "off",
    "wcag/h32": "off",
    "wcag/h63": "off",
    "wcag/h71": "off",
}
DOCUMENT = b"""<!doctype html>
<html lang="en">
<head><title>Dialog</title></head>
<body>
<h1>Dialog</h1>
%b
</body>
</html>
"""
NOT_OURS = re.compile(
    # The sidebar's list of applications, where not every model can be added.
    r"A table row was \d columns wide, which is less than the column count established|"
    # Pages of these tests, of which some have no heading of their own.
    r"none of them has a computed heading level of 1"
)


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Path]:
    """A directory for pages, which a failure leaves to be looked at."""
    yield tmp_path
    shutil.rmtree(tmp_path)


def keep(directory: Path, name: str, html: bytes) -> None:
    (directory / f"{name}.html").write_bytes(html)


def nu(directory: Path) -> list[str]:
    """Return what the Nu checker says of every page in a directory."""
    pages = map(str, sorted(directory.glob("*.html")))
    command = [
        "java",
        "-jar",
        str(NU),
        "--format",
        "json",
        "--exit-zero-always",
        "--stdout",
        *pages,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    messages = json.loads(done.stdout[done.stdout.index("{") :])["messages"]
    return [
        f"{Path(m['url']).name}:{m.get('lastLine')}: {m['message']}"
        for m in messages
        if not NOT_OURS.search(m["message"])
    ]


def validated(directory: Path, rules: dict[str, str]) -> list[str]:
    """Return what html-validate says of every page in a directory."""
    config = directory / "config.json"
    extended = {"root": True, "extends": ["html-validate:recommended"], "rules": rules}
    config.write_text(json.dumps(extended), "utf-8")
    pages = map(str, sorted(directory.glob("*.html")))
    found = directory / "found.json"  # to a pipe it writes no more than fits into one
    command = ["node", str(VALIDATE), "--config", str(config), "--formatter", "json", *pages]
    with found.open("w") as file:
        done = subprocess.run(command, stdout=file, stderr=subprocess.PIPE, text=True, check=False)
    assert done.stderr == ""
    return [
        f"{Path(page['filePath']).name}:{m['line']}: {m['ruleId']}: {m['message']}"
        for page in json.loads(found.read_text("utf-8"))
        for m in page["messages"]
    ]


@pytest.mark.parametrize("cacheable", [False, True], ids=["per-visitor", "cacheable"])
def test_every_page_of_a_visitor_is_html(written: Path, settings: Any, cacheable: bool) -> None:
    """Undecided, refused and granted, with what our tags write into paragraphs and forms."""
    settings.CONSENT_CACHEABLE_PAGES = cacheable
    demonstrate()
    for state, become in STATES.items():
        client = Client()
        become(client)
        for name, place in PLACES.items():
            html = client.get(place).content
            if name == "dialog":
                html = DOCUMENT % html
            keep(written, f"{name} {state}", html)
        wrong = client.post(
            "/privacy/decision/", {"next": "/en/"}, headers={"origin": "http://testserver"}
        )
        assert wrong.status_code == 400
        keep(written, f"problem {state}", wrong.content)
    faults = nu(written) + validated(written, {**MATTERS_OF_TASTE, **CLOSED_GATES})
    assert not faults, "\n".join(faults)


def test_every_screen_of_the_admin_is_html(written: Path) -> None:
    """But for what Django's own templates leave."""
    client = Client()
    client.force_login(demonstrate())
    for name, place in screens(client).items():
        response = client.get(place)
        if response.get("Content-Type", "").startswith("text/html"):
            keep(written, name.replace("/", " "), response.content)
    assert len(list(written.iterdir())) > 40
    faults = nu(written) + validated(written, {**MATTERS_OF_TASTE, **DJANGOS})
    assert not faults, "\n".join(faults)


def test_the_checkers_see_what_they_are_for(written: Path) -> None:
    wrong = b'<p id="a">x</p><div id="a"><span><form action="/"></form></span></div>'
    keep(written, "wrong", DOCUMENT % wrong)
    assert any("not allowed as child of element “span”" in said for said in nu(written))
    assert any("Duplicate ID" in said for said in nu(written))
    assert any("no-dup-id" in said for said in validated(written, MATTERS_OF_TASTE))
    assert any("element-permitted-content" in said for said in validated(written, DJANGOS))
