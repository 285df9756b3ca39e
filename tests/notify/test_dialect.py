"""A letter in Notify's Markdown: what is markup stays markup, and nothing else becomes it."""

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ravs.mail import markdown
from ravs.mail.dialect import JOINER, body_of, literal

pytestmark = pytest.mark.once

LETTER = """# Welcome

Hello **Zoë**,
your account is ready.

[Log in](<https://ravs.test/sign-in?a=1&b=(2)> "button")

## What next

- Your name: Zoë
- Sign in at [https://ravs.test](<https://ravs.test>)

  at any time

1. one
2. two

> Keep this.

---

Write to [support@ravs.test](<mailto:support@ravs.test>).
"""
BODY = """# Welcome

Hello Zoë, your account is ready.

[Log in](https://ravs.test/sign-in?a=1&b=%282%29)

## What next

* Your name: Zoë
* Sign in at https://ravs.test at any time

1. one
2. two

^ Keep this.

---

Write to support@ravs.test.
"""


def test_it_keeps_headings_links_lists_and_rules() -> None:
    assert body_of(LETTER, "") == BODY


def test_it_shows_a_letter_that_kept_no_markdown_as_its_text() -> None:
    text = "Hello *Zoë*,\n\n1. one\n- two\nhttps://ravs.test"
    assert body_of("", text) == (
        f"Hello \\*Zoë\\*,\n\n1\\. one\n\\- two\nhttps:{JOINER}//ravs.test"
    )


def shown(text: str) -> str:
    """What CommonMark, which Notify's reader is near to, makes of it. Notify decodes HTML first and
    then makes it harmless."""
    return MarkdownIt("commonmark").render(html.escape(html.unescape(text), quote=False))


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")), max_size=60))
@example("[x](https://evil.example)")
@example("&#91;x&#93;&lpar;https://evil.example&rpar;")
@example("![x](https://evil.example)")
@example("* a")
@example("1. a")
@example("7) a")
@example("+ a")
@example("> a")
@example("# a")
@example("===")
@example("---")
@example("\\[x](https://evil.example)")
@example("hTTps://evil.example")
@example("`a`")
@example("| a | b |")
def test_it_lets_no_text_begin_anything(text: str) -> None:
    line = markdown.one_line(text)
    if not line:
        return
    made = literal(line)
    found = set(re.findall(r"<(/?[a-z0-9]+)", shown(f"{made}\n")))
    assert found <= {"p", "/p"}
    assert not re.search(r"https?://", made, re.IGNORECASE)
    assert not made.startswith(("^", "•"))


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")), max_size=60))
def test_it_changes_no_letter_of_a_text(text: str) -> None:
    line = markdown.one_line(text)
    bare = line.replace("\\", "").replace(JOINER, "")
    assert literal(line).replace("\\", "").replace(JOINER, "") == bare
