"""A record and its notice as a receipt: ISO/IEC TS 27560 and Kantara Consent Receipt 1.1."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.core.decision import ACTIONS, LAYERS, MEANS
from consent.core.notice import ROLES, Notice, Service
from consent.core.receipt import iso_27560, kantara
from tests.core.notices import category, notice, service, text, tracker

WORDING = {
    "en": {
        "link": "Privacy choices",
        "withdraw_how": "Withdraw at “{link}” at the foot of every page.",
        "rights": "You may ask for access.",
        "sensitive": "A visit can reveal something about your health.",
    },
    "es": {
        "link": "Privacidad",
        "withdraw_how": "Retírelo en «{link}» al pie de cada página.",
        "rights": "Puede solicitar acceso.",
        "sensitive": "Una visita puede revelar algo sobre su salud.",
    },
}
ANSWERS = {
    "accept": {"yes": ["statistics", "statistics:visits", "marketing", "media"]},
    "refuse": {},
    "choose": {"yes": ["media:video"], "unasked": ["marketing"]},
    "withdraw": {},
    "once": {"yes": ["media:video"]},
}
STATES = {
    "accept": {"given"},
    "refuse": {"refused"},
    "choose": {"given", "refused"},
    "withdraw": {"withdrawn"},
    "once": {"given"},
}

# A table of what must be there, as far as types: str is not empty, a list holds its one kind.
TEXT: Any = object()  # may be empty
DATA = {
    "pii_type": str,
    "pii_attribute_id": TEXT,
    "sensitive_pii_category": bool,
    "special_pii_category": [str],
}
RECIPIENT = {"party_id": TEXT, "party_name": str, "party_role": str}
PURPOSE = {
    "purpose_id": str,
    "purpose": str,
    "purpose_type": str,
    "service": TEXT,
    "answer": str,
    "lawful_basis": str,
    "pii_information": [DATA],
    "pii_controllers": [str],
    "storage_locations": [str],
    "retention_period": [str],
    "geographic_restrictions": [str],
    "jurisdiction": str,
    "recipient_third_parties": [RECIPIENT],
    "withdrawal_method": str,
    "privacy_rights": TEXT,
    "authority_party": str,
}
PARTY = {
    "party_id": str,
    "party_name": str,
    "party_role": str,
    "party_type": str,
    "party_address": TEXT,
    "party_contact": TEXT,
    "party_url": TEXT,
}
EVENT = {
    "event_time": str,
    "entity_id": str,
    "event_type": str,
    "event_state": str,
    "purposes": [str],
    "layer": str,
    "means": str,
    "by": str,
}
ISO_27560 = {  # the mandatory fields of the W3C's guide, section "ISO 27560:2023, EU GDPR, and DPV"
    "schema_version": str,
    "receipt_id": str,
    "record_id": str,
    "pii_principal_id": TEXT,
    "pii_processing": {
        "privacy_notice": {
            "site": str,
            "notice": int,
            "notice_digest": str,
            "presentation": TEXT,
            "policy_url": TEXT,
        },
        "language": str,
        "purposes": [PURPOSE],
    },
    "party_identification": [PARTY],
    "events": [EVENT],
}
KANTARA = {  # Consent Receipt Specification 1.1.0, sections 4.3 to 4.5
    "version": str,
    "jurisdiction": str,
    "consentTimestamp": int,
    "collectionMethod": str,
    "consentReceiptID": str,
    "language": str,
    "piiPrincipalId": TEXT,
    "piiControllers": [
        {
            "piiController": str,
            "onBehalf": bool,
            "contact": str,
            "address": {"streetAddress": str},
            "email": TEXT,
            "phone": TEXT,
        }
    ],
    "policyUrl": TEXT,
    "services": [
        {
            "service": str,
            "purposes": [
                {
                    "purpose": str,
                    "purposeCategory": [str],
                    "consentType": str,
                    "piiCategory": [str],
                    "primaryPurpose": bool,
                    "termination": str,
                    "thirdPartyDisclosure": bool,
                }
            ],
        }
    ],
    "sensitive": bool,
    "spiCat": [str],
}


def misfits(value: object, wanted: Any, path: str = "") -> Iterator[str]:
    """Where a value differs from a table of the fields that must be there."""
    if isinstance(wanted, dict):
        for key, kind in wanted.items():
            if not isinstance(value, dict) or key not in value:
                yield f"{path}.{key} is missing"
            else:
                yield from misfits(value[key], kind, f"{path}.{key}")
    elif isinstance(wanted, list):
        if not isinstance(value, list):
            yield f"{path} is no list"
        else:
            for at, each in enumerate(value):
                yield from misfits(each, wanted[0], f"{path}[{at}]")
    elif wanted is TEXT:
        if not isinstance(value, str):
            yield f"{path} is no text"
    elif type(value) is not wanted or value == "":
        yield f"{path} is {value!r}"


def leaves(value: object) -> Iterator[object]:
    """The plain values that a receipt holds."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from leaves(each)
    else:
        yield value


def keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from keys(each)


def worded(*categories: Any) -> Notice:
    return replace(notice(*categories), wording=WORDING)


def answered(asked: Notice, action: str) -> dict[str, str]:
    rest = "unasked" if action == "once" else "no"
    answers = dict.fromkeys(asked.optional_keys, rest)
    if action == "accept":
        return dict.fromkeys(answers, "yes")
    for answer, named in ANSWERS[action].items():
        answers |= dict.fromkeys(named, answer)
    return answers


def record(asked: Notice, action: str = "accept", **values: object) -> dict[str, Any]:
    """The columns of a record."""
    grants = action in ("accept", "choose", "once", "withdraw")
    return {
        "id": 7,
        "site": asked.site,
        "notice": asked.number,
        "notice_digest": asked.digest,
        "language": "es",
        "presentation": "5" * 64,
        "layer": "banner",
        "means": "save" if action == "choose" else "accept",
        "by": "script",
        "action": action,
        "answers": answered(asked, action),
        "receipt": "0123456789abcdefghjkmnpqrs" if grants else "",
        "decided_at": datetime(2025, 3, 2, 10, 30, 15, 250, tzinfo=UTC),
        "salt": "a" * 32,
        "commitment": "c" * 64,
        **values,
    }


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_both_forms_hold_every_mandatory_field(action: str, language: str) -> None:
    """D3."""
    asked = worded()
    row = record(asked, action)
    assert list(misfits(iso_27560(row, asked, language), ISO_27560)) == []
    assert list(misfits(kantara(row, asked, language), KANTARA)) == []


@pytest.mark.parametrize("action", ACTIONS)
def test_every_purpose_carries_its_answer(action: str) -> None:
    """P9: yes, no and unasked, for every category and service."""
    asked = worded()
    row = record(asked, action)
    purposes = iso_27560(row, asked, "en")["pii_processing"]["purposes"]
    assert {each["purpose_id"]: each["answer"] for each in purposes} == row["answers"]
    assert tuple(each["purpose_id"] for each in purposes) == asked.optional_keys
    assert {each["lawful_basis"] for each in purposes} == {"consent: GDPR Art. 6(1)(a)"}


@pytest.mark.parametrize("action", ACTIONS)
def test_events_say_what_became_of_which_purpose(action: str) -> None:
    """P9: what was not asked has no event."""
    asked = worded()
    row = record(asked, action)
    events = iso_27560(row, asked, "en")["events"]
    assert {each["event_state"] for each in events} == STATES[action]
    named = {key: each["event_state"] for each in events for key in each["purposes"]}
    refused = "withdrawn" if action == "withdraw" else "refused"
    said = {"yes": "given", "no": refused}
    expected = {k: said[a] for k, a in row["answers"].items() if a != "unasked"}
    assert named == expected
    assert {each["event_time"] for each in events} == {"2025-03-02T10:30:15.000250Z"}
    assert {each["event_type"] for each in events} == {"expressed"}


@pytest.mark.parametrize(
    ("action", "days", "validity"),
    [
        ("accept", 185, "P185D"),
        ("refuse", 90, "P90D"),
        ("withdraw", 185, "P185D"),
        ("once", 185, "P0D"),
        ("once", None, "P0D"),
        ("accept", None, None),
    ],
)
def test_an_event_says_for_how_long_it_is_valid(
    action: str, days: int | None, validity: str | None
) -> None:
    """What was loaded once holds for that once."""
    asked = worded()
    events = iso_27560(record(asked, action), asked, "en", validity_days=days)["events"]
    assert {each["validity_duration"] for each in events} == {validity}


@pytest.mark.parametrize("action", ACTIONS)
def test_kantara_calls_explicit_only_what_was_granted(action: str) -> None:
    """P9: nobody takes a refusal for a grant."""
    asked = worded()
    row = record(asked, action)
    services = kantara(row, asked, "en")["services"]
    types = [each["purposes"][0]["consentType"] for each in services]
    no = "NONE: withdrawn" if action == "withdraw" else "NONE: refused"
    said = {"yes": "EXPLICIT", "no": no, "unasked": "NONE: not asked"}
    assert types == [said[row["answers"][key]] for key in asked.optional_keys]


