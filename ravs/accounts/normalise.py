"""E-mail addresses: the form that is stored, and the form by which two of them are the same.

Source: ADR 0013. Which domains may be used is a question for the allowed domains, not for here.
"""

import unicodedata

import idna
from email_validator import EmailNotValidError, validate_email

from ravs.core.errors import Refusal

LONGEST = 254
LONGEST_LOCAL = 64
LONGEST_TYPED = 1000


class InvalidEmail(Refusal):
    """The text is no e-mail address."""

    message = "Enter an email address in the correct format, like name@nhs.net."


def email_key(text: str) -> str:
    """What two spellings of one address have in common: compare and store by this.

    The text is split at its last ``@``; both halves lose compatibility forms (NFKC), invisible
    format characters and capitals; the domain is written as IDNA. Applying it twice changes
    nothing. Raises ``InvalidEmail`` for what cannot be an address at all.
    """
    if len(text) > LONGEST_TYPED:  # before folding, which takes long over what is long
        raise InvalidEmail
    local, at, domain = text.strip().rpartition("@")
    local, domain = _folded(local), _folded(domain)
    if not at or not local or len(local) > LONGEST_LOCAL or not _is_plain(local):
        raise InvalidEmail
    return f"{local}@{_ascii_domain(domain)}"


def clean_email(text: str) -> str:
    """An address that letters can be sent to, as its owner writes it; raises ``InvalidEmail``.

    Spaces round it and invisible characters, which come with copying, are dropped.
    """
    email_key(text)
    visible = _visible(unicodedata.normalize("NFKC", text.strip()))
    try:
        found = validate_email(
            visible,
            check_deliverability=False,
            allow_smtputf8=False,
            test_environment=True,  # whether .test may be used is for the allowed domains to say
        )
    except EmailNotValidError as error:
        raise InvalidEmail from error
    address = found.ascii_email or ""
    if len(address) > LONGEST or "." not in address.rpartition("@")[2]:
        raise InvalidEmail
    return address


def _folded(text: str) -> str:
    """Lower case and NFKC can each undo the other, so both run until nothing moves."""
    before = None
    while text != before:
        before = text
        text = _visible(unicodedata.normalize("NFKC", text)).lower()
    return text


def _visible(text: str) -> str:
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf")


def _is_plain(local: str) -> bool:
    """No second ``@``, and no space or control character, which NFKC can bring to light."""
    return not any(letter == "@" or unicodedata.category(letter)[0] in "CZ" for letter in local)


def _ascii_domain(domain: str) -> str:
    try:
        encoded = idna.encode(domain, uts46=True, std3_rules=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise InvalidEmail from error
    if encoded.endswith("."):
        raise InvalidEmail
    return encoded
