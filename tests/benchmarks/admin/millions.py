"""Any number of records of two years, as a site has them, with what stands around them.

Run in a process of the database that is filled. The rows come as fast as a database takes them,
without the app's own write path: before their indexes, and all but the newest with salts and
commitments that are as long as real ones and prove nothing. Leaves, seals and tallies are made by
SQL, but for those of the newest records, which the app itself seals.
"""

from __future__ import annotations

import json
import random
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import islice, product
from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import User
from django.db import connection, transaction

from consent import guards
from consent.core.notice import Notice as Published
from consent.models import Leaf, Notice, Presentation, Record, Run, Seal
from consent.recording import committed, new_receipt
from consent.sealing import LIMIT, seal
from consent.tallies import RATED
from tests.benchmarks import visits

DAYS = 730
END = datetime(2026, 6, 30, 12, tzinfo=UTC)
"""When it is for the pages that are measured: right after the newest record."""
NOTICES = 6
SITES = {"benchmarks": 80, "shop": 20}
LANGUAGES = {"en": 60, "es": 30, "fr": 10}
RARE_LANGUAGE, NO_LANGUAGE = "eu", "qu"
"""One that a hundred visitors chose, and one that was offered and nobody chose."""
LAYERS = {"banner": 84, "preferences": 15, "placeholder": 1}
RARE_LAYER = "link"
ACTIONS = {"accept": 45, "refuse": 40, "choose": 10, "withdraw": 4, "once": 1}
MEANS = {"choose": "save", "once": "placeholder"}
HISTORY = "0" * 25 + "1"
"""A receipt with a record of every month."""
USER = "auditor"
COLUMNS = (
    "site", "notice", "notice_digest", "language", "presentation", "layer", "means", "by",
    "action", "answers", "receipt", "decided_at", "salt", "commitment",
)  # fmt: skip
REAL = 10_000
"""So many of the newest records have commitments of their own."""
CHUNK = 20_000

Row = tuple[Any, ...]