@pytest.mark.parametrize("action", ACTIONS)
def test_the_principal_is_the_receipt_and_a_refusal_has_none(action: str) -> None:
    """D1, D2: nothing else stands for the visitor."""
    asked = worded()
    row = record(asked, action)
    iso, cr = iso_27560(row, asked, "en"), kantara(row, asked, "en")
    assert iso["pii_principal_id"] == cr["piiPrincipalId"] == row["receipt"]
    assert iso["receipt_id"] == cr["consentReceiptID"] == (row["receipt"] or "c" * 64)
    assert iso["record_id"] == "c" * 64
    entities = {each["entity_id"] for each in iso["events"]}
    assert entities == {row["receipt"] or "pii_principal"}


def test_a_record_without_a_commitment_goes_by_its_number() -> None:
    asked = worded()
    iso = iso_27560(record(asked, "refuse", commitment=""), asked, "en")
    assert (iso["record_id"], iso["receipt_id"]) == ("7", "7")


def test_the_time_is_that_of_the_record_in_utc() -> None:
    """P1."""
    asked = worded()
    local = datetime(2025, 3, 2, 12, 30, 15, 250, tzinfo=timezone(timedelta(hours=2)))
    row = record(asked, decided_at=local)
    assert iso_27560(row, asked, "en")["events"][0]["event_time"] == "2025-03-02T10:30:15.000250Z"
    assert kantara(row, asked, "en")["consentTimestamp"] == 1740911415


def test_the_notice_is_named_by_number_and_digest() -> None:
    """P2, P3."""
    asked = worded()
    processing = iso_27560(record(asked), asked, "en")["pii_processing"]
    assert processing["language"] == "es"
    assert processing["privacy_notice"] == {
        "site": "clinic",
        "notice": 1,
        "notice_digest": asked.digest,
        "presentation": "5" * 64,
        "policy_url": "",
    }


def test_the_receipt_of_another_notice_is_refused() -> None:
    """P2: a receipt never says what its record does not."""
    asked = worded()
    for other in (replace(asked, number=2), replace(asked, site="other")):
        for form in (iso_27560, kantara):
            with pytest.raises(ValueError, match="points to notice 1 of clinic"):
                form(record(asked), other, "en")


def test_texts_are_in_the_language_asked_for_else_in_the_first() -> None:
    asked = worded()
    row = record(asked)

    def withdrawal(language: str) -> str:
        (method,) = {
            each["withdrawal_method"]
            for each in iso_27560(row, asked, language)["pii_processing"]["purposes"]
        }
        return str(method)

    assert withdrawal("es-MX") == "Retírelo en «Privacidad» al pie de cada página."
    assert withdrawal("en") == withdrawal("fr") != withdrawal("es")
    video = kantara(row, asked, "es")["services"][-2]["purposes"][0]
    assert video["purpose"] == "Muestra un vídeo"
    assert video["termination"] == withdrawal("es")


def test_a_notice_without_the_sentence_names_whom_to_ask() -> None:
    """7(3): there is always a way."""
    asked = notice()
    purposes = iso_27560(record(asked), asked, "en")["pii_processing"]["purposes"]
    assert {each["withdrawal_method"] for each in purposes} == {"privacy@clinic.example"}


def purpose(key: str, *services: Service, **fields: Any) -> dict[str, Any]:
    asked = worded(category("media", *services, **fields))
    purposes = iso_27560(record(asked), asked, "en")["pii_processing"]["purposes"]
    (found,) = [each for each in purposes if each["purpose_id"] == key]
    return dict(found)


def test_a_service_says_who_gets_what_where_and_for_how_long() -> None:
    """G4, 13."""
    video = service(
        "video",
        recipients=text("Video Ltd\n\nAds Ltd"),
        trackers=[
            tracker("id", lifetime=86400 * 30, third_party=True, provider=text("Ads Ltd")),
            tracker("seen", lifetime=90, third_party=True, provider=text("Cloud Ltd")),
            tracker("gone", lifetime=0),
            tracker("stays", lifetime=None),
        ],
    )
    found = purpose("media:video", video)
    assert found["service"] == "Video"
    assert found["purpose_type"] == "Media"
    assert found["storage_locations"] == ["US"]
    assert found["geographic_restrictions"] == ["Adequacy decision"]
    assert found["retention_period"] == ["2 years", "P30D", "PT90S"]
    assert found["pii_controllers"] == ["controller", "media:video"]
    parties = [
        (each["party_name"], each["party_role"]) for each in found["recipient_third_parties"]
    ]
    assert parties == [
        ("Video Ltd", "separate"),
        ("Ads Ltd", "separate"),
        ("Cloud Ltd", "third_party"),
    ]
    data = [(each["pii_type"], each["pii_attribute_id"]) for each in found["pii_information"]]
    assert data == [
        ("address, browser", ""),
        *(("Counts visits", name) for name in ("id", "seen", "gone", "stays")),
    ]


