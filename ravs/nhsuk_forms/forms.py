"""A form whose choices may reveal further questions."""

from typing import Any

from django import forms


class Form(forms.Form):
    """Django's form, with ids equal to names, and revealed questions asked only when revealed.

    What was typed under a choice that was then left is nobody's answer: it is neither checked
    nor kept.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "%s")
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        for name in [name for name in self.fields if self.is_bound and not self.asked(name)]:
            self.initial = {key: value for key, value in self.initial.items() if key != name}
            field = self.fields[name]
            field.initial = None
            field.required = False
            field.disabled = True
        super().full_clean()

    def asked(self, name: str) -> bool:
        """Whether the person saw this question: always, unless a choice they left hides it."""
        reveals = self.revealed_by(name)
        if reveals is None:
            return True
        chooser, value = reveals
        given = self[chooser].value()
        chosen = value in given if isinstance(given, list) else value == given
        return chosen and self.asked(chooser)

    def revealed_by(self, name: str) -> tuple[str, str] | None:
        """The field and the choice that reveal ``name``, if any do."""
        for chooser, field in self.fields.items():
            for option in getattr(field, "options", ()):
                if name in option.reveals:
                    return chooser, option.value
        return None
