"""What the triggers that guard evidence are called and say, in each database's own language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

REMOVABLE = ("record", "notice", "presentation")
_KEPT = ("leaf", "seal", "removal", "removedrow", "removedrange", "anchor", "access")
_KEYS = {"leaf": ("index",), "seal": ("number",)}
_UNIQUE = {
    "notice": (("site", "number"),),
    "presentation": (("digest",),),
    "leaf": (("kind", "row"),),
    "removedrow": (("kind", "row"),),
    "removedrange": (("kind", "first"),),
}
# ruff: noqa: S608 - every name that stands in a statement here is a constant of this module


class Guard(NamedTuple):
    """One trigger of one table, and the statement that creates it."""

    name: str
    table: str
    sql: str

    @property
    def stops_emptying(self) -> bool:
        """Whether the table cannot be emptied as long as it is there."""
        return self.name.endswith(("_delete", "_truncate"))


def guards(vendor: str) -> list[Guard]:
    """Return the triggers for a database vendor, as `connection.vendor` names it."""
    return [guard for kind in (*REMOVABLE, *_KEPT) for guard in _BY_VENDOR[vendor](kind)]


def partition_guards(partition: str) -> list[Guard]:
    """Return the triggers for a partition of the records on PostgreSQL.

    It has those for rows from its parent, and a statement that names it fires no others of it.
    """
    own = [guard for guard in _postgresql("record", partition) if guard.stops_emptying]
    update = "consent_record_update"
    return [
        Guard(update, partition, f"ALTER TABLE {partition} ENABLE TRIGGER {update}"),
        *own,
    ]


def functions(schema: str) -> list[str]:
    """Return what creates PostgreSQL's functions for the tables of a schema, quoted if need be."""
    return [_REFUSE, *(_UNLESS_REMOVED.format(kind=kind, schema=schema) for kind in REMOVABLE)]


def function_names() -> list[str]:
    """Return the names of PostgreSQL's functions."""
    return ["consent_refuse", *(f"consent_refuse_{kind}" for kind in REMOVABLE)]


def _says(kind: str, what: str) -> str:
    return f"consent: {kind} rows are evidence and cannot be {what}"


def _sqlite(kind: str) -> Iterator[Guard]:
    table = f"consent_{kind}"
    named = ""
    if kind in REMOVABLE:
        named = f"WHEN NOT {_named(kind)} "
    keys = (_KEYS.get(kind, ("id",)), *_UNIQUE.get(kind, ()))
    same = " OR ".join(_all(f'"{name}" = NEW."{name}"' for name in key) for key in keys)
    for what, when in (
        ("update", "UPDATE ON {table} "),
        ("delete", "DELETE ON {table} " + named),
        ("replace", "INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE " + same + ") "),
    ):
        says = _says(kind, {"delete": "deleted"}.get(what, f"{what}d"))
        name = f"{table}_{what}"
        sql = f"CREATE TRIGGER {name} BEFORE {when.format(table=table)}"
        yield Guard(name, table, f"{sql}BEGIN SELECT RAISE(ABORT, '{says}'); END")


def _postgresql(kind: str, partition: str = "") -> Iterator[Guard]:
    name, table = f"consent_{kind}", partition or f"consent_{kind}"
    refuse = "EXECUTE FUNCTION consent_refuse()"
    create = "CREATE OR REPLACE TRIGGER"  # a disabled one is put back into force
    yield Guard(
        f"{name}_update",
        table,
        f"{create} {name}_update BEFORE UPDATE ON {table} FOR EACH ROW {refuse}",
    )
    yield Guard(
        f"{name}_truncate",
        table,
        f"{create} {name}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}",
    )
    delete = f"{create} {name}_delete BEFORE DELETE ON {table} FOR EACH ROW {refuse}"
    if kind in REMOVABLE:
        # For the whole statement at once: row by row it takes ten times as long.
        delete = (
            f"{create} {name}_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone "
            f"FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse_{kind}()"
        )
    yield Guard(f"{name}_delete", table, delete)


def _mysql(kind: str) -> Iterator[Guard]:
    table = f"consent_{kind}"
    for what in ("update", "delete"):
        signal = f"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{_says(kind, f'{what}d')}'"
        if what == "delete" and kind in REMOVABLE:
            signal = f"IF NOT {_named(kind, '`')} THEN {signal}; END IF"
        sql = f"CREATE TRIGGER {table}_{what} BEFORE {what.upper()} ON {table} FOR EACH ROW "
        yield Guard(f"{table}_{what}", table, f"{sql}BEGIN {signal}; END")


def _named(kind: str, quote: str = '"') -> str:
    """Return the condition that the ledger names the old row, by itself or in a range."""
    row, first, last = (f"{quote}{name}{quote}" for name in ("row", "first", "last"))
    return (
        f"(EXISTS (SELECT 1 FROM consent_removedrow WHERE kind = '{kind}' AND {row} = OLD.id) "
        "OR EXISTS (SELECT 1 FROM consent_removedrange "
        f"WHERE kind = '{kind}' AND OLD.id BETWEEN {first} AND {last}))"
    )


def _all(conditions: Iterable[str]) -> str:
    return f"({' AND '.join(conditions)})"


_BY_VENDOR: dict[str, Callable[[str], Iterable[Guard]]] = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    "mysql": _mysql,
}

_REFUSE = """
CREATE OR REPLACE FUNCTION consent_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'consent: rows of % are evidence (% refused)', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'integrity_constraint_violation';
END $$"""

# The search path: nobody can pass a temporary table of that name off as the ledger.
_UNLESS_REMOVED = """
CREATE OR REPLACE FUNCTION consent_refuse_{kind}() RETURNS trigger LANGUAGE plpgsql
SET search_path = {schema}, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM gone WHERE NOT EXISTS (
    SELECT 1 FROM consent_removedrow r WHERE r.kind = '{kind}' AND r.row = gone.id
  ) AND NOT EXISTS (
    SELECT 1 FROM consent_removedrange r
    WHERE r.kind = '{kind}' AND gone.id BETWEEN r.first AND r.last
  )) THEN
    RAISE EXCEPTION 'consent: rows of % are evidence (% refused)', TG_TABLE_NAME, TG_OP
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$"""
