"""Digests: the pool of recent stories, what is chosen from it for an audience, and under which headings.

Articles with their stories and an audience come in. A digest leaves as plain data; nothing is written or sent here."""
