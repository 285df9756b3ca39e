"""The verbs of vaccines: the catalogue, what organisations may give, and the stock of sites."""

from ravs.vaccines.services.catalogue import import_catalogue, import_shipped_catalogue

__all__ = ["import_catalogue", "import_shipped_catalogue"]
