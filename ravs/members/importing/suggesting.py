"""Allowed domains, loaded once for many addresses, and the one that was likely meant."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from ravs.members.domains import parents
from ravs.members.models import AllowedEmailDomain

FARTHEST = 2
"""Slips of typing (a letter more, less, another, or two changed over) that still make it likely."""

SHORT = 6
"""In a domain of so few letters two slips could mean anything."""


@dataclass(frozen=True)
class Domains:
    """The rules, by domain: whether what lies below it is allowed too."""

    rules: dict[str, bool]
    near: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Domains":
        rules = AllowedEmailDomain.objects.filter(active=True)
        return cls(dict(rules.values_list("domain", "include_subdomains")))

    def allows(self, domain: str) -> bool:
        """The rule of ``domains.is_allowed``, asked of what is loaded."""
        return domain in self.rules or any(self.rules.get(above) for above in parents(domain))

    def nearest(self, domain: str) -> str:
        """The allowed domain that ``domain`` is likely a slip for; empty when none is near."""
        if domain not in self.near:
            found = min(self._candidates(domain), default=(FARTHEST + 1, ""))
            self.near[domain] = found[1]
        return self.near[domain]

    def _candidates(self, domain: str) -> Iterable[tuple[int, str]]:
        """How far each rule is, and the domain it would make of this one."""
        labels = domain.split(".")
        for rule, with_subdomains in self.rules.items():
            size = rule.count(".") + 1
            head = labels[:-size] if with_subdomains else []
            tail = ".".join(labels[len(head) :])
            limit = 1 if len(rule) < SHORT else FARTHEST
            distance = OSA.distance(tail, rule, score_cutoff=limit)
            if 0 < distance <= limit:
                yield distance, ".".join((*head, rule))
