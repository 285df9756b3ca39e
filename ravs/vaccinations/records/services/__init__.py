"""The verbs of records: open one, edit it, delete it."""

from ravs.vaccinations.records.services.delete import delete_vaccination
from ravs.vaccinations.records.services.edit import edit_vaccination
from ravs.vaccinations.records.services.opening import open_vaccination

__all__ = ["delete_vaccination", "edit_vaccination", "open_vaccination"]
