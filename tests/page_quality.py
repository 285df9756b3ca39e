"""What every page of the service must be, whoever wrote it. Each law answers with its offences.

``assert_page(response)`` is called by the strict test client on every page a test opens.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from django.http import HttpResponse

SEPARATOR = " – "
ERROR = "Error: "
UNLABELLED_TYPES = {"hidden", "submit", "button", "reset", "image"}
LOADERS = {"script": "src", "link": "href", "img": "src", "iframe": "src", "form": "action"}
SLIPS = (
    r"\{\{|\{%|object at 0x|&(?:amp|lt|gt|quot|#\d+);"
    r"|</?(?:a|p|div|span|ul|li|svg|strong|button|input|form|h\d|t[adhr]|table|br)[ >]"
)
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "data-aria-controls")


@dataclass(frozen=True)
class Document:
    """A parsed page and the nonce its response allows."""

    html: str
    root: Element
    parse_errors: tuple[str, ...]
    nonce: str

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.root.iter() if element.tag in tags]

    def ids(self) -> list[str]:
        return [value for element in self.root.iter() if (value := element.get("id"))]


def assert_page(response: HttpResponse) -> None:
    """Fail with every offence of a page, in words."""
    __tracebackhide__ = True
    offences = offences_of(
        response.content.decode(), nonce_of(response.headers.get("Content-Security-Policy", ""))
    )
    assert not offences, "\n".join(["This page breaks the laws of pages:", *offences])


def nonce_of(policy: str) -> str:
    found = re.search(r"'nonce-([^']+)'", policy)
    return found[1] if found else ""


def offences_of(html: str, nonce: str = "") -> list[str]:
    page = parse(html, nonce)
    return [offence for law in LAWS for offence in law(page)]


def parse(html: str, nonce: str = "") -> Document:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(html)
    errors = tuple(
        f"line {position[0]}: {code} {values or ''}" for position, code, values in parser.errors
    )
    return Document(html, root, errors, nonce)


def words(element: Element, *, without: str = "") -> str:
    """The text a person reads, without elements whose class contains ``without``."""
    return re.sub(r"\s+", " ", "".join(texts(element, without))).strip()


def texts(element: Element, without: str = "") -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if not (without and without in child.get("class", "")):
            yield from texts(child, without)
        yield child.tail or ""


def valid_html(page: Document) -> Iterable[str]:
    return [f"HTML: {error}" for error in page.parse_errors]


def british_english(page: Document) -> Iterable[str]:
    html = next(iter(page.all("html")))
    if html.get("lang") != "en-GB":
        yield "<html> must say lang=en-GB"


def one_main_heading(page: Document) -> Iterable[str]:
    for tag in ("h1", "main", "title"):
        count = len(page.all(tag))
        if count != 1:
            yield f"there must be one <{tag}>, there are {count}"


def title_begins_with_heading(page: Document) -> Iterable[str]:
    """The title repeats the h1; one that names a person gives its words for the title apart."""
    title = next((words(element) for element in page.all("title")), "")
    heading = next(iter(page.all("h1")), None)
    if heading is None:
        return
    expected = heading.get("data-title") or words(heading, without="nhsuk-caption")
    begin = title.removeprefix(ERROR)
    if begin != expected and not begin.startswith(expected + SEPARATOR):
        yield f"the title {title!r} must begin with the h1 {expected!r}"
    summary = any("nhsuk-error-summary" in e.get("class", "").split() for e in page.root.iter())
    if summary != title.startswith(ERROR):
        yield f"'{ERROR}' and an error summary belong together (title {title!r})"


def no_personal_title(page: Document) -> Iterable[str]:
    """Titles end up in histories and on shared screens."""
    for title in page.all("title"):
        if re.search(r"\S+@\S+", words(title)) or re.search(r"\d{3} ?\d{3} ?\d{4}", words(title)):
            yield f"the title {words(title)!r} holds an address or a number of a person"


def unique_ids(page: Document) -> Iterable[str]:
    for name, count in Counter(page.ids()).items():
        if count > 1:
            yield f"the id {name!r} stands {count} times"


def references_lead_somewhere(page: Document) -> Iterable[str]:
    ids = set(page.ids())
    for element in page.root.iter():
        for attribute in REFERENCES:
            for name in element.get(attribute, "").split():
                if name not in ids:
                    yield f"<{element.tag} {attribute}={name!r}> names no element"
        href = element.get("href", "")
        if element.tag == "a" and href.startswith("#") and href[1:] not in ids:
            yield f"the link to {href!r} leads nowhere"


def labelled_inputs(page: Document) -> Iterable[str]:
    labels = {label.get("for") for label in page.all("label") if words(label)}
    wrapped = {id(inner) for label in page.all("label") for inner in label.iter()}
    for element in page.all("input", "select", "textarea"):
        named = element.get("aria-label") or element.get("aria-labelledby")
        if element.get("type") in UNLABELLED_TYPES or named or id(element) in wrapped:
            continue
        if element.get("id") not in labels:
            yield f"<{element.tag} name={element.get('name')!r}> has no label"


def grouped_choices(page: Document) -> Iterable[str]:
    """Radios stand in a fieldset whose legend asks the question."""
    grouped = {
        id(inner)
        for fieldset in page.all("fieldset")
        if any(child.tag == "legend" and words(child) for child in fieldset)
        for inner in fieldset.iter()
    }
    for element in page.all("input"):
        if element.get("type") == "radio" and id(element) not in grouped:
            yield f"the radio {element.get('name')!r} stands in no fieldset with a legend"


def named_controls(page: Document) -> Iterable[str]:
    for element in page.all("a", "button"):
        if not (words(element) or element.get("aria-label")):
            yield f"a <{element.tag}> says nothing"
    for image in page.all("img"):
        if image.get("alt") is None:
            yield f"the image {image.get('src')!r} has no alt"


def csrf_in_posts(page: Document) -> Iterable[str]:
    for form in page.all("form"):
        method = form.get("method", "get").lower()
        tokens = [e for e in form.iter("input") if e.get("name") == "csrfmiddlewaretoken"]
        if method == "post" and not any(token.get("value") for token in tokens):
            yield f"the form posting to {form.get('action') or 'itself'} has no CSRF token"
        if method != "post" and tokens:
            yield f"the form getting {form.get('action') or 'itself'} leaks its CSRF token"


def nothing_inline(page: Document) -> Iterable[str]:
    for element in page.all("script", "style"):
        inline = element.tag == "style" or not element.get("src")
        nonce = element.get("nonce")
        if inline and (not nonce or (page.nonce and nonce != page.nonce)):
            yield f"an inline <{element.tag}> without the nonce of the response"
    for element in page.root.iter():
        for attribute in element.keys():  # noqa: SIM118 - an Element is not a mapping
            if attribute == "style" or str(attribute).startswith("on"):
                yield f"<{element.tag} {attribute}=…> is inline"


def nothing_foreign(page: Document) -> Iterable[str]:
    """Nothing is fetched from, or sent to, another host. Links people follow are no fetching."""
    for element in page.root.iter():
        address = element.get(LOADERS.get(str(element.tag), ""), "")
        if urlsplit(address).netloc or (address and urlsplit(address).scheme == "data"):
            yield f"<{element.tag}> points at {address!r}"


def no_leaks(page: Document) -> Iterable[str]:
    """Marks of a slip in a template: an object's name, an escaped tag, words nobody wrote."""
    for element in page.root.iter():
        if element.tag in {"script", "style"} or not isinstance(element.tag, str):
            continue
        for text in filter(None, (element.text, element.tail)):
            if re.search(SLIPS, text):
                yield f"{text.strip()!r} is a slip of a template"
            if text.strip() in {"None", "undefined", "[]", "{}"}:
                yield f"<{element.tag}> shows {text.strip()!r}"
        for attribute, value in element.items():
            if value in {"None", "undefined"}:
                yield f"<{element.tag} {attribute}={value!r}>"


LAWS: list[Callable[[Document], Iterable[Any]]] = [
    valid_html,
    british_english,
    one_main_heading,
    title_begins_with_heading,
    no_personal_title,
    unique_ids,
    references_lead_somewhere,
    labelled_inputs,
    grouped_choices,
    named_controls,
    csrf_in_posts,
    nothing_inline,
    nothing_foreign,
    no_leaks,
]
