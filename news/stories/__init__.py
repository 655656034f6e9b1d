"""Stories: whether articles tell of one event, in one language or in both.

Articles come in. Near-duplicate signatures leave, small enough to store, and decisions which story an article joins."""
