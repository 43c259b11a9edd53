from django.db import migrations

from consent import guards
from consent.recording import committed

BATCH = 1000
FIELDS = ("salt", "commitment")


def bind(apps, schema_editor):
    """Bind the records there are, as new ones are when they are written; those bound stay so."""
    alias = schema_editor.connection.alias
    records = apps.get_model("consent", "Record").objects.using(alias).filter(commitment="")
    last = 0
    while rows := list(records.filter(id__gt=last).order_by("id")[:BATCH]):
        for row in rows:
            for name, value in committed(vars(row)).items():
                setattr(row, name, value)
        records.bulk_update(rows, FIELDS)
        last = rows[-1].pk


def install(_apps, schema_editor):
    """Guard what is evidence."""
    guards.install(schema_editor.connection)


def uninstall(_apps, schema_editor):
    """Let tables be changed again."""
    guards.uninstall(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("consent", "0003_evidence")]

    operations = [
        migrations.RunPython(bind, migrations.RunPython.noop),
        migrations.RunPython(install, uninstall),
    ]
