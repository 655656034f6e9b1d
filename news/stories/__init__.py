"""Stories: whether articles tell of one event, in one language or in both.

In come articles. Out go near-duplicate signatures, small enough to store, and decisions which story an article
joins."""
