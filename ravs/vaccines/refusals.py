"""Why a verb of vaccines would not do what it was asked. Data, and words for a command."""

from collections.abc import Sequence

from ravs.core.errors import Refusal
from ravs.organisations.models import Organisation, Site
from ravs.vaccines.models import Batch, Product, VaccineType


class VaccineRefusal(Refusal):
    """Base of everything this room refuses about stock."""


class MayNotManageVaccines(VaccineRefusal):
    """The person may not manage vaccines here now, or the organisation is not open."""

    message = "Only administrators and lead administrators of this organisation can do that."


class NoSuchType(VaccineRefusal):
    """The catalogue has no type with this code today."""

    def __init__(self, code: str, codes: Sequence[str]) -> None:
        super().__init__(f"There is no vaccine {code}. There are: {', '.join(codes)}.")


class MayNotEnable(VaccineRefusal):
    """This organisation does not enable this type by itself."""

    def __init__(self, type_: VaccineType) -> None:
        super().__init__(f"Ask your region to enable {type_.name}.")
        self.type = type_


class NotEnabled(VaccineRefusal):
    """The organisation may not give this type, or the product is not valid today."""

    def __init__(self, product: Product) -> None:
        super().__init__(f"{product.name} cannot be added at this organisation now.")
        self.product = product


class SiteIsClosed(VaccineRefusal):
    def __init__(self, site: Site) -> None:
        super().__init__(f"{site.name} is closed. Reopen it before you add vaccines.")
        self.site = site


class SiteNotOurs(VaccineRefusal):
    """A site of another organisation; no page offers it."""

    def __init__(self, organisation: Organisation) -> None:
        super().__init__(f"That is no site of {organisation.name}.")


class BatchNotPossible(VaccineRefusal):
    """A batch number, an expiry date or a pack size that breaks a rule."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class AlreadyAdded(VaccineRefusal):
    """There is such a batch already, and it can be given."""

    def __init__(self, batch: Batch) -> None:
        site = batch.item.site.name
        super().__init__(f"Batch {batch.number} has already been added at {site}.")
        self.batch = batch


class ChangedMeanwhile(VaccineRefusal):
    """Somebody else changed the batch after the page was shown."""

    def __init__(self, batch: Batch) -> None:
        super().__init__(f"Somebody else has changed batch {batch.number}. Check it and try again.")
        self.batch = batch


class AlreadyFinished(VaccineRefusal):
    """A finished batch is brought back before it is changed."""

    def __init__(self, batch: Batch) -> None:
        super().__init__(f"Batch {batch.number} is finished. Bring it back before you change it.")
        self.batch = batch


class DayNotPossible(VaccineRefusal):
    """A last day before the batch was added, or after it expires."""
