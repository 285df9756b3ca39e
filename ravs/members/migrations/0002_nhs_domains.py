"""The two domains that are always allowed. All others are data, loaded by command."""

from django.db import migrations

ALWAYS = ("nhs.net", "nhs.uk")


def add_domains(apps, _schema_editor):
    domain = apps.get_model("members", "AllowedEmailDomain")
    domain.objects.bulk_create(
        [domain(domain=name, include_subdomains=True, added_by="migration") for name in ALWAYS],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]

    operations = [migrations.RunPython(add_domains, migrations.RunPython.noop)]
