"""Addresses fit for a message's header."""

import unicodedata
from email.utils import parseaddr


class BadAddress(ValueError):
    """Not one plain address. It is not repeated: it may be somebody's, or an attack."""


def one_address(text: str) -> str:
    """``text`` itself when it is one bare address that can stand in a header; raises otherwise."""
    local, at, domain = text.rpartition("@")
    clean = all(not unicodedata.category(letter).startswith(("C", "Z")) for letter in text)
    if not (local and at and domain and clean and parseaddr(text) == ("", text)):
        raise BadAddress("A letter must go to exactly one address.")
    return text


def domain_of(mailbox: str) -> str:
    """The domain of ``Name <address>`` or of a bare address."""
    return parseaddr(mailbox)[1].rpartition("@")[2]
