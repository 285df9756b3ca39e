"""How vaccines came to where they are given: types enabled, batches added and finished."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from ravs.accounts.models import Account
from ravs.core.dates import london_today
from ravs.demo.past.care.acts import Act
from ravs.demo.past.care.desk import Desk
from ravs.demo.past.giving import BEGAN, Giving, Keeps, Lot
from ravs.vaccines import services
from ravs.vaccines.models import Batch
from ravs.vaccines.services.enabling import may_enable, type_by_code

ENABLING, ADDING, FINISHING = 350, 355, 400
"""Minutes of the working day."""


@dataclass(frozen=True)
class Stock:
    """One organisation's: ``steward`` looks after it."""

    giving: Giving
    desk: Desk

    def acts(self) -> Iterator[Act]:
        who, ods = self.giving.steward, self.giving.ods
        yield Act(BEGAN, ENABLING, who, ods, self._enable)
        for order, keeps in enumerate(self.giving.stock):
            for lot in keeps.lots:
                yield Act(lot.added, ADDING + order, who, ods, partial(self._add, keeps, lot))
                if lot.finished is not None:
                    finish = partial(self._finish, keeps, lot)
                    yield Act(lot.finished, FINISHING + order, who, ods, finish)

    def _enable(self, actor: Account) -> None:
        """What a pharmacy may enable itself it does; the rest an operator does."""
        for code in self.giving.types:
            found = type_by_code(code)
            by = actor if may_enable(self.desk.organisation, found) else None
            services.enable_vaccine(actor=by, organisation=self.desk.organisation, type=found)

    def _add(self, keeps: Keeps, lot: Lot, actor: Account) -> None:
        services.add_batch(
            actor=actor,
            site=self.desk.site(keeps.site),
            product=self.desk.product(keeps.product),
            number=lot.number,
            # Told from the day the demonstration begins, which is ``added`` days away.
            expiry=london_today() + timedelta(days=lot.added + lot.expires),
        )

    def _finish(self, keeps: Keeps, lot: Lot, actor: Account) -> None:
        batch = Batch.objects.get(
            organisation=self.desk.organisation,
            item__site__ods=keeps.site,
            item__product__code=keeps.product,
            number=lot.number,
        )
        services.finish_batch(actor=actor, batch=batch)
