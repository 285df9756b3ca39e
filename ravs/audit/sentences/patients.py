"""Patients: who opened whose details."""

from ravs.audit.sentences.base import Sentences

SENTENCES: Sentences = {}
