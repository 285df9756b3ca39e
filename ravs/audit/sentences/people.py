"""What people, organisations and the service itself did."""

from typing import Any

from ravs.audit import events
from ravs.audit.events import Event
from ravs.audit.sentences.base import People, Sentences, Telling, joined, number_of
from ravs.audit.words import DeactivationReasons, IdentityPurposes, Reactivations, Statuses


def _deactivated(event: events.MemberDeactivated, people: People) -> str:
    if event.undo:
        return "{actor} undid the reactivation of {subject}, who is deactivated again"
    if event.ends_on:
        return "{subject} was deactivated because their end date, {ends_on}, has passed"
    if event.reason == DeactivationReasons.PERSON:
        return "{actor} deactivated {subject}"
    if event.reason == DeactivationReasons.SELF or people.alone:
        return "{subject} deactivated their own access"
    return "{subject} was deactivated {reason}"


def _reactivated(event: events.MemberReactivated, _people: People) -> str:
    told = {
        Reactivations.ONE: "{by} reactivated {subject} with the permission level {level}",
        Reactivations.ALL: (
            "{by} reactivated {subject}, together with everyone who had not logged in for 90 days"
        ),
        Reactivations.RE_ADDED: (
            "{by} added {subject} again, which reactivated them with the permission"
            f" level {{level}}{_roles(event)}"
        ),
        Reactivations.CHOSEN: (
            "{by} reactivated {subject}, as one of the users they selected, with the permission"
            " level {level}"
        ),
        Reactivations.ASKED: (
            "{by} accepted the request of {subject} and reactivated them with the permission"
            " level {level}"
        ),
        Reactivations.UNDO: (
            "{by} undid the deactivation of {subject}, who has the permission level {level}"
        ),
        Reactivations.COMMAND: "Support reactivated {subject} with the permission level {level}",
    }[Reactivations(event.how)]
    if event.status == Statuses.INVITED:
        return f"{told}, and invited them again because they had never logged in"
    return f"{told}{_until(event)}"


def _changed(event: events.MemberChanged, _people: People) -> str:
    to = "back to" if event.undo else "to"
    changes = []
    if event.level_before != event.level_after:
        changes.append(f"permission level from {{level_before}} {to} {{level_after}}")
    if event.vaccinator_before != event.vaccinator_after:
        changes.append(f"vaccinator status from {{vaccinator_before}} {to} {{vaccinator_after}}")
    if event.clinician_before != event.clinician_after:
        changes.append(
            f"registered clinician status from {{clinician_before}} {to} {{clinician_after}}"
        )
    undone = ", to undo an earlier change" if event.undo else ""
    return f"{{actor}} changed {{whose}} {joined(changes) or 'details'}{undone}"


def _invited(event: events.MemberInvited | events.InvitationRenewed, _people: People) -> str:
    again = " again" if isinstance(event, events.InvitationRenewed) else ""
    from_day = ", from {starts_on}" if event.starts_on else ""
    return (
        f"{{by}} invited {{subject}}{again} with the permission level {{level}}"
        f"{_roles(event)}{from_day}{_until(event)}"
    )


def _roles(event: Any) -> str:
    """Whether somebody vaccinates, and whether they are a clinician, where that is said."""
    vaccinator, joined = (
        (", as a vaccinator", "and") if event.vaccinator else (", not as a vaccinator", "but")
    )
    return f"{vaccinator}{f', {joined} as a registered clinician' if event.clinician else ''}"


def _until(event: Any) -> str:
    return ", until {ends_on}" if event.ends_on else ""


def _dates_changed(event: events.MemberDatesChanged, _people: People) -> str:
    changes = [
        _day_changed(event, word, f"{name}_before", f"{name}_after")
        for word, name in (("start", "starts"), ("end", "ends"))
        if getattr(event, f"{name}_before") != getattr(event, f"{name}_after")
    ]
    return f"{{actor}} {joined(changes) or 'changed {whose} dates'}"


def _day_changed(event: Event, word: str, before: str, after: str) -> str:
    if not getattr(event, before):
        return f"set {{whose}} {word} date to {{{after}}}"
    if not getattr(event, after):
        return f"removed {{whose}} {word} date, which was {{{before}}}"
    return f"changed {{whose}} {word} date from {{{before}}} to {{{after}}}"


def _settings_changed(event: events.OrganisationSettingsChanged, _people: People) -> str:
    changes = []
    if event.clinicians_before != event.clinicians_after:
        now = "now" if event.clinicians_after else "no longer"
        changes.append(f"assessing and consenting clinicians are {now} recorded")
    if event.email_policy_before != event.email_policy_after:
        changes.append("{email_policy_after}")
    if event.extended_edit_before != event.extended_edit_after:
        now = "can now" if event.extended_edit_after else "can no longer"
        changes.append(f"date, site, product and eligibility of a record {now} be edited")
    told = joined(changes)
    return f"{{actor}} changed the settings{': ' if told else ''}{told}"


def _warned(event: events.LapseWarned, _people: People) -> str:
    if event.lapses_on:
        return (
            "{subject} was told by email, after {day} days without logging in, that they will be"
            " deactivated on {lapses_on}"
        )
    return "{subject} was warned by email after {day} days without logging in"


def _invite_expired(event: events.InvitationLapsed, _people: People) -> str:
    sent = ", which was sent on {sent_on}," if event.sent_on else ""
    return f"The invite to {{subject}}{sent} expired because they had not logged in"


