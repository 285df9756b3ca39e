from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "ravs.members"
    default_auto_field = "django.db.models.BigAutoField"
