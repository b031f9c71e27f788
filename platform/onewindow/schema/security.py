"""Row-level security and triggers: the second and third locks, made from what tables declare.

Everything here can be run again and is, after each migration, so that a new table can't be
forgotten: `policies` raises for a table without `rows`.
"""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from onewindow import clock
from onewindow.db.scoped import Rows

OWN = "nullif(current_setting('app.tenant', true), '')::int"
PERSON = "nullif(current_setting('app.person', true), '')::int"
APPLICANT = "nullif(current_setting('app.applicant', true), '')::int"
# As a sub-select it is worked out once, not for each row; the cast stands inside and outside. A
# number is read faster than a sub-select is set up.
VISIBLE = "(select nullif(current_setting('app.visible', true), '')::int[])::int[]"

MINE = f"applicant = {APPLICANT} or filed_by = {PERSON}"
SEEN = (
    f"(tenant = any({VISIBLE}) or participants && ({VISIBLE}) or applicant = {APPLICANT})"
    f" and (state <> 'draft' or {MINE})"
)
TAKES_PART = f"{OWN} = any(participants) or applicant = {APPLICANT}"

# What hangs on a case follows the case. These two ask for one case by its key, with the very words
# of the policies of `cases`; as sub-selects, those policies would be unfolded several times in
# every statement, and setting up such a plan took longer than running it.
OF_CASE = "sees_case(case_id)"
OF_OWN_CASE = "own_case(case_id) is not null"
AS_ITS_CASE = "tenant = own_case(case_id)"
_CASE_RIGHTS = f"""
create or replace function sees_case(in_case bigint) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    return exists (select 1 from cases where id = in_case and {SEEN});
end $$;

-- The tenant of a case that one takes part in; null for any other.
create or replace function own_case(in_case bigint) returns int
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    return (select tenant from cases where id = in_case and {SEEN} and ({TAKES_PART}));
end $$;
"""

# (table, column, referenced table, how): pointing at another tenant's row is refused.
FOREIGN_KEYS = [
    ("post", "department", "department", "same"),
    ("post", "backup", "post", "same"),
    ("post_holder", "post", "post", "same"),
    ("post_holder", "person", "person", "visible"),
    ("matter_version", "matter", "matter", "same"),
    ("matter_review", "version", "matter_version", "same"),
    ("matter_notice", "matter", "matter", "same"),
    ("matter_adoption", "matter", "matter", "same"),
    ("matter_adoption", "upstream", "matter", "visible"),
    ("draft_editor", "version", "matter_version", "same"),
    ("case_migration", "matter", "matter", "same"),
    ("case_migration_item", "migration", "case_migration", "same"),
    ("cases", "matter", "matter", "same"),
    ("cases", "version", "matter_version", "same"),
    ("certificate", "case_id", "cases", "visible"),
    ("paper", "case_id", "cases", "visible"),
]

# Configuration, and the standing of cases. What happens inside a case is in case_event, which the
# application can add to but not change.
AUDITED = [
    "tenant",
    "department",
    "person",
    "post",
    "post_holder",
    "calendar_day",
    "matter",
    "matter_version",
    "matter_review",
    "matter_notice",
    "matter_adoption",
    "form_block",
    "case_migration",
    "access_token",
    "paper_text",
    "certificate",
    "cases",
    "refusal",
    "correction",
]

APPEND_ONLY = ["case_event", "audit_entry"]


def statements(tables: list[Any]) -> Iterator[str]:
    """All SQL that belongs after a migration, in order."""
    yield _sql("indexes.sql")
    yield _sql("functions.sql").replace("{zone}", clock.ZONE.key)
    yield _CASE_RIGHTS
    yield _sql("move.sql", of="cases")
    yield "select make_partitions(3)"
    yield "grant usage on schema public to ow_app, ow_system"
    yield "grant select, insert, update, delete on all tables in schema public to ow_system"
    # Table by table: what others bring along (queue, migrations, views) is nobody's by default.
    yield "revoke all on all tables in schema public from ow_app"
    names = ", ".join(table._meta.tablename for table in tables)
    yield f"grant select, insert, update, delete on {names} to ow_app"
    # Drawing a number is enough: the last one drawn would tell how many others there are.
    yield "revoke select on all sequences in schema public from ow_app, ow_system"
    yield "grant usage on all sequences in schema public to ow_app, ow_system"
    yield _NO_WAY_AROUND
    yield from _queue()
    for table in tables:
        yield from policies(table)
    for name in APPEND_ONLY:
        yield f"revoke update, delete, truncate on {name} from ow_app, ow_system"
    yield "revoke insert on audit_entry from ow_app, ow_system"
    for table, column, target, how in FOREIGN_KEYS:
        yield from _foreign_key(table, column, target, how)
    for table in tables:
        if "tenant" in {column._meta.name for column in table._meta.columns}:
            yield (
                "create or replace trigger aa_tenant_stays before update on"
                f" {table._meta.tablename} for each row"
                " when (old.tenant is distinct from new.tenant) execute function tenant_stays()"
            )
    yield (
        "create or replace trigger ab_version_stays before update on matter_version for each row"
        " when (old.state not in ('draft', 'scheduled')) execute function version_stays()"
    )
    for table in AUDITED:
        yield (
            f"create or replace trigger zz_audit after insert or update or delete on {table}"
            " for each row execute function audit()"
        )


