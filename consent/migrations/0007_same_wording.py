"""Which of the dialog's messages a language says as English does."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

import consent.models.validators


class Migration(migrations.Migration):
    """After the indexes of records."""

    dependencies: ClassVar = [("consent", "0006_record_indexes")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="SameWording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        max_length=20,
                        validators=[consent.models.validators.validate_language],
                        verbose_name="language",
                    ),
                ),
                ("message", models.CharField(max_length=100, verbose_name="message")),
            ],
            options={
                "verbose_name": "message that is the same in English",
                "verbose_name_plural": "messages that are the same in English",
                "ordering": ("language", "message"),
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("language", "message"), name="consent_samewording_message"
                    )
                ],
            },
        ),
    ]
