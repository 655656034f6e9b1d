"""What people say to a bot instead of its commands, understood: intents, hours, questions. Pure; the words are data."""
