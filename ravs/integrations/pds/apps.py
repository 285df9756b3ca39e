from django.apps import AppConfig


class PdsConfig(AppConfig):
    name = "ravs.integrations.pds"
    default_auto_field = "django.db.models.BigAutoField"
