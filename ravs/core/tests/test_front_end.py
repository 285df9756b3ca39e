"""What set-up compiles: there, whole, of no other host, and the same for everybody."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

ROOT = Path(__file__).resolve().parents[3]
BUILD = Path("core/build")
HOSTS = re.compile(r"(?:https?:)?//[a-z0-9-]+\.[a-z]+", re.IGNORECASE)


def asset(name: str) -> Path:
    found = finders.find(str(BUILD / name))
    assert isinstance(found, str), f"{name} is not built: npm run build"
    return Path(found)


@pytest.fixture(scope="module")
def css() -> str:
    return asset("ravs.css").read_text()


def test_the_stylesheet_has_the_components_and_ours(css: str) -> None:
    for name in (".nhsuk-header", ".nhsuk-error-summary", ".nhsuk-table--responsive", ".ravs-tabs"):
        assert name in css


def test_the_stylesheet_has_no_font_of_its_own(css: str) -> None:
    assert "@font-face" not in css
    assert re.search(r'font-family:"?Frutiger W01"?, ?arial, ?sans-serif', css)


def test_the_stylesheet_asks_no_other_host_for_anything(css: str) -> None:
    assert not HOSTS.findall(css)
    assert "data:" not in css


def test_every_picture_the_stylesheet_names_is_there(css: str) -> None:
    pictures = set(re.findall(r'url\("?([^")]+)"?\)', css))
    assert pictures
    for picture in pictures:
        assert asset(picture).stat().st_size


def test_the_script_offers_what_the_layout_asks_of_it() -> None:
    script = asset("nhsuk-frontend.min.js").read_text()
    assert re.search(r"export\{[^}]*\binitAll\b", script)
    assert "sourceMappingURL" not in script


def test_what_is_compiled_is_pinned_and_comes_from_any_registry() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())
    asked = package["dependencies"] | package["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in asked.values())
    for name, entry in lock["packages"].items():
        if name:
            assert entry["integrity"].startswith("sha512-")
            assert "resolved" not in entry


def test_no_part_of_what_is_compiled_is_kept() -> None:
    assert "ravs/core/static/core/build/" in (ROOT / ".gitignore").read_text().split()


@pytest.mark.parametrize("name", ["ravs.css", "nhsuk-frontend.min.js"])
def test_a_compressed_form_says_the_same(name: str) -> None:
    packed = asset(f"{name}.gz").read_bytes()
    assert gzip.decompress(packed) == asset(name).read_bytes()
    assert asset(f"{name}.br").stat().st_size < len(packed)
