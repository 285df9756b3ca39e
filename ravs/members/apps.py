from importlib import import_module

from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "ravs.members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to the outbox."""
        import_module("ravs.members.receivers")
