"""Understands what people say to a bot instead of commands: intents, hours, questions. Pure; the words are data.

A message that is no command comes in. What it asks for leaves: an intent with its arguments, or a question, or nothing,
and then it is a search. The words are in `news/data/intents.toml`.
"""
