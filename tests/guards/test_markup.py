"""Nothing says of a value that it is safe markup, except the few places which make it so."""

import ast
import re

import pytest

from tests.guards.house import python_files, shown, templates, tree_of

pytestmark = pytest.mark.once

MAKERS = {
    "ravs/core/presenters.py": "a link round a contact, and the design system's own header",
    "ravs/mail/letters.py": "Markdown that the letter's renderer reads with HTML switched off",
    "ravs/mail/markdown.py": "HTML made from Markdown with HTML switched off",
    "ravs/nhsuk_forms/params.py": "the design system's own radios, less one attribute",
    "ravs/vaccinations/plot.py": "a plot that the library drew, whose words it escaped",
    "ravs/members/check_page.py": "the letter as it will be sent, made by the line above",
}
"""Where a string becomes markup, and why that is harmless."""

CLAIMS = {"mark_safe", "Markup", "SafeString", "SafeText"}
TEMPLATE_CLAIM = re.compile(r"\|\s*safe\b|\bautoescape\s+false|\|\s*forceescape")


def claims_in(tree: ast.Module) -> list[int]:
    """Lines on which something other than a literal is declared to be safe."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and name_of(node.func) in CLAIMS
        and not all(isinstance(argument, ast.Constant) for argument in node.args)
    ]


def name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def test_it_is_claimed_by_the_named_makers_only() -> None:
    found = {shown(file) for file in python_files() if claims_in(tree_of(file))}
    assert found == set(MAKERS)


def test_it_is_never_claimed_by_a_template() -> None:
    found = [shown(file) for file in templates() if TEMPLATE_CLAIM.search(file.read_text())]
    assert found == []


@pytest.mark.parametrize(
    "line", ["mark_safe(name)", "safestring.mark_safe(f'<b>{x}</b>')", "Markup(a + b)"]
)
def test_it_catches_a_planted_claim(line: str) -> None:
    assert claims_in(ast.parse(line)) == [1]


@pytest.mark.parametrize("text", ["{{ name|safe }}", "{{ name | safe }}", "{% autoescape false %}"])
def test_it_catches_a_planted_claim_in_a_template(text: str) -> None:
    assert TEMPLATE_CLAIM.search(text)


def test_it_lets_literals_and_escaping_be() -> None:
    assert claims_in(ast.parse("Markup('<br>')\nformat_html('<b>{}</b>', name)")) == []
