"""Alerts: which followed phrases an article has, and who is told of it at once. Pure.

Articles come in, what readers follow, and what they were told before. Decisions leave as plain data; nothing is
written or sent here."""
