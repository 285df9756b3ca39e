"""Which Okta this is, how the service proves who it is there, and what people are let into."""

from dataclasses import dataclass, field

from joserfc.jwk import Key

ACTIVATION_DAYS = 7


@dataclass(frozen=True)
class OktaAccount:
    """What an operator says of their Okta. Either ``api_token``, or ``client_id`` with its key."""

    org_url: str
    api_token: str = field(default="", repr=False)
    client_id: str = ""
    private_key: Key | None = field(default=None, repr=False)
    app_id: str = ""
    group_id: str = ""
    external_id_attribute: str = ""
    activation_days: int = ACTIVATION_DAYS
    """How long a link of Okta's activation e-mail works. Okta does not tell; it is set there."""

    @property
    def scopes(self) -> str:
        assigning = "okta.apps.manage" if self.app_id else "okta.groups.manage"
        return f"okta.users.manage {assigning}"
