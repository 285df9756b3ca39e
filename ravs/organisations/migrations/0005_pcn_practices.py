from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0004_extended_edit'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='pcn_practices',
            field=models.JSONField(blank=True, default=list),
        ),
    ]
