"""What somebody has answered so far while adding vaccines, kept under the journey's key."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from django.http import Http404

from ravs.accounts.submissions import BadKey, is_key, keep, new_key, recall, result_of
from ravs.core.dates import london_today
from ravs.members.requests import MemberRequest
from ravs.organisations.models import Site
from ravs.vaccines import stock_selectors as stock
from ravs.vaccines.batches import asks_pack_size
from ravs.vaccines.models import OptionKind, Product, StockItem
from ravs.vaccines.presenters import url_of
from ravs.vaccines.selectors import options
from ravs.vaccines.services import NewBatch

KIND = "add-vaccines"


class Journey:
    """The answers of one person in one tab. An answer that has become impossible is none."""

    def __init__(self, request: MemberRequest, key: str, values: dict[str, Any]) -> None:
        self.request, self.key, self.values = request, key, values

    @classmethod
    def of(cls, request: MemberRequest) -> "Journey":
        """The journey that the page's key names, or a fresh one."""
        key = request.POST.get("key") or request.GET.get("key", "")
        kept = recall(account=request.account, key=key, kind=_kind(request))
        done = result_of(account=request.account, key=key)
        usable = kept is not None or done
        return cls(request, key if usable else _key(request, key), kept or {})

    def at(self, item: StockItem) -> "Journey":
        """The same journey with site and product answered."""
        answered = {"sites": [str(item.site.public_id)], "product": item.product.code}
        return Journey(self.request, self.key, self.values | answered)

    @cached_property
    def open_sites(self) -> list[Site]:
        return stock.sites_of(self.request.organisation)

    @cached_property
    def sites(self) -> list[Site]:
        """The chosen sites that are open; the only one there is, without asking."""
        chosen = set(self.values.get("sites", ()))
        here = self.open_sites
        return here if len(here) == 1 else [s for s in here if str(s.public_id) in chosen]

    @cached_property
    def product(self) -> Product | None:
        """The chosen product, while this organisation may keep it."""
        for _, _, products in stock.products_to_add(self.request.organisation, london_today()):
            for product in products:
                if product.code == self.values.get("product"):
                    return product
        return None

    @property
    def chosen(self) -> Product:
        """The product, on pages that have made sure there is one."""
        if self.product is None:
            raise Http404
        return self.product

    @cached_property
    def batches(self) -> list[NewBatch]:
        return [
            NewBatch(number, date.fromisoformat(expiry), size)
            for number, expiry, size in self.values.get("batches", ())
        ]

    @cached_property
    def sizes(self) -> dict[str, str]:
        return {row.code: row.label for row in options(OptionKind.PACK_SIZE, london_today())}

    @property
    def scanned(self) -> list[str]:
        return list(self.values.get("scanned", ()))

    @property
    def done(self) -> str:
        """Where the journey led when it was confirmed; empty before."""
        return result_of(account=self.request.account, key=self.key)

    @property
    def site_names(self) -> str:
        return ", ".join(site.name for site in self.sites)

    @property
    def before_sites(self) -> str:
        """Where to go while no site is chosen; without any, the page that says so."""
        name = "add" if len(self.open_sites) > 1 else "list"
        return self.address(name) if name == "add" else url_of(name, self.request.organisation)

    @property
    def back_from_product(self) -> str:
        return (
            self.address("add")
            if len(self.open_sites) > 1
            else url_of("list", self.request.organisation)
        )

    def product_answers(self) -> dict[str, str]:
        if self.product is None:
            return {}
        type_ = self.product.type.code
        return {"type": type_, f"product-{type_}": self.product.code}

    def about_batches(self) -> dict[str, Any]:
        """What the form of batches has to know."""
        today = london_today()
        asks = asks_pack_size(self.request.organisation, self.chosen)
        sizes = options(OptionKind.PACK_SIZE, today) if asks else []
        return {"product": self.chosen, "today": today, "pack_sizes": sizes}

    def keep_batches(self, batches: Iterable[NewBatch], scanned: Mapping[int, str]) -> str:
        rows = [[batch.number, batch.expiry.isoformat(), batch.pack_size] for batch in batches]
        return self.keep("add-check", batches=rows, scanned=sorted(set(scanned.values())))

    def keep(self, next_step: str, **answers: Any) -> str:
        """Remember answers and give the address of the next step.

        A journey that is over begins anew under another key.
        """
        self.values |= answers
        try:
            self._write()
        except BadKey:
            self.key = new_key()
            self._write()
        return self.address(next_step)

    def address(self, step: str) -> str:
        return f"{url_of(step, self.request.organisation)}?key={self.key}"

    def _write(self) -> None:
        kind = _kind(self.request)
        keep(account=self.request.account, key=self.key, kind=kind, values=self.values)


def _kind(request: MemberRequest) -> str:
    """Two organisations' journeys are two: a key from one opens nothing in the other."""
    return f"{KIND}:{request.organisation.ods}"


def _key(request: MemberRequest, key: str) -> str:
    """The key that a first form was sent with, while it is good; otherwise a fresh one."""
    return key if request.method == "POST" and is_key(key) else new_key()
