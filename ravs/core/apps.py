from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "ravs.core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ravs.core import checks, converters, sqlite  # noqa: F401, PLC0415 - registers
