from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def without_log(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What was counted within the last minute may be lost in a crash; so nobody waits until the
    disk has it (PostgreSQL; SQLite knows no such table)."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE core_counter SET UNLOGGED")


def with_log(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE core_counter SET LOGGED")


class Migration(migrations.Migration):
    dependencies = [("core", "0002_counter")]
    operations = [migrations.RunPython(without_log, with_log)]
