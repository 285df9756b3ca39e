"""One organisation of the story and its people, asked for when something is done there.

What will be done is planned before any of them is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ravs.members.models import Membership
from ravs.organisations.models import Organisation, Site
from ravs.vaccines.models import Product


@dataclass(frozen=True)
class Desk:
    ods: str
    organisations: Mapping[str, Organisation]
    members: Mapping[tuple[str, str], Membership]

    sites: dict[str, Site] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    """Those asked for before: neither changes in the story."""

    @property
    def organisation(self) -> Organisation:
        return self.organisations[self.ods]

    def site(self, ods: str) -> Site:
        if ods not in self.sites:
            self.sites[ods] = Site.objects.get(organisation=self.organisation, ods=ods)
        return self.sites[ods]

    def product(self, code: str) -> Product:
        if code not in self.products:
            self.products[code] = Product.objects.select_related("type").get(code=code)
        return self.products[code]

    def key(self, who: str) -> str:
        """As forms name somebody."""
        return str(self.members[who, self.ods].public_id)
