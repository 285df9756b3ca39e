"""The verbs of vaccines: the catalogue, what organisations may give, and the stock of sites."""

from ravs.vaccines.services.catalogue import import_catalogue, import_shipped_catalogue
from ravs.vaccines.services.enabling import enable_vaccine, withdraw_vaccine
from ravs.vaccines.services.finishing import finish_batch, unfinish_batch
from ravs.vaccines.services.sites import close_site, reopen_site
from ravs.vaccines.services.stock import Added, NewBatch, add_batch, add_stock, edit_batch

__all__ = [
    "Added",
    "NewBatch",
    "add_batch",
    "add_stock",
    "close_site",
    "edit_batch",
    "enable_vaccine",
    "finish_batch",
    "import_catalogue",
    "import_shipped_catalogue",
    "reopen_site",
    "unfinish_batch",
    "withdraw_vaccine",
]
