"""Without ``USE_TZ``, moments were stored as a clock on the wall shows them: now they are in UTC.

What a record is bound by tells which it was, the hour that comes twice included. PostgreSQL's
columns know the moment anyway.
"""

from datetime import UTC

from django.conf import settings
from django.db import migrations
from django.utils import timezone

from consent import guards
from consent.core.evidence import commitment, record_bytes, record_key
from consent.keys import evidence_keys

BATCH = 1000
DOCUMENTS = {"notice": ("Notice", "published_at"), "presentation": ("Presentation", "created")}


def convert(apps, schema_editor):
    """Store in UTC what is not; what is sealed stays as it is, and so does what fits neither."""
    connection = schema_editor.connection
    if settings.USE_TZ or connection.vendor == "postgresql":
        return
    records = apps.get_model("consent", "Record").objects.using(connection.alias)
    is_open = False
    for rows in _on_the_wall(records):
        if not is_open:
            guards.uninstall(connection)
            is_open = True
        records.bulk_update(rows, ["decided_at"])
    if is_open:
        _convert_documents(apps, connection.alias)
        guards.install(connection)


def _on_the_wall(records):
    """Yield records, some at a time, that hold what a clock showed, with the moment in its place."""
    keys, last = evidence_keys(), 0
    while rows := list(records.filter(id__gt=last).order_by("id")[:BATCH]):
        last = rows[-1].pk
        if changed := [row for row in rows if _convert(row, keys)]:
            yield changed


def _convert(row, keys):
    stored = row.decided_at
    if _is_bound(row, stored, keys):
        return False
    for fold in (0, 1):
        moment = _in_utc(stored, fold=fold)
        if _is_bound(row, moment, keys):
            row.decided_at = moment
            return True
    return False


def _is_bound(row, moment, keys):
    said = record_bytes({**vars(row), "decided_at": moment.replace(tzinfo=UTC)})
    return any(commitment(record_key(key, row.salt), said) == row.commitment for key in keys)


def _convert_documents(apps, alias):
    leaves = apps.get_model("consent", "Leaf").objects.using(alias)
    for kind, (name, column) in DOCUMENTS.items():
        sealed = leaves.filter(kind=kind).values("row")
        rows = apps.get_model("consent", name).objects.using(alias).exclude(pk__in=sealed)
        for row in rows:
            setattr(row, column, _in_utc(getattr(row, column), fold=0))
        rows.bulk_update(rows, [column])


def _in_utc(wall, *, fold):
    local = timezone.make_aware(wall.replace(fold=fold), timezone.get_default_timezone())
    return local.astimezone(UTC).replace(tzinfo=None)


class Migration(migrations.Migration):
    dependencies = [("consent", "0008_seeded")]

    operations = [migrations.RunPython(convert, migrations.RunPython.noop)]
