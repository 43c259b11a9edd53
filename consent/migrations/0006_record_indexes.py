"""An index for each filter of the list of records, in the order of the list."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """After the auditors' tables."""

    dependencies: ClassVar = [("consent", "0005_auditors")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["action", "decided_at", "id"], name="consent_record_action"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["notice", "decided_at", "id"], name="consent_record_notice"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["language", "decided_at", "id"], name="consent_record_language"
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["layer", "decided_at", "id"], name="consent_record_layer"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["site", "decided_at", "id"], name="consent_record_site"),
        ),
    ]
