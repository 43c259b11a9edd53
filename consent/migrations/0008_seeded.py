"""What set-up has declared once; on a site that has published, what its notices name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, ClassVar

from django.db import migrations, models


def remember(apps: Any, schema_editor: Any) -> None:
    """Note what was published: where it is declared no more, an editor has deleted it."""
    using = schema_editor.connection.alias
    notices = apps.get_model("consent", "Notice").objects.using(using)
    places: dict[str, str] = {}
    for document in notices.values_list("document", flat=True).iterator():
        places |= _published(document)
    seeded = apps.get_model("consent", "Seeded")
    rows = [seeded(path=path, place=place) for path, place in places.items() if len(path) <= 200]
    seeded.objects.using(using).bulk_create(rows, batch_size=500)


def _published(document: str) -> dict[str, str]:
    try:
        return dict(_paths(json.loads(document)))
    except (ValueError, LookupError, TypeError, AttributeError):
        return {}  # somebody wrote into it


def _paths(document: Any) -> Iterator[tuple[str, str]]:
    for category in document["categories"]:
        key = str(category["key"])
        yield key, key
        for service in category["services"]:
            yield f"{key}:{service['key']}", ""
        for tracker in category["trackers"]:
            yield f"{key}/{tracker['name']}", ""


class Migration(migrations.Migration):
    """After the wording that is the same."""

    dependencies: ClassVar = [("consent", "0007_same_wording")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Seeded",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(max_length=200, unique=True, verbose_name="path")),
                ("place", models.CharField(blank=True, max_length=32, verbose_name="category")),
            ],
            options={
                "verbose_name": "declared by set-up",
                "verbose_name_plural": "declared by set-up",
                "ordering": ("path",),
                "default_permissions": (),
            },
        ),
        migrations.RunPython(remember, migrations.RunPython.noop),
    ]
