"""What an event is: its values are checked when it is made, and nothing else enters the chain.

To add an event: a frozen dataclass under ``@event("room.what_happened")`` whose fields are
``bool``, ``int``, ``date``, ``UUID`` or one of the word types below, its name in ``__init__.py``
and its sentence in ``ravs/audit/sentences``.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Annotated, Any, ClassVar, TypeVar

from ravs.audit import words
from ravs.audit.values import Kind, OneOf, Shape, kind_of

Level = Annotated[str, OneOf(words.Levels)]
DeactivationReason = Annotated[str, OneOf(words.DeactivationReasons)]
Status = Annotated[str, OneOf(words.Statuses)]
OrganisationStatus = Annotated[str, OneOf(words.OrganisationStatuses)]
OrganisationType = Annotated[str, OneOf(words.OrganisationTypes)]
Reactivation = Annotated[str, OneOf(words.Reactivations)]
Finding = Annotated[str, OneOf(words.Findings)]
IdentityPurpose = Annotated[str, OneOf(words.IdentityPurposes)]
Permission = Annotated[str, OneOf(words.Permissions)]
InactiveCause = Annotated[str, OneOf(words.InactiveCauses)]
SessionEnd = Annotated[str, OneOf(words.SessionEnds)]
EmailPolicy = Annotated[str, OneOf(words.EmailPolicies)]
BulkVerb = Annotated[str, OneOf(words.BulkVerbs)]
VaccinationOutcome = Annotated[str, OneOf(words.VaccinationOutcomes)]

Digest = Annotated[str, Shape(r"[0-9a-f]{64}")]
"""A keyed hash, see ``services.keyed_hash``."""

RouteName = Annotated[str, Shape(r"[a-z_]{2,30}:[a-z0-9_-]{2,60}")]
"""The name of a view or of a permission, such as ``members:change``."""

RegionCode = Annotated[str, Shape(r"Y[0-9]{2}")]
"""The ODS code of a region of NHS England."""

CatalogueCode = Annotated[str, Shape(r"vaccine:[a-z0-9-]{1,60}")]
"""A vaccine type or a product of the catalogue, such as ``vaccine:covid-19``: see ``vaccine``."""

E = TypeVar("E", bound="Event")

REGISTRY: dict[str, type["Event"]] = {}


@dataclass(frozen=True)
class Event:
    """Something that happened. Subclasses are frozen dataclasses registered by ``event``."""

    type_name: ClassVar[str]
    kinds: ClassVar[dict[str, Kind]]

    def __post_init__(self) -> None:
        for field in fields(self):
            kind = self.kinds[field.name]
            object.__setattr__(self, field.name, kind.accept(getattr(self, field.name)))

    @property
    def data(self) -> dict[str, Any]:
        """The event's values as they are stored: JSON of words, ids, dates and numbers."""
        return {name: kind.store(getattr(self, name)) for name, kind in self.kinds.items()}


def vaccine(code: str) -> str:
    """The code of a type or a product as events carry it: recognisably no name of a person."""
    return f"vaccine:{code}"


def event(type_name: str) -> Callable[[type[E]], type[E]]:
    """Register a class of events under the stable name that the chain stores."""

    def register(cls: type[E]) -> type[E]:
        if type_name in REGISTRY:
            raise ValueError(f"Two kinds of event are called {type_name}.")
        cls.type_name = type_name
        cls.kinds = {field.name: kind_of(cls, field.name) for field in fields(cls)}
        REGISTRY[type_name] = cls
        return cls

    return register


def load(type_name: str, data: dict[str, Any]) -> Event:
    """The event that a stored row tells of. Values it does not know yet or any more are left."""
    cls = REGISTRY[type_name]
    known = {name: kind.restore(data[name]) for name, kind in cls.kinds.items() if name in data}
    return cls(**known)
