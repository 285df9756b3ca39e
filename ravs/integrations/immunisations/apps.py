from django.apps import AppConfig


class ImmunisationsConfig(AppConfig):
    name = "ravs.integrations.immunisations"
    default_auto_field = "django.db.models.BigAutoField"
