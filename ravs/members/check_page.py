"""The check page's content: the answers, and a preview of the very letter that will be sent."""

from dataclasses import dataclass

from django.conf import settings
from markupsafe import Markup

from ravs.core.presenters import written_date
from ravs.integrations.identity.port import ActivationState
from ravs.mail.letters import Letter
from ravs.members import emails, identity_calls
from ravs.members.presenters import Row, url_of, yes_or_no
from ravs.members.services.details import Details
from ravs.members.services.invite import check_can_be_added
from ravs.organisations.models import Organisation

LOOK_UP_SECONDS = 2.0


@dataclass(frozen=True)
class Preview:
    """One letter as its reader will see it."""

    heading: str
    subject: str
    body: Markup


@dataclass(frozen=True)
class CheckPage:
    """Check and confirm (domain 3.7)."""

    is_reactivation: bool
    first_name: str
    rows: tuple[Row, ...]
    previews: tuple[Preview, ...]
    provider: str
    provider_answered: bool
    back: str
    key: str


def check_page(organisation: Organisation, details: Details, key: str) -> CheckPage:
    """Ask the provider, read-only and briefly, which letter it will be; outside any transaction."""
    known = check_can_be_added(organisation, details.email)
    comes_back = known is not None and known.first_login_at is not None
    state = (
        ActivationState.ACTIVE
        if comes_back
        else identity_calls.look_up(details.email, timeout=LOOK_UP_SECONDS)
    )
    back = f"{url_of('add', organisation)}?key={key}"
    return CheckPage(
        is_reactivation=comes_back,
        first_name=details.first_name,
        rows=_rows(organisation, details, back),
        previews=_previews(organisation, details, comes_back, state),
        provider=settings.IDENTITY_PROVIDER_NAME,
        provider_answered=state != ActivationState.UNKNOWN,
        back=back,
        key=key,
    )


def _rows(organisation: Organisation, details: Details, back: str) -> tuple[Row, ...]:
    answers = [
        ("Name", f"{details.first_name} {details.last_name}", "first_name"),
        ("Email address", details.email, "email"),
        ("Vaccinator", yes_or_no(details.vaccinator), "vaccinator"),
    ]
    if organisation.records_clinicians:
        answers.append(("Clinician", yes_or_no(details.clinician), "clinician"))
    answers += [
        ("Permission level", details.level.label, "level"),
        ("Start date", written_date(details.starts_on) or "Not set", "starts_on"),
        ("End date", written_date(details.ends_on) or "Not set", "ends_on"),
    ]
    return tuple(Row(k, v, f"{back}#{target}", k.lower()) for k, v, target in answers)


def _previews(
    organisation: Organisation, details: Details, comes_back: bool, state: ActivationState
) -> tuple[Preview, ...]:
    """One letter, or both when the provider gave no answer."""
    if comes_back:
        kinds = ["reactivated"]
    elif state == ActivationState.ACTIVE:
        kinds = ["welcome_existing"]
    elif state == ActivationState.UNKNOWN:
        kinds = ["welcome_new", "welcome_existing"]
    else:
        kinds = ["welcome_new"]
    letters = [
        emails.preview(
            kind,
            first_name=details.first_name,
            email=details.email,
            organisation=organisation,
            level=details.level,
        )
        for kind in kinds
    ]
    return tuple(_preview(letter, alone=len(letters) == 1) for letter in letters)


def _preview(letter: Letter, *, alone: bool) -> Preview:
    if alone:
        heading = "The email they will get"
    elif letter.kind == "welcome_new":
        heading = f"If they are new to {settings.IDENTITY_PROVIDER_NAME}"
    else:
        heading = f"If they already have an account with {settings.IDENTITY_PROVIDER_NAME}"
    return Preview(heading, letter.subject, Markup(letter.preview))  # noqa: S704 - made escaped
