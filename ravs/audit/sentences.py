"""Each event in plain words, made when it is shown.

One line per kind of event. ``{actor}``, ``{subject}`` and ``{formerly}`` are people; ``{person}``
is the one the event is about; ``{whose}`` is "Sam Okafor's", or "their own" for what somebody did
to themselves. Any field of the event may stand in its line, in the words of its vocabulary.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ravs.audit import events
from ravs.audit.events import Event
from ravs.audit.values import OneOf
from ravs.audit.words import DeactivationReasons, Reactivations, Statuses

SERVICE = "The service"
SOMEBODY = "somebody"
ERASED = "an erased person"


@dataclass(frozen=True)
class People:
    """What the people in an event are called; blank where there is none."""

    actor: str = ""
    subject: str = ""
    formerly: str = ""
    alone: bool = False

    @property
    def words(self) -> dict[str, str]:
        subject = self.subject or SOMEBODY
        return {
            "actor": self.actor or SERVICE,
            "subject": subject,
            "formerly": self.formerly or subject,
            "person": self.subject or self.actor or SOMEBODY,
            "whose": "their own" if self.alone else f"{subject}'s",
        }


Telling = Callable[[Any, People], str]


def _deactivated(event: events.MemberDeactivated, people: People) -> str:
    if event.undo:
        return "{actor} took back the reactivation of {subject}, who is deactivated again"
    if event.ends_on:
        return "{subject} was deactivated because their end date, {ends_on}, has passed"
    if event.reason == DeactivationReasons.PERSON:
        return "{actor} deactivated {subject}"
    if event.reason == DeactivationReasons.SELF or people.alone:
        return "{subject} deactivated their own access"
    return "{subject} was deactivated {reason}"


def _reactivated(event: events.MemberReactivated, _people: People) -> str:
    told = {
        Reactivations.ONE: "{actor} reactivated {subject} with the permission level {level}",
        Reactivations.ALL: "{actor} reactivated {subject} among everyone who had lapsed",
        Reactivations.RE_ADDED: (
            "{actor} added {subject} again, which reactivated them with the permission level"
            " {level}, vaccinator: {vaccinator}"
        ),
        Reactivations.CHOSEN: (
            "{actor} reactivated {subject}, among several people, with the permission level {level}"
        ),
        Reactivations.ASKED: (
            "{actor} accepted the request of {subject} and reactivated them with the permission"
            " level {level}"
        ),
        Reactivations.UNDO: (
            "{actor} took back the deactivation of {subject}, who has the permission level {level}"
        ),
        Reactivations.COMMAND: (
            "An operator reactivated {subject} with the permission level {level}"
        ),
    }[Reactivations(event.how)]
    if event.status == Statuses.INVITED:
        return f"{told}; as they had never logged in, they were invited again"
    return f"{told}{_until(event)}"


def _changed(event: events.MemberChanged, _people: People) -> str:
    changes = []
    if event.level_before != event.level_after:
        changes.append("permission level from {level_before} to {level_after}")
    if event.vaccinator_before != event.vaccinator_after:
        changes.append("vaccinator from {vaccinator_before} to {vaccinator_after}")
    if event.clinician_before != event.clinician_after:
        changes.append("clinician from {clinician_before} to {clinician_after}")
    did = "took back an earlier change:" if event.undo else "changed"
    return f"{{actor}} {did} {{whose}} {', and '.join(changes) or 'details'}"


def _invited(event: events.MemberInvited | events.InvitationRenewed, _people: People) -> str:
    again = " again" if isinstance(event, events.InvitationRenewed) else ""
    clinician = ", clinician: {clinician}" if event.clinician else ""
    from_day = ", from {starts_on}" if event.starts_on else ""
    return (
        f"{{actor}} invited {{subject}}{again} with the permission level {{level}},"
        f" vaccinator: {{vaccinator}}{clinician}{from_day}{_until(event)}"
    )


def _until(event: Any) -> str:
    return ", until {ends_on}" if event.ends_on else ""


def _dates_changed(event: events.MemberDatesChanged, _people: People) -> str:
    changes = [
        f"{word} date from {_day(event, f'{name}_before')} to {_day(event, f'{name}_after')}"
        for word, name in (("start", "starts"), ("end", "ends"))
        if getattr(event, f"{name}_before") != getattr(event, f"{name}_after")
    ]
    return f"{{actor}} changed {{whose}} {', and '.join(changes) or 'dates'}"


def _day(event: Event, field: str) -> str:
    return f"{{{field}}}" if getattr(event, field) else "none"


def _settings_changed(event: events.OrganisationSettingsChanged, _people: People) -> str:
    changes = []
    if event.clinicians_before != event.clinicians_after:
        changes.append(
            "whether assessing and consenting clinicians are recorded"
            " from {clinicians_before} to {clinicians_after}"
        )
    if event.email_policy_before != event.email_policy_after:
        changes.append("the email rule from “{email_policy_before}” to “{email_policy_after}”")
    return f"{{actor}} changed {', and '.join(changes) or 'the settings of the organisation'}"


def _asked(event: events.ReactivationAsked, _people: People) -> str:
    of_region = ", and the region was told" if event.to_region else ""
    return f"{{person}} asked to be reactivated{of_region}"


def _renamed(_event: events.MemberRenamed, people: People) -> str:
    if people.alone:
        return "{formerly} changed their name to {subject}"
    return "{actor} changed the name of {formerly} to {subject}"


def _call_failed(event: events.IdentityCallFailed, _people: People) -> str:
    if event.permanent:
        return "The identity provider refused to {purpose} for {subject}"
    return "The identity provider could not be asked to {purpose} for {subject}"


SENTENCES: dict[type[Event], str | Telling] = {
    events.MemberInvited: _invited,
    events.InvitationResent: "{actor} sent the invitation to {subject} again",
    events.InvitationCancelled: "{actor} cancelled the invitation to {subject}",
    events.InvitationLapsed: "The invitation to {subject} lapsed without an answer",
    events.InvitationRenewed: _invited,
    events.MemberJoined: "{person} logged in for the first time, with the permission level {level}",
    events.MemberChanged: _changed,
    events.MemberDeactivated: _deactivated,
    events.MemberLapsed: (
        "{subject} was deactivated after 90 days without logging in, counted from {clock_on}"
    ),
    events.LapseWarned: "{subject} was warned by email after {day} days without logging in",
    events.MemberReactivated: _reactivated,
    events.MemberRenamed: _renamed,
    events.MemberDatesChanged: _dates_changed,
    events.EndTold: "{subject} was told by email that their access ends after {ends_on}",
    events.AddressCorrected: "{actor} corrected the email address of {subject}",
    events.LetterFailed: "An email to {subject} could not be delivered",
    events.OrganisationAdded: "{actor} added the organisation: {type}",
    events.RegionContactChanged: "{actor} changed the contact address of region {region}",
    events.OrganisationActivated: "The organisation became active when {person} logged in",
    events.OrganisationStatusChanged: (
        "{actor} changed the status of the organisation from {before} to {after}"
    ),
    events.OrganisationSettingsChanged: _settings_changed,
    events.LeadsTold: (
        "The lead administrators were told that there may soon be fewer than two of them"
    ),
    events.DigestSent: "The lead administrators were told who should log in soon: {people}",
    events.OrganisationEntered: (
        "{person} entered the organisation, with the permission level {level}"
    ),
    events.AccountCreated: "{actor} made an account for {subject}",
    events.IdentityPrepared: "The identity provider was asked about {subject}: {found}",
    events.IdentityCallFailed: _call_failed,
    events.IdentityBound: "{person} was bound to their account at the identity provider",
    events.IdentityUnbound: "{actor} unbound {subject} from the account at the identity provider",
    events.SignedIn: "{person} logged in",
    events.SignInRefusedUnknown: "Somebody whose address is not known here was not let in",
    events.SignInRefusedIdentity: (
        "Somebody was not let in as {subject}, who is bound to another account at the identity"
        " provider"
    ),
    events.SignInRefusedUnverified: (
        "Somebody was not let in because the identity provider does not vouch for their address"
    ),
    events.SignInRefusedInactive: "{person} was not let in: {cause}",
    events.SignedOut: "{person} logged out",
    events.SessionExpired: "The session of {person} ended: {cause}",
    events.AccessDenied: "{person} was refused a page because they may not {permission}",
    events.DomainsImported: "{actor} imported {added} email domains and left out {skipped}",
    events.NightlyFinished: (
        "The nightly check of {night} finished: {warned} warned, {lapsed} deactivated,"
        " {ended} at their end date,"
        " {invitations_lapsed} invitations lapsed"
    ),
    events.BulkStarted: "{actor} began to {verb} {people} people",
    events.BulkFinished: (
        "The task to {verb} several people is finished: {done} done, {not_done} not done"
    ),
    events.BulkUndone: "{actor} began to undo a task for {people} people, which was to {verb} them",
    events.UsersExported: "{actor} downloaded a list of {people} users",
    events.ImportConfirmed: "{actor} confirmed a list of {rows} rows, {to_add} of them to be added",
    events.ImportFinished: (
        "The list was worked through: {invited} invited, {reactivated} reactivated,"
        " {not_added} not added"
    ),
    events.ReactivationAsked: _asked,
    events.ReactivationDeclined: "{actor} declined the request of {subject} to be reactivated",
    events.DeletionAsked: "{actor} asked support to delete what is held of {subject}",
    events.DeletionRefused: "What is held of {subject} was kept, because records need it",
    events.AccountErased: "What was held of {subject} was deleted",
    events.PersonErased: "{actor} took a person's details out of {entries} entries of the history",
}


def tell(event: Event, people: People) -> str:
    """The sentence of one event, without a full stop."""
    sentence = SENTENCES[type(event)]
    line = sentence if isinstance(sentence, str) else sentence(event, people)
    told = line.format_map(people.words | _words_of(event))
    return begun(told)


def begun(words: str) -> str:
    """A sentence that begins with nobody's name begins with a capital; a name stays as it is."""
    return words[0].upper() + words[1:] if words.startswith((ERASED, SOMEBODY)) else words


def _words_of(event: Event) -> dict[str, str]:
    return {name: _word(kind.rule, getattr(event, name)) for name, kind in event.kinds.items()}


def _word(rule: object, value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(rule, OneOf) and value is not None:
        return str(rule.vocabulary(value).label)
    return "" if value is None else str(value)
