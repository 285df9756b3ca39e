"""How people's names are sorted and found: one function writes every key and term."""

import re
from collections.abc import Iterable

from ravs.accounts.models import Account
from ravs.core.folding import LAST, TERM_BYTES, fold, key, prefix_range
from ravs.members.models import Membership, SearchTerm

__all__ = [
    "LAST",
    "TERM_BYTES",
    "fold",
    "key",
    "prefix_range",
    "sort_key",
    "terms",
    "write_keys",
]


def sort_key(account: Account) -> bytes:
    """First name, then last name (the order of the guide's lists)."""
    return key(f"{account.first_name} {account.last_name}")[:210]


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