def fill(count: int) -> None:
    """Fill an empty database with so many records, of which the newest are not sealed yet."""
    if connection.vendor != "sqlite":
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {connection.settings_dict['NAME']}")
    digests = _published()
    User.objects.create_superuser(USER)
    # About what a quarter of an hour brings at most; then what the app itself has sealed last.
    tail = min(count // 10, 1000)
    newest = min(count // 10, 4000)
    made = rows(count, digests)
    indexes = Record._meta.indexes
    guards.uninstall(connection)
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.remove_index(Record, index)
    _insert(made, count - tail)
    _execute(_tallies(), [count - tail - newest])
    _execute(_answer_tallies(), [count - tail - newest])
    _sealed(count - tail - newest)
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.add_index(Record, index)
    with patch("django.utils.timezone.now", return_value=END - timedelta(minutes=15)):
        seal()
    _insert(made, tail)
    guards.install(connection)
    for task in Run.Task.values:
        Run.objects.create(task=task, started_at=END, ended_at=END, is_sound=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("CHECKPOINT")


def rows(count: int, digests: dict[tuple[str, int, str], tuple[str, str]]) -> Iterator[Row]:
    """Yield records, oldest first, in the order of `COLUMNS`."""
    chance, step = random.Random(0), timedelta(days=DAYS) / count
    shapes, weights = _shapes()
    answers, known = _answers(), deque([new_receipt()], maxlen=1000)
    month = max(1, count // 24)
    for first in range(0, count, CHUNK):
        drawn = chance.choices(shapes, cum_weights=weights, k=min(CHUNK, count - first))
        for n, shape in enumerate(drawn, first):
            site, language, layer, action = shape
            language = RARE_LANGUAGE if n % max(1, count // 100) == 7 else language
            layer = RARE_LAYER if n % max(1, count // 50) == 3 else layer
            number = 1 + n * NOTICES // count
            receipt = _receipt(action, known, chance)
            if n % month == 1:
                action, receipt = ("choose", HISTORY)
            at = END - timedelta(days=DAYS) + step * (n - 3 * chance.random())
            given = answers[action]
            values = (
                site, number, digests[site, number, language][0], language,
                digests[site, number, language][1], layer, MEANS.get(action, action), "script",
                action, given[n % len(given)], receipt, at,
            )  # fmt: skip
            yield (*values, *_proof(values, chance, is_real=n >= count - REAL))


def _receipt(action: str, known: deque[str], chance: random.Random) -> str:
    """Return a receipt: none for a refusal, one in use for a withdrawal, for others sometimes."""
    if action == "refuse":
        return ""
    if action == "withdraw" or chance.random() < 0.2:
        return known[chance.randrange(len(known))]
    known.append(f"{chance.getrandbits(100):026x}")
    return known[-1]


def _proof(values: Row, chance: random.Random, *, is_real: bool) -> tuple[str, str]:
    if is_real:
        proof = committed(dict(zip(COLUMNS, values, strict=False)))
        return proof["salt"], proof["commitment"]
    return f"{chance.getrandbits(128):032x}", f"{chance.getrandbits(256):064x}"


def _shapes() -> tuple[list[tuple[str, ...]], list[int]]:
    """Return what records are of, and how many of all are of this or one before it."""
    found, weights, total = [], [], 0
    for parts in product(*(each.items() for each in (SITES, LANGUAGES, LAYERS, ACTIONS))):
        weight = 1
        for _value, share in parts:
            weight *= share
        total += weight
        found.append(tuple(value for value, _share in parts))
        weights.append(total)
    return found, weights


@cache
def _notice() -> Published:
    return visits.published()


def _answers() -> dict[str, list[str]]:
    """Return the answers that are given by each action, as JSON."""
    keys = _notice().optional_keys
    whole = [key for key in keys if ":" not in key]
    chosen = [
        {key: "yes" if n >> whole.index(key.partition(":")[0]) & 1 else "no" for key in keys}
        for n in range(1, 2 ** len(whole) - 1)
    ]
    services = [key for key in keys if ":" in key]
    said: dict[str, list[dict[str, str]]] = {
        "accept": [dict.fromkeys(keys, "yes")],
        "refuse": [dict.fromkeys(keys, "no")],
        "withdraw": [dict.fromkeys(keys, "no")],
        "choose": chosen,
        "once": [{**dict.fromkeys(keys, "unasked"), key: "yes"} for key in services],
    }
    return {action: [json.dumps(each) for each in given] for action, given in said.items()}


def _published() -> dict[tuple[str, int, str], tuple[str, str]]:
    """Publish, and the same again every few months; return digests of notice and dialog."""
    document = _notice().document()
    shown = Presentation.objects.first()
    assert shown is not None
    look = {name: getattr(shown, name) for name in ("html", "script", "style")}
    languages = [*LANGUAGES, RARE_LANGUAGE, NO_LANGUAGE]
    digests = {}
    for site, number in product(SITES, range(1, NOTICES + 1)):
        at = END - timedelta(days=DAYS * (1 - (number - 1) / NOTICES))
        digest = _add_notice({**document, "site": site, "number": number}, at)
        for language in languages:
            key = sha256(f"{site} {number} {language}".encode()).hexdigest()
            Presentation.objects.get_or_create(
                digest=key,
                defaults={
                    **look,
                    "site": site,
                    "notice": number,
                    "notice_digest": digest,
                    "language": language,
                    "created": at,
                },
            )
            digests[site, number, language] = digest, key
    return digests


def _add_notice(document: dict[str, Any], at: datetime) -> str:
    notice = Published.from_document(document)
    if not Notice.objects.filter(site=notice.site, number=notice.number).exists():
        Notice.objects.create(
            site=notice.site,
            number=notice.number,
            digest=notice.digest,
            document=json.dumps(notice.document(), sort_keys=True),
            oldest_valid=1,
            material=False,
            published_at=at,
            published_by="the benchmarks",
        )
    return notice.digest


def _insert(made: Iterator[Row], count: int) -> None:
    for first in range(0, count, CHUNK):
        _insert_chunk(list(islice(made, min(CHUNK, count - first))))


def _insert_chunk(chunk: list[Row]) -> None:
    names = ", ".join(COLUMNS)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lines = ["\t".join(map(str, row)) for row in chunk]
            with cursor.copy(f"COPY consent_record ({names}) FROM STDIN") as copy:
                copy.write("\n".join(lines) + "\n")
            return
        adapt = connection.ops.adapt_datetimefield_value
        places = ", ".join(["%s"] * len(COLUMNS))
        sql = f"INSERT INTO consent_record ({names}) VALUES ({places})"
        cursor.executemany(sql, [(*r[:11], adapt(r[11]), *r[12:]) for r in chunk])


def _sealed(upto: int) -> None:
    """Add leaves and seals for the records up to an id, which begin with 1."""
    _execute(
        'INSERT INTO consent_leaf ("index", "kind", "row", "commitment") '
        "SELECT id - 1, 'record', id, commitment FROM consent_record WHERE id <= %s ORDER BY id",
        [upto],
    )
    made = [
        Seal(
            number=1 + first // LIMIT,
            first=first,
            count=min(LIMIT, upto - first),
            upto=min(first + LIMIT, upto),
            root=f"{first:064x}",
            previous=f"{first:064x}" if first else "",
            sealed_at=END - timedelta(days=DAYS) * (1 - (first + LIMIT) / upto),
            digest=f"{first + LIMIT:064x}",
        )
        for first in range(0, upto, LIMIT)
    ]
    Seal.objects.bulk_create(made, batch_size=500)
    assert Leaf.objects.filter(index=upto - 1).exists()


_BY_ANSWER = "site, notice, language, layer"
_BY = f"{_BY_ANSWER}, action"


def _day() -> str:
    is_sqlite = connection.vendor == "sqlite"
    return "date(decided_at)" if is_sqlite else "(decided_at AT TIME ZONE 'UTC')::date"


def _tallies() -> str:
    return (
        f"INSERT INTO consent_tally ({_BY}, day, count) SELECT {_BY}, {_day()}, count(*) "
        f"FROM consent_record WHERE id <= %s GROUP BY {_BY}, {_day()}"
    )


def _answer_tallies() -> str:
    function = "json_each" if connection.vendor == "sqlite" else "jsonb_each_text"
    rated = ", ".join(f"'{action.value}'" for action in RATED)
    granted, refused = (
        f"sum(CASE a.value WHEN '{each}' THEN n ELSE 0 END)" for each in ("yes", "no")
    )
    return (
        f"INSERT INTO consent_answertally ({_BY_ANSWER}, day, key, granted, refused) "
        f"SELECT {_BY_ANSWER}, day, a.key, {granted}, {refused} FROM ("
        f"SELECT {_BY_ANSWER}, {_day()} AS day, answers, count(*) AS n FROM consent_record "
        f"WHERE id <= %s AND action IN ({rated}) GROUP BY {_BY_ANSWER}, {_day()}, answers) AS g, "
        f"{function}(g.answers) AS a GROUP BY {_BY_ANSWER}, day, a.key"
    )


def _execute(sql: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
