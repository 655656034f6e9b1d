"""What people say to a bot instead of its commands, understood: intents, hours, questions. Pure; the words are data.

In comes a message that is no command. Out goes what it asks for (an intent with its arguments, a question), or nothing:
then it is a search. The words are in `news/data/intents.toml`.
"""
