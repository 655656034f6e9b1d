"""The search engine: postings, vocabulary, query expansion, and the order of what was found.

In come articles to index and a parsed query. Out go keys of articles, best first, a cursor, and what was understood.
It stands on `storage.engine` alone; `storage.articles` turns keys into articles."""
