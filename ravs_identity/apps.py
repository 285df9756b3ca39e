from django.apps import AppConfig


class RavsIdentityConfig(AppConfig):
    name = "ravs_identity"
    default_auto_field = "django.db.models.BigAutoField"
