from django.apps import AppConfig


class OdsConfig(AppConfig):
    name = "ravs.integrations.ods"
    default_auto_field = "django.db.models.BigAutoField"
