"""Vaccinations: recorded, changed, deleted."""

from ravs.audit.sentences.base import Sentences

SENTENCES: Sentences = {}