def test_a_category_gathers_what_is_in_it() -> None:
    """G4."""
    maps = service("maps", role="joint", country="DE", provider=text("Maps GmbH"))
    own = service("shop", role="own", country="", recipients=text("Parcel Ltd"))
    found = purpose("media", service("video"), maps, own, trackers=[tracker("_visits")])
    assert found["service"] == ""
    assert found["storage_locations"] == ["US", "DE", "ES"]
    assert found["retention_period"] == ["2 years", "PT3600S"]
    assert found["pii_controllers"] == ["controller", "media:video", "media:maps"]
    assert found["recipient_third_parties"] == [
        {"party_id": "media:video", "party_name": "Provider Ltd", "party_role": "separate"},
        {"party_id": "media:maps", "party_name": "Maps GmbH", "party_role": "joint"},
        {"party_id": "media:shop", "party_name": "Parcel Ltd", "party_role": "recipient"},
    ]


def test_an_empty_category_is_kept_where_the_controller_is() -> None:
    found = purpose("media")
    assert found["storage_locations"] == ["ES"]
    assert found["recipient_third_parties"] == []
    assert found["pii_controllers"] == ["controller"]


@pytest.mark.parametrize("role", ROLES)
def test_parties_are_the_controller_and_every_third_party(role: str) -> None:
    asked = worded(category("media", service("video", role=role)))
    controller, *others = iso_27560(record(asked), asked, "en")["party_identification"]
    assert controller["party_name"] == "Clinic"
    assert controller["party_contact"] == "privacy@clinic.example"
    expected = [] if role == "own" else [("media:video", "Provider Ltd", role)]
    said = [(each["party_id"], each["party_name"], each["party_role"]) for each in others]
    assert said == expected
    (service_said,) = kantara(record(asked), asked, "en")["services"][1]["purposes"]
    assert service_said["thirdPartyDisclosure"] is (role != "own")
    assert service_said.get("thirdPartyName") == (None if role == "own" else "Provider Ltd")


@pytest.mark.parametrize(
    ("contact", "email", "phone"),
    [("privacy@clinic.example", "privacy@clinic.example", ""), ("+34 900 1", "", "+34 900 1")],
)
def test_kantara_gives_the_contact_as_what_it_is(contact: str, email: str, phone: str) -> None:
    asked = worded()
    asked = replace(asked, controller=replace(asked.controller, contact=text(contact)))
    (controller,) = kantara(record(asked), asked, "en")["piiControllers"]
    assert controller == {
        "piiController": "Clinic",
        "onBehalf": False,
        "contact": contact,
        "address": {"streetAddress": "1 Street"},
        "email": email,
        "phone": phone,
    }


def test_a_sensitive_site_says_so() -> None:
    """G7; Kantara 4.5.13: the category is named then."""
    asked = worded()
    row = record(asked)
    assert kantara(row, asked, "en")["spiCat"] == []
    cr = kantara(row, asked, "es", sensitive=True)
    assert cr["sensitive"] is True
    assert cr["spiCat"] == ["Una visita puede revelar algo sobre su salud."]
    silent = notice()
    assert kantara(record(silent), silent, "en", sensitive=True)["spiCat"] == ["GDPR Art. 9"]
    for flag in (True, False):
        iso = iso_27560(row, asked, "en", sensitive=flag)
        for each in iso["pii_processing"]["purposes"]:
            for data in each["pii_information"]:
                assert data["sensitive_pii_category"] is flag
                assert bool(data["special_pii_category"]) is flag


@pytest.mark.parametrize("action", ACTIONS)
def test_a_receipt_holds_no_address_agent_or_account(action: str) -> None:
    """D1: nor the salt, which only the site keeps; a column added later does not slip in."""
    asked = worded()
    extra = {"ip": "203.0.113.9", "user_agent": "Mozilla/5.0", "url": "/hiv-test/", "user": "ana"}
    row = record(asked, action)
    for form in (iso_27560, kantara):
        told = form({**row, **extra}, asked, "en")
        assert told == form(row, asked, "en")
        assert row["salt"] not in json.dumps(told)
        denied = re.compile(r"(^|_)(ip|ip_address|user_agent|referr?er|account|page)($|_)", re.I)
        assert [key for key in keys(told) if denied.search(key)] == []


