"""The two commands: set-up on a fresh site, and publication."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from cookie_consent.models import CookieGroup
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command, get_commands
from django.db import OperationalError, connection
from django.test import override_settings

from consent import notices
from consent.models import Controller, Notice, Presentation, Service
from consent.seeds.groups import GROUPS
from tests.declaring import CONTROLLER, declare, declare_service, declare_tracker

pytestmark = pytest.mark.django_db


class Terminal(io.StringIO):
    """A standard input that somebody types into."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())


def run(command: str, *args: str) -> str:
    out = io.StringIO()
    call_command(command, *args, stdout=out, stderr=out)
    return out.getvalue()


def set_up(*args: str, **controller: str) -> str:
    options = [f"--{name.replace('_', '-')}={value}" for name, value in controller.items()]
    return run("consent_setup", *options, *args)


def refused(command: str, *args: str) -> str:
    """Return what a command prints before it fails with 1."""
    out = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command(command, *args, stdout=out, stderr=out)
    assert error.value.returncode == 1
    return f"{out.getvalue()}\n{error.value}"


def test_setup_publishes_notice_1_of_a_complete_registry() -> None:
    said = set_up(**CONTROLLER)
    assert "Published notice 1 of 'clinic'" in said
    assert re.search(r"^17 3 \* \* \*  cd .+ consent_daily$", said, re.MULTILINE)
    notice = notices.in_force("clinic")
    assert notice is not None
    assert notice.languages == ("en", "es")
    assert [category.key for category in notice.categories] == ["necessary"]
    assert Presentation.objects.count() == 2, "without a dialog, its form names the language"


def test_setup_says_what_visitors_are_not_asked_about_and_what_to_do_next() -> None:
    """U14."""
    said = set_up(**CONTROLLER)
    idle = "preferences, statistics, marketing, media"
    assert f"Not asked about, because nothing is declared there: {idle}." in said
    assert "Visitors are asked about nothing" in said
    declare_tracker()
    said = run("consent_publish", "--reason=Videos")
    assert "nothing is declared there: preferences, statistics, marketing." in said
    assert "asked about nothing" not in said


def test_setup_without_a_controller_lists_the_gap_and_leaves_a_draft() -> None:
    said = refused("consent_setup")
    assert "Missing: controller (en): name, address, contact, authority, jurisdiction." in said
    assert not Notice.objects.exists()
    assert CookieGroup.objects.count() == 5
    assert "Published notice 1" in set_up(**CONTROLLER)


def test_setup_is_completed_step_by_step() -> None:
    assert "address" in refused("consent_setup", "--name=Clinic")
    rest = {field: value for field, value in CONTROLLER.items() if field != "name"}
    assert "Published notice 1" in set_up(**rest)
    assert Controller.objects.get().name == "Clinic"


def test_setup_twice_changes_nothing() -> None:
    set_up(**CONTROLLER)
    assert set_up(**{**CONTROLLER, "name": "Another"}).startswith("Notice 1 stays in force.\n")
    assert Notice.objects.count() == 1
    assert Controller.objects.get().name == CONTROLLER["name"]


def test_setup_says_when_the_dialog_cannot_be_rendered() -> None:
    set_up(**CONTROLLER)
    with override_settings(ROOT_URLCONF="django.contrib.auth.urls"):
        assert "mounted" in refused("consent_setup")


def test_setup_says_when_the_notice_in_force_cannot_be_read() -> None:
    set_up(**CONTROLLER)
    Notice.objects.create(
        site="clinic",
        number=2,
        digest="0" * 64,
        document="{",
        oldest_valid=1,
        material=False,
        published_by="somebody",
    )
    assert "cannot be read" in refused("consent_setup")


def test_setup_leaves_edits_unpublished_and_says_so() -> None:
    set_up(**CONTROLLER)
    CookieGroup.objects.filter(varname="media").update(name="Films")
    CookieGroup.objects.filter(varname="marketing").delete()
    Controller.objects.update(address="")
    said = set_up()
    assert "Notice 1 stays in force; consent_publish publishes what has changed." in said
    assert "Missing: controller (en): address." in said
    assert CookieGroup.objects.get(varname="media").name == "Films"
    assert not CookieGroup.objects.filter(varname="marketing").exists()


def test_setup_can_leave_a_draft() -> None:
    assert "left unpublished" in set_up("--draft", **CONTROLLER)
    assert not Notice.objects.exists()
    assert "Published notice 1" in run("consent_publish")


def test_a_draft_says_what_it_lacks() -> None:
    assert "Missing: controller" in set_up("--draft")


def test_setup_asks_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = ["", "Clínica", "Calle Mayor 1", "a@clinica.example", "", "AEPD", "Spain", "/priv/"]
    monkeypatch.setattr("sys.stdin", Terminal("\n".join(answers) + "\n"))
    assert "Published notice 1" in set_up()
    row = Controller.objects.get()
    assert (row.name, row.dpo, row.policy_url) == ("Clínica", "", "/priv/")


