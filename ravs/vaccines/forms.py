"""What people fill in about stock."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from ravs.nhsuk_forms.dates import BOXES, DateField
from ravs.nhsuk_forms.fields import CheckboxesField, Choice, Look, RadioField, TextField
from ravs.nhsuk_forms.forms import Form
from ravs.organisations.models import Site
from ravs.vaccines.batches import check_expiry, clean_number
from ravs.vaccines.models import Option, Product, VaccineType
from ravs.vaccines.refusals import BatchNotPossible
from ravs.vaccines.scanning import CannotRead, read
from ravs.vaccines.services import NewBatch

MOST_BATCHES = 10
"""On one page. More are added in another round."""

NUMBER_HINT = "For example, AB781-10/4. If you have a scanner, you can scan the code on the pack."


class SitesForm(Form):
    """At which sites. Ticked ones stay in sight whatever the list is narrowed to."""

    def __init__(self, *args: Any, sites: Sequence[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sites"] = CheckboxesField(
            label="Which sites are you adding vaccines for?",
            hint="Select all that apply.",
            missing="Select at least one site",
            choices=[Choice(str(site.public_id), site.name, site.ods) for site in sites],
            look=Look(label_size="m"),
        )


class ProductForm(Form):
    """Which vaccine, and which product of it."""

    def __init__(
        self, *args: Any, types: Sequence[tuple[str, str, Sequence[Product]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"] = RadioField(
            label="Vaccine",
            missing="Select the vaccine",
            choices=[Choice(code, title, reveals=(f"product-{code}",)) for code, title, _ in types],
            look=Look(label_size="m"),
        )
        for code, title, products in types:
            self.fields[f"product-{code}"] = RadioField(
                label=f"{title} product",
                missing="Select the product",
                choices=[Choice(product.code, product.name) for product in products],
            )

    @property
    def product(self) -> str:
        return str(self.cleaned_data[f"product-{self.cleaned_data['type']}"])


class BatchesForm(Form):
    """One batch or several of one product. What a scanner typed is read into its fields.

    A further batch whose fields are all blank is left out. ``stands``: the expiry date of a batch
    that is corrected, which may stay although it has passed.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        rows: int,
        product: Product,
        today: date,
        pack_sizes: Sequence[Option] = (),
        initial: Mapping[str, Any] | None = None,
        stands: date | None = None,
    ) -> None:
        self.rows, self.today, self.stands = rows, today, stands
        self.scanned: dict[int, str] = {}
        self.unread: dict[int, str] = {}
        read_in = self._read_scans(data) if data is not None else None
        super().__init__(read_in, initial=dict(initial or {}))
        for row in range(1, rows + 1):
            self._add_row(row, product, pack_sizes)

    def _add_row(self, row: int, product: Product, pack_sizes: Sequence[Option]) -> None:
        which = f" of batch {row}" if self.rows > 1 else ""
        self.fields[f"number_{row}"] = TextField(
            label=f"Batch number{which}",
            hint=NUMBER_HINT if row == 1 else "",
            required=False,
            look=Look(
                autocomplete="off", spellcheck=False, autocapitalize="characters", width="20"
            ),
        )
        self.fields[f"expiry_{row}"] = DateField(
            label=f"Expiry date{which}",
            noun="Expiry date",
            hint=product.expiry_hint or f"For example, 31 3 {self.today.year + 1}",
            required=False,
        )
        if pack_sizes:
            self.fields[f"pack_{row}"] = RadioField(
                label=f"Pack size{which}",
                choices=[Choice(size.code, size.label) for size in pack_sizes],
                required=False,
                look=Look(inline=True),
            )

    def _read_scans(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """What was typed, with the codes that a scanner typed taken apart."""
        typed = {name: data[name] for name in data}
        for row in range(1, self.rows + 1):
            try:
                scan = read(str(typed.get(f"number_{row}", "")))
            except CannotRead as refusal:
                self.unread[row] = str(refusal)
                continue
            if scan is not None:
                self.scanned[row] = scan.gtin
                typed[f"number_{row}"] = scan.number
                if scan.expiry:
                    typed |= _boxes(f"expiry_{row}", scan.expiry)
        return typed

    def clean(self) -> dict[str, Any]:
        seen: set[tuple[str, date]] = set()
        self.batches: list[NewBatch] = []
        for row in range(1, self.rows + 1):
            if row > 1 and self._is_blank(row):
                continue
            batch = self._batch(row)
            if batch and (batch.number, batch.expiry) in seen:
                self.add_error(f"number_{row}", "You have entered this batch twice")
            elif batch:
                seen.add((batch.number, batch.expiry))
                self.batches.append(batch)
        return self.cleaned_data

    def _is_blank(self, row: int) -> bool:
        names = [f"number_{row}", *_boxes(f"expiry_{row}", self.today)]
        return not any(str(self.data.get(name, "")).strip() for name in names)

    def _batch(self, row: int) -> NewBatch | None:
        number = self._number(row)
        expiry = self._expiry(row)
        size = self.cleaned_data.get(f"pack_{row}", "")
        if f"pack_{row}" in self.fields and not size:
            self.add_error(f"pack_{row}", "Select the pack size")
            return None
        return NewBatch(number, expiry, size) if number and expiry else None

    def _number(self, row: int) -> str:
        name = f"number_{row}"
        if row in self.unread:
            self.add_error(name, self.unread[row])
            return ""
        try:
            return clean_number(str(self.cleaned_data.get(name, "")))
        except BatchNotPossible as refusal:
            self.add_error(name, str(refusal))
            return ""

    def _expiry(self, row: int) -> date | None:
        name = f"expiry_{row}"
        if name in self.errors:
            return None
        expiry: date | None = self.cleaned_data.get(name)
        if expiry is None:
            self.add_error(name, "Enter the expiry date")
            return None
        try:
            check_expiry(expiry, self.today, self.stands)
        except BatchNotPossible as refusal:
            self.add_error(name, str(refusal))
            return None
        return expiry

    def typed(self) -> dict[str, Any]:
        """What stands in the fields, to begin another form with."""
        kept: dict[str, Any] = {}
        for row in range(1, self.rows + 1):
            kept[f"number_{row}"] = self.data.get(f"number_{row}", "")
            boxes = _boxes(f"expiry_{row}", self.today)
            kept[f"expiry_{row}"] = [self.data.get(name, "") for name in boxes]
            kept[f"pack_{row}"] = self.data.get(f"pack_{row}", "")
        return kept


def initial_of(batches: Iterable[NewBatch]) -> dict[str, Any]:
    """The fields of a form that shows these batches."""
    made: dict[str, Any] = {}
    for row, batch in enumerate(batches, 1):
        made |= {
            f"number_{row}": batch.number,
            f"expiry_{row}": batch.expiry,
            f"pack_{row}": batch.pack_size,
        }
    return made


def _boxes(name: str, day: date) -> dict[str, str]:
    values = (day.day, day.month, day.year)
    return {f"{name}_{box}": str(value) for box, value in zip(BOXES, values, strict=True)}


class FinishForm(Form):
    """The last day on which a batch is given."""

    last_day = DateField(
        label="Last day the batch can be used",
        noun="The date",
        missing="Enter the last day the batch can be used",
        look=Look(label_size="m"),
    )


class EnableForm(Form):
    """Which vaccines a pharmacy wants to give besides."""

    def __init__(self, *args: Any, types: Sequence[VaccineType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.types = types
        self.fields["types"] = CheckboxesField(
            label="Which vaccines do you want to enable?",
            hint="Select all that apply.",
            missing="Select at least one vaccine",
            choices=[Choice(type_.code, type_.title) for type_ in types],
            look=Look(label_size="m"),
        )

    @property
    def chosen(self) -> list[VaccineType]:
        return [type_ for type_ in self.types if type_.code in self.cleaned_data["types"]]
