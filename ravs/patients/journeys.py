"""What is typed on the way to a patient: under the journey's key, and nowhere else.

Addresses hold the key alone, so no name and no number comes into a browser's history or a log.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ravs.accounts import submissions
from ravs.accounts.submissions import BadKey
from ravs.members.requests import MemberRequest
from ravs.patients.presenters import url_of


@dataclass
class Journey:
    """One search, in one tab. A key whose journey is over begins another one."""

    request: MemberRequest
    key: str
    values: dict[str, Any]
    is_kept: bool = False

    @classmethod
    def of(cls, request: MemberRequest) -> "Journey":
        key = request.POST.get("key") or request.GET.get("key", "")
        values = submissions.recall(account=request.account, key=key, kind=_kind(request))
        key = key if submissions.is_key(key) else submissions.new_key()
        journey = cls(request, key, values or {}, is_kept=values is not None)
        draft = request.POST.get("draft") or request.GET.get("draft", "")
        if _is_id(draft):
            journey.values["draft"] = draft
        return journey

    @property
    def draft(self) -> str:
        """The record that waits for a patient to be found, when one does."""
        return str(self.values.get("draft", ""))

    def keep(self, **values: Any) -> None:
        """Remember ``values`` beside those kept before."""
        self.values |= values
        self.is_kept = True
        account, kind = self.request.account, _kind(self.request)
        try:
            submissions.keep(account=account, key=self.key, kind=kind, values=self.values)
        except BadKey:
            self.key = submissions.new_key()
            submissions.keep(account=account, key=self.key, kind=kind, values=self.values)

    def count(self, what: str) -> int:
        """One more of ``what`` happened in this journey; how often it has now."""
        times = int(self.values.get(what, 0)) + 1
        self.keep(**{what: times})
        return times

    def forget(self) -> None:
        if self.is_kept:
            submissions.forget(account=self.request.account, key=self.key)

    def url(self, name: str) -> str:
        return url_of(name, self.request.organisation, self.key)


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _kind(request: MemberRequest) -> str:
    """Two organisations' journeys are two: a key from one opens nothing in the other."""
    return f"find-patient:{request.organisation.ods}"
