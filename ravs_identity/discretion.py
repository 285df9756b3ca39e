"""Keeps what opens an account out of the log."""

import logging
import re

LINK = re.compile(r"(/(?:activate|reset-password)/)[\w%-]+")


class WithoutLinks(logging.Filter):
    """Writes mailed links without their token, and leaves out the request that Django attaches.

    Django names the whole address of whatever it refuses, and a refused link may work tomorrow.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = LINK.sub(r"\1…", record.getMessage()), ()
        vars(record).pop("request", None)
        return True