def _corrected(_event: events.AddressCorrected, people: People) -> str:
    if people.address and people.former_address:
        return "{actor} corrected the email address of {subject} from {former_address} to {address}"
    return "{actor} corrected the email address of {subject}"


def _asked(event: events.ReactivationAsked, _people: People) -> str:
    alone = " when there was no active lead administrator" if event.to_region else ""
    return f"{{person}} asked to be reactivated{alone}"


def _renamed(_event: events.MemberRenamed, people: People) -> str:
    if people.alone:
        return "{formerly} changed their name to {subject}"
    return "{actor} changed the name of {formerly} to {subject}"


def _call_failed(event: events.IdentityCallFailed, _people: People) -> str:
    why = "it was refused" if event.permanent else "there was no answer"
    if event.purpose == IdentityPurposes.RESEND:
        return f"No new activation email could be sent to {{subject}}, because {why}"
    return f"No account for {{subject}} to log in with could be made, because {why}"


def _users(told: str) -> Telling:
    """``told`` with its ``{count}`` written as a number of people: *1 user*, *2 users*."""

    def telling(event: Any, _people: People) -> str:
        return told.replace("{count}", number_of(event.people, "user", "users"))

    return telling


def _import_confirmed(event: events.ImportConfirmed, _people: People) -> str:
    rows = number_of(event.rows, "row", "rows")
    return (
        f"{{actor}} confirmed a list of {rows}, to add {number_of(event.to_add, 'user', 'users')}"
    )


def _forgotten(event: events.PersonErased, _people: People) -> str:
    entries = number_of(event.entries, "entry", "entries")
    return f"{{by}} took a person’s details out of {entries} in the history"


SENTENCES: Sentences = {
    events.MemberInvited: _invited,
    events.InvitationResent: "{actor} sent the invite to {subject} again",
    events.InvitationCancelled: "{actor} cancelled the invite to {subject}",
    events.InvitationLapsed: _invite_expired,
    events.InvitationRenewed: _invited,
    events.MemberJoined: "{person} logged in for the first time, with the permission level {level}",
    events.MemberChanged: _changed,
    events.MemberDeactivated: _deactivated,
    events.MemberLapsed: (
        "{subject} was deactivated after 90 days without logging in, counted from {clock_on}"
    ),
    events.LapseWarned: _warned,
    events.MemberReactivated: _reactivated,
    events.MemberRenamed: _renamed,
    events.MemberDatesChanged: _dates_changed,
    events.EndTold: "{subject} was told by email that the last day they can log in is {ends_on}",
    events.AddressCorrected: _corrected,
    events.LetterFailed: "An email to {subject} could not be delivered",
    events.OrganisationAdded: "{by} added the organisation ({type})",
    events.RegionContactChanged: "{by} changed the contact address of region {region}",
    events.OrganisationActivated: "The organisation became active when {person} logged in",
    events.OrganisationStatusChanged: (
        "{by} changed the status of the organisation from {before} to {after}"
    ),
    events.OrganisationSettingsChanged: _settings_changed,
    events.LeadsTold: (
        "The lead administrators were told by email that there may soon be fewer than 2 of them"
    ),
    events.DigestSent: _users(
        "The lead administrators were told by email that {count} should log in soon"
    ),
    events.OrganisationEntered: (
        "{person} logged in or switched to this organisation, with the permission level {level}"
    ),
    events.AccountCreated: "{by} made an account for {subject}",
    events.IdentityPrepared: "{subject} {found}",
    events.IdentityCallFailed: _call_failed,
    events.IdentityBound: "{person} was linked to the account they log in with",
    events.IdentityUnbound: "{by} unlinked {subject} from the account they log in with",
    events.SignedIn: "{person} logged in",
    events.SignInRefusedUnknown: "Somebody whose address is not known here was not let in",
    events.SignInRefusedIdentity: (
        "Somebody was not let in as {subject}, who logs in with another account"
    ),
    events.SignInRefusedUnverified: (
        "Somebody was not let in because their email address had not been proved to be theirs"
    ),
    events.SignInRefusedInactive: "{person} was not let in because {cause}",
    events.SignedOut: "{person} logged out",
    events.SessionExpired: "{person} was logged out because {cause}",
    events.AccessDenied: "{person} was refused a page because they may not {permission}",
    events.DomainsImported: "{by} imported {added} email domains and left out {skipped}",
    events.NightlyFinished: (
        "The nightly check of {night} finished. Warned: {warned}, deactivated: {lapsed},"
        " deactivated at their end date: {ended}, invites expired: {invitations_lapsed}"
    ),
    events.BulkStarted: _users("{actor} began to {verb} {count}"),
    events.BulkFinished: (
        "The task to {verb} several users was finished: {done} done, {not_done} not done"
    ),
    events.BulkUndone: _users("{actor} began to undo the task to {verb} {count}"),
    events.UsersExported: _users("{actor} downloaded a list of {count}"),
    events.ImportConfirmed: _import_confirmed,
    events.ImportFinished: (
        "Adding a list of users was finished: {invited} invited, {reactivated} reactivated,"
        " {not_added} not added"
    ),
    events.ReactivationAsked: _asked,
    events.ReactivationDeclined: "{by} declined the request of {subject} to be reactivated",
    events.DeletionAsked: "{actor} asked support to delete the details of {subject}",
    events.DeletionRefused: "The details of {subject} were kept because records need their name",
    events.AccountErased: "The details of {subject} were deleted",
    events.PersonErased: _forgotten,
}
