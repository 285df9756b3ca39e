"""Choosing an organisation."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from ravs.core.presenters import written_date
from ravs.members.models import Membership
from ravs.nhsuk_forms.fields import Choice, RadioField
from ravs.nhsuk_forms.forms import Form


class ChooseForm(Form):
    """One radio for each organisation: chain pharmacies share names, so code and address too."""

    def __init__(self, *args: Any, memberships: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = RadioField(
            label="Which organisation do you want to use?",
            missing="Select an organisation",
            choices=[_choice(membership) for membership in memberships],
        )

    def chosen(self) -> UUID:
        return UUID(self.cleaned_data["organisation"])


def _choice(membership: Membership) -> Choice:
    organisation = membership.organisation
    notes = [organisation.address]
    if membership.is_invited:
        notes.append("You have been invited. Continue to accept.")
    if organisation.is_deactivated and organisation.closes_on:
        notes.append(f"Deactivated. Closes on {written_date(organisation.closes_on)}.")
    hint = " ".join(note for note in notes if note)
    return Choice(str(membership.public_id), str(organisation), hint)
