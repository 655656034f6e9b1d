"""Readers: their settings, subscriptions, preferences, saved articles; the map of all data about them.

A chat's choices come in. The chat as it is now leaves, or a copy of all that is kept about it, or it is deleted."""
