"""Why somebody was not signed in. Each carries data; the pages choose the words."""

from ravs.accounts.models import Account
from ravs.core.errors import Refusal


class SignInRefused(Refusal):
    """The base of every outcome of signing in that ends without a session."""

    message = "Not signed in."


class StartAgain(SignInRefused):
    """The attempt is worn out, somebody else's, or its answer does not hold: try once more."""

    message = "The answer of the identity provider could not be used."


class ProviderDown(SignInRefused):
    """The provider gives no answer, or none that can be used. Nothing to do with the person."""

    message = "The identity provider cannot be used at the moment."


class EmailNotProved(SignInRefused):
    """The provider does not vouch for an e-mail address of this person."""

    message = "The identity provider does not vouch for the email address."

    def __init__(self, email: str = "") -> None:
        super().__init__()
        self.email = email


class NotRecognised(SignInRefused):
    """The provider vouches for an address that no account has."""

    message = "No account has this email address."

    def __init__(self, email: str) -> None:
        super().__init__()
        self.email = email


class OtherIdentity(SignInRefused):
    """The account is bound to another subject at this issuer."""

    message = "The account belongs to another identity at this provider."

    def __init__(self, account: Account) -> None:
        super().__init__()
        self.account = account
