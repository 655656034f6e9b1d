"""Strangers' text made harmless and parsed: bytes to letters, markup to text, sentences, dates, citations.

Bytes and text from anywhere come in. Clean text leaves, and what it says. This room knows languages, but no pages."""
