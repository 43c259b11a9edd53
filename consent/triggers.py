"""What the triggers that guard evidence are called and say, in each database's own language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

REMOVABLE = ("record", "notice", "presentation")
_KEPT = ("leaf", "seal", "removal", "removedrow", "anchor")
_KEYS = {"leaf": ("index",), "seal": ("number",)}
_UNIQUE = {
    "notice": (("site", "number"),),
    "presentation": (("digest",),),
    "leaf": (("kind", "row"),),
    "removedrow": (("kind", "row"),),
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
        named = (
            "WHEN NOT EXISTS (SELECT 1 FROM consent_removedrow "
            f"WHERE kind = '{kind}' AND \"row\" = OLD.id) "
        )
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


def _postgresql(kind: str) -> Iterator[Guard]:
    table = f"consent_{kind}"
    refuse = "EXECUTE FUNCTION consent_refuse()"
    create = "CREATE OR REPLACE TRIGGER"  # a disabled one is put back into force
    yield Guard(
        f"{table}_update",
        table,
        f"{create} {table}_update BEFORE UPDATE ON {table} FOR EACH ROW {refuse}",
    )
    yield Guard(
        f"{table}_truncate",
        table,
        f"{create} {table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}",
    )
    delete = f"{create} {table}_delete BEFORE DELETE ON {table} FOR EACH ROW {refuse}"
    if kind in REMOVABLE:
        # For the whole statement at once: row by row it takes ten times as long.
        delete = (
            f"{create} {table}_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone "
            f"FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse_{kind}()"
        )
    yield Guard(f"{table}_delete", table, delete)


def _mysql(kind: str) -> Iterator[Guard]:
    table = f"consent_{kind}"
    for what in ("update", "delete"):
        signal = f"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{_says(kind, f'{what}d')}'"
        if what == "delete" and kind in REMOVABLE:
            signal = (
                "IF NOT EXISTS (SELECT 1 FROM consent_removedrow "
                f"WHERE kind = '{kind}' AND `row` = OLD.id) THEN {signal}; END IF"
            )
        sql = f"CREATE TRIGGER {table}_{what} BEFORE {what.upper()} ON {table} FOR EACH ROW "
        yield Guard(f"{table}_{what}", table, f"{sql}BEGIN {signal}; END")


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
  )) THEN
    RAISE EXCEPTION 'consent: rows of % are evidence (% refused)', TG_TABLE_NAME, TG_OP
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$"""
