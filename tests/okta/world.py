"""The twin as one of the worlds that every directory is held against."""

from collections.abc import Iterator
from contextlib import contextmanager

from joserfc.jwk import RSAKey

from ravs.integrations.identity.okta.account import OktaAccount
from ravs.integrations.identity.okta.directory import OktaDirectory
from ravs.integrations.identity.port import Found, IdentityDirectory, Resent
from ravs.integrations.identity.tests.worlds import Kept
from tests.okta.org import DEPROVISIONED, PROVISIONED, SUSPENDED
from tests.okta.twin import API_TOKEN, Twin, okta

APP_ID, GROUP_ID = "0oaRavs", "00gRavs"
CLIENT_ID = "0oaServiceApp"
SERVICE_APP_SCOPES = "okta.users.manage okta.apps.manage okta.groups.manage"

_keys: list[RSAKey] = []


def service_app_key() -> RSAKey:
    """Made once per run: making one takes longer than a test."""
    if not _keys:
        _keys.append(RSAKey.generate_key(2048, {"kid": "of-the-service-app"}))
    return _keys[0]


def by_token(twin: Twin, *, attribute: str = "", group: bool = False) -> OktaAccount:
    return OktaAccount(
        org_url=twin.url,
        api_token=API_TOKEN,
        app_id="" if group else APP_ID,
        group_id=GROUP_ID if group else "",
        external_id_attribute=attribute,
    )


def by_service_app(twin: Twin, *, group: bool = True) -> OktaAccount:
    """An account whose app the twin knows."""
    twin.service_apps.register(CLIENT_ID, service_app_key(), SERVICE_APP_SCOPES)
    return OktaAccount(
        org_url=twin.url,
        client_id=CLIENT_ID,
        private_key=service_app_key(),
        app_id="" if group else APP_ID,
        group_id=GROUP_ID if group else "",
    )


class OktaWorld:
    """People's accounts in the twin, seen from behind."""

    tells_activation = True
    new = Found.NEW
    found_elsewhere = Found.PENDING
    resent = Resent.SENT
    gives_back = False

    def __init__(self, twin: Twin, account: OktaAccount) -> None:
        self.twin = twin
        self.account = account
        self.keeps_our_id = bool(account.external_id_attribute)
        self.again = Found.NEW if self.keeps_our_id else Found.PENDING

    def directory(self) -> IdentityDirectory:
        return OktaDirectory(self.account)

    def kept(self, email: str) -> list[Kept]:
        wanted = email.casefold()
        return [
            Kept(
                email=person.profile["login"],
                external_id=person.profile.get(self.account.external_id_attribute),
                first_name=person.profile["firstName"],
                last_name=person.profile["lastName"],
                active=person.status not in {SUSPENDED, DEPROVISIONED},
            )
            for person in self.twin.org.people.values()
            if person.profile["login"].casefold() == wanted
        ]

    def make_elsewhere(self, email: str) -> None:
        self.twin.org.hold(email, PROVISIONED)

    def switch_off(self, email: str) -> None:
        self.twin.org.put(email, SUSPENDED)

    def activate(self, email: str) -> None:
        self.twin.org.follow_activation(email)

    def activation_letters(self, email: str) -> int:
        return self.twin.org.mails[email.casefold()]


@contextmanager
def okta_world(*, attribute: str = "", service_app: bool = False) -> Iterator[OktaWorld]:
    with okta() as twin:
        if attribute:
            twin.org.attributes.add(attribute)
        account = by_service_app(twin) if service_app else by_token(twin, attribute=attribute)
        yield OktaWorld(twin, account)
