"""From the Markdown of a letter to what is read: plain text, an e-mail's HTML, a page's preview.

All three come from one parse, so they cannot say different things. HTML in the source, images
and bare code blocks are off; a link may lead to the service's own addresses only.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
BIDI_CONTROLS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)

SWITCHED_OFF = [
    "image",
    "code",
    "fence",
    "backticks",
    "autolink",
    "html_block",
    "html_inline",
    "reference",
]

BUTTON = "button"
"""The title that makes a link a button: ``[Sign in](https://… "button")``."""

INLINE_STYLES = {
    "h1": "margin:0 0 24px;font-size:28px;line-height:1.3;color:#212b32;",
    "h2": "margin:32px 0 16px;font-size:22px;line-height:1.35;color:#212b32;",
    "h3": "margin:24px 0 12px;font-size:19px;line-height:1.4;color:#212b32;",
    "p": "margin:0 0 20px;font-size:17px;line-height:1.5;color:#212b32;",
    "ul": "margin:0 0 20px;padding:0 0 0 24px;font-size:17px;line-height:1.5;color:#212b32;",
    "ol": "margin:0 0 20px;padding:0 0 0 24px;font-size:17px;line-height:1.5;color:#212b32;",
    "li": "margin:0 0 8px;",
    "hr": "margin:28px 0;border:0;border-top:1px solid #d8dde0;",
    "a": "color:#005eb8;text-decoration:underline;",
    BUTTON: (
        "display:inline-block;padding:12px 18px;background-color:#007f3b;color:#ffffff;"
        "font-weight:600;text-decoration:none;border-radius:4px;"
    ),
    "blockquote": "margin:0 0 20px;padding:12px 16px;border-left:8px solid #005eb8;",
}


class ForeignLink(ValueError):
    """A letter links only to addresses fixed by settings."""


def one_line(value: object) -> str:
    """A value as it may stand in a letter: one line, no control or direction characters."""
    kept = "".join(
        letter
        for letter in str(value)
        if letter.isspace()
        or (unicodedata.category(letter) not in {"Cc", "Cs"} and letter not in BIDI_CONTROLS)
    )
    return " ".join(kept.split())


def escape(value: object) -> Markup:
    """A value made literal: whatever stands in it, Markdown reads it as the letters it is."""
    return Markup(PUNCTUATION.sub(r"\\\1", one_line(value)))  # noqa: S704 - Markdown, not HTML


@cache
def _parser() -> MarkdownIt:
    """One for the whole process: making it takes longer than reading a letter.

    It lays out its rules while it first reads, so it reads something before it is shared.
    """
    parser = MarkdownIt("commonmark", {"html": False, "breaks": False})
    parser.disable(SWITCHED_OFF)
    parser.render("[a](b)")
    return parser


def parse(source: str) -> list[Token]:
    """The letter as tokens, every link of it checked."""
    tokens = _parser().parse(source)
    for token in _everywhere(tokens):
        if token.type == "link_open":
            _check_link(str(token.attrGet("href")))
    return tokens


def _everywhere(tokens: Iterable[Token]) -> Iterable[Token]:
    for token in tokens:
        yield token
        yield from token.children or []


def _check_link(href: str) -> None:
    """Scheme and host must be those of an address that the settings name."""
    link = urlsplit(href)
    for allowed in link_origins():
        home = urlsplit(allowed)
        if (link.scheme, link.netloc) == (home.scheme, home.netloc) and (
            home.netloc or link.path == home.path
        ):
            return
    raise ForeignLink("A letter may link only to the addresses that the settings name.")


def link_origins() -> list[str]:
    """``PUBLIC_URL``, what ``MAIL_LINK_ORIGINS`` adds, and the address that support answers."""
    support = str(getattr(settings, "SUPPORT_CONTACT", ""))
    if support and "://" not in support:
        support = f"mailto:{support}"
    named = [settings.PUBLIC_URL, *getattr(settings, "MAIL_LINK_ORIGINS", ()), support]
    return [origin for origin in named if origin]


# Plain text


def to_text(tokens: list[Token]) -> str:
    """The letter as a person reads it without any mark-up."""
    writer = _TextWriter()
    for token in tokens:
        writer.take(token)
    return writer.text


class _TextWriter:
    """Paragraphs apart by an empty line; lists with their numbers, indented below them."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.lists: list[int | None] = []
        self.marker = ""
        self.tight = False

    def take(self, token: Token) -> None:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            ordered = token.type == "ordered_list_open"
            self.lists.append(int(token.attrGet("start") or 1) if ordered else None)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            self.lists.pop()
            self.tight = bool(self.lists)
        elif token.type == "list_item_open":
            self._begin_item()
        elif token.type == "hr":
            self.blocks.append("---")
        elif token.type == "inline":
            self._write(inline_text(token.children or []))

    def _begin_item(self) -> None:
        number = self.lists[-1]
        self.marker = "- " if number is None else f"{number}. "
        if number is not None:
            self.lists[-1] = number + 1

    def _write(self, text: str) -> None:
        depth = max(len(self.lists) - 1, 0)
        indent = "   " * depth
        first = f"{indent}{self.marker}"
        rest = indent + ("   " if self.lists else "")
        if not self.marker:
            first = rest
        lines = text.split("\n")
        block = "\n".join([first + lines[0], *(rest + line for line in lines[1:])])
        if self.lists and self.tight and self.marker:
            self.blocks[-1] += f"\n{block}"
        else:
            self.blocks.append(block)
        self.marker = ""
        self.tight = bool(self.lists)

    @property
    def text(self) -> str:
        return "\n\n".join(self.blocks) + "\n"


def inline_text(tokens: Iterable[Token]) -> str:
    """One run of text; a link shows its address after its words, a button on a line of its own."""
    words: list[str] = []
    links: list[tuple[str, bool, int]] = []
    for token in tokens:
        if token.type == "link_open":
            links.append((str(token.attrGet("href")), token.attrGet("title") == BUTTON, len(words)))
        elif token.type == "link_close":
            href, button, begun = links.pop()
            words.append(_address(href, "".join(words[begun:]), button=button))
        elif token.type in {"softbreak", "hardbreak"}:
            words.append(" " if token.type == "softbreak" else "\n")
        else:
            words.append(token.content)
    return "".join(words)


def _address(href: str, words: str, *, button: bool) -> str:
    shown = href.removeprefix("mailto:")
    if shown == words:
        return ""
    return f":\n{shown}" if button else f" ({shown})"


# HTML


def to_html(tokens: list[Token]) -> Markup:
    """For an e-mail: every element carries its style, as mail programs drop style sheets."""
    for token in _everywhere(tokens):
        if token.nesting == -1 or not token.tag:
            continue
        button = token.type == "link_open" and token.attrGet("title") == BUTTON
        style = INLINE_STYLES.get(BUTTON if button else token.tag)
        if style:
            token.attrSet("style", style)
    return _render(tokens)


def to_preview(tokens: list[Token]) -> Markup:
    """For a page that shows the letter: no styles, and headings two levels down."""
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
    return _render(tokens)


def _render(tokens: list[Token]) -> Markup:
    for token in _everywhere(tokens):
        if token.attrGet("title") == BUTTON:
            del token.attrs["title"]
    parser = _parser()
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704 - html is off
