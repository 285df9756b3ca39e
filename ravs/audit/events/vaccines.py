"""The catalogue of vaccines, who may give what, and the stock of sites."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ravs.audit.events.base import CatalogueCode, Digest, Event, event


@event("catalogue.imported")
@dataclass(frozen=True)
class CatalogueImported(Event):
    """A file of the catalogue brought new rows, or changed what rows say."""

    added: int
    changed: int
    digest: Digest
    """SHA-256 of the file."""


@event("vaccine.enabled")
@dataclass(frozen=True)
class VaccineEnabled(Event):
    type: CatalogueCode


@event("vaccine.withdrawn")
@dataclass(frozen=True)
class VaccineWithdrawn(Event):
    type: CatalogueCode


@event("batch.added")
@dataclass(frozen=True)
class BatchAdded(Event):
    """``new_product``: the site did not keep this product before."""

    site: UUID
    product: CatalogueCode
    batch: UUID
    expiry: date
    new_product: bool = False


@event("batch.changed")
@dataclass(frozen=True)
class BatchChanged(Event):
    """For records to come; those that are there keep what they say."""

    site: UUID
    product: CatalogueCode
    batch: UUID
    number_changed: bool
    expiry_before: date
    expiry_after: date


@event("batch.finished")
@dataclass(frozen=True)
class BatchFinished(Event):
    """``last_day`` is the last day on which it is given."""

    site: UUID
    product: CatalogueCode
    batch: UUID
    last_day: date


@event("batch.brought_back")
@dataclass(frozen=True)
class BatchBroughtBack(Event):
    """It can be given again: somebody took the finishing back, or added the batch again."""

    site: UUID
    product: CatalogueCode
    batch: UUID
    added_again: bool


@event("site.added")
@dataclass(frozen=True)
class SiteAdded(Event):
    site: UUID


@event("site.closed")
@dataclass(frozen=True)
class SiteClosed(Event):
    site: UUID


@event("site.reopened")
@dataclass(frozen=True)
class SiteReopened(Event):
    site: UUID
