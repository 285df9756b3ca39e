"""Templates: each parses, each is used, and whatever address or asset it names is there."""

import re
from pathlib import Path

import pytest
from django.template import engines

from tests.guards.house import ROOT, python_files, routes, shown, templates

pytestmark = pytest.mark.once

NAMED = re.compile(r"""["']([a-z_]+(?:/[\w.-]+)+\.jinja)["']""")
PATTERN = re.compile(r"""f["']([a-z_]+(?:/[\w.-]+)*)/\{\w+\}\.jinja["']""")
ADDRESS = re.compile(r"""\burl\(\s*["']([^"']+)["']""")
ASSET = re.compile(r"""\bstatic\(\s*["']([^"']+)["']""")
BUILT = "core/build/"
"""Made at set-up; the assets' own test looks there."""


def of_service() -> list[Path]:
    """The provider has an environment, and a test, of its own."""
    return [file for file in templates() if "ravs_identity" not in file.parts]


def name_of(file: Path) -> str:
    return file.as_posix().partition("/jinja2/")[2]


def is_used(name: str, texts: list[str]) -> bool:
    """Named in full, or by a pattern such as ``f"core/errors/{status}.jinja"`` and its own word."""
    if any(name in NAMED.findall(text) for text in texts):
        return True
    word = Path(name).stem
    patterns = {f"{found}/" for text in texts for found in PATTERN.findall(text)}
    stands_under_one = any(name.startswith(pattern) for pattern in patterns)
    return stands_under_one and any(f'"{word}"' in text for text in texts)


def urlconf_of(file: Path) -> str:
    """The demonstration has pages of its own besides the service's."""
    return "ravs.demo.urls" if "demo" in file.parts else "ravs.config.urls"


def addresses(text: str, urlconf: str = "ravs.config.urls") -> set[str]:
    return set(ADDRESS.findall(text)) - {route.name for route in routes(urlconf)}


def assets(text: str) -> set[str]:
    return {
        name
        for name in ASSET.findall(text)
        if not name.startswith(BUILT)
        and not any((room / "static" / name).is_file() for room in (ROOT / "ravs").iterdir())
    }


@pytest.mark.parametrize("file", of_service(), ids=name_of)
def test_it_parses_and_names_only_what_there_is(file: Path) -> None:
    text = file.read_text()
    engines["jinja2"].env.compile(text, filename=str(file))
    assert addresses(text, urlconf_of(file)) == set()
    assert assets(text) == set()


def test_it_is_used() -> None:
    texts = [file.read_text() for file in (*python_files(), *templates())]
    assert [shown(file) for file in templates() if not is_used(name_of(file), texts)] == []


def test_it_catches_planted_names_of_nothing() -> None:
    assert addresses('{{ url("members:lists", ods=x) }}') == {"members:lists"}
    assert assets('{{ static("core/missing.css") }}') == {"core/missing.css"}
    assert NAMED.findall('render(request, "members/list.jinja")') == ["members/list.jinja"]
    assert not is_used("members/orphan.jinja", ['"members/list.jinja"', '"orphan"'])
    assert is_used("members/orphan.jinja", ['f"members/{name}.jinja"', '"orphan"'])
