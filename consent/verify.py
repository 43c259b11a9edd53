"""Check a proof file with the standard library alone: ``python -m consent.verify FILE``.

What is checked, and against what from outside of the file:

- every record opens its commitment, every notice and presentation gives its digest,
- each of them stands in its seal's Merkle tree, and the seals form one chain,
- the seals are signed by the key given with ``--key`` (needs the package ``cryptography``),
- the chain holds the seals that stand in the files given with ``--anchor``.

Exit codes: 0, all of it holds; 1, something does not; 2, the file is consistent, but no signature
was checked. The mechanism is proved, not the person.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from consent.core import merkle
from consent.core.anchor import read
from consent.core.evidence import commitment, record_bytes, row_digest, seal_digest
from consent.core.notice import Notice, canonical
from consent.core.receipt import iso_27560, kantara
from consent.signatures import MissingCryptographyError, is_signed

FORMAT = "consent-proof/1"
SOUND, WRONG, UNSIGNED = 0, 1, 2


def text_of(proof: Mapping[str, Any]) -> str:
    """Return a proof as the text of its file: one spelling, closed by a digest of the rest."""
    content = {**proof, "digest": sha256(canonical(proof)).hexdigest()}
    return json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def faults_of(text: str) -> Iterator[str]:
    """Yield what is wrong in a proof file, whatever keys or anchors say; nothing where it holds."""
    try:
        content = json.loads(text)
        proof = {name: value for name, value in content.items() if name != "digest"}
        if proof["format"] != FORMAT:
            yield f"This is no {FORMAT} file."
            return
        if text_of(proof) != text:
            yield "The file was changed after it was written."
        yield from _chain_faults(proof["seals"])
        yield from _row_faults(proof)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        yield f"The file cannot be read: {error!r}."


def _chain_faults(seals: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    before: Mapping[str, Any] | None = None
    for seal in seals:
        name = f"Seal {seal['number']}"
        if seal_digest(seal) != seal["digest"]:
            yield f"{name}: its columns give another digest."
        if before and (
            (seal["number"], seal["previous"]) != (before["number"] + 1, before["digest"])
            or seal["first"] != before["first"] + before["count"]
        ):
            yield f"{name} does not follow the seal before."
        before = seal


def _row_faults(proof: Mapping[str, Any]) -> Iterator[str]:
    seals = {seal["number"]: seal for seal in proof["seals"]}
    notices = {entry["row"]["digest"]: entry for entry in proof["notices"]}
    shown = {entry["row"]["digest"] for entry in proof["presentations"]} | {*proof["not_stored"]}
    for kind, entry in _entries(proof):
        name = f"{kind} {entry['leaf']['row']}"
        if not _is_bound(kind, entry):
            yield f"{name}: its columns give another commitment."
        if not _is_sealed(entry, seals):
            yield f"{name} does not stand in the seal that is named."
        if not _gives_own_digest(kind, entry["row"]):
            yield f"{name}: its text gives another digest."
        if kind == "record":
            row = entry["row"]
            if row["notice_digest"] not in notices:
                yield f"{name}: its notice is not in the file."
            elif entry["receipts"] != receipts(
                {**row, "commitment": entry["leaf"]["commitment"]},
                notices[row["notice_digest"]]["row"],
            ):
                yield f"{name}: its receipts say something else."
            if row["presentation"] and row["presentation"] not in shown:
                yield f"{name}: what was shown is not in the file."


def receipts(record: Mapping[str, Any], notice: Mapping[str, Any]) -> dict[str, Any]:
    """Return both standard forms of a record, from its columns and those of its notice."""
    published = Notice.from_document(json.loads(notice["document"]))
    language = record["language"]
    values = {**record, "decided_at": datetime.fromisoformat(record["decided_at"])}
    return {
        "iso_27560": iso_27560(values, published, language),
        "kantara": kantara(values, published, language),
    }


def _entries(proof: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for kind in ("record", "notice", "presentation"):
        for entry in proof[f"{kind}s"]:
            yield kind, entry


def _is_bound(kind: str, entry: Mapping[str, Any]) -> bool:
    if kind == "record":
        found = commitment(bytes.fromhex(entry["opening"]), record_bytes(entry["row"]))
    else:
        found = row_digest(kind, entry["row"])
    return bool(found == entry["leaf"]["commitment"])


def _is_sealed(entry: Mapping[str, Any], seals: Mapping[int, Mapping[str, Any]]) -> bool:
    leaf, seal = entry["leaf"], seals[entry["leaf"]["seal"]]
    return merkle.verify_inclusion(
        merkle.leaf_hash(bytes.fromhex(leaf["commitment"])),
        leaf["index"] - seal["first"],
        seal["count"],
        [bytes.fromhex(node) for node in leaf["path"]],
        bytes.fromhex(seal["root"]),
    )


def _gives_own_digest(kind: str, row: Mapping[str, Any]) -> bool:
    if kind == "record":
        return True
    columns = ("document",) if kind == "notice" else ("html", "script", "style")
    text = "\0".join(row[name] for name in columns)
    return bool(sha256(text.encode()).hexdigest() == row["digest"])


def anchor_faults(seals: Iterable[Mapping[str, Any]], anchor: str) -> Iterator[str]:
    """Yield how a chain differs from the seals that an anchor's text holds, as lines or letters."""
    chain = {seal["number"]: seal["digest"] for seal in seals}
    anchored = {entry.number: entry.digest for entry in read(anchor)}
    common = chain.keys() & anchored.keys()
    if not common:
        yield "The anchor holds none of these seals."
    for number in sorted(common):
        if chain[number] != anchored[number]:
            yield f"Seal {number} is another than the one that was anchored."


