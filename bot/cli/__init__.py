"""The command line: one file for each group of commands, and what they share.

What an operator types comes in. Lines for people or JSON leave, and an exit code. An operator's mistake gets a
sentence, never a traceback. A command calls one function of another room; nobody imports this room."""
