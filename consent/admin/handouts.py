"""Files about a receipt that are handed out, each with its line in the access log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.http import HttpResponse
from django.utils.translation import gettext as _

from consent.accesses import note_access
from consent.copies import STANDARDS, CopyError, standard_copy
from consent.disclosures import answer_file, as_json, columns_of
from consent.models import Record
from consent.proofs import ProofError, prove

_Made = tuple[bytes | str, str, str]


def hand_out(records: Sequence[Record], form: str, *, by: str) -> HttpResponse:
    """Return a file about records, the newest first: ``answer``, ``iso``, ``kantara``, ``proof``.

    The standard forms are of the newest record. Its name holds no receipt. Raise `ProofError`,
    with the reason, where it cannot be made.
    """
    make = _FORMS.get(form)
    if make is None:
        raise ProofError(_("There is no such file."))
    if not records:
        raise ProofError(_("Nothing is held, so there is nothing to hand out."))
    content, name, kind = make(records)
    count = 1 if form in STANDARDS else len(records)
    subject = f"record {records[0].pk}"
    note_access("download", who=by, subject=subject, count=count, form=form)
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _answer(records: Sequence[Record]) -> _Made:
    return answer_file(records), "access-answer.zip", "application/zip"


def _proof(records: Sequence[Record]) -> _Made:
    return prove(reversed(records)), "proof.json", "application/json"


def _standard(form: str) -> Callable[[Sequence[Record]], _Made]:
    def make(records: Sequence[Record]) -> _Made:
        try:
            body = standard_copy(columns_of(records[0]), form)
        except CopyError as error:
            raise ProofError(str(error)) from None
        return as_json(body), f"record-{form}.json", "application/json"

    return make


_FORMS: Mapping[str, Callable[[Sequence[Record]], _Made]] = {
    "answer": _answer,
    "proof": _proof,
    **{form: _standard(form) for form in STANDARDS},
}
