"""A record and its notice as a receipt: ISO/IEC TS 27560 and Kantara Consent Receipt 1.1.

The record says what was chosen and when; everything static comes from the notice. The fields of
the first are those that the W3C's guide "Consent Records and Receipts as per ISO/IEC TS
27560:2023 using DPV" lists, the mandatory ones and those that the GDPR needs. Plain JSON values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from consent.core.asked import Asked, Plain, Says, all_asked, unique
from consent.core.evidence import moment
from consent.core.notice import Notice, Service, Tracker

LAWFUL_BASIS = "consent: GDPR Art. 6(1)(a)"
CONTROLLER, PRINCIPAL = "controller", "pii_principal"


def iso_27560(
    record: Mapping[str, Any],
    notice: Notice,
    language: str,
    *,
    validity_days: int | None = None,
    sensitive: bool = False,
) -> Plain:
    """Return a record as a receipt by ISO/IEC TS 27560:2023, its texts in a language.

    ``record`` holds the columns of a record, and ``notice`` is the one that it points to (else
    `ValueError`). ``validity_days`` says for how long such a decision is remembered, None where
    that is not known; ``sensitive`` whether visiting the pages can itself reveal something.
    """
    says = Says(record, notice, language, sensitive=sensitive)
    return {
        "schema_version": "ISO/IEC TS 27560:2023",
        "receipt_id": says.receipt_id,
        "record_id": says.record_id,
        "pii_principal_id": record["receipt"],
        "pii_processing": {
            "privacy_notice": _privacy_notice(says),
            "language": record["language"],
            "purposes": [_iso_purpose(says, asked) for asked in all_asked(notice)],
        },
        "party_identification": list(_parties(says)),
        "events": list(_events(says, validity_days)),
    }


def kantara(
    record: Mapping[str, Any], notice: Notice, language: str, *, sensitive: bool = False
) -> Plain:
    """Return a record as a Kantara Consent Receipt 1.1.0; parameters as for `iso_27560`.

    The format knows only consent that was given. What was not is described where "EXPLICIT"
    would stand (section 4.5.6), so that no reader takes a refusal for a grant.
    """
    says = Says(record, notice, language, sensitive=sensitive)
    return {
        "version": "KI-CR-v1.1.0",
        "jurisdiction": says(notice.controller.jurisdiction),
        "consentTimestamp": int(record["decided_at"].timestamp()),
        "collectionMethod": f"{record['layer']}, {record['means']}, {record['by']}",
        "consentReceiptID": says.receipt_id,
        "language": record["language"],
        "piiPrincipalId": record["receipt"],
        "piiControllers": [_kantara_controller(says)],
        "policyUrl": says(notice.controller.policy_url),
        "services": [_kantara_service(says, asked) for asked in all_asked(notice)],
        "sensitive": sensitive,
        "spiCat": says.special,
    }


def _privacy_notice(says: Says) -> Plain:
    record = says.record
    return {
        "site": record["site"],
        "notice": record["notice"],
        "notice_digest": record["notice_digest"],
        "presentation": record["presentation"],
        "policy_url": says(says.notice.controller.policy_url),
    }


def _iso_purpose(says: Says, asked: Asked) -> Plain:
    controller = says.notice.controller
    services = [service for _, service in asked.services]
    jurisdiction = says(controller.jurisdiction)
    kept = [says(service.retention) for service in services]
    special = {"sensitive_pii_category": says.sensitive, "special_pii_category": says.special}
    sharing = [key for key, service in asked.services if service.role in ("joint", "separate")]
    return {
        "purpose_id": asked.key,
        "purpose": says(asked.of.purpose),
        "purpose_type": says(asked.category.name),
        "service": says(asked.of.name) if isinstance(asked.of, Service) else "",
        "answer": says.record["answers"].get(asked.key, "unasked"),
        "lawful_basis": LAWFUL_BASIS,
        "pii_information": [{**data, **special} for data in asked.data(says)],
        "pii_controllers": [CONTROLLER, *sharing],
        "storage_locations": unique(s.country or jurisdiction for s in services) or [jurisdiction],
        "retention_period": unique([*kept, *(_lifetime(each) for each in asked.trackers)]),
        "geographic_restrictions": unique(says(service.transfer) for service in services),
        "jurisdiction": jurisdiction,
        "recipient_third_parties": asked.recipients(says),
        "withdrawal_method": says.withdrawal,
        "privacy_rights": says.wording.get("rights", ""),
        "authority_party": says(controller.authority),
    }


def _parties(says: Says) -> Iterator[Plain]:
    controller = says.notice.controller
    yield {
        "party_id": CONTROLLER,
        "party_name": says(controller.name),
        "party_role": CONTROLLER,
        "party_type": CONTROLLER,
        "party_address": says(controller.address),
        "party_contact": says(controller.contact),
        "party_url": says(controller.policy_url),
        "data_protection_officer": says(controller.dpo),
    }
    for asked in all_asked(says.notice):
        if isinstance(service := asked.of, Service) and service.third_party:
            yield {
                "party_id": asked.key,
                "party_name": says(service.provider),
                "party_role": service.role,
                "party_type": "recipient",
                "party_address": service.country,
                "party_contact": says(service.policy_url),
                "party_url": says(service.policy_url),
            }


def _events(says: Says, validity_days: int | None) -> Iterator[Plain]:
    """Yield one event for each state that some of the purposes came into."""
    record = says.record
    days = 0 if record["action"] == "once" else validity_days
    for state in ("given", "refused", "withdrawn"):
        if purposes := [key for key in says.notice.optional_keys if says.state(key) == state]:
            yield {
                "event_time": moment(record["decided_at"]),
                "validity_duration": None if days is None else f"P{days}D",
                "entity_id": record["receipt"] or PRINCIPAL,
                "event_type": "expressed",
                "event_state": state,
                "purposes": purposes,
                "layer": record["layer"],
                "means": record["means"],
                "by": record["by"],
            }


def _kantara_controller(says: Says) -> Plain:
    controller = says.notice.controller
    contact = says(controller.contact)
    is_email = "@" in contact
    return {
        "piiController": says(controller.name),
        "onBehalf": False,
        "contact": says(controller.dpo) or contact,
        "address": {"streetAddress": says(controller.address)},
        "email": contact if is_email else "",
        "phone": "" if is_email else contact,
    }


def _kantara_service(says: Says, asked: Asked) -> Plain:
    state = says.state(asked.key)
    recipients = unique(party["party_name"] for party in asked.recipients(says))
    purpose = {
        "purpose": says(asked.of.purpose),
        "purposeCategory": [says(asked.category.name)],
        "consentType": "EXPLICIT" if state == "given" else f"NONE: {state or 'not asked'}",
        "piiCategory": unique(data["pii_type"] for data in asked.data(says)),
        "primaryPurpose": False,
        "termination": says.withdrawal,
        "thirdPartyDisclosure": bool(recipients),
    }
    if recipients:
        purpose["thirdPartyName"] = "; ".join(recipients)
    return {"service": says(asked.of.name), "purposes": [purpose]}


def _lifetime(tracker: Tracker) -> str:
    """Return a tracker's lifetime as ISO 8601 has it; empty where it ends with something else."""
    seconds = tracker.lifetime
    if not seconds:
        return ""
    days, rest = divmod(seconds, 86400)
    return f"PT{seconds}S" if rest else f"P{days}D"
