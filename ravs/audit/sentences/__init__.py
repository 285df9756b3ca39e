"""Each event in plain words, made when it is shown.

One line per kind of event, in the module of its room. ``{actor}``, ``{subject}`` and
``{formerly}`` are people; ``{by}`` is the actor of what support can do by command too;
``{person}`` is the one the event is about; ``{whose}`` is "Sam Okafor’s", or "their own" for what
somebody did to themselves. Any field of the event may stand in its line, in the words of its
vocabulary.
"""

from datetime import date
from typing import Any

from ravs.audit.events import Event, vaccine
from ravs.audit.sentences import patients, people, vaccinations, vaccines
from ravs.audit.sentences.base import ERASED, SERVICE, SOMEBODY, SUPPORT, People, Sentences
from ravs.audit.values import OneOf

__all__ = ["ERASED", "SENTENCES", "SERVICE", "SOMEBODY", "SUPPORT", "People", "begun", "tell"]

SENTENCES: Sentences = (
    people.SENTENCES | vaccines.SENTENCES | patients.SENTENCES | vaccinations.SENTENCES
)
VACCINE = vaccine("")


def tell(event: Event, people: People) -> str:
    """The sentence of one event, without a full stop."""
    sentence = SENTENCES[type(event)]
    line = sentence if isinstance(sentence, str) else sentence(event, people)
    told = line.format_map(people.words | _words_of(event))
    return begun(told)


def begun(words: str) -> str:
    """A sentence that begins with nobody's name begins with a capital; a name stays as it is."""
    return words[0].upper() + words[1:] if words.startswith((ERASED, SOMEBODY)) else words


def _words_of(event: Event) -> dict[str, str]:
    return {name: _word(kind.rule, getattr(event, name)) for name, kind in event.kinds.items()}


def _word(rule: object, value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(rule, OneOf) and value is not None:
        return str(rule.vocabulary(value).label)
    if isinstance(value, str):
        return value.removeprefix(VACCINE)
    return "" if value is None else str(value)
