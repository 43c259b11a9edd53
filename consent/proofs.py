"""A proof that leaves the house: one file that `consent.verify` checks without this database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from consent import moments, verify
from consent.core import merkle
from consent.core.evidence import RECORD_FIELDS, moment, record_bytes, record_key
from consent.core.evidence import commitment as commitment_of
from consent.keys import evidence_keys
from consent.models import Anchor, Exhibit, Leaf, Notice, Presentation, Record, Seal

_SEAL = ("number", "first", "count", "upto", "root", "previous", "sealed_at", "key", "digest")


class ProofError(Exception):
    """There is nothing that could be proved; says why."""


def prove(records: Iterable[Record], *, using: str = DEFAULT_DB_ALIAS) -> str:
    """Return the text of the proof file of some records, all of which must be sealed.

    It holds the records, their notices and presentations, each with its path to its seal's root,
    the chain of seals to the newest, the anchors, and both standard receipts. A presentation that
    was never stored is named as such.
    """
    return _Proof(using).text(list(records))


class _Proof:
    def __init__(self, using: str) -> None:
        self.using = using
        self.seals: dict[int, Seal] = {}
        self._hashes: dict[int, list[bytes]] = {}

    def text(self, records: list[Record]) -> str:
        if not records:
            raise ProofError(_("There is no such record."))
        notices = self._rows(Notice, digest__in={row.notice_digest for row in records})
        named = {row.presentation for row in records if row.presentation}
        shown = self._rows(Presentation, digest__in=named)
        proof = {
            "format": verify.FORMAT,
            "made_at": moment(moments.now()),
            "records": [self._record(row, notices) for row in records],
            "notices": [self._entry(Exhibit.NOTICE, row) for row in notices],
            "presentations": [self._entry(Exhibit.PRESENTATION, row) for row in shown],
            "not_stored": sorted(named - {row.digest for row in shown}),
        }
        first = min(self.seals)
        chain = Seal.objects.using(self.using).filter(number__gte=first).order_by("number")
        proof["seals"] = [_plain(seal, (*_SEAL, "signature")) for seal in chain]
        anchors = Anchor.objects.using(self.using).filter(seal__gte=first).order_by("pk")
        proof["anchors"] = [_plain(anchor, _columns(anchor)) for anchor in anchors]
        return verify.text_of(proof)

    def _rows(self, model: type[Model], **which: Any) -> list[Any]:
        return list(model._default_manager.using(self.using).filter(**which).order_by("pk"))

    def _record(self, row: Record, notices: Iterable[Notice]) -> dict[str, Any]:
        notice = next((n for n in notices if n.digest == row.notice_digest), None)
        if notice is None:
            why = _("The notice of record %(number)s is not there any more.")
            raise ProofError(why % {"number": row.pk})
        values = _plain(row, RECORD_FIELDS)
        return {
            **self._entry(Exhibit.RECORD, row, values),
            "opening": _opening(row),
            "receipts": verify.receipts(
                {**values, "commitment": row.commitment}, _plain(notice, _columns(notice))
            ),
        }

    def _entry(self, kind: str, row: Any, values: Mapping[str, Any] | None = None) -> Any:
        leaf = Leaf.objects.using(self.using).filter(kind=kind, row=row.pk).first()
        if leaf is None:
            why = _("%(what)s %(number)s is not sealed yet: run consent_seal.")
            what = capfirst(Exhibit(kind).label)
            raise ProofError(why % {"what": what, "number": row.pk})
        seal = self._seal_of(leaf)
        path = merkle.inclusion_proof(self._leaf_hashes(seal), leaf.index - seal.first)
        return {
            "row": values or _plain(row, _columns(row)),
            "leaf": {
                "index": leaf.index,
                "row": leaf.row,
                "seal": seal.number,
                "commitment": leaf.commitment,
                "path": [node.hex() for node in path],
            },
        }

    def _seal_of(self, leaf: Leaf) -> Seal:
        seals = Seal.objects.using(self.using).filter(first__lte=leaf.index)
        seal: Seal | None = seals.order_by("-number").first()
        if seal is None:
            why = _("No seal covers leaf %(leaf)s: run consent_verify.")
            raise ProofError(why % {"leaf": leaf.index})
        self.seals[seal.number] = seal
        return seal

    def _leaf_hashes(self, seal: Seal) -> list[bytes]:
        if seal.number not in self._hashes:
            run = (seal.first, seal.first + seal.count - 1)
            leaves = Leaf.objects.using(self.using).filter(index__range=run).order_by("index")
            found = leaves.values_list("commitment", flat=True)
            self._hashes[seal.number] = merkle.leaf_hashes(map(bytes.fromhex, found))
        return self._hashes[seal.number]


def _opening(row: Record) -> str:
    """Return the key that opens this record's commitment, and no other's."""
    record = record_bytes(vars(row))
    for key in evidence_keys():
        own = record_key(key, row.salt)
        if commitment_of(own, record) == row.commitment:
            return own.hex()
    why = _("Record %(number)s is not as it was written: run consent_verify.")
    raise ProofError(why % {"number": row.pk})


def _columns(row: Model) -> list[str]:
    return [field.attname for field in row._meta.concrete_fields if field.name != "id"]


def _plain(row: Model, columns: Iterable[str]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in columns}
    return {n: moment(v) if isinstance(v, datetime) else v for n, v in values.items()}
