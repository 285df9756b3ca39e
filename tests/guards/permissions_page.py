"""Writes ``docs/permissions.md``: who may open what, from the declarations that shut the doors.

python -m tests.guards.permissions_page
"""

import os

import django

PAGE = "docs/permissions.md"
HEAD = """# Who may open what

Made by `make permissions` from the views' own declarations and from the permission table; a test
holds this page to them. Do not edit it by hand.

"""


def page() -> str:
    from ravs.members.models import Level
    from ravs.members.permissions import CAPABILITIES, GRANTS, WITHDRAWN_WHEN_DEACTIVATED
    from tests.guards.house import routes

    levels = list(Level)
    lines = ["## What each level can do", ""]
    lines += [row("Capability", *(level.label for level in levels)), rule(len(levels) + 1)]
    for capability in CAPABILITIES:
        cells = ("Yes" if capability.permissions <= GRANTS[level] else "No" for level in levels)
        lines.append(row(capability.name, *cells))
    lines += ["", "While an organisation is deactivated nobody there has these rights:", ""]
    lines += [f"- `{permission}`" for permission in sorted(WITHDRAWN_WHEN_DEACTIVATED)]
    lines += ["", "## Which right each page asks for", ""]
    lines += [row("Page", "Address", "Right"), rule(3)]
    for route in sorted(routes(), key=lambda route: route.pattern):
        address = f"/{route.pattern}".replace("<ods:", "<").replace("<uuid:", "<")
        lines.append(row(route.name, f"`{address}`", f"`{route.access}`"))
    return HEAD + "\n".join(lines) + "\n"


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def rule(columns: int) -> str:
    return "|" + " --- |" * columns


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "ravs.config.settings.bare"
    django.setup()
    from tests.guards.house import ROOT

    (ROOT / PAGE).write_text(page())
