"""Readers: their settings, subscriptions, preferences, saved articles; the map of all data about them.

In come a chat's choices. Out comes the chat as it is now, a copy of everything kept about it, or its end."""
