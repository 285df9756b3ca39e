"""What is typed on the way to a patient: under the journey's key, and nowhere else.

Addresses hold the key alone, so no name and no number comes into a browser's history or a log.
"""

from dataclasses import dataclass
from typing import Any

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

    @classmethod
    def of(cls, request: MemberRequest) -> "Journey":
        key = request.POST.get("key") or request.GET.get("key", "")
        values = submissions.recall(account=request.account, key=key, kind=_kind(request))
        is_known = values is not None or submissions.is_key(key)
        return cls(request, key if is_known else submissions.new_key(), values or {})

    def keep(self, **values: Any) -> None:
        """Remember ``values`` beside those kept before."""
        self.values |= values
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
        submissions.forget(account=self.request.account, key=self.key)

    def url(self, name: str) -> str:
        return url_of(name, self.request.organisation, self.key)


def _kind(request: MemberRequest) -> str:
    """Two organisations' journeys are two: a key from one opens nothing in the other."""
    return f"find-patient:{request.organisation.ods}"
