from django.db import migrations, models

import ravs.core.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(default=ravs.core.ids.new_id, editable=False, unique=True),
                ),
                ("kind", models.CharField(max_length=60)),
                ("about", models.UUIDField()),
                ("organisation", models.UUIDField(null=True)),
                ("to", models.CharField(max_length=320)),
                ("subject", models.TextField()),
                ("text", models.TextField()),
                ("html", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("sending", "Being sent"),
                            ("sent", "Sent"),
                            ("failed", "Not delivered"),
                        ],
                        default="queued",
                        max_length=8,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField(null=True)),
                ("lease_token", models.UUIDField(null=True)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_attempt_at__isnull", False)),
                        fields=["next_attempt_at", "id"],
                        name="message_due",
                    ),
                    models.Index(fields=["about", "-id"], name="message_about"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("failed_at", None),
                                ("lease_token", None),
                                ("next_attempt_at__isnull", False),
                                ("sent_at", None),
                                ("state", "queued"),
                            ),
                            models.Q(
                                ("failed_at", None),
                                ("lease_token__isnull", False),
                                ("next_attempt_at__isnull", False),
                                ("sent_at", None),
                                ("state", "sending"),
                            ),
                            models.Q(
                                ("failed_at", None),
                                ("lease_token", None),
                                ("sent_at__isnull", False),
                                ("state", "sent"),
                            ),
                            models.Q(
                                ("failed_at__isnull", False),
                                ("lease_token", None),
                                ("sent_at", None),
                                ("state", "failed"),
                            ),
                            _connector="OR",
                        ),
                        name="message_state_has_its_dates",
                    )
                ],
            },
        ),
    ]
