"""The closed vocabularies that events may carry.

An event holds no free text. What looks like a word must stand in one of these lists, so a name
or an address cannot slip in by mistake. Lists that belong to a room above repeat that room's
choices (a guard holds the two equal); their labels are what the history page says.
"""

from django.db.models import TextChoices


class Levels(TextChoices):
    RECORDER = "recorder", "Recorder"
    ADMINISTRATOR = "administrator", "Administrator"
    LEAD_ADMINISTRATOR = "lead-administrator", "Lead administrator"


class DeactivationReasons(TextChoices):
    PERSON = "person", "by a lead administrator"
    SELF = "self", "by themselves"
    INACTIVITY = "inactivity", "after 90 days without logging in"
    ORGANISATION = "organisation", "because the organisation was closed"
    SUPPORT = "support", "by support"
    END_DATE = "end-date", "because their end date was reached"


class Statuses(TextChoices):
    """Where a membership stands."""

    INVITED = "invited", "Invited"
    ACTIVE = "active", "Active"
    DEACTIVATED = "deactivated", "Deactivated"


class OrganisationStatuses(TextChoices):
    INVITED = "invited", "Invited"
    ACTIVE = "active", "Active"
    DEACTIVATED = "deactivated", "Deactivated"
    CLOSED = "closed", "Closed"


class OrganisationTypes(TextChoices):
    NHS_TRUST = "nhs-trust", "NHS trust"
    COMMUNITY_PHARMACY = "community-pharmacy", "Community pharmacy"
    GP_SURGERY = "gp-surgery", "GP surgery"
    PHARMACY_HQ = "pharmacy-hq", "Pharmacy HQ"


class Reactivations(TextChoices):
    """How somebody came back."""

    ONE = "one", "one person chosen"
    ALL = "all", "everyone who had lapsed"
    RE_ADDED = "re-added", "added again"
    CHOSEN = "chosen", "several people chosen"
    ASKED = "asked", "on their request"
    UNDO = "undo", "taking back a deactivation"
    COMMAND = "command", "by an operator"


class Findings(TextChoices):
    """What the identity provider answered when asked for a person's account, in the words that
    follow their name."""

    NEW = "new", "was given a new account to log in with"
    EXISTING = "existing", "already had an account to log in with"
    PENDING = "pending", "had an account to log in with, but had not activated it yet"


class IdentityPurposes(TextChoices):
    ENSURE = "ensure", "make or find the account"
    RESEND = "resend", "send the activation again"


class InactiveCauses(TextChoices):
    """Why somebody known was not let in anywhere, in the words that follow *because*."""

    DEACTIVATED = "deactivated", "they had been deactivated"
    LAPSED = "lapsed", "they had not logged in for 90 days"
    INVITATION_LAPSED = "invitation-lapsed", "their invite had expired"
    INVITATION_CANCELLED = "invitation-cancelled", "their invite was cancelled"
    ORGANISATION_CLOSED = "organisation-closed", "the organisation had closed"
    NO_MEMBERSHIP = "no-membership", "no organisation gave them access"
    ORGANISATION_DEACTIVATED = "organisation-deactivated", "the organisation had been deactivated"
    NOT_STARTED = "not-started", "their start date had not come"
    END_DATE = "end-date", "their end date had passed"


class Permissions(TextChoices):
    """Rights, in the words that follow *may not*."""

    VIEW_ORGANISATION = "organisation:view", "see the organisation"
    RECORD_VACCINATIONS = "vaccinations:record", "record vaccinations"
    EDIT_VACCINATIONS = "vaccinations:edit", "edit vaccinations"
    MANAGE_VACCINES = "vaccines:manage", "add and manage vaccines"
    CREATE_REPORTS = "reports:create", "create reports"
    MANAGE_USERS = "users:manage", "manage users"
    ADD_USERS = "users:add", "add users"


class SessionEnds(TextChoices):
    """Why a session was over, in the words that follow *because*."""

    IDLE = "idle", "they had not used the service for a while"
    ABSOLUTE = "absolute", "they had been logged in for as long as anybody can be"


class EmailPolicies(TextChoices):
    SHARED = "shared", "people may use the email address they use at another organisation"
    ONE_PER_ORGANISATION = "one_per_organisation", "people need a different email address here"


class BulkVerbs(TextChoices):
    """What is done to several people, in the words that follow *began to*."""

    DEACTIVATE = "deactivate", "deactivate"
    REACTIVATE = "reactivate", "reactivate"
    RESEND = "resend", "send invites again to"
    LEVEL = "level", "change the permission level of"
    VACCINATOR = "vaccinator", "change the vaccinator status of"


class VaccinationOutcomes(TextChoices):
    """What was recorded, in the words that follow *recorded*."""

    GIVEN = "given", "a vaccination"
    NOT_GIVEN = "not-given", "a vaccination that was not given"
    NO_CONSENT = "no-consent", "a vaccination without consent, which was not given"
