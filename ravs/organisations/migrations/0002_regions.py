"""The seven regions of NHS England, by their ODS codes."""

from django.db import migrations

REGIONS = {
    "Y56": "London",
    "Y58": "South West",
    "Y59": "South East",
    "Y60": "Midlands",
    "Y61": "East of England",
    "Y62": "North West",
    "Y63": "North East and Yorkshire",
}


def add_regions(apps, _schema_editor):
    region = apps.get_model("organisations", "Region")
    region.objects.bulk_create(
        [region(code=code, name=name) for code, name in REGIONS.items()], ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies = [("organisations", "0001_initial")]

    operations = [migrations.RunPython(add_regions, migrations.RunPython.noop)]
