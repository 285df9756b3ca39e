"""The database's own refusal to change history, on both engines.

Events are only ever added. A row of the side table may be emptied and nothing else. A chain's
head only moves forward. A superuser can still switch triggers off: what is then done to the rows
is what ``verify`` finds.

On SQLite a later migration that rebuilds one of these tables drops its triggers: such a
migration must end with ``install`` again (a test holds every table to its triggers).
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REFUSED = "The history is append-only."

POSTGRESQL_INSTALL = f"""
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '30s';

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION audit_person_emptied_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.payload IS NOT NULL OR NEW.salt IS NOT NULL
        OR NEW.event_id IS DISTINCT FROM OLD.event_id
        OR NEW.position IS DISTINCT FROM OLD.position
        OR NEW.person IS DISTINCT FROM OLD.person
    THEN
        RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION audit_head_forward_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.chain IS DISTINCT FROM OLD.chain OR NEW.seq <= OLD.seq THEN
        RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_event_kept BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_event_not_truncated BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_person_emptied_only BEFORE UPDATE ON audit_eventperson
    FOR EACH ROW EXECUTE FUNCTION audit_person_emptied_only();
CREATE TRIGGER audit_person_kept BEFORE DELETE ON audit_eventperson
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_person_not_truncated BEFORE TRUNCATE ON audit_eventperson
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_forward_only BEFORE UPDATE ON audit_chainhead
    FOR EACH ROW EXECUTE FUNCTION audit_head_forward_only();
CREATE TRIGGER audit_head_kept BEFORE DELETE ON audit_chainhead
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_not_truncated BEFORE TRUNCATE ON audit_chainhead
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""

POSTGRESQL_REMOVE = """
DROP TRIGGER audit_event_kept ON audit_event;
DROP TRIGGER audit_event_not_truncated ON audit_event;
DROP TRIGGER audit_person_emptied_only ON audit_eventperson;
DROP TRIGGER audit_person_kept ON audit_eventperson;
DROP TRIGGER audit_person_not_truncated ON audit_eventperson;
DROP TRIGGER audit_head_forward_only ON audit_chainhead;
DROP TRIGGER audit_head_kept ON audit_chainhead;
DROP TRIGGER audit_head_not_truncated ON audit_chainhead;
DROP FUNCTION audit_refuse();
DROP FUNCTION audit_person_emptied_only();
DROP FUNCTION audit_head_forward_only();
"""

_SQLITE_REFUSE = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"

SQLITE_INSTALL = (
    f"CREATE TRIGGER audit_event_kept BEFORE UPDATE ON audit_event {_SQLITE_REFUSE}",
    f"CREATE TRIGGER audit_event_not_deleted BEFORE DELETE ON audit_event {_SQLITE_REFUSE}",
    "CREATE TRIGGER audit_person_emptied_only BEFORE UPDATE ON audit_eventperson"
    " WHEN NEW.payload IS NOT NULL OR NEW.salt IS NOT NULL"
    " OR NEW.event_id IS NOT OLD.event_id OR NEW.position IS NOT OLD.position"
    f" OR NEW.person IS NOT OLD.person {_SQLITE_REFUSE}",
    f"CREATE TRIGGER audit_person_kept BEFORE DELETE ON audit_eventperson {_SQLITE_REFUSE}",
    "CREATE TRIGGER audit_head_forward_only BEFORE UPDATE ON audit_chainhead"
    f" WHEN NEW.chain IS NOT OLD.chain OR NEW.seq <= OLD.seq {_SQLITE_REFUSE}",
    f"CREATE TRIGGER audit_head_kept BEFORE DELETE ON audit_chainhead {_SQLITE_REFUSE}",
)

SQLITE_TRIGGERS = (
    "audit_event_kept",
    "audit_event_not_deleted",
    "audit_person_emptied_only",
    "audit_person_kept",
    "audit_head_forward_only",
    "audit_head_kept",
)


def install(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRESQL_INSTALL, params=None)
        return
    for statement in SQLITE_INSTALL:
        editor.execute(statement, params=None)


def remove(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRESQL_REMOVE, params=None)
        return
    for name in SQLITE_TRIGGERS:
        editor.execute(f"DROP TRIGGER {name}", params=None)
