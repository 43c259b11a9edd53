"""Set the demonstration up and serve it, third parties included, until Ctrl-C."""

from __future__ import annotations

import os
import secrets
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

from consent.models import Notice
from tests.site import clock, history
from tests.site.setup import set_up
from tests.site.thirdparty import ThirdParty

HOST = "127.0.0.1"
LOGINS = {
    "auditor": "Consent auditors",
    "editor": "Consent editors",
    "officer": "Consent officers",
}
"""Who can log in, each by a role of the app's."""
PAGES = {"": "by the browser's language", "en/": "English", "es/": "Spanish"}


class Command(BaseCommand):
    """Serve the clinic and the third parties; PORT and THIRD_PARTY_PORT choose where."""

    help = __doc__ or ""
    requires_system_checks = ()

    def handle(self, **_: Any) -> None:
        """Take both ports before anything else, so that a taken one changes nothing."""
        with _ended_by_signals(), ExitStack() as stack:
            third_party = stack.enter_context(_third_party(port_named("THIRD_PARTY_PORT", 8001)))
            site = stack.enter_context(_site(port_named("PORT", 8000)))
            self.stdout.write("Setting up ...")
            call_command("migrate", verbosity=0, interactive=False)
            _set_up(third_party.origin)
            lived = history.live()
            if lived:
                self.stdout.write(f"Two months of decisions were made up: {lived}, sealed nightly.")
            password = shared_password()
            self._introduce(site.server_port, third_party, password)
            site.set_app(StaticFilesHandler(get_wsgi_application()))
            site.serve_forever()

    def _introduce(self, port: int, third_party: ThirdParty, password: str) -> None:
        base, people = f"http://{HOST}:{port}/", ", ".join(LOGINS)
        lines = [
            "",
            *(f"  {base + path:<36}the clinic, {what}" for path, what in PAGES.items()),
            f"  {base + 'before/':<36}the same page with the banner it used to have",
            f"  {base + 'admin/':<36}log in as {people}, password {password}",
            f"  {third_party.origin + '/log':<36}what the third parties have been sent",
            "",
            "Ctrl-C ends it.",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def _set_up(third_party_origin: str) -> None:
    """Set the site up, the first time as of the day on which its history begins."""
    with ExitStack() as stack:
        if not Notice.objects.exists():
            stack.enter_context(clock.at(history.beginning() - timedelta(hours=12)))
        set_up(third_party_origin)


def port_named(variable: str, default: int) -> int:
    """Return the port that an environment variable names."""
    value = os.environ.get(variable) or str(default)
    if not value.isascii() or not value.isdigit() or not 0 < int(value) < 65536:
        raise CommandError(f"{variable} is {value!r}; it must be a port from 1 to 65535.")
    return int(value)


def shared_password() -> str:
    """Give everybody who can log in a new password and their role; return the password."""
    password = secrets.token_urlsafe(9)
    users = get_user_model().objects
    for name, role in LOGINS.items():
        user, _ = users.get_or_create(username=name, defaults={"is_staff": True})
        user.set_password(password)
        user.save()
        user.groups.add(*Group.objects.filter(name=role))
    return password


class _QuietHandler(WSGIRequestHandler):
    """Django's own, without a line for each request and each closed connection."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def _third_party(port: int) -> Iterator[ThirdParty]:
    try:
        server = ThirdParty(port)
    except OSError as error:
        raise _taken("THIRD_PARTY_PORT", port, error) from None
    with server:
        yield server


@contextmanager
def _site(port: int) -> Iterator[ThreadedWSGIServer]:
    try:
        server = ThreadedWSGIServer((HOST, port), _QuietHandler)
    except OSError as error:
        raise _taken("PORT", port, error) from None
    try:
        yield server
    finally:
        server.server_close()


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Turn Ctrl-C and a termination into a quiet end."""
    kinds = (signal.SIGINT, signal.SIGTERM)
    previous = [signal.signal(kind, signal.default_int_handler) for kind in kinds]
    try:
        yield
    except KeyboardInterrupt:
        sys.stdout.write("\n")
    finally:
        for kind, handler in zip(kinds, previous, strict=True):
            signal.signal(kind, handler)


def _taken(variable: str, port: int, error: OSError) -> CommandError:
    reason = error.strerror or str(error)
    return CommandError(f"Port {port} cannot be used ({reason}). Choose another: {variable}=...")
