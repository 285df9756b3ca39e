from django.apps import AppConfig


class NhsukFormsConfig(AppConfig):
    name = "ravs.nhsuk_forms"
    default_auto_field = "django.db.models.BigAutoField"
