from django.apps import AppConfig


class VaccinationsConfig(AppConfig):
    name = "ravs.vaccinations"
    default_auto_field = "django.db.models.BigAutoField"