def signature_faults(seals: Iterable[Mapping[str, Any]], keys: Sequence[str]) -> Iterator[str]:
    """Yield the seals that none of these keys (PEM) signed; raise without ``cryptography``."""
    for seal in seals:
        if not is_signed(seal["digest"], seal["key"], seal["signature"], keys):
            yield f"Seal {seal['number']} is not signed by the key that was given."


def check(text: str, *, keys: Sequence[str], anchors: Sequence[str]) -> tuple[int, list[str]]:
    """Return the exit code and what to say about a proof file's text."""
    said = list(faults_of(text))
    if said:
        return WRONG, said
    seals = json.loads(text)["seals"]
    said = [fault for anchor in anchors for fault in anchor_faults(seals, anchor)]
    if said:
        return WRONG, said
    if not keys:
        return UNSIGNED, ["Consistent, signature unchecked: no key was given."]
    try:
        said = list(signature_faults(seals, keys))
    except MissingCryptographyError:
        return UNSIGNED, ["Consistent, signature unchecked: the package cryptography is missing."]
    except ValueError as error:
        return WRONG, [f"The key cannot be read: {error}."]
    if said:
        return WRONG, said
    anchored = "anchored" if anchors else "not compared with any anchor"
    said = [f"Sound: sealed, signed, {anchored}. The mechanism is proved, not the person."]
    if json.loads(text)["not_stored"]:
        said.append("How the dialog looked was not stored; its digest is that of the record.")
    return SOUND, said


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the file that the arguments name; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m consent.verify", description="Check a proof file of a visitor's choice."
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", type=Path, action="append", default=[], metavar="PUB")
    parser.add_argument("--anchor", type=Path, action="append", default=[], metavar="FILE")
    given = parser.parse_args(arguments)
    try:
        text = given.file.read_bytes().decode()
        keys = [path.read_text("utf-8") for path in given.key]
        anchors = [path.read_text("utf-8") for path in given.anchor]
    except (OSError, UnicodeDecodeError) as error:
        print(f"Cannot be read: {error}", file=sys.stderr)  # noqa: T201 - a command
        return WRONG
    code, said = check(text, keys=keys, anchors=anchors)
    for line in said:
        print(line)  # noqa: T201 - a command
    return code


if __name__ == "__main__":
    sys.exit(main())
