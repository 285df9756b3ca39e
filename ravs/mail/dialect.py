"""A letter in the Markdown that GOV.UK Notify understands.

Notify puts personalisation into its template first and reads the whole as Markdown afterwards, so
the body of a letter can be one field with headings, lists and links; and so every text in it that
is not meant as markup has to be made harmless here once more. Its dialect has two sizes of
heading, bullets, numbers, inset text, rules and links, nothing bold, and turns bare web addresses
into links. It decodes HTML entities before it reads, and takes a list to begin without a space.
"""

import re
from urllib.parse import quote

from markdown_it.token import Token

from ravs.mail import markdown

JOINER = "\u2060"
"""Has no width and joins: what follows stays where it is and begins nothing."""

MARKUP = re.compile(r"([\\`*_\[\]#~|])")
BARE_ADDRESS = re.compile(r"(https?:)(?=//)", re.IGNORECASE)
ENTITY = re.compile(r"&(?=[^\s&;]{1,40};)")
BEGINS_A_BLOCK = re.compile(r"^(?:([-+>])|(\d+)([.)])|(?=[•^=<]))", re.MULTILINE)
SAFE_IN_ADDRESS = ":/?#@!$&'*+,;=%~"


def body_of(source: str, text: str) -> str:
    """The body of a letter written in ``source``; of one kept without it, its plain ``text``."""
    if not source:
        return "\n".join(literal(line) for line in text.splitlines())
    return to_notify(markdown.parse(source))


def to_notify(tokens: list[Token]) -> str:
    """From the parsed letter to Notify's dialect."""
    writer = _Writer()
    for token in tokens:
        writer.take(token)
    return "\n\n".join(writer.blocks) + "\n"


def literal(text: str) -> str:
    """Text that Notify shows as the letters it is."""
    text = MARKUP.sub(r"\\\1", text)
    text = ENTITY.sub(f"&{JOINER}", BARE_ADDRESS.sub(rf"\1{JOINER}", text))
    return BEGINS_A_BLOCK.sub(_harmless, text)


def _harmless(found: re.Match[str]) -> str:
    mark, number, after = found.groups()
    if mark:
        return f"\\{mark}"
    return f"{number}\\{after}" if number else JOINER


class _Writer:
    """One text for each paragraph, heading, rule and list, in the order of the letter."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.lists: list[int | None] = []
        self.items: list[str] = []
        self.marker = ""
        self.inset = ""

    def take(self, token: Token) -> None:
        if token.type.endswith("_list_open"):
            is_bullets = token.type == "bullet_list_open"
            self.lists.append(None if is_bullets else int(token.attrGet("start") or 1))
        elif token.type.endswith("_list_close"):
            self._end_list()
        elif token.type == "list_item_open":
            self._begin_item()
        elif token.type == "heading_open":
            self.marker = "# " if token.tag == "h1" else "## "
        elif token.tag == "blockquote":
            self.inset = "^ " if token.nesting == 1 else ""
        elif token.type == "hr":
            self.blocks.append("---")
        elif token.type == "inline":
            self._write(_inline(token.children or []))

    def _begin_item(self) -> None:
        number = self.lists[-1]
        self.marker = "* " if number is None else f"{number}. "
        self.lists[-1] = None if number is None else number + 1

    def _end_list(self) -> None:
        """Lists within lists become one: Notify knows no other."""
        self.lists.pop()
        if not self.lists:
            self.blocks.append("\n".join(self.items))
            self.items = []

    def _write(self, text: str) -> None:
        if not self.lists:
            self.blocks.append(self.inset + self.marker + text)
        elif self.marker:
            self.items.append(self.marker + text.replace("\n", " "))
        else:
            self.items[-1] += " " + text.replace("\n", " ")
        self.marker = ""


def _inline(tokens: list[Token]) -> str:
    """One run of text with its links; what is strong elsewhere is plain here."""
    words: list[str] = []
    links: list[tuple[str, int]] = []
    for token in tokens:
        if token.type == "link_open":
            links.append((str(token.attrGet("href")), len(words)))
        elif token.type == "link_close":
            href, begun = links.pop()
            words[begun:] = [_link("".join(words[begun:]), href)]
        elif token.type in {"softbreak", "hardbreak"}:
            words.append(" " if token.type == "softbreak" else "\n")
        elif token.content:
            words.append(literal(token.content) if not links else token.content)
    return "".join(words)


def _link(words: str, href: str) -> str:
    """Words that lead somewhere; brackets in them would end them too soon."""
    plain = literal(words.replace("[", "(").replace("]", ")"))
    if href.startswith("mailto:") or words == href:
        return plain if href.startswith("mailto:") else quote(href, safe=SAFE_IN_ADDRESS)
    return f"[{plain}]({quote(href, safe=SAFE_IN_ADDRESS)})"
