"""``docs/permissions.md``, written from the one permission table.

``make docs`` writes it; a test holds the file equal to it.
"""

from ravs.members.models import Level
from ravs.members.permissions import (
    CAPABILITIES,
    TABLE,
    WITHDRAWN_WHEN_DEACTIVATED,
    Capability,
    Permission,
)

HEAD = """# Permissions

Written from `ravs/members/permissions.py` by `make docs`. Do not edit.

What each permission level may do at an organisation:
"""

WIND_DOWN = """
While an organisation is deactivated (its 90 days before it closes), some of it is withdrawn:
"""


def markdown() -> str:
    """The whole document."""
    return "\n".join([HEAD, *_levels(), WIND_DOWN, *_rights(), ""])


def _levels() -> list[str]:
    names = [capability.name for capability in CAPABILITIES]
    head = [_row(["Permission level", *names]), _row(["---"] * (len(names) + 1))]
    return head + [
        _row([level.label, *(_yes(c in TABLE[level]) for c in CAPABILITIES)]) for level in Level
    ]


def _rights() -> list[str]:
    rows = [
        _row(["Right", "Part of", "Levels", "While deactivated"]),
        _row(["---"] * 4),
    ]
    return rows + [_right(permission) for permission in Permission]


def _right(permission: Permission) -> str:
    capability = _capability_of(permission)
    return _row(
        [
            f"`{permission}`",
            capability.name if capability else "Every level",
            ", ".join(_levels_with(capability)),
            _yes(permission not in WITHDRAWN_WHEN_DEACTIVATED),
        ]
    )


def _capability_of(permission: Permission) -> Capability | None:
    return next((c for c in CAPABILITIES if permission in c.permissions), None)


def _levels_with(capability: Capability | None) -> list[str]:
    return [level.label for level in Level if capability is None or capability in TABLE[level]]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _yes(answer: bool) -> str:
    return "Yes" if answer else "No"
