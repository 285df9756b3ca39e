"""Form fields that know which component of the NHS design system shows them.

They are Django's own fields: parsing and errors are Django's. ``missing`` is the sentence shown
when nothing was entered; it is required of a required field, because "This field is required"
helps nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms


@dataclass(frozen=True)
class Look:
    """How an input presents itself, beside its label and hint. Empty means: say nothing."""

    autocomplete: str = ""
    inputmode: str = ""
    spellcheck: bool | None = None
    autocapitalize: str = ""
    width: str = ""
    label_size: str = "s"
    inline: bool = False
    button: str = ""
    button_label: str = ""
    autofocus: bool = False


@dataclass(frozen=True)
class Choice:
    """One radio or checkbox. ``reveals`` names the fields shown only when it is chosen."""

    value: str
    label: str
    hint: str = ""
    reveals: tuple[str, ...] = ()


def options_of(hint: str, missing: str, kwargs: dict[str, Any]) -> dict[str, Any]:
    """What Django's fields call help text and error messages."""
    messages = dict(kwargs.pop("error_messages", {}))
    if missing:
        messages.setdefault("required", missing)
    return {"help_text": hint, "error_messages": messages, **kwargs}


class TextField(forms.CharField):
    """One line of text."""

    component = "input"
    type = "text"

    def __init__(
        self, *, hint: str = "", missing: str = "", look: Look | None = None, **kwargs: Any
    ) -> None:
        self.look = look or Look()
        super().__init__(**options_of(hint, missing, kwargs))


class TextAreaField(forms.CharField):
    """Several lines of text, of ``most`` characters at most. A line break counts as one."""

    component = "textarea"

    def __init__(
        self,
        *,
        most: int,
        hint: str = "",
        missing: str = "",
        look: Look | None = None,
        rows: int = 5,
        **kwargs: Any,
    ) -> None:
        self.look = look or Look()
        self.most, self.rows = most, rows
        kwargs.setdefault("widget", forms.Textarea)
        super().__init__(**options_of(hint, missing, kwargs))

    def clean(self, value: Any) -> str:
        """Browsers send every line break as two characters; the person typed one."""
        text: str = super().clean(str(value or "").replace("\r\n", "\n").replace("\r", "\n"))
        if len(text) > self.most:
            raise forms.ValidationError(f"{self.label} must be {self.most} characters or fewer")
        return text


class EmailField(forms.EmailField):
    """An e-mail address."""

    component = "input"
    type = "email"

    def __init__(
        self,
        *,
        hint: str = "",
        missing: str = "",
        malformed: str = "Enter an email address in the correct format, like name@nhs.net",
        look: Look | None = None,
        **kwargs: Any,
    ) -> None:
        self.look = look or Look(spellcheck=False, autocapitalize="none")
        super().__init__(**options_of(hint, missing, kwargs))
        self.error_messages["invalid"] = malformed
        for validator in self.validators:
            if getattr(validator, "code", "") == "invalid":
                validator.message = malformed  # type: ignore[attr-defined]


class PasswordField(forms.CharField):
    """A password with a *Show* button. What was typed is never sent back to the browser."""

    component = "password"

    def __init__(
        self,
        *,
        hint: str = "",
        missing: str = "",
        autocomplete: str = "current-password",
        **kwargs: Any,
    ) -> None:
        self.look = Look(autocomplete=autocomplete, width="20")
        kwargs.setdefault("strip", False)
        kwargs.setdefault("widget", forms.PasswordInput)
        super().__init__(**options_of(hint, missing, kwargs))


class SearchField(forms.CharField):
    """A search box with its own button."""

    component = "search"

    def __init__(self, *, hint: str = "", look: Look | None = None, **kwargs: Any) -> None:
        self.look = look or Look(autocomplete="off", spellcheck=False)
        kwargs.setdefault("required", False)
        super().__init__(**options_of(hint, "", kwargs))


class RadioField(forms.ChoiceField):
    """One of a few. Nothing is chosen until the person, or ``initial``, chooses."""

    component = "radios"

    def __init__(
        self,
        *,
        choices: Iterable[Choice],
        hint: str = "",
        missing: str = "",
        look: Look | None = None,
        **kwargs: Any,
    ) -> None:
        self.options = tuple(choices)
        self.look = look or Look()
        kwargs.setdefault("widget", forms.RadioSelect)
        super().__init__(
            choices=[(option.value, option.label) for option in self.options],
            **options_of(hint, missing, kwargs),
        )
        if missing:
            self.error_messages["invalid_choice"] = missing


YES, NO = "yes", "no"


class YesNoField(RadioField):
    """Yes or No, cleaned to a boolean."""

    def __init__(self, *, yes_hint: str = "", no_hint: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("look", Look(inline=not (yes_hint or no_hint)))
        super().__init__(
            choices=[Choice(YES, "Yes", yes_hint), Choice(NO, "No", no_hint)], **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: YES, False: NO}.get(value, value) if isinstance(value, bool) else value

    def clean(self, value: Any) -> Any:
        answer = super().clean(self.prepare_value(value))
        return answer == YES if answer else None


class CheckboxesField(forms.MultipleChoiceField):
    """Any number of a few."""

    component = "checkboxes"

    def __init__(
        self,
        *,
        choices: Iterable[Choice],
        hint: str = "",
        missing: str = "",
        look: Look | None = None,
        **kwargs: Any,
    ) -> None:
        self.options = tuple(choices)
        self.look = look or Look()
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(
            choices=[(option.value, option.label) for option in self.options],
            **options_of(hint, missing, kwargs),
        )


OUT_OF_DATE = "This page is out of date: go back, reload it and try again"


class HiddenField(forms.CharField):
    """A value the page carries along, such as the key of a submission."""

    component = "hidden"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.HiddenInput)
        super().__init__(**options_of("", OUT_OF_DATE, kwargs))
