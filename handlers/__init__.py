"""The conversation: one file for each thing a person can do."""
