from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "ravs.audit"
    default_auto_field = "django.db.models.BigAutoField"