def test_setup_asks_only_for_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    declare()
    Controller.objects.update(address="")
    monkeypatch.setattr("sys.stdin", Terminal("Calle Menor 2\n"))
    set_up()
    assert Controller.objects.get().address == "Calle Menor 2"


@pytest.mark.parametrize("option", ["--no-input", "--noinput"])
def test_setup_asks_nothing_where_it_must_not(monkeypatch: pytest.MonkeyPatch, option: str) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("Clinic\n" * 9))
    assert "Missing: controller" in refused("consent_setup", option)


def test_setup_stopped_at_a_question_has_set_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("Clinic\n"))
    assert "nothing has been set up" in refused("consent_setup")
    assert not CookieGroup.objects.exists()


@pytest.mark.parametrize(
    "option",
    [
        f"--name={'x' * 201}",
        f"--contact={'x' * 201}",
        f"--dpo={'x' * 201}",
        f"--authority={'x' * 201}",
        f"--jurisdiction={'x' * 101}",
        "--policy-url=javascript:alert(1)",
        "--policy-url=nowhere",
    ],
)
def test_setup_refuses_a_value_that_does_not_fit_and_sets_nothing_up(option: str) -> None:
    said = refused("consent_setup", option)
    assert option.partition("=")[0] in said
    assert not CookieGroup.objects.exists()
    assert not Controller.objects.exists()


@pytest.mark.parametrize("field", ["name", "address", "contact", "authority", "jurisdiction"])
def test_setup_takes_no_blank_for_an_answer(field: str) -> None:
    said = refused(
        "consent_setup",
        *(f"--{name}={value}" for name, value in {**CONTROLLER, field: "  "}.items()),
    )
    assert f"Missing: controller (en): {field}." in said


@pytest.mark.parametrize("command", ["consent_setup", "consent_publish"])
def test_unknown_options_and_arguments_are_refused(command: str) -> None:
    for garbage in ("--colour=red", "garbage"):
        with pytest.raises(CommandError, match="unrecognized"):
            call_command(command, garbage)


def test_setup_before_migrations_says_so() -> None:
    def refuse(*args: Any) -> None:
        raise OperationalError("no such table: consent_notice")

    with connection.execute_wrapper(refuse):
        assert "migrate" in refused("consent_setup")


def test_setup_creates_the_permission_groups() -> None:
    """P10."""
    set_up(**CONTROLLER)
    held = {
        group.name: set(group.permissions.values_list("codename", flat=True))
        for group in Group.objects.all()
    }
    auditors, officers = held["Consent auditors"], held["Consent officers"]
    assert {"view_record", "view_notice", "export_record", "verify_seal"} <= auditors
    assert all(name.startswith("view_") for name in auditors - {"export_record", "verify_seal"})
    assert {"view_record", "change_subjectrequest", "add_hold"} <= officers
    assert "export_record" not in officers
    editors = held["Consent editors"]
    assert {"publish_notice", "view_notice", "change_service", "delete_cookie"} <= editors
    assert {"add_cookiegroup", "change_controller", "add_translation"} <= editors
    assert not any("record" in codename or "hold" in codename for codename in editors)


def test_setup_leaves_permission_groups_as_they_are() -> None:
    Group.objects.create(name="Consent auditors")
    said = set_up(**CONTROLLER)
    assert "Incomplete: Consent auditors: consent.export_record, consent.verify_seal, " in said
    assert "(--complete-groups adds it)" in said
    assert "Incomplete: Consent editors" not in said
    assert not Group.objects.get(name="Consent auditors").permissions.exists()


def test_setup_completes_permission_groups_where_it_is_told_to() -> None:
    """P10: it adds, and takes nothing away."""
    group = Group.objects.create(name="Consent officers")
    own = Permission.objects.get(codename="add_user")
    group.permissions.add(own)
    said = set_up("--complete-groups", **CONTROLLER)
    assert "Completed: Consent officers: consent.add_hold, " in said
    held = {f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.all()}
    assert held == {*GROUPS["Consent officers"], "auth.add_user"}
    assert "Consent officers" not in set_up("--complete-groups", **CONTROLLER)


def test_setup_adopts_a_site_that_runs_dcc() -> None:
    social = CookieGroup.objects.create(varname="social", name="Social", description="Shares.")
    social.cookie_set.create(name="share_id", description="Counts shares.")
    said = refused("consent_setup", *(f"--{k}={v}" for k, v in CONTROLLER.items()))
    assert "Missing: social/share_id (en): kind, lifetime and provider." in said
    assert "Missing: social (es): name." in said
    assert CookieGroup.objects.count() == 6


def test_a_notice_names_its_publisher() -> None:
    assert "who" in refused(
        "consent_setup", "--by= ", *(f"--{k}={v}" for k, v in CONTROLLER.items())
    )
    set_up("--by=Ana")
    assert Notice.objects.get().published_by == "Ana"


