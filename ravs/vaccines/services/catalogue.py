"""Bring in a file of the catalogue: all of it, or nothing."""

from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from ravs.audit import services as audit
from ravs.audit.events import CatalogueImported
from ravs.vaccines.catalogue.checks import faults, known
from ravs.vaccines.catalogue.reading import BadCatalogue, read
from ravs.vaccines.catalogue.writing import Changes, write
from ravs.vaccines.models import CatalogueRelease

SHIPPED = Path(__file__).resolve().parents[1] / "data" / "catalogue.toml"
IMPORT_LOCK = 7_266_734
"""Any fixed number of ours: one file comes in at a time."""


@transaction.atomic
def import_catalogue(*, file: Path, dry_run: bool = False) -> Changes:
    """Add what is new in ``file`` and change what differs. The same file again changes nothing.

    Rows that the file does not name stay as they are. A dry run checks it all and keeps nothing.

    Raises:
        BadCatalogue: with everything that is wrong; then nothing was changed.
    """
    document, digest = read(file)
    _one_at_a_time()
    wrong = faults(document, known())
    if wrong:
        raise BadCatalogue(wrong)
    done = write(document)
    if done:
        _remember(document.name, digest, timezone.now())
        audit.record(CatalogueImported(added=done.added, changed=done.changed, digest=digest))
    if dry_run:
        transaction.set_rollback(True)
    return done


def import_shipped_catalogue() -> str:
    """Bring in the file that comes with this version where no other ever came; says so."""
    if CatalogueRelease.objects.exists():
        return ""
    done = import_catalogue(file=SHIPPED)
    return f"The vaccine catalogue was loaded: {done.added} rows."


def _remember(name: str, digest: str, now: datetime) -> None:
    CatalogueRelease.objects.create(name=name, digest=digest, imported_at=now)


def _one_at_a_time() -> None:
    """Until the transaction ends. SQLite lets in one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
