"""An operator's shell that stays open: ``ravs …`` by the dozen, without starting Python for each.

Run as a program by ``Stack``. Reads a JSON list of words per line, runs that command exactly as
the console script would, and answers with a line of JSON: its status and what it said.

Besides it knows two words of its own. ``come-in`` with an address and a subject is the door of the
service from where the provider has proved who somebody is, for people who are only there so that
others can meet them. What comes before it, journeys that log in go through. ``stock-up`` gives a
trust a site with vaccines and makes everybody there a vaccinator; how people do that, the journeys
of vaccines and of users show.
"""

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from typing import Any

from django.contrib.auth import hashers

from ravs import cli


def answer(words: list[str]) -> dict[str, object]:
    if words[0] == "come-in":
        return come_in(*words[1:])
    if words[0] == "stock-up":
        return stock_up(*words[1:])
    hash_once()
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        status = cli.run(words)
    return {"status": status, "said": said.getvalue()}


def hash_once() -> None:
    """All people of the journeys have the same password. The provider hashes it as it does
    everybody's, but not for each of them anew."""
    services = sys.modules.get("ravs_identity.services")
    if services and services.make_password is hashers.make_password:
        services.make_password = cache(hashers.make_password)  # type: ignore[attr-defined]


def come_in(email: str, subject: str) -> dict[str, object]:
    """Says the key of the session, or why nobody is let in."""
    cli.set_up_django()
    from django.conf import settings
    from django.test import RequestFactory

    from ravs.accounts import services
    from ravs.accounts.sessions import SessionStore
    from ravs.members.entry.door import Entry

    request: Any = RequestFactory().get("/sign-in/callback")
    request.session = SessionStore()
    request.account = request.sign_in = None
    account = services.account_of(issuer=settings.OIDC_ISSUER, subject=subject, email=email)
    services.begin_session(request=request, account=account)
    page = Entry().after_sign_in(request, account, "")
    request.session.save()
    key = request.session.session_key if page.status_code == 302 else ""
    return {"status": 0 if key else 1, "said": key or page.content.decode()}


def stock_up(ods: str, *products: str) -> dict[str, object]:
    """A site with a batch of each product, which the trust may give."""
    cli.set_up_django()
    from datetime import timedelta

    from ravs.core.dates import london_today
    from ravs.members.models import Membership
    from ravs.organisations.services import organisation_by_ods
    from ravs.vaccines.models import EnabledVaccine, Product
    from ravs.vaccines.services import NewBatch, add_stock, enable_vaccine

    trust = organisation_by_ods(ods)
    site = trust.sites.first() or trust.sites.create(ods=f"{ods}01", name="General Infirmary")
    for code in products:
        product = Product.objects.select_related("type").get(code=code)
        if not EnabledVaccine.objects.filter(organisation=trust, type=product.type).exists():
            enable_vaccine(actor=None, organisation=trust, type=product.type)
        batch = NewBatch(f"{code[:6].upper()}/1", london_today() + timedelta(days=200))
        add_stock(actor=None, organisation=trust, sites=[site], product=product, batches=[batch])
    Membership.objects.filter(organisation=trust).update(vaccinator=True)
    return {"status": 0, "said": site.name}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)  # noqa: T201 - the answer
