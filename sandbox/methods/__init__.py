"""What answers each method, one file for each thing a bot can do."""
