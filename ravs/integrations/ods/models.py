"""What the local twin of the directory knows. No other room reads this table."""

from collections.abc import Iterable

from django.db import models

from ravs.core.folding import parts


class Listed(models.Model):
    """A care home of the local directory."""

    ods = models.CharField(max_length=10, primary_key=True)
    name = models.CharField(max_length=100)
    address = models.CharField(max_length=200, blank=True)
    words = models.CharField(max_length=220)
    """The folded words of the name, each after a space: what a search compares."""

    class Meta:
        ordering = ["name", "ods"]

    def __str__(self) -> str:
        return f"{self.name} ({self.ods})"

    @staticmethod
    def write(rows: Iterable["Listed"]) -> int:
        """Add ``rows``, or give those that are there their new details; says how many."""
        made = {row.ods: row for row in rows}
        for row in made.values():
            row.words = words_of(row.name)
        Listed.objects.bulk_create(
            made.values(),
            update_conflicts=True,
            unique_fields=["ods"],
            update_fields=["name", "address", "words"],
        )
        return len(made)


def words_of(name: str) -> str:
    return "".join(f" {word}" for word in parts(name))[:220]