def _foreign_key(table: str, column: str, target: str, how: str) -> Iterator[str]:
    """The third lock: foreign keys are checked by PostgreSQL without row-level security, so a row
    could point at what its writer may not see. A function for each, so that it is planned once."""
    name = f"fk_{table}_{column}"
    same = "and r.tenant = new.tenant" if how == "same" else ""
    yield f"""
create or replace function {name}() returns trigger language plpgsql as $$
begin
    if new.{column} is not null
       and not exists (select 1 from {target} r where r.id = new.{column} {same}) then
        raise foreign_key_violation using message = '{column} does not exist here';
    end if;
    return new;
end $$"""
    yield (
        f"create or replace trigger fk_{column} before insert or update of {column} on {table}"
        f" for each row execute function {name}()"
    )


# A partition asked for by its own name would answer without the policies of its table.
_NO_WAY_AROUND = """
do $$ declare part text; begin
    for part in select c.oid::regclass from pg_class c
                 where c.relispartition and c.relkind = 'r' loop
        execute 'revoke all on ' || part || ' from ow_app, ow_system';
    end loop;
end $$
"""


def _queue() -> Iterator[str]:
    """The application may queue jobs but not read what others queued."""
    yield "grant insert on pgqueuer, pgqueuer_log to ow_app"
    yield "grant select (id, entrypoint, priority, dedupe_key, status) on pgqueuer to ow_app"
    yield "alter table pgqueuer enable row level security"
    numbers = "convert_from(payload, 'UTF8')::jsonb"
    tenant, person = (f"({numbers} ->> '{name}')::int" for name in ("tenant", "person"))
    mine = f"{tenant} = any({VISIBLE}) or {person} = {PERSON}"
    for name, rule in (
        ("app_select", f"for select to ow_app using ({mine})"),
        ("app_insert", "for insert to ow_app with check (true)"),
        ("system_all", "to ow_system using (true) with check (true)"),
    ):
        yield f"drop policy if exists {name} on pgqueuer"
        yield f"create policy {name} on pgqueuer {rule}"


def policies(table: type[Any]) -> Iterator[str]:
    """Row-level security of one table."""
    name = table._meta.tablename
    rows: Rows = table.rows
    yield f"alter table {name} enable row level security"
    rules: dict[str, tuple[str, str]] = {
        # command → (using, with check)
        "select": ("false", ""),
        "insert": ("", "false"),
        "update": ("false", "false"),
        "delete": ("false", ""),
    }
    own = f"tenant = {OWN}"
    match rows:
        case Rows.TENANT if name == "matter_review":
            # Nobody returns or confirms their own: that is written by `judge_matter` alone.
            rules["select"] = (f"tenant = any({VISIBLE})", "")
            rules["insert"] = ("", f"{own} and kind in ('asked', 'comment', 'failed')")
        case Rows.TENANT:
            rules = _all(f"tenant = any({VISIBLE})", own)
        case Rows.PUBLIC if name == "tenant":
            below = f"id = any({VISIBLE})"
            rules = {
                "select": ("true", ""),
                "insert": ("", f"parent = any({VISIBLE})"),
                "update": (below, below),
                "delete": ("false", ""),
            }
        case Rows.PUBLIC if name in ("matter", "matter_version"):
            rules = _all(f"state not in ('draft', 'scheduled') or tenant = any({VISIBLE})", own)
        case Rows.PUBLIC:
            rules = _all("true", own)
        case Rows.CASE:
            rules = {
                "select": (SEEN, ""),
                "insert": ("", f"applicant = {APPLICANT} or filed_at = {OWN}"),
                "update": (TAKES_PART, TAKES_PART),
                "delete": (f"state = 'draft' and ({MINE})", ""),
            }
        case Rows.OF_CASE:
            rules = _all(OF_CASE, AS_ITS_CASE)
        case Rows.TASK:
            rules = _all(f"tenant = any({VISIBLE}) or {OF_CASE}", f"{own} or {OF_OWN_CASE}")
        case Rows.PERSON:
            staff = f"tenant = {OWN} and kind = 'staff'"
            rules = {
                "select": (
                    f"id = {PERSON} or (kind = 'staff' and (tenant = any({VISIBLE}) or exists"
                    " (select 1 from post_holder h where h.person = person.id)))",
                    "",
                ),
                "insert": ("", staff),
                "update": (f"id = {PERSON} or ({staff})", f"id = {PERSON} or ({staff})"),
                "delete": ("false", ""),
            }
        case Rows.OWN:
            rules = _all(f"person_id = {PERSON}", f"person_id = {PERSON} and {own}")
        case Rows.SYSTEM:
            pass
    for command, (using, check) in rules.items():
        yield f"drop policy if exists app_{command} on {name}"
        clauses = (f" using ({using})" if using else "") + (
            f" with check ({check})" if check else ""
        )
        yield f"create policy app_{command} on {name} for {command} to ow_app{clauses}"
    yield f"drop policy if exists system_all on {name}"
    yield f"create policy system_all on {name} to ow_system using (true) with check (true)"


def _all(read: str, write: str) -> dict[str, tuple[str, str]]:
    return {
        "select": (read, ""),
        "insert": ("", write),
        "update": (write, write),
        "delete": (write, ""),
    }


def _sql(name: str, of: str = "schema") -> str:
    return files(f"onewindow.{of}").joinpath("sql", name).read_text(encoding="utf-8")
