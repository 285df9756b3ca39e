"""What the outbox tells other rooms."""

from django.dispatch import Signal

letter_failed = Signal()
"""A letter will not be delivered. Sent with ``message`` inside the transaction that says so, so a
receiver's own rows stand or fall with it; a receiver that raises leaves the letter to be tried
again."""
