"""A form whose choices may reveal further questions."""

from typing import Any

from django import forms

from ravs.nhsuk_forms.fields import CheckboxesField, RadioField


class Form(forms.Form):
    """Django's form, with ids equal to names, and revealed fields asked only when revealed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "%s")
        super().__init__(*args, **kwargs)

    def revealed_by(self, name: str) -> tuple[str, str] | None:
        """The field and the choice that reveal ``name``, if any do."""
        for chooser, field in self.fields.items():
            for option in getattr(field, "options", ()):
                if name in option.reveals:
                    return chooser, option.value
        return None

    def full_clean(self) -> None:
        hidden = [name for name in self.fields if self.is_bound and not self.asked(name)]
        for name in hidden:
            self.fields[name].required = False
        super().full_clean()
        for name in hidden:
            self._errors.pop(name, None)  # type: ignore[union-attr]
            if hasattr(self, "cleaned_data"):
                self.cleaned_data[name] = self.fields[name].to_python("")

    def asked(self, name: str) -> bool:
        """Whether the person saw this question: always, unless a choice they left hides it."""
        reveals = self.revealed_by(name)
        if reveals is None:
            return True
        chooser, value = reveals
        given = self[chooser].value()
        return value in given if isinstance(given, list) else value == given


def is_chooser(field: forms.Field) -> bool:
    return isinstance(field, RadioField | CheckboxesField)
