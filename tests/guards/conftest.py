"""What every guard has: a provider that cannot be reached, as nothing here may depend on one."""

from typing import Any

import pytest

from ravs.accounts.oidc import discovery


@pytest.fixture(autouse=True)
def provider_away(settings: Any) -> None:
    settings.OIDC_ISSUER = "http://localhost:9"
    discovery.forget()
