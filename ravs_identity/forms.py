"""What people type here."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.account.forms import ReauthenticateForm as LibraryReauthenticateForm
from django import forms as django_forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from ravs.nhsuk_forms.fields import EmailField, Look, PasswordField
from ravs.nhsuk_forms.forms import Form
from ravs_identity.addresses import BadAddress, normalise
from ravs_identity.models import Person

TYPED_ADDRESS = Look(autocomplete="username", spellcheck=False, autocapitalize="none")


class AddressField(EmailField):
    """An address in the one form in which accounts are found."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Email address",
            missing="Enter your email address",
            look=TYPED_ADDRESS,
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        try:
            return super().clean(normalise(value) if value else value)  # type: ignore[no-any-return]
        except BadAddress as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class SignInForm(LoginForm):  # type: ignore[misc]
    """The library's checks behind our own fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "%s")
        super().__init__(*args, **kwargs)
        self.fields: dict[str, django_forms.Field] = {
            "login": AddressField(),
            "password": PasswordField(label="Password", missing="Enter your password"),
        }

    def clean(self) -> dict[str, Any]:
        """One sentence for both fields, so that it says nothing about either alone."""
        try:
            super().clean()
        except ValidationError as error:
            if error.code != "email_password_mismatch":
                raise
            self.add_error("login", error)
        cleaned: dict[str, Any] = self.cleaned_data
        return cleaned


class ReauthenticateForm(LibraryReauthenticateForm):  # type: ignore[misc]
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "%s")
        super().__init__(*args, **kwargs)
        self.fields: dict[str, django_forms.Field] = {
            "password": PasswordField(label="Password", missing="Enter your password"),
        }


class AddressForm(Form):
    """Which mailbox a link should go to."""

    email = AddressField()


class ChoosePasswordForm(Form):
    """A new password, seen by its *Show* button instead of typed twice."""

    password = PasswordField(
        label="Password",
        missing="Enter a password",
        autocomplete="new-password",
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, user=self.person)
        return password
