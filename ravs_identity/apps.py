from django.apps import AppConfig


class RavsIdentityConfig(AppConfig):
    name = "ravs_identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ravs_identity.keys import keep_opened_keys  # noqa: PLC0415 - needs the models

        keep_opened_keys()
