"""What is asked of people who cannot get in, and of leads about somebody invited."""

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError

from ravs.members.forms import AddressField, NameForm
from ravs.members.models import Membership
from ravs.members.models.asking import REASON_LENGTH
from ravs.nhsuk_forms.fields import Look, TextAreaField
from ravs.nhsuk_forms.forms import Form


class ReasonForm(Form):
    """Why somebody needs to come back, in their own words."""

    reason = TextAreaField(
        label="Why do you need access?",
        hint="For example, which clinics you work at now. Do not include details of patients.",
        missing="Enter why you need access",
        most=REASON_LENGTH,
    )

    def clean_reason(self) -> str:
        """Plain text: what cannot be seen, apart from line breaks, is dropped."""
        text = unicodedata.normalize("NFC", self.cleaned_data["reason"])
        seen = "".join(c for c in text if c == "\n" or unicodedata.category(c)[0] != "C").strip()
        if not seen:
            raise ValidationError("Enter why you need access")
        return seen


class CannotSignInForm(Form):
    """The address that somebody logs in with, or tries to."""

    email = AddressField(
        label="Your email address",
        hint="The one you log in with",
        missing="Enter your email address",
        look=Look(autocomplete="email", spellcheck=False, autocapitalize="none"),
    )


class CorrectForm(NameForm):
    """Name and address of somebody invited."""

    email = AddressField(
        label="Email address",
        missing="Enter their email address",
        hint="Use an address at nhs.net or another allowed domain",
        look=Look(autocomplete="off", spellcheck=False, autocapitalize="none"),
    )

    @classmethod
    def values_of(cls, membership: Membership) -> dict[str, Any]:
        account = membership.account
        return {
            "first_name": account.first_name,
            "last_name": account.last_name,
            "email": account.email,
        }
