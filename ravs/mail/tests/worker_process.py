"""One process of the kill tests: ``python -m ravs.mail.tests.worker_process WORD [NUMBER]``."""

import json
import logging
import os
import sys
from collections import Counter

import django
from django.core.management import call_command


def main(word: str, *numbers: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "ravs.mail.tests.process_settings"
    django.setup()
    logging.basicConfig(level=logging.WARNING)
    WORDS[word](*(int(number) for number in numbers))


def prepare() -> None:
    call_command("migrate", verbosity=0)


def promise(count: int) -> None:
    from ravs.mail.tests.outbox import promise_many

    sys.stdout.write(json.dumps([message.message_id for message in promise_many(count)]))


def work() -> None:
    from ravs.mail.commands import worker

    worker.main(args=[])


def report() -> None:
    from ravs.mail.models import Message

    states = Counter(Message.objects.values_list("state", flat=True))
    sys.stdout.write(json.dumps(states))


WORDS = {"prepare": prepare, "promise": promise, "work": work, "report": report}

if __name__ == "__main__":
    main(*sys.argv[1:])
