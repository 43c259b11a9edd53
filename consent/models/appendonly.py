"""Rows that are written once: the ORM's half of the guard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from django.db import models
from django.db.models.base import ModelBase


class AppendOnlyError(TypeError):
    """Somebody tried to change or remove a row that is evidence."""


def _refuse(model: type[models.Model], what: str) -> NoReturn:
    raise AppendOnlyError(
        f"{model._meta.object_name} rows are evidence: they are written once and can be neither "
        f"changed nor deleted ({what} refused)."
    )


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """A queryset that reads and inserts, and refuses everything else."""

    def update(self, **kwargs: Any) -> NoReturn:  # noqa: ARG002 - Django's signature
        """Refuse."""
        _refuse(self.model, "update()")

    def delete(self) -> NoReturn:
        """Refuse."""
        _refuse(self.model, "delete()")

    def _raw_delete(self, using: str | None) -> NoReturn:  # noqa: ARG002 - Django's signature
        _refuse(self.model, "delete()")

    def bulk_update(
        self,
        objs: Iterable[Any],  # noqa: ARG002 - Django's signature
        fields: Iterable[str],  # noqa: ARG002 - Django's signature
        batch_size: int | None = None,  # noqa: ARG002 - Django's signature
    ) -> NoReturn:
        """Refuse."""
        _refuse(self.model, "bulk_update()")

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Insert rows; refuse to overwrite those that conflict."""
        if kwargs.get("update_conflicts") or any(args[2:3]):
            _refuse(self.model, "bulk_create(update_conflicts=True)")
        return super().bulk_create(objs, *args, **kwargs)


AppendOnlyManager = models.Manager.from_queryset(AppendOnlyQuerySet)


class AppendOnlyModel(models.Model):
    """A row that can be inserted and read."""

    objects = AppendOnlyManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save_base(
        self,
        raw: bool = False,
        force_insert: bool | tuple[ModelBase, ...] = False,  # noqa: ARG002 - always an insert
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Insert the row; refuse to update one."""
        if not self._state.adding or force_update or update_fields is not None:
            _refuse(type(self), "save()")
        super().save_base(raw=raw, force_insert=True, using=using)

    def _do_update(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ARG002 - Django's signature
        # Fixtures call Django's own save_base(), which tries an update first: none, so that an
        # insert follows, which fails where the row exists.
        return []

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:  # noqa: ARG002 - Django's signature
        """Refuse."""
        _refuse(type(self), "delete()")