@pytest.fixture
def published() -> None:
    """Set the site up, with notice 1 in force."""
    set_up(**CONTROLLER)


@pytest.mark.usefixtures("published")
def test_publish_says_what_changed_and_that_it_is_material() -> None:
    """W8."""
    declare_service()
    said = run("consent_publish", "--reason=Films", "--by=Ana")
    assert "Changed: media:youtube: added 'service' (material)" in said
    assert "Published notice 2" in said
    assert "earlier grants are asked again" in said
    row = Notice.objects.get(number=2)
    assert (row.reason, row.published_by, row.oldest_valid) == ("Films", "Ana", 2)


@pytest.mark.usefixtures("published")
def test_publish_declares_a_correction() -> None:
    """W8."""
    declare_service()
    said = run("consent_publish", "--reason=Films", "--correction=It was always there")
    assert "as a correction: grants since notice 1 hold" in said
    assert Notice.objects.get(number=2).correction == "It was always there"


@pytest.mark.usefixtures("published")
def test_publish_says_what_is_not_material() -> None:
    """W7."""
    Controller.objects.update(policy_url="/privacy/")
    said = run("consent_publish", "--reason=Address")
    assert "It is not material: grants since notice 1 hold." in said


@pytest.mark.usefixtures("published")
def test_another_order_alone_is_said() -> None:
    declare_service()
    run("consent_publish", "--reason=Films")
    CookieGroup.objects.filter(varname="media").update(ordering=-1)
    assert "the order only" in run("consent_publish", "--reason=Order")


@pytest.mark.usefixtures("published")
def test_publishing_nothing_is_no_failure() -> None:
    assert "nothing to publish" in run("consent_publish")
    assert "nothing to publish" in run("consent_publish", "--dry-run")
    assert Notice.objects.count() == 1


@pytest.mark.usefixtures("published")
def test_every_notice_but_the_first_needs_a_reason() -> None:
    declare_service()
    assert "reason" in refused("consent_publish")
    assert "reason" in refused("consent_publish", "--reason= ")
    said = refused("consent_publish", "--by= ")
    assert said.strip().splitlines() == [
        "Not published.",
        "  Say who publishes.",
        "  Say why: every notice but the first needs a reason.",
    ], "nothing stands before it"
    assert "Changed" in run("consent_publish", "--dry-run")


@pytest.mark.usefixtures("published")
def test_a_dry_run_publishes_nothing() -> None:
    declare_service()
    assert "Would publish notice 2; earlier grants would be asked again." in run(
        "consent_publish", "--dry-run"
    )
    assert "earlier grants would hold" in run("consent_publish", "--dry-run", "--correction=Slip")
    Service.objects.update(retention="")
    assert "retention" in refused("consent_publish", "--dry-run")
    assert Notice.objects.count() == 1


@pytest.mark.usefixtures("published")
def test_findings_are_printed_with_their_requirement() -> None:
    """U6, U9."""
    declare_service(purpose="Plays videos to improve your experience.")
    said = refused("consent_publish", "--reason=Films")
    assert "vague-purpose" in said
    assert "U9" in said
    run("consent_publish", "--reason=Films", "--override=vague-purpose=Counsel = agreed")
    (override,) = Notice.objects.get(number=2).overrides
    assert override["reason"] == "Counsel = agreed"


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    "garbage", ["", "=", "vague-purpose", "vague-purpose=", "=reason", "colour=red", "\x00=\x00"]
)
def test_a_faulty_override_is_refused(garbage: str) -> None:
    declare_service()
    refused("consent_publish", "--reason=Films", f"--override={garbage}")
    assert Notice.objects.count() == 1


@pytest.mark.usefixtures("published")
def test_a_language_left_out_is_a_warning() -> None:
    """U8."""
    service = Service.objects.get()
    service.translations.filter(field="retention").delete()
    for option in ("--reason=Later", "--dry-run"):
        said = refused("consent_publish", option)
        assert "let Spanish go (--drop-language es)" in said
    run("consent_publish", "--dry-run", "--drop-language=ES")
    said = run("consent_publish", "--reason=Later", "--drop-language=es")
    left_out = "Spanish (es) is left out: pages in Spanish ask nobody and grant nothing."
    assert f"Warning: {left_out}" in said
    assert "Missing: necessary:consent-log (es): retention." in said
    assert json.loads(Notice.objects.first().document)["languages"] == ["en"]  # type: ignore[union-attr]  # fails if None


@override_settings(CONSENT_SITE="")
def test_a_site_without_a_key_cannot_publish() -> None:
    assert "CONSENT_SITE" in refused(
        "consent_setup", *(f"--{k}={v}" for k, v in CONTROLLER.items())
    )


def test_the_commands_are_installed() -> None:
    assert {"consent_setup", "consent_publish"} <= get_commands().keys()
