"""What each table of a catalogue file may hold, field by field.

A field that is left out is empty. Text that is written down is never blank.
"""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ravs.organisations.models import OrganisationType
from ravs.vaccines.catalogue.fields import (
    Code,
    Gtin,
    Label,
    Line,
    LongCode,
    Millilitres,
    Number,
    Region,
    Remark,
    Sentence,
    Snomed,
    WebAddress,
)
from ravs.vaccines.models import Asks, Consequence, OptionKind, Route, RuleKind, Unit

WORD = Field(strict=False)
"""A word of an enumeration, where everything else is read strictly."""


class Row(BaseModel):
    """A row of any table: valid from a day until another one, and what is not yet confirmed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    identity: ClassVar[tuple[str, ...]]
    """The fields by which a row is known again."""

    valid_from: date
    valid_to: date | None = None
    needs_check: tuple[str, ...] = Field(default=(), strict=False)

    @property
    def key(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) or None for name in self.identity)

    @model_validator(mode="after")
    def is_sound(self) -> "Row":
        if self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to is before valid_from")
        unknown = sorted(set(self.needs_check) - set(type(self).model_fields))
        if unknown:
            raise ValueError(f"needs_check names {unknown[0]}, which is no field of this table")
        return self


class TypeRow(Row):
    identity = ("code",)

    code: Code
    name: Line
    diseases: list[Snomed] = []
    stock_from: Code | None = None
    any_site_may_enable: bool = False
    asks_location: bool = False
    pcn_exempt_location: Code | None = None
    dose_asked_up_to_age: Number | None = None
    default_eligibility: Code | None = None
    history_questions: list[Sentence] = []
    order: Number | None = None


class ProductRow(Row):
    identity = ("code",)

    code: LongCode
    type: Code
    name: Line
    route: Annotated[Route, WORD]
    route_code: Snomed | None = None
    site_code: Snomed | None = None
    dose_ml: Millilitres | None = None
    dmd_code: Snomed | None = None
    manufacturer: Line | None = None
    gtins: list[Gtin] = []
    asks_pack_size: bool = False
    expiry_hint: Remark | None = None


class OptionRow(Row):
    identity = ("kind", "type", "code", "valid_from")

    kind: Annotated[OptionKind, WORD]
    type: Code | None = None
    code: Code
    label: Label
    hint: Sentence | None = None
    snomed: Snomed | None = None
    asks: list[Annotated[Asks, WORD]] = []
    order: Number | None = None


class RuleRow(Row):
    identity = ("code", "valid_from")

    code: LongCode
    kind: Annotated[RuleKind, WORD]
    type: Code
    product: LongCode | None = None
    least: Number | None = None
    most: Number | None = None
    unit: Annotated[Unit, WORD]
    consequence: Annotated[Consequence, WORD] = Consequence.CLINICAL
    guidance_url: WebAddress | None = None
    region: Region | None = None
    organisation_type: Annotated[OrganisationType, WORD] | None = None

    @model_validator(mode="after")
    def has_an_end(self) -> "RuleRow":
        if self.least is None and self.most is None:
            raise ValueError("it needs least, most or both")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("least is more than most")
        if (self.kind == RuleKind.MOST_DOSES) != (self.unit == Unit.DOSES):
            raise ValueError('the unit "doses" and the kind "most-doses" go together')
        return self


class ProcedureRow(Row):
    identity = ("type", "route", "dose", "valid_from")

    type: Code
    route: Annotated[Route, WORD] | None = None
    dose: Code | None = None
    code: Snomed
    display: Remark | None = None


class Document(BaseModel):
    """A whole file."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    format: Annotated[int, Field(ge=1, le=1)]
    name: Line
    types: list[TypeRow] = []
    products: list[ProductRow] = []
    options: list[OptionRow] = []
    rules: list[RuleRow] = []
    procedures: list[ProcedureRow] = []


TABLES = ("types", "products", "options", "rules", "procedures")
