"""Alerts: which followed phrases an article has, and who is told of it at once. Pure.

In come articles, what readers follow, and what they were told before. Out go decisions as plain data; nothing is
written or sent here."""
