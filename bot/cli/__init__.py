"""The command line: one file a group of commands, and what they share.

In comes what an operator types. Out go lines for people or JSON, and an exit code; an operator's mistake is a sentence,
never a traceback. A command is a few lines onto one function of another room; nobody imports this room."""
