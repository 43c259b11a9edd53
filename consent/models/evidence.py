"""What makes the log provable: leaves, the seals over them, removals, and anchors outside."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.models.appendonly import AppendOnlyModel
from consent.models.moments import BoundMomentField


class Exhibit(models.TextChoices):
    """What a leaf stands for."""

    RECORD = "record", _("record")
    NOTICE = "notice", _("notice")
    PRESENTATION = "presentation", _("presentation")
    REMOVAL = "removal", _("removal")
    ANCHOR = "anchor", _("anchor")


class Leaf(AppendOnlyModel):
    """One row of evidence in the order in which it was sealed; it outlives the row.

    ``index`` counts from 0 over the whole log, without gaps. ``commitment`` is what
    `consent.core.evidence` makes of the row, in hexadecimal; it reveals nothing of a record.
    """

    index = models.PositiveBigIntegerField(_("index"), primary_key=True)
    kind = models.CharField(_("what"), max_length=12, choices=Exhibit)
    row = models.PositiveBigIntegerField(_("row"))
    commitment = models.CharField(_("commitment"), max_length=64)

    class Meta:
        verbose_name = _("leaf")
        verbose_name_plural = _("leaves")
        ordering = ("index",)
        default_permissions = ("view",)
        base_manager_name = "objects"
        constraints = (models.UniqueConstraint(fields=("kind", "row"), name="consent_leaf_once"),)

    def __str__(self) -> str:
        return f"{self.index}: {self.get_kind_display()} {self.row}"


class Seal(AppendOnlyModel):
    """A Merkle root over a run of leaves, chained to the seal before it.

    It covers the leaves from ``first`` on, ``count`` of them, and every record up to the id
    ``upto``. ``previous`` is the digest of the seal before, empty for the first. ``digest`` is the
    SHA-256 of all other columns but the signature, as `consent.core.evidence` writes them;
    ``signature`` is that digest signed by the Ed25519 key whose id is ``key``, or empty.
    """

    number = models.PositiveBigIntegerField(_("number"), primary_key=True)
    first = models.PositiveBigIntegerField(_("first leaf"))
    count = models.PositiveBigIntegerField(_("leaves"))
    upto = models.PositiveBigIntegerField(_("up to record"))
    root = models.CharField(_("root"), max_length=64)
    previous = models.CharField(_("digest of the seal before"), max_length=64, blank=True)
    sealed_at = BoundMomentField(_("sealed at"), default=timezone.now)
    key = models.CharField(_("key"), max_length=16, blank=True)
    digest = models.CharField(_("digest"), max_length=64)
    signature = models.CharField(_("signature"), max_length=128, blank=True)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ("-number",)
        default_permissions = ("view",)
        permissions = (("verify_seal", "Can verify the log"),)
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.number}"


class Removal(AppendOnlyModel):
    """The ledger's entry by which rows were purged or erased, written before they went.

    ``digest`` is over the rows that it names, in `RemovedRow`; ``mac`` proves that this site's own
    key wrote the entry.
    """

    class Kind(models.TextChoices):
        """Why rows went."""

        PURGE = "purge", _("purged")
        ERASE = "erase", _("erased")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("what"), max_length=5, choices=Kind)
    reason = models.TextField(_("reason"))
    removed_by = models.TextField(_("removed by"))
    removed_at = BoundMomentField(_("removed at"), default=timezone.now)
    count = models.PositiveBigIntegerField(_("rows"))
    digest = models.CharField(_("digest of the rows"), max_length=64)
    mac = models.CharField(_("authentication code"), max_length=64)

    class Meta:
        verbose_name = _("removal")
        verbose_name_plural = _("removals")
        ordering = ("-id",)
        default_permissions = ("view",)
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.pk}: {self.get_kind_display()} ({self.count})"


class RemovedRow(AppendOnlyModel):
    """One row that a removal names, and so the only kind of row that the database lets go."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("what"), max_length=12, choices=Exhibit)
    row = models.PositiveBigIntegerField(_("row"))
    removal = models.PositiveBigIntegerField(_("removal"))

    class Meta:
        verbose_name = _("removed row")
        verbose_name_plural = _("removed rows")
        ordering = ("-id",)
        default_permissions = ("view",)
        base_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=("kind", "row"), name="consent_removed_once"),
        )
        indexes = (models.Index(fields=("removal", "id"), name="consent_removed_by"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.row}"


class RemovedRange(AppendOnlyModel):
    """All rows from one id to another that a removal names at once: a partition's records.

    ``first`` and ``last`` are ids of rows of that kind, both included.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("what"), max_length=12, choices=Exhibit)
    first = models.PositiveBigIntegerField(_("first row"))
    last = models.PositiveBigIntegerField(_("last row"))
    removal = models.PositiveBigIntegerField(_("removal"))

    class Meta:
        verbose_name = _("removed range")
        verbose_name_plural = _("removed ranges")
        ordering = ("-id",)
        default_permissions = ("view",)
        base_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=("kind", "first"), name="consent_range_once"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first} - {self.last}"


class Anchor(AppendOnlyModel):
    """That a seal's digest stands outside the database, and where."""

    class Kind(models.TextChoices):
        """What it was written to."""

        FILE = "file", _("file")
        EMAIL = "email", _("e-mail")
        TIMESTAMP = "rfc3161", _("timestamp authority")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("what"), max_length=8, choices=Kind)
    seal = models.PositiveBigIntegerField(_("seal"))
    digest = models.CharField(_("digest of the seal"), max_length=64)
    place = models.TextField(_("place"))
    token = models.TextField(_("token"), blank=True, help_text=_("Base64 of the timestamp."))
    anchored_at = BoundMomentField(_("anchored at"), default=timezone.now)

    class Meta:
        verbose_name = _("anchor")
        verbose_name_plural = _("anchors")
        ordering = ("-id",)
        default_permissions = ("view",)
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.seal}: {self.place}"
