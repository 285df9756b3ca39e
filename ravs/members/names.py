"""How people's names are sorted and found: one function writes every key and term."""

import re
import unicodedata
from collections.abc import Iterable

from ravs.accounts.models import Account
from ravs.members.models import Membership, SearchTerm

# UTF-8 never contains this byte, so ``prefix + LAST`` is above every text with that prefix.
LAST = b"\xff"
TERM_BYTES = 330

# Letters that Unicode does not take apart, as people without them on the keyboard type them.
WHOLE_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i"}  # noqa: RUF001
)


def fold(text: str) -> str:
    """``text`` as it is compared: any case, accents folded, spaces collapsed.

    Taken apart on both sides of folding case, since each can bring work for the other.
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", plain.translate(WHOLE_LETTERS).replace("’", "'")).strip()


def key(text: str) -> bytes:
    """Folded ``text`` as bytes: the same order on every database."""
    return fold(text).encode()[:TERM_BYTES]


def sort_key(account: Account) -> bytes:
    """First name, then last name (the order of the guide's lists)."""
    return key(f"{account.first_name} {account.last_name}")[:210]


def prefix_range(query: str) -> tuple[bytes, bytes]:
    """The half-open range of terms that begin with ``query``."""
    wanted = key(query)
    return wanted, wanted + LAST


def terms(account: Account) -> set[bytes]:
    """What a prefix search finds a person by.

    First name, last name, "first last", the e-mail address, and every further word of a name
    ("Lee" in "Mary-Lee"), but never the middle of a word.
    """
    full = fold(account.full_name)
    starts = [0, *(match.end() for match in re.finditer(r"[\s\-]+", full))]
    found = {full[start:].encode()[:TERM_BYTES] for start in starts}
    return {term for term in found | {key(account.email)} if term}


def write_keys(account: Account, memberships: Iterable[Membership]) -> None:
    """Rewrite the sort keys and search terms of one person's ``memberships``."""
    memberships = list(memberships)
    new_key, new_terms = sort_key(account), sorted(terms(account))
    for membership in memberships:
        membership.sort_key = new_key
    Membership.objects.bulk_update(memberships, ["sort_key"])
    SearchTerm.objects.filter(membership__in=memberships).delete()
    SearchTerm.objects.bulk_create(
        SearchTerm(membership=m, organisation_id=m.organisation_id, term=term)
        for m in memberships
        for term in new_terms
    )
