"""Digests: the pool of recent stories, what is chosen from it for an audience, and under which headings.

In come articles with their stories, and an audience. Out goes a digest as plain data; nothing is written or sent
here."""
