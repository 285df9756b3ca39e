"""One written form per e-mail address, so that one person cannot have two accounts."""

import unicodedata

import idna
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

LONGEST = 254
LONGEST_TYPED = 1000


class BadAddress(ValueError):
    """This is not an e-mail address that mail can be sent to."""


def normalise(text: str) -> str:
    """The form that is stored and compared: NFKC, no invisible characters, lower case, IDNA domain.

    People paste addresses with zero-width characters and full-width letters in them; two such
    spellings are the same mailbox, so they must be the same account.
    """
    if len(text) > LONGEST_TYPED:  # before folding, which takes long over what is long
        raise BadAddress("This e-mail address is too long.")
    visible = "".join(
        character
        for character in unicodedata.normalize("NFKC", text).strip()
        if unicodedata.category(character) != "Cf"
    )
    local, _, domain = visible.lower().rpartition("@")
    try:
        address = f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
        validate_email(address)
    except (idna.IDNAError, ValidationError) as error:
        raise BadAddress("This is not an e-mail address.") from error
    if len(address) > LONGEST:
        raise BadAddress("This e-mail address is too long.")
    return address