@pytest.mark.parametrize("action", ACTIONS)
def test_a_receipt_is_plain_json_and_always_the_same(action: str) -> None:
    """D3: it downloads, and two downloads are equal."""
    asked = worded()
    row = record(asked, action)
    backwards = {**row, "answers": dict(reversed(row["answers"].items()))}
    again = Notice.from_document(json.loads(json.dumps(asked.document())))
    for form in (iso_27560, kantara):
        written = json.dumps(form(row, asked, "en"), allow_nan=False)
        assert json.loads(written) == form(row, asked, "en")
        assert json.dumps(form(backwards, again, "en")) == written


TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=8)
BOTH = st.builds(text, TEXTS, TEXTS)
TRACKERS = st.lists(
    st.builds(
        tracker,
        TEXTS,
        lifetime=st.none() | st.integers(0, 10**8),
        provider=BOTH,
        purpose=BOTH,
        third_party=st.booleans(),
    ),
    max_size=3,
)
SERVICES = st.lists(
    st.builds(
        service,
        st.sampled_from(["a", "b", "c", "d"]),
        name=BOTH,
        provider=BOTH,
        purpose=BOTH,
        role=st.sampled_from(ROLES),
        country=st.sampled_from(["", "US", "DE"]),
        recipients=st.builds(text, st.lists(TEXTS, max_size=3).map("\n".join)),
        data_types=st.builds(text, st.lists(TEXTS, max_size=3).map("\n".join)),
        trackers=TRACKERS,
    ),
    max_size=3,
    unique_by=lambda each: each.key,
)


@st.composite
def told(draw: st.DrawFn) -> tuple[Notice, dict[str, Any]]:
    """A random notice and a record of it."""
    named = draw(st.lists(st.sampled_from(["p", "q", "r"]), min_size=1, unique=True))
    asked = worded(
        *(category(key, *draw(SERVICES), trackers=draw(TRACKERS)) for key in named),
        category("necessary", *draw(SERVICES), required=True, trackers=draw(TRACKERS)),
    )
    answers = {key: draw(st.sampled_from(["yes", "no", "unasked"])) for key in asked.optional_keys}
    return asked, record(
        asked,
        draw(st.sampled_from(ACTIONS)),
        answers=answers,
        layer=draw(st.sampled_from(LAYERS)),
        means=draw(st.sampled_from(MEANS)),
        receipt=draw(st.sampled_from(["", "0" * 26])),
    )


def texts_of(value: object) -> Iterator[str]:
    for each in leaves(value):
        yield from (str(each), *str(each).splitlines())


FIXED = {
    "ISO/IEC TS 27560:2023",
    "KI-CR-v1.1.0",
    "consent: GDPR Art. 6(1)(a)",
    *("controller", "recipient", "third_party", "pii_principal", "unasked"),
    *("given", "refused", "withdrawn", "expressed"),
    *("EXPLICIT", "NONE: refused", "NONE: withdrawn", "NONE: not asked"),
    *("", "None", "True", "False", "P0D"),
}


def known(asked: Notice, row: Mapping[str, Any]) -> set[str]:
    """All that the record and the notice say, and what follows from them."""
    says = {*texts_of(asked.document()), *map(str, row.values()), *row["answers"].values()}
    says |= {line.strip() for line in says} | set(asked.optional_keys)
    says |= {each["withdraw_how"].format(link=each["link"]) for each in WORDING.values()}
    says |= {"2025-03-02T10:30:15.000250Z", "1740911415"}
    says.add(f"{row['layer']}, {row['means']}, {row['by']}")
    lifetimes = [t.lifetime or 0 for c in asked.categories for t in c.all_trackers()]
    return (
        says | {f"PT{each}S" for each in lifetimes} | {f"P{each // 86400}D" for each in lifetimes}
    )


@given(told(), st.sampled_from(["en", "es"]), st.booleans())
def test_a_receipt_says_nothing_but_its_record_and_notice(
    case: tuple[Notice, dict[str, Any]], language: str, sensitive: bool
) -> None:
    """D1: every value comes from one of the two, and every table holds for any notice."""
    asked, row = case
    iso = iso_27560(row, asked, language, sensitive=sensitive)
    cr = kantara(row, asked, language, sensitive=sensitive)
    assert list(misfits(iso, ISO_27560)) == []
    assert list(misfits(cr, KANTARA)) == []
    for each in cr["services"]:
        for name in filter(None, [each["purposes"][0].pop("thirdPartyName", "")]):
            assert set(name.split("; ")) <= known(asked, row) or ";" in str(asked.document())
    assert {str(each) for form in (iso, cr) for each in leaves(form)} <= known(asked, row) | FIXED
