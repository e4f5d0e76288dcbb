"""The triggers that keep the audit log append-only, and what is wrong with those that are found.

Standard library alone: a log is examined where there is no database toolkit.
"""

from collections.abc import Mapping
from types import MappingProxyType

GUARDED_TABLES = ("audit_entry", "audit_seal")

# No UNIQUE constraint beside the key: INSERT OR REPLACE would delete the old row without firing its delete trigger.
_ENTRY_IN_ORDER = """
CREATE TRIGGER audit_entry_in_order BEFORE INSERT ON audit_entry
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit_entry)
  OR EXISTS (SELECT 1 FROM audit_entry WHERE seq = NEW.seq - 1 AND hash IS NOT NEW.previous)
  OR EXISTS (SELECT 1 FROM audit_entry WHERE event_id = NEW.event_id)
BEGIN SELECT RAISE(ABORT, 'audit_entry takes the next entry of the chain alone'); END
"""
_SEAL_IN_ORDER = """
CREATE TRIGGER audit_seal_in_order BEFORE INSERT ON audit_seal
WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM audit_seal)
  OR NEW.seq IS NOT (SELECT max(seq) FROM audit_entry)
BEGIN SELECT RAISE(ABORT, 'audit_seal takes a seal of the head alone'); END
"""

SQLITE_GUARDS: Mapping[str, str] = MappingProxyType(
    {
        **{
            f"{table}_no_{verb.lower()}": f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for table in GUARDED_TABLES
            for verb in ("UPDATE", "DELETE")
        },
        "audit_entry_in_order": _ENTRY_IN_ORDER,
        "audit_seal_in_order": _SEAL_IN_ORDER,
    }
)
"""The statement that makes each trigger without which a SQLite database is not append-only."""

SQLITE_TRIGGERS = """
SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND lower(tbl_name) IN ('audit_entry', 'audit_seal')
"""
"""The query that :func:`guard_flaws` judges the answer of."""


_REFUSE = "BEGIN RAISE EXCEPTION '{table} is append-only'; END"
_NEXT_ENTRY = """
BEGIN
  IF NEW.seq IS DISTINCT FROM (SELECT coalesce(max(seq), 0) + 1 FROM audit_entry)
    OR EXISTS (SELECT 1 FROM audit_entry WHERE seq = NEW.seq - 1 AND hash IS DISTINCT FROM NEW.previous)
    OR EXISTS (SELECT 1 FROM audit_entry WHERE event_id = NEW.event_id)
  THEN RAISE EXCEPTION 'audit_entry takes the next entry of the chain alone'; END IF;
  RETURN NEW;
END
"""
_SEAL_OF_HEAD = """
BEGIN
  IF NEW.seq <= (SELECT coalesce(max(seq), 0) FROM audit_seal)
    OR NEW.seq IS DISTINCT FROM (SELECT max(seq) FROM audit_entry)
  THEN RAISE EXCEPTION 'audit_seal takes a seal of the head alone'; END IF;
  RETURN NEW;
END
"""

POSTGRESQL_GUARDS: Mapping[str, str] = MappingProxyType(
    {
        **{f"{table}_no_change": _REFUSE.format(table=table) for table in GUARDED_TABLES},
        "audit_entry_in_order": _NEXT_ENTRY,
        "audit_seal_in_order": _SEAL_OF_HEAD,
    }
)
"""The body of the function behind each trigger without which a PostgreSQL database is not append-only."""

POSTGRESQL_TRIGGERS = """
SELECT tgname AS name, CASE tgenabled WHEN 'O' THEN prosrc ELSE '' END AS sql
FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE NOT tgisinternal AND tgrelid IN ('audit_entry'::regclass, 'audit_seal'::regclass)
"""
"""The same query for PostgreSQL; a disabled trigger has no body."""


def guard_flaws(found: Mapping[str, str], made: Mapping[str, str] = SQLITE_GUARDS) -> tuple[str, ...]:
    """Say which triggers are missing, were changed, or are none of ours.

    Parameters
    ----------
    found : Mapping[str, str]
        The name and statement of each trigger on the guarded tables.
    made : Mapping[str, str]
        What they were made with.

    Returns
    -------
    tuple[str, ...]
        One text for each flaw, such as ``audit_entry_no_update missing``; none where all stand as they were made.
    """
    flaws = []
    for name, statement in made.items():
        if name not in found:
            flaws.append(f"{name} missing")
        elif _words(found[name]) != _words(statement):
            flaws.append(f"{name} changed")
    flaws += [f"{name} is none of ours" for name in sorted(set(found) - set(made))]
    return tuple(flaws)


def _words(statement: str) -> list[str]:
    return statement.split()
